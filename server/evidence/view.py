"""What the pages of evidence show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from typing import Any

from sqlalchemy.orm import Session

from server.core.identity import Identity
from server.evidence import limits, queries, wording
from server.evidence.chart import Chart, draw
from server.evidence.models import EvidenceRun
from server.evidence.panel import RULES, column_of, outcomes
from server.evidence.report import Result
from server.evidence.steps import RUNS, arguments_of
from server.people.models import Metric
from server.people.queries import active_metrics, all_metrics, get_organisation, user_names
from server.people.standard_metrics import CALL, MEETING

RUNS_SHOWN = 100
MODEL = (
    "Poisson pseudo-likelihood with an effect for each rep and each week, standard errors clustered by rep or team, intervals "
    "from the t distribution with one degree of freedom less than there are clusters. Coefficients are on the log scale, for "
    "one more shared item in a week."
)
STATE_LABELS = {
    "queued": "Waiting to start", "running": "Running", "cancelling": "Stopping", "cancelled": "Cancelled", "done": "Done",
    "failed": "Failed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """``number``: which computation it was. ``few``: too few people to say anything about the panel. ``chosen``: controls.
    ``controls``: those that were used, and those that were left out. ``may_export``: the viewer may take the panel along."""

    run: EvidenceRun
    by: str
    number: int
    result: Result
    metric: Metric | None
    answer: wording.Answer
    chart: Chart | None
    facts: dict[str, Any]
    first_week: date
    last_week: date
    few: bool
    chosen: Sequence[str]
    controls: tuple[Sequence[str], Sequence[str]]
    may_export: bool
    command: str


@dataclass(frozen=True, slots=True)
class RunRow:
    run: EvidenceRun
    by: str
    outcome: str
    label: str


@dataclass(frozen=True, slots=True)
class Page:
    """``is_stuck``: no job will go on with the open run. ``lacks_packages``: of this process; jobs may run elsewhere."""

    finding: Finding | None
    newest: EvidenceRun | None
    open_run: EvidenceRun | None
    is_stuck: bool
    problem: str
    lacks_packages: bool
    may_start: bool
    metrics: Sequence[Metric]
    default_outcome: str
    default_controls: Sequence[str]
    runs: Sequence[RunRow]


def index(session: Session, *, viewer: Identity) -> Page:
    runs = queries.newest_runs(session, limit=RUNS_SHOWN)
    done, open_run = queries.newest_done(session), queries.open_run(session)
    newest = runs[0] if runs else None
    metrics = outcomes(active_metrics(session))
    return Page(
        finding=finding(session, done, viewer=viewer) if done else None,
        newest=newest,
        open_run=open_run,
        is_stuck=open_run is not None and RUNS.is_stuck(session, open_run),
        problem=wording.PROBLEMS.get(newest.problem or "", "") if newest and newest.state == "failed" else "",
        lacks_packages=any(find_spec(name) is None for name in ("pyfixest", "statsmodels")),
        may_start=viewer.role == "admin",
        metrics=metrics,
        default_outcome=MEETING,
        default_controls=(CALL,),
        runs=_rows(session, runs),
    )


def finding(session: Session, run: EvidenceRun, *, viewer: Identity) -> Finding:
    """Of a run that is done."""
    result, facts = Result.model_validate(run.result), run.facts or {}
    metrics = {metric.key: metric for metric in all_metrics(session)}
    names = {column_of(key): metric.plural for key, metric in metrics.items()} | {"workdays": "workdays"}
    names |= {f"target_{column_of(key)}": f"target of {metric.plural}" for key, metric in metrics.items()}
    metric = metrics.get(run.outcome)
    return Finding(
        run=run,
        by=user_names(session, user_ids=[run.started_by])[run.started_by],
        number=queries.count_done(session, until_id=run.id),
        result=result,
        metric=metric,
        answer=wording.answer(result, metric),
        chart=draw(result) if result.estimate else None,
        facts=facts,
        first_week=date.fromisoformat(facts["first_week"]),
        last_week=date.fromisoformat(facts["last_week"]),
        few=min(result.counts.get("reps", 0), facts["reps"]) < limits.MIN_PEOPLE,
        chosen=[names.get(column_of(key), key) for key in run.controls],
        controls=(
            [names.get(name, name) for name in result.used_controls],
            [names.get(name, name) for name in result.dropped_controls],
        ),
        may_export=viewer.role == "admin" and not get_organisation(session).team_only,
        command=f"python -m server.evidence.compute {' '.join(arguments_of(run))} < panel.csv",
    )


def document(found: Finding) -> dict[str, Any]:
    """The report for programs: everything that the result was computed with."""
    return {
        "run": found.run.id,
        "at": found.run.created_at.isoformat(),
        "answer": {"kind": found.answer.kind, "sentence": found.answer.sentence, "addition": found.answer.addition},
        "model": MODEL,
        "rules": RULES,
        "panel": None if found.few else found.facts,
        "command": found.command,
        "result": _shown(found),
    }


def _shown(found: Finding) -> dict[str, Any]:
    shown = found.result.model_dump(mode="json")
    if found.few:
        shown["counts"] = {}
    elif found.result.counts.get("sharers", 0) < limits.MIN_PEOPLE:
        # What so few shared is about them.
        shown["counts"] = {name: value for name, value in shown["counts"].items() if name not in ("sharers", "items")}
    return shown


def _rows(session: Session, runs: Sequence[EvidenceRun]) -> list[RunRow]:
    names = user_names(session, user_ids=[run.started_by for run in runs])
    metrics = {metric.key: metric.plural for metric in all_metrics(session)}
    return [RunRow(run, names[run.started_by], metrics.get(run.outcome, run.outcome), STATE_LABELS[run.state]) for run in runs]
