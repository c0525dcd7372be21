"""Queries of numbers and of what is behind them, for any days. A record belongs to the team that its person was in when it
happened, whenever it was recorded: the spans of memberships are joined with the records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, FromClause, and_, column, false, func, literal, or_, select, values
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.activities.models import Activity
from server.core.database.types import UTCDateTime
from server.core.periods import Period
from server.core.weeks import DAY, Calendar
from server.credit.models import LedgerEntry
from server.people.models import Membership, Metric, User
from server.people.queries import active_metrics
from server.people.roster import Span, load_spans
from server.people.standard_metrics import LEDGER_METRIC
from server.records.models import Record
from server.rollups.changes import is_counted, settle
from server.rollups.queries import sums_of_people, sums_of_teams
from server.rollups.state import is_complete
from server.rollups.weeks import whole_parts

#: By person and metric: one number per period.
Numbers = Mapping[int, Mapping[str, Sequence[int]]]


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose numbers: of one person, if given; only what happened in ``team_ids``, if given; not of the people ``without``."""

    user_id: int | None = None
    team_ids: frozenset[int] | None = None
    without: frozenset[int] = frozenset()

    @property
    def is_nobody(self) -> bool:
        return self.team_ids is not None and not self.team_ids


def whose(user_id: int, team_ids: Collection[int] | None) -> Whose:
    return Whose(user_id=user_id, team_ids=None if team_ids is None else frozenset(team_ids))


