"""Queries of numbers and of what is behind them, for any days. A record belongs to the team that its person was in when it
happened, whenever it was recorded: the spans of memberships are joined with the records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, column, false, func, literal, select, values
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.activities.models import Activity
from server.core.database.types import UTCDateTime
from server.core.periods import Period
from server.core.weeks import DAY, Calendar
from server.credit.models import LedgerEntry
from server.people.models import Metric
from server.people.queries import active_metrics
from server.people.roster import Span
from server.people.standard_metrics import LEDGER_METRIC
from server.records.models import Record

#: By person and metric: one number per period.
Numbers = Mapping[int, Mapping[str, Sequence[int]]]


class _Parts:
    """Periods cut into parts that do not overlap, so that one query reads each row once, whatever the periods are."""

    def __init__(self, calendar: Calendar, periods: Sequence[Period]) -> None:
        cuts = sorted({day for period in periods for day in (period.first, period.last + DAY)})
        self._calendar, self._starts, self._ends = calendar, cuts[:-1], cuts[1:]
        self._inside = [
            [index for index, start in enumerate(self._starts) if period.first <= start <= period.last] for period in periods
        ]

    def index_of(self, moment: InstrumentedAttribute[Any]) -> ColumnElement[int]:
        return self._calendar.position(moment, self._ends)

    def bounds(self, table: type[Activity | LedgerEntry | Record]) -> list[ColumnElement[bool]]:
        start, end = self._calendar.start_of(self._starts[0]), self._calendar.start_of(self._ends[-1])
        return [table.occurred_at >= start, table.occurred_at < end]

    def sums(self, numbers: Mapping[int, int]) -> list[int]:
        """For each period, from the numbers of parts."""
        return [sum(numbers.get(index, 0) for index in inside) for inside in self._inside]

    def last(self, numbers: Mapping[int, int]) -> list[int]:
        """For each period the number of its last part that has one."""
        return [next((numbers[index] for index in reversed(inside) if index in numbers), 0) for inside in self._inside]

    def having(self, found: Mapping[int, set[int]]) -> list[set[int]]:
        """For each period, who is in any of its parts."""
        return [set().union(*(found.get(index, ()) for index in inside)) for inside in self._inside]


def numbers_of_periods(
    session: Session,
    calendar: Calendar,
    periods: Sequence[Period],
    *,
    spans: Sequence[Span] | None = None,
    user_id: int | None = None,
) -> Numbers:
    """By person, metric and period, limited to what happened in ``spans`` and to one person, if given. Zeros for a person or
    metric without numbers; archived metrics have none. Periods may overlap and come in any order."""
    as_one = spans if spans is None else [replace(span, team_id=_ANY_TEAM) for span in spans]
    return _numbers(session, calendar, periods, as_one, user_id)[_ANY_TEAM]


def numbers_by_team(
    session: Session, calendar: Calendar, periods: Sequence[Period], spans: Sequence[Span]
) -> Mapping[int, Numbers]:
    """As ``numbers_of_periods``, for each ``team_id`` of the spans on its own."""
    return _numbers(session, calendar, periods, spans, None)


_ANY_TEAM = 0


def _numbers(
    session: Session,
    calendar: Calendar,
    periods: Sequence[Period],
    spans: Sequence[Span] | None,
    user_id: int | None,
) -> Mapping[int, Numbers]:
    numbers: dict[int, dict[int, dict[str, Sequence[int]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(lambda: [0] * len(periods)))
    )
    if spans is not None and not spans:
        return numbers
    source = _Source(calendar, periods, spans, user_id)
    by_kind: dict[str, list[Metric]] = defaultdict(list)
    for metric in active_metrics(session):
        if metric.record_kind is not None:
            by_kind[metric.record_kind].append(metric)
    for sums in (True, False):
        of_parts = _numbers_of_parts(session, source, by_kind, sums=sums)
        for (team_id, person_id, key), found_parts in of_parts.items():
            numbers[team_id][person_id][key] = source.parts.sums(found_parts) if sums else source.parts.last(found_parts)
    points: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    for team_id, person_id, index, total in session.execute(source.points()):
        points[team_id, person_id][index] = int(total)
    for (team_id, person_id), found_points in points.items():
        numbers[team_id][person_id][LEDGER_METRIC] = source.parts.sums(found_points)
    return numbers


def _numbers_of_parts(
    session: Session, source: _Source, by_kind: Mapping[str, Sequence[Metric]], *, sums: bool
) -> Mapping[tuple[int, int, str], Mapping[int, int]]:
    """By team, person and metric, the numbers of the parts that have any, of metrics whose records are added up or of
    others."""
    found: dict[tuple[int, int, str], dict[int, int]] = defaultdict(dict)
    kinds = [kind for kind, metrics in by_kind.items() if any(metric.sums is sums for metric in metrics)]
    if not kinds:
        return found
    query = source.summed_records(kinds) if sums else source.last_records(kinds)
    for team_id, person_id, kind, index, count, value in session.execute(query):
        for metric in by_kind[kind]:
            if metric.sums is sums:
                found[team_id, person_id, metric.key][index] = int((count if metric.unit == "count" else value) or 0)
    return found


class _Source:
    """Queries of the rows of some people and days. The first column is the span's team."""

    def __init__(
        self, calendar: Calendar, periods: Sequence[Period], spans: Sequence[Span] | None, user_id: int | None
    ) -> None:
        self.parts = _Parts(calendar, periods)
        self._user_id = user_id
        self._table = None if spans is None else _spans_table(spans)
        self._team = literal(_ANY_TEAM) if self._table is None else self._table.c.team_id

    def summed_records(self, kinds: Sequence[str]) -> Any:
        part = self.parts.index_of(Record.occurred_at)
        query = select(self._team, Record.user_id, Record.kind, part, func.sum(Record.count), func.sum(Record.value))
        query = query.where(Record.kind.in_(kinds), *self.parts.bounds(Record))
        return self._limited(query, Record.user_id, Record.occurred_at).group_by(
            *self._grouping(), Record.user_id, Record.kind, part
        )

    def last_records(self, kinds: Sequence[str]) -> Any:
        """The last record of each team, person, kind and part."""
        part = self.parts.index_of(Record.occurred_at)
        newest_first = func.row_number().over(
            partition_by=(*self._grouping(), Record.user_id, Record.kind, part),
            order_by=(Record.occurred_at.desc(), Record.id.desc()),
        )
        query = select(
            self._team.label("team_id"), Record.user_id, Record.kind, part.label("part"), Record.count, Record.value,
            newest_first.label("place"),
        ).where(Record.kind.in_(kinds), *self.parts.bounds(Record))  # fmt: skip
        found = self._limited(query, Record.user_id, Record.occurred_at).subquery().c
        return select(found.team_id, found.user_id, found.kind, found.part, found.count, found.value).where(found.place == 1)

    def points(self) -> Any:
        part = self.parts.index_of(LedgerEntry.occurred_at)
        query = select(self._team, LedgerEntry.account_id, part, func.sum(LedgerEntry.amount))
        query = query.where(LedgerEntry.ledger == "effort", *self.parts.bounds(LedgerEntry))
        return self._limited(query, LedgerEntry.account_id, LedgerEntry.occurred_at).group_by(
            *self._grouping(), LedgerEntry.account_id, part
        )

    def _grouping(self) -> tuple[Any, ...]:
        """Databases do not group by a constant."""
        return () if self._table is None else (self._team,)

    def _limited(self, query: Any, person: InstrumentedAttribute[Any], moment: InstrumentedAttribute[Any]) -> Any:
        limited = query if self._user_id is None else query.where(person == self._user_id)
        return limited if self._table is None else _within(limited, self._table, person, moment)


