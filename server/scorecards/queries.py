"""Queries of what is behind numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.activities.models import Activity
from server.core.periods import Period
from server.core.weeks import DAY, Calendar
from server.people.models import User
from server.people.queries import is_among
from server.people.roster import Span
from server.records.models import Record
from server.scorecards.parts import Days
from server.scorecards.rows import spans_table, within


def first_counted_days(session: Session, calendar: Calendar, *, user_ids: Collection[int]) -> dict[int, date]:
    """By person, the day of their first shared item that counts; no entry for people without one."""
    first = select(Activity.occurred_at).where(Activity.user_id == User.id, Activity.state == "counted")
    # One step in the index for each person; the smallest of a group would be looked for among all items.
    query = select(User.id, first.order_by(Activity.occurred_at).limit(1).scalar_subquery()).where(is_among(User.id, user_ids))
    rows = session.execute(query)
    return {user_id: calendar.day_of(moment) for user_id, moment in rows if moment is not None and user_id in user_ids}


def counted_items(
    session: Session, calendar: Calendar, period: Period, *, user_id: int | None, spans: Sequence[Span] | None
) -> Sequence[Activity]:
    """Shared items that counted in the period, and in ``spans`` if given, newest first."""
    if spans is not None and not spans:
        return []
    query = (
        select(Activity)
        .where(Activity.state == "counted", _in(calendar, period, Activity.occurred_at))
        .order_by(Activity.occurred_at.desc(), Activity.id.desc())
    )
    return session.scalars(_limited(query, Activity.user_id, Activity.occurred_at, spans, user_id)).all()


def records_behind(calendar: Calendar, period: Period, *, kind: str, user_id: int | None, spans: Sequence[Span] | None) -> Any:
    """The query of the records of a kind in the period, and in ``spans`` if given, newest first."""
    query = (
        select(Record)
        .where(Record.kind == kind, _in(calendar, period, Record.occurred_at))
        .order_by(Record.occurred_at.desc(), Record.id.desc())
    )
    return _limited(query, Record.user_id, Record.occurred_at, spans, user_id)


def count_rows(session: Session, query: Any) -> int:
    counted = query.order_by(None).with_only_columns(func.count(), maintain_column_froms=True)
    return int(session.scalars(counted).one())


def _in(calendar: Calendar, period: Period, moment: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    return Days(calendar, [(period.first, period.last + DAY, 0)]).includes(moment)


def _limited(
    query: Any,
    person: InstrumentedAttribute[Any],
    moment: InstrumentedAttribute[Any],
    spans: Sequence[Span] | None,
    user_id: int | None,
) -> Any:
    limited = query if user_id is None else query.where(person == user_id)
    if spans is None:
        return limited
    return within(limited, spans_table(spans), person, moment) if spans else limited.where(false())
