"""What the page of a trial shows, and to whom: administrators everything, managers what is said of the whole company."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from server.core.identity import Identity
from server.jobs.runs import OPEN_STATES
from server.people.queries import all_teams, get_calendar, user_names
from server.trials import queries, wording
from server.trials.charts import IntervalChart, interval_chart
from server.trials.models import Trial, TrialAnalysis, TrialEvent
from server.trials.operations import may_analyse, weeks_over
from server.trials.plan import Plan
from server.trials.report import Report
from server.trials.rows import TrialRow, trial_rows
from server.trials.steps import ANALYSES


@dataclass(frozen=True, slots=True)
class Wave:
    """``units``: how many start then; ``names``: of the people or teams, for administrators."""

    number: int
    starts_on: date
    units: int
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class TrialView:
    """``report``: the newest result that the plan allows to see. ``seed``: once it was drawn."""

    row: TrialRow
    proposer: str
    locker: str
    drawn: TrialEvent | None
    cancelled: TrialEvent | None
    seed: str
    waves: Sequence[Wave]
    weeks_over: int
    may_analyse: bool
    may_draw: bool
    may_cancel: bool
    open_analysis: TrialAnalysis | None
    is_stuck: bool
    analysis: TrialAnalysis | None
    report: Report | None
    answer: wording.Answer | None
    doubts: Sequence[str]
    chart: IntervalChart | None
    is_admin: bool


def trial_view(session: Session, trial: Trial, *, viewer: Identity) -> TrialView:
    row = trial_rows(session, [trial])[0]
    plan, is_admin = row.plan, viewer.role == "admin"
    events = queries.events_of(session, trial_ids=[trial.id])
    drawn, cancelled = events.get((trial.id, "drawn")), events.get((trial.id, "cancelled"))
    analyses = queries.analyses_of(session, trial_id=trial.id)
    done = next((one for one in analyses if one.state == "done"), None)
    open_analysis = next((one for one in analyses if one.state in OPEN_STATES), None)
    report = Report.model_validate(done.report) if done else None
    names = user_names(session, user_ids=[trial.proposed_by, trial.locked_by])
    over = weeks_over(session, plan)
    return TrialView(
        row=row,
        proposer=names[trial.proposed_by],
        locker=names[trial.locked_by],
        drawn=drawn,
        cancelled=cancelled,
        seed=queries.seed_of(session, trial_id=trial.id) if drawn else "",
        waves=_waves(session, trial, plan, is_admin=is_admin) if drawn else (),
        weeks_over=over,
        may_analyse=is_admin and drawn is not None and cancelled is None and may_analyse(plan, over),
        may_draw=is_admin and not drawn and not cancelled and get_calendar(session).today() < plan.starts[0],
        may_cancel=is_admin and cancelled is None and over < plan.weeks,
        open_analysis=open_analysis,
        is_stuck=open_analysis is not None and ANALYSES.is_stuck(session, open_analysis),
        analysis=done,
        report=report,
        answer=wording.answer(report, row.outcome) if report else None,
        doubts=wording.doubts(report) if report else (),
        chart=interval_chart(report) if report else None,
        is_admin=is_admin,
    )


def _waves(session: Session, trial: Trial, plan: Plan, *, is_admin: bool) -> list[Wave]:
    waves = queries.waves_of(session, trial_id=trial.id)
    names: dict[int, str] = {}
    if is_admin and plan.choices.unit == "rep":
        names = user_names(session, user_ids=list(waves))
    elif is_admin:
        names = {team.id: team.name for team in all_teams(session)}
    return [
        Wave(
            number,
            starts_on,
            sum(1 for wave in waves.values() if wave == number),
            sorted(names.get(unit, f"No. {unit}") for unit, wave in waves.items() if wave == number) if is_admin else (),
        )
        for number, starts_on in enumerate(plan.starts, start=1)
    ]


def document(session: Session, trial: Trial, *, viewer: Identity) -> dict[str, Any]:
    """The whole trial as JSON, without names."""
    view = trial_view(session, trial, viewer=viewer)
    return {
        "plan": json.loads(trial.document),
        "sha256": trial.sha256,
        "locked_at": trial.locked_at.isoformat(),
        "state": view.row.label,
        "cancelled": {"at": view.cancelled.at.isoformat(), "reason": view.cancelled.reason} if view.cancelled else None,
        "seed": view.seed or None,
        "assignments": {str(unit): wave for unit, wave in queries.waves_of(session, trial_id=trial.id).items()},
        "report": view.report.model_dump(mode="json") if view.report else None,
        "data_sha256": view.analysis.data_sha256 if view.analysis and view.report else None,
        "sentence": view.answer.sentence if view.answer else None,
        "not_for": list(wording.NOT_FOR),
    }
