"""Queries of training runs."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.jobs.runs import OPEN_STATES
from server.training.models import TrainingRun, TrainingText


def newest_runs(session: Session, *, limit: int) -> Sequence[TrainingRun]:
    return session.scalars(select(TrainingRun).order_by(TrainingRun.id.desc()).limit(limit)).all()


def get_run(session: Session, *, run_id: int) -> TrainingRun | None:
    return session.get(TrainingRun, run_id)


def open_run(session: Session) -> TrainingRun | None:
    return session.scalar(select(TrainingRun).where(TrainingRun.state.in_(OPEN_STATES)))


def run_of_version(session: Session, *, version_hash: str) -> TrainingRun | None:
    """The newest run that gave this version."""
    return session.scalar(
        select(TrainingRun).where(TrainingRun.version_hash == version_hash).order_by(TrainingRun.id.desc()).limit(1)
    )


def measured_texts(session: Session, *, run_id: int) -> dict[str, bytes | None]:
    """By key."""
    rows = session.execute(select(TrainingText.key, TrainingText.measured).where(TrainingText.run_id == run_id))
    return {row.key: row.measured for row in rows}


def measured_keys(session: Session, *, run_id: int) -> set[str]:
    return set(session.scalars(select(TrainingText.key).where(TrainingText.run_id == run_id)))


def count_measured(session: Session, *, run_id: int) -> int:
    return session.scalar(select(func.count()).where(TrainingText.run_id == run_id)) or 0
