"""Numbers by person or group, metric and period, for any days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.core.periods import Period
from server.core.weeks import Calendar
from server.people.models import Metric
from server.people.queries import active_metrics
from server.people.standard_metrics import LEDGER_METRIC
from server.rollups import queries as rollups
from server.rollups.changes import is_counted
from server.scorecards.parts import Parts, make_parts
from server.scorecards.rows import Whose, last_of_parts, sums_of_days, sums_of_parts

#: By person and metric: one number per period.
Numbers = Mapping[int, Mapping[str, Sequence[int]]]


def numbers_of_periods(session: Session, calendar: Calendar, periods: Sequence[Period], whose: Whose) -> Numbers:
    """By person, metric and period. Zeros for a person or metric without numbers; archived metrics have none. Periods may
    overlap and come in any order."""
    return numbers_by_group(session, calendar, periods, whose, groups=defaultdict(int))[0]


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
    found = sums_of_parts(session, parts, whose, groups, {metric.record_kind or "" for metric in metrics if metric.sums})
    by_kind: dict[str, list[Metric]] = defaultdict(list)
    for metric in metrics:
        by_kind[metric.record_kind or ""].append(metric)
    for (group, person_id, kind), of_parts in found.items():
        for metric in by_kind[kind]:
            if metric.sums:
                numbers[group][person_id][metric.key] = _of_metric(parts, metric, of_parts)
        if kind == LEDGER_METRIC:
            numbers[group][person_id][kind] = parts.sums({part: columns[1] for part, columns in of_parts.items()})
    for (group, person_id, key), last in last_of_parts(session, parts, whose, groups, metrics).items():
        numbers[group][person_id][key] = parts.last(last)
    return numbers


def active_people(
    session: Session, calendar: Calendar, period: Period, *, groups: Mapping[int, int]
) -> tuple[Mapping[int, set[int]], set[int]]:
    """Who has any number in the period: in each group of teams, and in all of them together, where the numbers of somebody who
    was in two may cancel each other. ``groups``: by team. Every metric is one whose records are added up."""
    parts = make_parts(session, calendar, [period])
    columns: dict[str, set[int]] = defaultdict(set)
    for metric in active_metrics(session):
        if metric.record_kind is not None:
            columns[metric.record_kind].add(0 if metric.unit == "count" else 1)
    columns[LEDGER_METRIC] = {1}
    if not parts.days:
        return _active_in_weeks(session, parts, columns, groups)
    found = sums_of_parts(session, parts, Whose(team_ids=frozenset(groups)), groups, set(columns))
    by_group: dict[int, set[int]] = defaultdict(set)
    together: dict[tuple[int, str, int], int] = defaultdict(int)
    for (group, person_id, kind), of_parts in found.items():
        for column in columns[kind]:
            number = sum(sums[column] for sums in of_parts.values())
            together[person_id, kind, column] += number
            if number:
                by_group[group].add(person_id)
    return by_group, {person_id for (person_id, _, _), number in together.items() if number}


def _active_in_weeks(
    session: Session, parts: Parts, columns: Mapping[str, set[int]], groups: Mapping[int, int]
) -> tuple[Mapping[int, set[int]], set[int]]:
    """``active_people`` of whole weeks, which the database finds. ``columns``: by kind, 0 for the count and 1 for the value."""

    count_kinds, value_kinds = ({kind for kind, of in columns.items() if column in of} for column in (0, 1))

    def find(groups: Mapping[int, int], user_ids: Collection[int] | None = None) -> Iterable[tuple[int, int]]:
        rows = rollups.active_people(
            session,
            starts=parts.weeks,
            count_kinds=count_kinds,
            value_kinds=value_kinds,
            groups=groups,
            user_ids=user_ids,
        )
        return ((group, person_id) for group, person_id in rows)

    by_group: dict[int, set[int]] = defaultdict(set)
    together: set[int] = set()
    in_several: set[int] = set()
    for group, person_id in find(groups):
        by_group[group].add(person_id)
        (in_several if person_id in together else together).add(person_id)
    if in_several:
        still_active = {person_id for _, person_id in find(dict.fromkeys(groups, 0), in_several)}
        together = together - in_several | still_active
    return by_group, together


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
    kinds_of_sums = {*kinds, LEDGER_METRIC}
    rows = rollups.sums_of_teams(session, starts=parts.weeks, kinds=kinds_of_sums, groups=groups) if parts.weeks else ()
    for group, kind, starts_on, count, value, active in rows:
        part = parts.weeks[starts_on]
        cell = found[group, kind][part]
        cell[0] += count
        cell[1] += value
        people[group, False][part] = max(people[group, False][part], active)
        if kind == LEDGER_METRIC:
            people[group, True][part] = max(people[group, True][part], active)
    of_days: dict[tuple[int, bool, int], set[int]] = defaultdict(set)
    for (group, person_id, kind), of_parts in sums_of_days(session, parts.days, whose, groups, kinds).items():
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
        result[group] = GroupSums(sums, {is_credit: parts.most(people[group, is_credit]) for is_credit in (False, True)})
    return result


def _of_metric(parts: Parts, metric: Metric, of_parts: Mapping[int, Sequence[int]]) -> list[int]:
    column = 0 if metric.unit == "count" else 1
    return parts.sums({part: columns[column] for part, columns in of_parts.items()})


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
    for (team_id, person_id, kind), of_parts in sums_of_parts(session, parts, whose, groups, kinds).items():
        for index, sums in of_parts.items():
            if any(sums):
                active[team_id][index].add(person_id)
                if kind == LEDGER_METRIC:
                    credited[team_id][index].add(person_id)
    return _by_period(parts, active, len(periods)), _by_period(parts, credited, len(periods))


def _by_period(parts: Parts, found: Mapping[int, Mapping[int, set[int]]], count: int) -> PeopleByTeam:
    by_team = {team_id: parts.having(of_parts) for team_id, of_parts in found.items()}
    return [{team_id: people[index] for team_id, people in by_team.items()} for index in range(count)]