class Days:
    """Days that are read from the rows themselves, each with the part that it belongs to."""

    def __init__(self, calendar: Calendar, ranges: Sequence[tuple[date, date, int]]) -> None:
        """``ranges``: in order, without overlaps: first day, the day after the last, and part."""
        self.calendar, self._ranges = calendar, ranges

    def __bool__(self) -> bool:
        return bool(self._ranges)

    @property
    def period(self) -> Period:
        return Period("custom", self._ranges[0][0], self._ranges[-1][1] - DAY)

    @property
    def parts(self) -> list[int]:
        return [part for _, _, part in self._ranges]

    def index_of(self, moment: InstrumentedAttribute[Any]) -> ColumnElement[int]:
        """SQL for the position in ``parts``."""
        return self.calendar.position(moment, [end for _, end, _ in self._ranges])

    def includes(self, moment: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        joined: list[tuple[date, date]] = []
        for start, end, _ in self._ranges:
            if joined and joined[-1][1] == start:
                joined[-1] = (joined[-1][0], end)
            else:
                joined.append((start, end))
        return or_(
            *(and_(moment >= self.calendar.start_of(start), moment < self.calendar.start_of(end)) for start, end in joined)
        )


class Parts:
    """Periods cut into parts that do not overlap, so that one query reads each row once, whatever the periods are.

    ``weeks``: the part of each group of days whose sums are stored (``rollups.weeks``). ``days``: all others."""

    def __init__(self, calendar: Calendar, periods: Sequence[Period], *, has_sums: bool = False) -> None:
        cuts = sorted({day for period in periods for day in (period.first, period.last + DAY)})
        starts, ends = cuts[:-1], cuts[1:]
        self._inside = [
            [index for index, start in enumerate(starts) if period.first <= start <= period.last] for period in periods
        ]
        self.weeks: dict[date, int] = {}
        ranges: list[tuple[date, date, int]] = []
        needed = {index for inside in self._inside for index in inside}
        for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
            if index in needed:
                weeks, rest = whole_parts(start, end) if has_sums else ([], [(start, end)])
                self.weeks |= dict.fromkeys(weeks, index)
                ranges += [(first, after, index) for first, after in rest]
        self.days = Days(calendar, ranges)
        self.everything = Days(
            calendar, [(start, end, index) for index, (start, end) in enumerate(zip(starts, ends, strict=True))]
        )

    def sums(self, numbers: Mapping[int, int]) -> list[int]:
        """For each period, from the numbers of parts."""
        return [sum(numbers.get(index, 0) for index in inside) for inside in self._inside]

    def last(self, numbers: Mapping[int, int]) -> list[int]:
        """For each period the number of its last part that has one."""
        return [next((numbers[index] for index in reversed(inside) if index in numbers), 0) for inside in self._inside]

    def least(self, numbers: Mapping[int, int]) -> list[int]:
        """For each period, the largest number of its parts."""
        return [max((numbers.get(index, 0) for index in inside), default=0) for inside in self._inside]

    def having(self, found: Mapping[int, set[int]]) -> list[set[int]]:
        """For each period, who is in any of its parts."""
        return [set().union(*(found.get(index, ()) for index in inside)) for inside in self._inside]


def make_parts(session: Session, calendar: Calendar, periods: Sequence[Period]) -> Parts:
    settle(session)
    return Parts(calendar, periods, has_sums=is_complete(session, zone=calendar.zone.key))


def numbers_of_periods(session: Session, calendar: Calendar, periods: Sequence[Period], whose: Whose) -> Numbers:
    """By person, metric and period. Zeros for a person or metric without numbers; archived metrics have none. Periods may
    overlap and come in any order."""
    return numbers_by_group(session, calendar, periods, whose, groups=_Always(0))[0]


def numbers_by_group(
    session: Session, calendar: Calendar, periods: Sequence[Period], whose: Whose, *, groups: Mapping[int, int]
) -> Mapping[int, Numbers]:
    """As ``numbers_of_periods``, for each group of teams on its own. ``groups``: by team."""
    numbers: dict[int, dict[int, dict[str, Sequence[int]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(lambda: [0] * len(periods)))
    )
    if whose.is_nobody or not periods:
        return numbers
    parts = make_parts(session, calendar, periods)
    metrics = [metric for metric in active_metrics(session) if metric.record_kind is not None]
    found = _sums_of_parts(session, parts, whose, groups, {metric.record_kind or "" for metric in metrics if metric.sums})
    by_kind: dict[str, list[Metric]] = defaultdict(list)
    for metric in metrics:
        by_kind[metric.record_kind or ""].append(metric)
    for (group, person_id, kind), of_parts in found.items():
        for metric in by_kind[kind]:
            if metric.sums:
                numbers[group][person_id][metric.key] = _of_metric(parts, metric, of_parts)
        if kind == LEDGER_METRIC:
            numbers[group][person_id][kind] = parts.sums({part: columns[1] for part, columns in of_parts.items()})
    for (group, person_id, key), last in _last_of_parts(session, parts, whose, groups, metrics).items():
        numbers[group][person_id][key] = parts.last(last)
    return numbers


@dataclass(frozen=True, slots=True)
class GroupSums:
    """``sums``: by metric, one number per period. ``at_least``: for each period, how many people surely have any number, and
    by True, any points."""

    sums: Mapping[str, Sequence[int]]
    at_least: Mapping[bool, Sequence[int]]


def sums_of_groups(
    session: Session, calendar: Calendar, periods: Sequence[Period], *, groups: Mapping[int, int]
) -> Mapping[int, GroupSums]:
    """The numbers of groups of teams, without those of their people. ``groups``: by team. Every metric is one whose records are
    added up."""
    parts, whose = make_parts(session, calendar, periods), Whose(team_ids=frozenset(groups))
    metrics = [metric for metric in active_metrics(session) if metric.record_kind is not None]
    kinds = {metric.record_kind or "" for metric in metrics}
    found: dict[tuple[int, str], dict[int, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    people: dict[tuple[int, bool], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    rows = sums_of_teams(session, starts=parts.weeks, kinds={*kinds, LEDGER_METRIC}, team_ids=groups) if parts.weeks else ()
    for team_id, kind, starts_on, count, value, active in rows:
        group, part = groups[team_id], parts.weeks[starts_on]
        cell = found[group, kind][part]
        cell[0] += count
        cell[1] += value
        people[group, False][part] = max(people[group, False][part], active)
        if kind == LEDGER_METRIC:
            people[group, True][part] = max(people[group, True][part], active)
    of_days: dict[tuple[int, bool, int], set[int]] = defaultdict(set)
    for (group, person_id, kind), of_parts in _sums_of_days(session, parts.days, whose, groups, kinds).items():
        for part, (count, value) in of_parts.items():
            cell = found[group, kind][part]
            cell[0] += count
            cell[1] += value
            if is_counted(kind, count, value):
                for is_credit in {False, kind == LEDGER_METRIC}:
                    of_days[group, is_credit, part].add(person_id)
    for (group, is_credit, part), active_people in of_days.items():
        people[group, is_credit][part] = max(people[group, is_credit][part], len(active_people))
    result = {}
    for group in set(groups.values()):
        sums = {metric.key: _of_metric(parts, metric, found[group, metric.record_kind or ""]) for metric in metrics}
        sums[LEDGER_METRIC] = parts.sums({part: columns[1] for part, columns in found[group, LEDGER_METRIC].items()})
        result[group] = GroupSums(sums, {is_credit: parts.least(people[group, is_credit]) for is_credit in (False, True)})
    return result


def _of_metric(parts: Parts, metric: Metric, of_parts: Mapping[int, Sequence[int]]) -> list[int]:
    column = 0 if metric.unit == "count" else 1
    return parts.sums({part: columns[column] for part, columns in of_parts.items()})


class _Always(Mapping[int, int]):
    """The same for every team."""

    def __init__(self, value: int) -> None:
        self._value = value

    def __getitem__(self, _key: int) -> int:
        return self._value

    def __iter__(self) -> Iterator[int]:
        return iter(())

    def __len__(self) -> int:
        return 0


#: By group, person and kind: by part, count and value.
_Sums = dict[tuple[int, int, str], dict[int, list[int]]]


def _sums_of_parts(session: Session, parts: Parts, whose: Whose, groups: Mapping[int, int], kinds: Collection[str]) -> _Sums:
    found = _sums_of_days(session, parts.days, whose, groups, kinds)
    if parts.weeks:
        rows = sums_of_people(
            session,
            starts=parts.weeks,
            kinds={*kinds, LEDGER_METRIC},
            team_ids=whose.team_ids,
            user_id=whose.user_id,
        )
        for team_id, person_id, kind, starts_on, count, value in rows:
            if person_id not in whose.without:
                cell = found[groups[team_id], person_id, kind][parts.weeks[starts_on]]
                cell[0] += count
                cell[1] += value
    return found


def _sums_of_days(session: Session, days: Days, whose: Whose, groups: Mapping[int, int], kinds: Collection[str]) -> _Sums:
    """From the rows themselves."""
    found: _Sums = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for stays in _stays(session, days, whose):
        for query in (_summed_records(days, whose, stays, kinds), _points(days, whose, stays)):
            for team_id, person_id, kind, index, count, total in session.execute(query):
                if person_id not in whose.without:
                    cell = found[groups[team_id], person_id, kind][days.parts[index]]
                    cell[0] += int(count)
                    cell[1] += int(total or 0)
    return found


def _stays(session: Session, days: Days, whose: Whose) -> list[FromClause | None]:
    """Tables of who was in the teams and when, in the columns of ``_spans_table``; without ``team_ids``, None, because
    everything counts. The database finds those who stayed in one team all the time, which is nearly everybody."""
    if not days:
        return []
    if whose.team_ids is None:
        return [None]
    is_person = whose.user_id is not None
    spans = load_spans(
        session, (days.period,), team_ids=whose.team_ids, user_id=whose.user_id, only_changes=not is_person
    )  # fmt: skip
    tables: list[FromClause | None] = [_spans_table(spans)] if spans else []
    return tables if is_person else [*tables, _stayed(days, whose.team_ids)]


def _stayed(days: Days, team_ids: Collection[int]) -> FromClause:
    first, last = days.period.first, days.period.last
    columns = (
        Membership.user_id.label("user_id"),
        Membership.team_id.label("team_id"),
        literal(days.calendar.start_of(first), UTCDateTime).label("starts_at"),
        literal(days.calendar.start_of(last + DAY), UTCDateTime).label("ends_at"),
    )
    is_all_the_time = or_(Membership.ends_on.is_(None), Membership.ends_on >= last)
    return select(*columns).where(Membership.team_id.in_(team_ids), Membership.starts_on <= first, is_all_the_time).cte()


def _last_of_parts(
    session: Session, parts: Parts, whose: Whose, groups: Mapping[int, int], metrics: Sequence[Metric]
) -> Mapping[tuple[int, int, str], Mapping[int, int]]:
    """By group, person and metric, the last number of each part that has any, of metrics whose records are not added up."""
    last = [metric for metric in metrics if not metric.sums]
    found: dict[tuple[int, int, str], dict[int, int]] = defaultdict(dict)
    moments: dict[tuple[int, int, str, int], Any] = {}
    if not last:
        return found
    days = parts.everything
    rows: list[Any] = []
    for stays in _stays(session, days, whose):
        rows += session.execute(_last_records(days, whose, stays, {metric.record_kind for metric in last}))
    for team_id, person_id, kind, index, count, value, moment, record_id in rows:
        # In a group of several teams, the last of all.
        cell = groups[team_id], person_id, kind, index
        if person_id in whose.without or (cell in moments and moments[cell] > (moment, record_id)):
            continue
        moments[cell] = (moment, record_id)
        for metric in last:
            if metric.record_kind == kind:
                number = int((count if metric.unit == "count" else value) or 0)
                found[groups[team_id], person_id, metric.key][days.parts[index]] = number
    return found


_NO_TEAM = 0


def _summed_records(days: Days, whose: Whose, table: FromClause | None, kinds: Collection[str]) -> Any:
    index = days.index_of(Record.occurred_at)
    columns = Record.user_id, Record.kind, index, func.sum(Record.count), func.sum(Record.value)
    query = select(_team(table), *columns).where(Record.kind.in_(kinds), days.includes(Record.occurred_at))
    query = _among(query, whose, table, Record.user_id, Record.occurred_at)
    return query.group_by(*_grouped(table), Record.user_id, Record.kind, index)


def _points(days: Days, whose: Whose, table: FromClause | None) -> Any:
    index = days.index_of(LedgerEntry.occurred_at)
    columns = LedgerEntry.account_id, literal(LEDGER_METRIC), index, func.count(), func.sum(LedgerEntry.amount)
    query = select(_team(table), *columns).where(LedgerEntry.ledger == "effort", days.includes(LedgerEntry.occurred_at))
    query = _among(query, whose, table, LedgerEntry.account_id, LedgerEntry.occurred_at)
    return query.group_by(*_grouped(table), LedgerEntry.account_id, index)


def _last_records(days: Days, whose: Whose, table: FromClause | None, kinds: Collection[str | None]) -> Any:
    """The last record of each team, person, kind and part."""
    index = days.index_of(Record.occurred_at)
    newest_first = func.row_number().over(
        partition_by=(*_grouped(table), Record.user_id, Record.kind, index),
        order_by=(Record.occurred_at.desc(), Record.id.desc()),
    )
    query = select(
        _team(table).label("team_id"), Record.user_id, Record.kind, index.label("part"), Record.count, Record.value,
        Record.occurred_at, Record.id, newest_first.label("place"),
    ).where(Record.kind.in_(kinds), days.includes(Record.occurred_at))  # fmt: skip
    found = _among(query, whose, table, Record.user_id, Record.occurred_at).subquery().c
    columns = (
        found.team_id, found.user_id, found.kind, found.part, found.count, found.value, found.occurred_at, found.id,
    )  # fmt: skip
    return select(*columns).where(found.place == 1)


def _team(table: FromClause | None) -> Any:
    return literal(_NO_TEAM) if table is None else table.c.team_id


def _grouped(table: FromClause | None) -> tuple[Any, ...]:
    """Databases do not group by a constant."""
    return () if table is None else (table.c.team_id,)


def _among(
    query: Any, whose: Whose, table: FromClause | None, person: InstrumentedAttribute[Any], moment: InstrumentedAttribute[Any]
) -> Any:
    limited = query if whose.user_id is None else query.where(person == whose.user_id)
    return limited if table is None else _within(limited, table, person, moment)


def first_counted_days(session: Session, calendar: Calendar, *, user_ids: Collection[int]) -> dict[int, date]:
    """By person, the day of their first shared item that counts; no entry for people without one."""
    first = select(Activity.occurred_at).where(Activity.user_id == User.id, Activity.state == "counted")
    # One step in the index for each person; the smallest of a group would be looked for among all items.
    query = select(User.id, first.order_by(Activity.occurred_at).limit(1).scalar_subquery()).where(User.id.in_(user_ids))
    return {user_id: calendar.day_of(moment) for user_id, moment in session.execute(query) if moment is not None}


#: For each period: by team, without the teams below it, the ids of people.
PeopleByTeam = list[dict[int, set[int]]]


def people_by_team(
    session: Session, calendar: Calendar, periods: Sequence[Period], team_ids: Collection[int]
) -> tuple[PeopleByTeam, PeopleByTeam]:
    """Who has any number while in these teams, and who has any entry in the credit ledger."""
    if not team_ids:
        return [{} for _ in periods], [{} for _ in periods]
    parts, whose = make_parts(session, calendar, periods), Whose(team_ids=frozenset(team_ids))
    kinds = {metric.record_kind for metric in active_metrics(session) if metric.record_kind is not None}
    active: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    credited: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    groups = {team_id: team_id for team_id in team_ids}
    for (team_id, person_id, kind), of_parts in _sums_of_parts(session, parts, whose, groups, kinds).items():
        for index, sums in of_parts.items():
            if any(sums):
                active[team_id][index].add(person_id)
                if kind == LEDGER_METRIC:
                    credited[team_id][index].add(person_id)
    return _by_period(parts, active, len(periods)), _by_period(parts, credited, len(periods))


def _by_period(parts: Parts, found: Mapping[int, Mapping[int, set[int]]], count: int) -> PeopleByTeam:
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


def _within(query: Any, table: FromClause, person: InstrumentedAttribute[Any], moment: InstrumentedAttribute[Any]) -> Any:
    return query.join(table, (table.c.user_id == person) & (moment >= table.c.starts_at) & (moment < table.c.ends_at))
