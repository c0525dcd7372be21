"""The SQL of numbers, by person and part. A number belongs to the team that its person was in when it happened, whenever it was
recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, BigInteger, FromClause, column, func, literal, or_, select, values
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.core.database.types import UTCDateTime
from server.core.weeks import DAY
from server.credit.models import LedgerEntry
from server.people.models import Membership, Metric
from server.people.roster import Span, load_spans
from server.people.standard_metrics import LEDGER_METRIC
from server.records.models import Record
from server.rollups.models import NO_TEAM
from server.rollups.queries import sums_of_people
from server.scorecards.parts import Days, Parts


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


#: By group, person and kind: by part, count and value.
Sums = dict[tuple[int, int, str], dict[int, list[int]]]


def sums_of_parts(session: Session, parts: Parts, whose: Whose, groups: Mapping[int, int], kinds: Collection[str]) -> Sums:
    found = sums_of_days(session, parts.days, whose, groups, kinds)
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


def sums_of_days(session: Session, days: Days, whose: Whose, groups: Mapping[int, int], kinds: Collection[str]) -> Sums:
    """From the rows themselves."""
    found: Sums = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for stays in _stays(session, days, whose):
        for query in (_summed_records(days, whose, stays, kinds), _points(days, whose, stays)):
            for team_id, person_id, kind, index, count, total in session.execute(query):
                if person_id not in whose.without:
                    cell = found[groups[team_id], person_id, kind][days.parts[index]]
                    cell[0] += int(count)
                    cell[1] += int(total or 0)
    return found


def _stays(session: Session, days: Days, whose: Whose) -> list[FromClause | None]:
    """Tables of who was in the teams and when, in the columns of ``spans_table``; without ``team_ids``, None, because
    everything counts. The database finds those who stayed in one team all the time, which is nearly everybody."""
    if not days:
        return []
    if whose.team_ids is None:
        return [None]
    is_person = whose.user_id is not None
    spans = load_spans(
        session, (days.period,), team_ids=whose.team_ids, user_id=whose.user_id, only_changes=not is_person
    )  # fmt: skip
    tables: list[FromClause | None] = [spans_table(spans)] if spans else []
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


def last_of_parts(
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
    return literal(NO_TEAM) if table is None else table.c.team_id


def _grouped(table: FromClause | None) -> tuple[Any, ...]:
    """Databases do not group by a constant."""
    return () if table is None else (table.c.team_id,)


def _among(
    query: Any, whose: Whose, table: FromClause | None, person: InstrumentedAttribute[Any], moment: InstrumentedAttribute[Any]
) -> Any:
    limited = query if whose.user_id is None else query.where(person == whose.user_id)
    return limited if table is None else within(limited, table, person, moment)


def spans_table(spans: Sequence[Span]) -> CTE:
    """The spans as rows of a query, because only here, in Python, days are converted to moments of the time zone."""
    table = values(
        column("user_id", BigInteger),
        column("team_id", BigInteger),
        column("starts_at", UTCDateTime),
        column("ends_at", UTCDateTime),
        name="span",
    )
    return table.data([(span.user_id, span.team_id, span.starts_at, span.ends_at) for span in spans]).cte()


def within(query: Any, table: FromClause, person: InstrumentedAttribute[Any], moment: InstrumentedAttribute[Any]) -> Any:
    return query.join(table, (table.c.user_id == person) & (moment >= table.c.starts_at) & (moment < table.c.ends_at))
