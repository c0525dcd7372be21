"""Queries of outcomes."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Exists, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from server.core.periods import Period
from server.outcomes.models import SOURCED, Outcome, OutcomeEvent, OutcomeRecord, OutcomeText
from server.people.models import Membership, User
from server.records.models import Record


def has_event(event: str) -> ColumnElement[bool]:
    return exists().where(OutcomeEvent.outcome_id == Outcome.id, OutcomeEvent.event == event)


def _is_theirs() -> ColumnElement[bool]:
    """The record behind it still exists and is the same person's."""
    return exists(
        select(OutcomeRecord.record_id)
        .join(Record, Record.id == OutcomeRecord.record_id)
        .where(OutcomeRecord.outcome_id == Outcome.id, Record.user_id == Outcome.user_id)
        .correlate(Outcome)
    )


def is_counted() -> ColumnElement[bool]:
    """As ``states.find_state``."""
    return and_(
        ~has_event("withdrawn"),
        ~has_event("declined"),
        or_(Outcome.ledger != SOURCED, has_event("approved")),
        or_(Outcome.record_id.is_(None), _is_theirs()),
    )


def is_waiting() -> ColumnElement[bool]:
    return and_(
        Outcome.ledger == SOURCED,
        ~exists().where(OutcomeEvent.outcome_id == Outcome.id),
        or_(Outcome.record_id.is_(None), _is_theirs()),
    )


def was_in(team_ids: Collection[int]) -> ColumnElement[bool]:
    """The person was in one of the teams on that day."""
    return exists().where(
        Membership.user_id == Outcome.user_id,
        Membership.team_id.in_(team_ids),
        Membership.starts_on <= Outcome.occurred_on,
        or_(Membership.ends_on.is_(None), Membership.ends_on >= Outcome.occurred_on),
    )


def counts_of_periods(
    session: Session, periods: Sequence[Period], *, user_id: int | None = None, team_ids: Collection[int] | None = None
) -> Mapping[str, Mapping[str, Sequence[int]]]:
    """Counted outcomes by ledger, kind and period, of one person and of who was in ``team_ids`` on that day, if given.
    ``periods`` follow each other without gaps."""
    query = (
        select(Outcome.ledger, Outcome.kind, Outcome.occurred_on, func.count())
        .where(is_counted(), *_limits(periods[0].first, periods[-1].last, user_id, team_ids))
        .group_by(Outcome.ledger, Outcome.kind, Outcome.occurred_on)
    )
    first_days = [period.first for period in periods]
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0] * len(periods)))
    for ledger, kind, day, count in session.execute(query):
        counts[ledger][kind][bisect_right(first_days, day) - 1] += count
    return counts


def _limits(first: date, last: date, user_id: int | None, team_ids: Collection[int] | None) -> list[ColumnElement[bool]]:
    limits = [Outcome.occurred_on >= first, Outcome.occurred_on <= last]
    if user_id is not None:
        limits.append(Outcome.user_id == user_id)
    if team_ids is not None:
        limits.append(was_in(team_ids))
    return limits


def counted_between(session: Session, period: Period, *, user_id: int, team_ids: Collection[int] | None) -> Sequence[Outcome]:
    """Newest first."""
    query = select(Outcome).where(is_counted(), *_limits(period.first, period.last, user_id, team_ids))
    return session.scalars(query.order_by(Outcome.occurred_on.desc(), Outcome.id.desc())).all()


def of_items(session: Session, *, activity_ids: Collection[int]) -> Sequence[Outcome]:
    """What was stated of these items, newest first, without what was withdrawn or corrected."""
    query = select(Outcome).where(Outcome.activity_id.in_(activity_ids), ~has_event("withdrawn"))
    return session.scalars(query.order_by(Outcome.occurred_on.desc(), Outcome.id.desc())).all()


