"""Queries of runs, and of what a panel is made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.evidence.models import EvidenceRun
from server.jobs.runs import OPEN_STATES
from server.people.models import Membership
from server.rollups.models import PersonWeek

# --- the panel --------------------------------------------------------------------------------------------------------


def first_days(session: Session, *, kinds: Collection[str]) -> dict[str, date]:
    """By kind of records, the first day of the earliest week with any; no entry for kinds without one."""
    query = select(PersonWeek.kind, func.min(PersonWeek.starts_on)).where(PersonWeek.kind.in_(kinds)).group_by(PersonWeek.kind)
    return {row[0]: row[1] for row in session.execute(query)}


def first_item_at(session: Session) -> datetime | None:
    return session.scalar(select(func.min(Activity.occurred_at)).where(Activity.state == "counted"))


def reps_between(session: Session, first: date, last: date) -> Sequence[int]:
    """Ids of people who were a rep on any of these days."""
    overlaps = (Membership.starts_on <= last) & (Membership.ends_on.is_(None) | (Membership.ends_on >= first))
    return session.scalars(select(Membership.user_id).where(Membership.role == "rep", overlaps).distinct()).all()


def sums_of(
    session: Session, *, user_ids: Collection[int], first: date, last: date, kinds: Collection[str]
) -> Iterable[Row[int, date, str, int, int]]:
    """Person, first day of a part of a week, kind, count and value, in whatever team."""
    query = (
        select(
            PersonWeek.user_id,
            PersonWeek.starts_on,
            PersonWeek.kind,
            func.sum(PersonWeek.count),
            func.sum(PersonWeek.value),
        )
        .where(
            PersonWeek.user_id.in_(user_ids),
            PersonWeek.starts_on >= first,
            PersonWeek.starts_on <= last,
            PersonWeek.kind.in_(kinds),
        )
        .group_by(PersonWeek.user_id, PersonWeek.starts_on, PersonWeek.kind)
    )
    return session.execute(query.execution_options(yield_per=10_000))


def items_of(
    session: Session, *, user_ids: Collection[int], starts_at: datetime, ends_at: datetime
) -> Iterable[Row[int, str, datetime]]:
    """Person, kind and moment of shared items that count."""
    query = select(Activity.user_id, Activity.kind, Activity.occurred_at).where(
        Activity.user_id.in_(user_ids),
        Activity.state == "counted",
        Activity.occurred_at >= starts_at,
        Activity.occurred_at < ends_at,
    )
    return session.execute(query.execution_options(yield_per=10_000))


# --- runs -------------------------------------------------------------------------------------------------------------


def newest_runs(session: Session, *, limit: int) -> Sequence[EvidenceRun]:
    return session.scalars(select(EvidenceRun).order_by(EvidenceRun.id.desc()).limit(limit)).all()


def newest_done(session: Session) -> EvidenceRun | None:
    done = select(EvidenceRun).where(EvidenceRun.state == "done")
    return session.scalar(done.order_by(EvidenceRun.id.desc()).limit(1))


def count_done(session: Session, *, until_id: int) -> int:
    query = select(func.count()).select_from(EvidenceRun).where(EvidenceRun.state == "done", EvidenceRun.id <= until_id)
    return session.scalar(query) or 0


def get_run(session: Session, *, run_id: int) -> EvidenceRun | None:
    return session.get(EvidenceRun, run_id)


def open_run(session: Session) -> EvidenceRun | None:
    return session.scalar(select(EvidenceRun).where(EvidenceRun.state.in_(OPEN_STATES)))
