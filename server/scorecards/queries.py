"""Queries of weekly numbers and of what is behind them. A record belongs to the team that its person was in when it happened,
whenever it was recorded: the spans of memberships are joined with the records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, column, false, func, select, values
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.activities.models import Activity
from server.core.database.types import UTCDateTime
from server.core.weeks import Calendar
from server.credit.models import LedgerEntry
from server.people.models import Metric
from server.people.queries import active_metrics
from server.people.roster import Span
from server.people.standard_metrics import LEDGER_METRIC
from server.records.models import Record

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
    """By person, metric and week, limited to what happened in ``spans`` and to one person, if given. Zeros for a person or
    metric without numbers; archived metrics have none."""
    numbers: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0] * len(weeks)))
    if spans is not None and not spans:
        return numbers
    metrics = active_metrics(session)
    by_kind: dict[str, list[Metric]] = defaultdict(list)
    for metric in metrics:
        if metric.record_kind is not None:
            by_kind[metric.record_kind].append(metric)
    for query, sums in ((_summed_records, True), (_last_records, False)):
        kinds = [kind for kind, found in by_kind.items() if any(metric.sums is sums for metric in found)]
        if not kinds:
            continue
        for person_id, kind, index, count, value in session.execute(query(calendar, weeks, kinds, spans, user_id)):
            for metric in by_kind[kind]:
                if metric.sums is sums:
                    numbers[person_id][metric.key][index] = int((count if metric.unit == "count" else value) or 0)
    entry_week = calendar.week_index(LedgerEntry.occurred_at, weeks)
    credit = (
        select(LedgerEntry.account_id, entry_week, func.sum(LedgerEntry.amount))
        .where(LedgerEntry.ledger == "effort", *_bounds(LedgerEntry, calendar, weeks))
        .group_by(LedgerEntry.account_id, entry_week)
    )
    credit = _limited(credit, LedgerEntry.account_id, LedgerEntry.occurred_at, spans, user_id)
    for person_id, index, total in session.execute(credit):
        numbers[person_id][LEDGER_METRIC][index] = int(total)
    return numbers


def _summed_records(
    calendar: Calendar, weeks: tuple[date, ...], kinds: Sequence[str], spans: Sequence[Span] | None, user_id: int | None
) -> Any:
    week = calendar.week_index(Record.occurred_at, weeks)
    query = (
        select(Record.user_id, Record.kind, week, func.sum(Record.count), func.sum(Record.value))
        .where(Record.kind.in_(kinds), *_bounds(Record, calendar, weeks))
        .group_by(Record.user_id, Record.kind, week)
    )
    return _limited(query, Record.user_id, Record.occurred_at, spans, user_id)


def _last_records(
    calendar: Calendar, weeks: tuple[date, ...], kinds: Sequence[str], spans: Sequence[Span] | None, user_id: int | None
) -> Any:
    """The last record of each person, kind and week."""
    week = calendar.week_index(Record.occurred_at, weeks)
    newest_first = func.row_number().over(
        partition_by=(Record.user_id, Record.kind, week), order_by=(Record.occurred_at.desc(), Record.id.desc())
    )
    query = select(
        Record.user_id, Record.kind, week.label("week"), Record.count, Record.value, newest_first.label("place")
    ).where(Record.kind.in_(kinds), *_bounds(Record, calendar, weeks))
    places = _limited(query, Record.user_id, Record.occurred_at, spans, user_id).subquery()
    return select(places.c.user_id, places.c.kind, places.c.week, places.c.count, places.c.value).where(places.c.place == 1)


def people_by_team(session: Session, spans: Sequence[Span]) -> dict[int, set[int]]:
    """Who has any number in these spans, by team; a team does not include the teams below it."""
    people: dict[int, set[int]] = defaultdict(set)
    if not spans:
        return people
    table = _spans_table(spans)
    kinds = {metric.record_kind for metric in active_metrics(session)}
    records = select(Record.user_id, table.c.team_id).where(Record.kind.in_(kinds))
    credit = select(LedgerEntry.account_id, table.c.team_id).where(LedgerEntry.ledger == "effort")
    for query in (
        _within(records, table, Record.user_id, Record.occurred_at),
        _within(credit, table, LedgerEntry.account_id, LedgerEntry.occurred_at),
    ):
        for person_id, team_id in session.execute(query.distinct()):
            people[team_id].add(person_id)
    return people


def counted_items(
    session: Session, calendar: Calendar, weeks: tuple[date, ...], *, user_id: int | None, spans: Sequence[Span] | None
) -> Sequence[Activity]:
    """Shared items that counted in these weeks, and in ``spans`` if given, newest first."""
    if spans is not None and not spans:
        return []
    query = (
        select(Activity)
        .where(Activity.state == "counted", *_bounds(Activity, calendar, weeks))
        .order_by(Activity.occurred_at.desc(), Activity.id.desc())
    )
    return session.scalars(_limited(query, Activity.user_id, Activity.occurred_at, spans, user_id)).all()


def records_behind(
    calendar: Calendar, weeks: tuple[date, ...], *, kind: str, user_id: int | None, spans: Sequence[Span] | None
) -> Any:
    """The query of the records of a kind in these weeks, and in ``spans`` if given, newest first."""
    query = (
        select(Record)
        .where(Record.kind == kind, *_bounds(Record, calendar, weeks))
        .order_by(Record.occurred_at.desc(), Record.id.desc())
    )
    return _limited(query, Record.user_id, Record.occurred_at, spans, user_id)


def count_rows(session: Session, query: Any) -> int:
    counted = query.order_by(None).with_only_columns(func.count(), maintain_column_froms=True)
    return int(session.scalars(counted).one())


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
    return _within(limited, _spans_table(spans), person, moment) if spans else limited.where(false())


def _bounds(
    table: type[Activity | LedgerEntry | Record], calendar: Calendar, weeks: tuple[date, ...]
) -> list[ColumnElement[bool]]:
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


def _within(query: Any, table: CTE, person: InstrumentedAttribute[Any], moment: InstrumentedAttribute[Any]) -> Any:
    return query.join(table, (table.c.user_id == person) & (moment >= table.c.starts_at) & (moment < table.c.ends_at))
