"""Queries of weekly numbers and counted items. A record belongs to the team that its person was in when it happened, whenever
it was recorded: the spans of memberships are joined with the records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, column, func, select, values
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.activities.models import Activity
from server.core.database.types import UTCDateTime
from server.core.kinds import SALES_KINDS, SOCIAL_KINDS
from server.core.weeks import Calendar
from server.credit.models import LedgerEntry
from server.people.roster import Span

#: By person and metric: one number per week.
WeeklyNumbers = Mapping[int, Mapping[str, Sequence[int]]]


def weekly_numbers(
    session: Session,
    calendar: Calendar,
    weeks: tuple[date, ...],
    *,
    spans: Sequence[Span] | None = None,
    user_id: int | None = None,
) -> WeeklyNumbers:
    """Sums by person, metric and week, limited to what happened in ``spans`` and to one person, if given. Zeros for a person or
    metric without numbers."""
    numbers: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0] * len(weeks)))
    if spans is not None and not spans:
        return numbers
    activity_week = calendar.week_index(Activity.occurred_at, weeks)
    activities = (
        select(Activity.user_id, Activity.kind, activity_week, func.sum(Activity.count))
        .where(Activity.kind.in_(SALES_KINDS), Activity.state == "counted", *_bounds(Activity, calendar, weeks))
        .group_by(Activity.user_id, Activity.kind, activity_week)
    )
    if user_id is not None:
        activities = activities.where(Activity.user_id == user_id)
    if spans is not None:
        activities = _within(activities, _spans_table(spans), Activity.user_id, Activity.occurred_at)
    for person_id, kind, index, total in session.execute(activities):
        numbers[person_id][kind][index] = int(total)
    entry_week = calendar.week_index(LedgerEntry.occurred_at, weeks)
    credit = (
        select(LedgerEntry.account_id, entry_week, func.sum(LedgerEntry.amount))
        .where(LedgerEntry.ledger == "effort", *_bounds(LedgerEntry, calendar, weeks))
        .group_by(LedgerEntry.account_id, entry_week)
    )
    if user_id is not None:
        credit = credit.where(LedgerEntry.account_id == user_id)
    if spans is not None:
        credit = _within(credit, _spans_table(spans), LedgerEntry.account_id, LedgerEntry.occurred_at)
    for person_id, index, total in session.execute(credit):
        numbers[person_id]["credit"][index] = int(total)
    return numbers


def people_by_team(session: Session, spans: Sequence[Span]) -> dict[int, set[int]]:
    """Who has any number in these spans, by team; a team does not include the teams below it."""
    people: dict[int, set[int]] = defaultdict(set)
    if not spans:
        return people
    table = _spans_table(spans)
    activities = select(Activity.user_id, table.c.team_id).where(
        Activity.kind.in_(SALES_KINDS), Activity.state == "counted"
    )  # fmt: skip
    credit = select(LedgerEntry.account_id, table.c.team_id).where(LedgerEntry.ledger == "effort")
    for query in (
        _within(activities, table, Activity.user_id, Activity.occurred_at),
        _within(credit, table, LedgerEntry.account_id, LedgerEntry.occurred_at),
    ):
        for person_id, team_id in session.execute(query.distinct()):
            people[team_id].add(person_id)
    return people


def counted_items(
    session: Session, calendar: Calendar, weeks: tuple[date, ...], *, user_id: int, spans: Sequence[Span] | None
) -> Sequence[Activity]:
    """The person's shared items that counted in these weeks, and in ``spans`` if given, newest first."""
    if spans is not None and not spans:
        return []
    query = (
        select(Activity)
        .where(
            Activity.kind.in_(SOCIAL_KINDS),
            Activity.state == "counted",
            Activity.user_id == user_id,
            *_bounds(Activity, calendar, weeks),
        )
        .order_by(Activity.occurred_at.desc(), Activity.id.desc())
    )
    if spans is not None:
        query = _within(query, _spans_table(spans), Activity.user_id, Activity.occurred_at)
    return session.scalars(query).all()


def _bounds(table: type[Activity | LedgerEntry], calendar: Calendar, weeks: tuple[date, ...]) -> list[ColumnElement[bool]]:
    return [table.occurred_at >= calendar.start_of(weeks[0]), table.occurred_at < calendar.end_of(weeks[-1])]


def _spans_table(spans: Sequence[Span]) -> CTE:
    """The spans as rows of a query, because only here, in Python, days are converted to moments of the time zone."""
    table = values(
        column("user_id", BigInteger),
        column("team_id", BigInteger),
        column("starts_at", UTCDateTime),
        column("ends_at", UTCDateTime),
        name="span",
    )
    return table.data([(span.user_id, span.team_id, span.starts_at, span.ends_at) for span in spans]).cte()


def _within(query: Any, table: CTE, person: InstrumentedAttribute[int], moment: InstrumentedAttribute[datetime]) -> Any:
    return query.join(table, (table.c.user_id == person) & (moment >= table.c.starts_at) & (moment < table.c.ends_at))