def newest_of_person(session: Session, *, user_id: int, limit: int) -> Sequence[Outcome]:
    """Newest first, without what was withdrawn or corrected."""
    query = select(Outcome).where(Outcome.user_id == user_id, ~has_event("withdrawn"))
    return session.scalars(query.order_by(Outcome.occurred_on.desc(), Outcome.id.desc()).limit(limit)).all()


def all_of_person(session: Session, *, user_id: int) -> Sequence[Outcome]:
    """Oldest first."""
    return session.scalars(select(Outcome).where(Outcome.user_id == user_id).order_by(Outcome.id)).all()


def has_key(session: Session, *, user_id: int, key: str) -> bool:
    return session.scalar(select(Outcome.id).where(Outcome.user_id == user_id, Outcome.key == key)) is not None


def waiting(session: Session, *, not_of: int, team_ids: Collection[int] | None) -> Sequence[Outcome]:
    """Outcomes of active people but ``not_of`` that wait for an approval, oldest first."""
    query = (
        select(Outcome)
        .join(User, User.id == Outcome.user_id)
        .where(is_waiting(), User.is_active.is_(True), Outcome.user_id != not_of)
        .order_by(Outcome.id)
    )
    return session.scalars(query if team_ids is None else query.where(was_in(team_ids))).all()


def events_of(session: Session, *, outcome_ids: Collection[int]) -> dict[int, dict[str, OutcomeEvent]]:
    """By outcome and event."""
    events: dict[int, dict[str, OutcomeEvent]] = defaultdict(dict)
    for row in session.scalars(select(OutcomeEvent).where(OutcomeEvent.outcome_id.in_(outcome_ids))):
        events[row.outcome_id][row.event] = row
    return events


def texts_of(session: Session, *, outcome_ids: Collection[int]) -> dict[int, OutcomeText]:
    rows = session.scalars(select(OutcomeText).where(OutcomeText.outcome_id.in_(outcome_ids)))
    return {row.outcome_id: row for row in rows}


def records_behind(session: Session, *, outcome_ids: Collection[int]) -> dict[int, Record]:
    """By outcome, the record that it is, if that is still the same person's."""
    rows = session.execute(
        select(Outcome.id, Record)
        .join(OutcomeRecord, OutcomeRecord.outcome_id == Outcome.id)
        .join(Record, (Record.id == OutcomeRecord.record_id) & (Record.user_id == Outcome.user_id))
        .where(Outcome.id.in_(outcome_ids))
    )
    return {row[0]: row[1] for row in rows}


def holder_of_record(session: Session, *, record_id: int) -> tuple[OutcomeRecord, Outcome] | None:
    """The outcome that the record is, if any."""
    row = session.execute(
        select(OutcomeRecord, Outcome)
        .join(Outcome, Outcome.id == OutcomeRecord.outcome_id)
        .where(OutcomeRecord.record_id == record_id)
    ).first()
    return (row[0], row[1]) if row else None


def lock_record(session: Session, *, record_id: int) -> Record | None:
    """As stored now, locked until the transaction ends."""
    return session.scalar(
        select(Record).where(Record.id == record_id).with_for_update().execution_options(populate_existing=True)
    )


def is_outcome_of_owner() -> Exists:
    """Whether a record of the surrounding query is an outcome of the person who owns it now."""
    holder = aliased(Outcome)
    return exists(
        select(OutcomeRecord.record_id)
        .join(holder, holder.id == OutcomeRecord.outcome_id)
        .where(OutcomeRecord.record_id == Record.id, holder.user_id == Record.user_id)
        .correlate(Record)
    )


def records_to_choose(session: Session, *, user_id: int, kinds: Collection[str], since: Any, limit: int) -> Sequence[Record]:
    """A person's single records of these kinds since a moment that are no outcome of theirs yet, newest first."""
    query = select(Record).where(
        Record.user_id == user_id,
        Record.kind.in_(kinds),
        Record.count == 1,
        Record.occurred_at >= since,
        ~is_outcome_of_owner(),
    )
    return session.scalars(query.order_by(Record.occurred_at.desc(), Record.id.desc()).limit(limit)).all()
