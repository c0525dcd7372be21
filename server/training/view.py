"""What the pages of training show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.jobs.runs import OPEN_STATES
from server.people.queries import user_names
from server.training import queries
from server.training.fitting import MIN_LABELS
from server.training.gate import contradiction, losses
from server.training.labels import read_labels
from server.training.models import TrainingRun
from server.training.report import FIGURES, Report
from server.training.steps import RUNS
from server.tuning.reference_drafts import reference_drafts

RUNS_SHOWN = 20
STATE_LABELS = {
    "queued": "Waiting to start",
    "running": "Running",
    "cancelling": "Stopping",
    "cancelled": "Cancelled",
    "failed": "Failed",
}
RESULT_LABELS = {
    "passed": "Passed all limits",
    "refused": "Beyond a limit",
    "overridden": "Beyond a limit, accepted",
    "no-gain": "No improvement",
}


@dataclass(frozen=True, slots=True)
class RunRow:
    run: TrainingRun
    by: str
    label: str


@dataclass(frozen=True, slots=True)
class Overview:
    """``labels``: comparisons and ratings that training may use. ``missing``: how many more it needs."""

    comparisons: int
    ratings: int
    missing: int
    open_run: TrainingRun | None
    runs: Sequence[RunRow]


@dataclass(frozen=True, slots=True)
class RunView:
    """``is_stuck``: no job will go on with it. ``losses``: what is beyond a limit. ``contradiction``: the share
    of pairs in which readers preferred the draft that the scoring ranks lower, if that is most. ``titles``: of the reference
    drafts, by id."""

    row: RunRow
    is_open: bool
    is_stuck: bool
    report: Report | None
    losses: Sequence[str]
    contradiction: float | None
    titles: dict[str, str]
    figures: dict[str, str]


def overview(session: Session) -> Overview:
    labels = read_labels(session)
    return Overview(
        len(labels.preferences),
        len(labels.ratings),
        max(0, MIN_LABELS - len(labels)),
        queries.open_run(session),
        _rows(session, queries.newest_runs(session, limit=RUNS_SHOWN)),
    )


def run_view(session: Session, run: TrainingRun) -> RunView:
    report = Report.model_validate(run.report) if run.report else None
    return RunView(
        _rows(session, [run])[0],
        run.state in OPEN_STATES,
        RUNS.is_stuck(session, run),
        report,
        losses(report) if report else (),
        contradiction(report) if report else None,
        {draft.id: draft.title for draft in reference_drafts()},
        FIGURES,
    )


def _rows(session: Session, runs: Sequence[TrainingRun]) -> list[RunRow]:
    names = user_names(session, user_ids=[run.started_by for run in runs])
    return [
        RunRow(run, names[run.started_by], RESULT_LABELS.get(run.result or "") or STATE_LABELS.get(run.state, "Done"))
        for run in runs
    ]