def first_counted_days(session: Session, calendar: Calendar, *, user_ids: Collection[int]) -> dict[int, date]:
    """By person, the day of their first shared item that counts; no entry for people without one."""
    query = (
        select(Activity.user_id, func.min(Activity.occurred_at))
        .where(Activity.state == "counted", Activity.user_id.in_(user_ids))
        .group_by(Activity.user_id)
    )
    return {user_id: calendar.day_of(moment) for user_id, moment in session.execute(query)}


#: For each period: by team, without the teams below it, the ids of people.
PeopleByTeam = list[dict[int, set[int]]]


def people_by_team(
    session: Session, calendar: Calendar, periods: Sequence[Period], spans: Sequence[Span]
) -> tuple[PeopleByTeam, PeopleByTeam]:
    """Who has any number in these spans, and who has any entry in the credit ledger."""
    if not spans:
        return [{} for _ in periods], [{} for _ in periods]
    parts, table = _Parts(calendar, periods), _spans_table(spans)
    kinds = {metric.record_kind for metric in active_metrics(session)}
    record_part, entry_part = parts.index_of(Record.occurred_at), parts.index_of(LedgerEntry.occurred_at)
    records = select(Record.user_id, table.c.team_id, record_part).where(Record.kind.in_(kinds), *parts.bounds(Record))
    entries = select(LedgerEntry.account_id, table.c.team_id, entry_part).where(
        LedgerEntry.ledger == "effort", *parts.bounds(LedgerEntry)
    )
    active: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    credited: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    query = _within(records, table, Record.user_id, Record.occurred_at).distinct()
    for person_id, team_id, index in session.execute(query):
        active[team_id][index].add(person_id)
    query = _within(entries, table, LedgerEntry.account_id, LedgerEntry.occurred_at).distinct()
    for person_id, team_id, index in session.execute(query):
        active[team_id][index].add(person_id)
        credited[team_id][index].add(person_id)
    return _by_period(parts, active, len(periods)), _by_period(parts, credited, len(periods))


def _by_period(parts: _Parts, found: Mapping[int, Mapping[int, set[int]]], count: int) -> PeopleByTeam:
    by_team = {team_id: parts.having(of_parts) for team_id, of_parts in found.items()}
    return [{team_id: people[index] for team_id, people in by_team.items()} for index in range(count)]


def counted_items(
    session: Session, calendar: Calendar, period: Period, *, user_id: int | None, spans: Sequence[Span] | None
) -> Sequence[Activity]:
    """Shared items that counted in the period, and in ``spans`` if given, newest first."""
    if spans is not None and not spans:
        return []
    query = (
        select(Activity)
        .where(Activity.state == "counted", *_Parts(calendar, [period]).bounds(Activity))
        .order_by(Activity.occurred_at.desc(), Activity.id.desc())
    )
    return session.scalars(_limited(query, Activity.user_id, Activity.occurred_at, spans, user_id)).all()


def records_behind(calendar: Calendar, period: Period, *, kind: str, user_id: int | None, spans: Sequence[Span] | None) -> Any:
    """The query of the records of a kind in the period, and in ``spans`` if given, newest first."""
    query = (
        select(Record)
        .where(Record.kind == kind, *_Parts(calendar, [period]).bounds(Record))
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
