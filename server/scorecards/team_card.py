"""The scorecard of a team: totals, a line for each team below it, and a row for each rep."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from sqlalchemy.orm import Session

from server.core.identity import Identity
from server.core.periods import Period, whole_weeks
from server.core.problems import not_found
from server.core.small_groups import MIN_GROUP_SIZE
from server.core.weeks import Calendar
from server.outcomes.queries import counts_of_periods
from server.outcomes.view import LedgerSeries, ledger_series
from server.people.queries import (
    active_metrics,
    all_teams,
    all_weight_sets,
    get_calendar,
    get_organisation,
    memberships_between,
    subtree,
    users_by_id,
)
from server.people.roster import load_rosters
from server.people.standard_metrics import LEDGER_METRIC
from server.people.weights import weights_for
from server.scorecards import queries
from server.scorecards.numbers import (
    GroupSums,
    Numbers,
    active_people,
    numbers_by_group,
    numbers_of_periods,
    people_by_team,
    sums_of_groups,
)
from server.scorecards.operations import teams_in_view
from server.scorecards.plans import TEAM_CHART, make_plan, person_attainment, person_series
from server.scorecards.rows import Whose
from server.scorecards.suppression import Suppression, Tree, parts_of
from server.scorecards.totals import Group, IsHidden, team_attainment
from server.scorecards.views import OtherPeople, Plan, TeamChoice, TeamLine, TeamRow, TeamScorecard

#: From so many people on, the lines of teams are read without the numbers of their people.
LARGE_TEAM = 100
#: The group of all teams of the page, beside those of its lines.
_WHOLE = 0


def team_scorecard(
    session: Session, *, viewer: Identity, team_id: int | None, period: Period, lists_people: bool = True
) -> TeamScorecard:
    """The scorecard of a team and the teams below it; without ``team_id``, of the first team in the viewer's list. 404 if the
    viewer may not see the team. ``lists_people``: whether a team with teams below it also has ``rows`` and ``others``.

    In team-only mode, custom days are extended to whole weeks, and a running period is not compared with a part of the one
    before it, because days could be computed from the difference."""
    visible = teams_in_view(session, viewer=viewer)
    team = next((choice for choice in visible if team_id in (None, choice.id)), None)
    if team is None:
        raise not_found()
    return _Card(session, visible, team, period, lists_people=lists_people).build()


def public_scorecards(session: Session, *, period: Period) -> tuple[TeamScorecard, ...]:
    """Of each topmost team, what everybody in the organisation may read: totals as in team-only mode, whatever the mode."""
    teams = sorted(all_teams(session), key=lambda team: team.name.lower())
    choices = [TeamChoice(team.id, team.name, 0) for team in teams]
    return tuple(
        _Card(session, choices, choice, period, totals_only=True).build()
        for choice, team in zip(choices, teams, strict=True)
        if team.parent_id is None
    )


class _Card:
    def __init__(
        self,
        session: Session,
        visible: Sequence[TeamChoice],
        team: TeamChoice,
        period: Period,
        *,
        lists_people: bool = False,
        totals_only: bool = False,
    ) -> None:
        self._session, self._visible, self._team = session, visible, team
        self._calendar = get_calendar(session)
        self._team_only = totals_only or get_organisation(session).team_only
        if self._team_only and period.kind == "custom":
            period = whole_weeks(period)
        self._plan = make_plan(
            period, today=self._calendar.today(), counts=TEAM_CHART, compares_running=not self._team_only
        )  # fmt: skip
        self._metrics = tuple(active_metrics(session))
        self._weights = weights_for(all_weight_sets(session), first=period.first, last=self._plan.counted.last)
        self._team_ids = subtree(session, team_id=team.id)
        self._below = self._teams_below()
        self._lists_people = not self._team_only and (lists_people or not self._below)
        groups = {_WHOLE: self._team_ids, team.id: {team.id}} | self._below
        self._rosters = load_rosters(session, self._plan.all, groups=groups)
        self._roster = self._rosters[_WHOLE]
        self._first_days = queries.first_counted_days(session, self._calendar, user_ids=self._roster.users)
        self._hidden = _suppression(session, self._calendar, visible, self._plan) if self._team_only else None

    def build(self) -> TeamScorecard:
        groups = self._groups()
        now = self._plan.now
        rows = self._rows() if self._lists_people else ()
        totals = groups[_WHOLE].totals(
            self._metrics, self._is_hidden(self._team.id, is_compared=False), team_only=self._team_only
        )  # fmt: skip
        reps = [days[now] for days in self._roster.people.values() if days[now].is_rep]
        return TeamScorecard(
            team_id=self._team.id,
            team_name=self._team.name,
            metrics=tuple(metric for metric in self._metrics if metric.on_team_page),
            plan=self._plan,
            team_only=self._team_only,
            headcount=len(reps),
            away=sum(not days.workdays for days in reps),
            rows=rows,
            lines=self._lines(groups),
            others=self._others(rows) if self._lists_people else None,
            totals=totals,
            outcomes=self._outcomes(),
            has_weights=self._weights is not None,
            attainment=team_attainment(self._weights, self._metrics, totals),
        )

    def _outcomes(self) -> tuple[LedgerSeries, ...]:
        chart = self._plan.chart
        counts = counts_of_periods(self._session, chart, team_ids=self._team_ids)
        hidden = self._hidden
        is_shown = [hidden is None or not hidden[False].is_hidden(self._team.id, period) for period in chart]
        return ledger_series(counts, len(chart), is_shown=is_shown)

    def _is_hidden(self, team_id: int, *, is_compared: bool) -> IsHidden:
        """``is_compared``: in a line beside those of other teams."""
        if self._hidden is not None:
            by_metric = self._hidden
            return lambda metric, period, _: by_metric[metric == LEDGER_METRIC].is_hidden(team_id, period)
        # Where people are listed by name, totals hide nothing.
        return lambda _metric, _period, people: is_compared and people < MIN_GROUP_SIZE

    # --- rows ---------------------------------------------------------------------------------------------------------

    def _rows(self) -> tuple[TeamRow, ...]:
        """The reps of the period who still have access."""
        plan, roster, numbers = self._plan, self._roster, self._numbers
        names = {choice.id: choice.name for choice in self._visible}
        joined: dict[int, date] = {}
        left: dict[int, date] = {}
        team_of: dict[int, int] = {}
        for one in memberships_between(self._session, plan.period.first, plan.period.last, team_ids=self._team_ids):
            joined.setdefault(one.user_id, one.starts_on)
            left[one.user_id] = one.ends_on or date.max
            team_of[one.user_id] = one.team_id or 0
        rows = []
        for user_id, days in roster.people.items():
            if not days[plan.now].is_rep or not roster.users[user_id].is_active:
                continue
            first_day = self._first_days.get(user_id)
            series = {
                metric.key: person_series(metric.key, plan, numbers[user_id][metric.key], days, first_day)
                for metric in self._metrics
            }
            rows.append(
                TeamRow(
                    user_id=user_id,
                    name=roster.users[user_id].name,
                    team_name=names.get(team_of[user_id], ""),
                    metrics=series,
                    workdays=tuple(one.workdays for one in days[: len(plan.chart)]),
                    joined_on=joined[user_id] if joined[user_id] > plan.period.first else None,
                    left_on=left[user_id] if left[user_id] < plan.period.last else None,
                    attainment=person_attainment(self._weights, self._metrics, series),
                )
            )
        return tuple(sorted(rows, key=lambda row: (row.name.lower(), row.user_id)))

    def _others(self, rows: Sequence[TeamRow]) -> OtherPeople | None:
        listed = {row.user_id for row in rows}
        others = [metrics for user_id, metrics in self._numbers.items() if user_id not in listed]
        now = self._plan.now
        count = sum(any(values[now] for values in metrics.values()) for metrics in others)
        if not count:
            return None
        keys = [metric.key for metric in self._metrics]
        return OtherPeople(count, {key: sum(metrics[key][now] for metrics in others if key in metrics) for key in keys})

    # --- lines --------------------------------------------------------------------------------------------------------

    def _teams_below(self) -> dict[int, frozenset[int]]:
        """The teams right below in the current tree, by name, each with all teams below it."""
        names = {choice.id: choice.name for choice in self._visible}
        tree = Tree({team.id: team.parent_id for team in all_teams(self._session)})
        return {
            one: frozenset(tree.below[one]) for one in sorted(tree.children[self._team.id], key=lambda one: names[one].lower())
        }

    # --- numbers ------------------------------------------------------------------------------------------------------

    @cached_property
    def _line_of(self) -> dict[int, int]:
        """By team, the team right below the page's that it belongs to, or the page's itself."""
        return {team_id: child for child, below in self._below.items() for team_id in below} | {self._team.id: self._team.id}

    @cached_property
    def _numbers_by_line(self) -> Mapping[int, Numbers]:
        whose = Whose(team_ids=self._team_ids)
        return numbers_by_group(self._session, self._calendar, self._plan.summed, whose, groups=self._line_of)

    @cached_property
    def _numbers(self) -> Numbers:
        if not all(metric.sums for metric in self._metrics):
            # The last number of a person in several teams is not the sum of those in each.
            whose = Whose(team_ids=self._team_ids)
            return numbers_of_periods(self._session, self._calendar, self._plan.summed, whose)
        return _together(self._numbers_by_line.values(), len(self._plan.summed))

    def _groups(self) -> dict[int, Group]:
        """The people of the page and those of each line."""
        if self._is_large():
            return self._large_groups()
        groups = {_WHOLE: self._numbers} | {line: self._numbers_by_line[line] for line in {*self._below, self._team.id}}
        return {line: self._group_of_people(line, numbers) for line, numbers in groups.items()}

    def _group_of_people(self, line: int, numbers: Numbers) -> Group:
        return Group.of_people(self._plan, numbers, self._rosters[line].people, self._first_days)

    def _is_large(self) -> bool:
        """Whether the numbers of single people are left out, because there are too many to read and none of them is shown."""
        has_sums = all(metric.sums for metric in self._metrics)
        shows_nobody = bool(self._below) and not self._lists_people and not self._team_only
        return has_sums and shows_nobody and len(self._roster.people) >= LARGE_TEAM

    def _large_groups(self) -> dict[int, Group]:
        session, calendar, plan = self._session, self._calendar, self._plan
        sums = sums_of_groups(session, calendar, plan.summed, groups=self._line_of)
        now, together = active_people(session, calendar, plan.period, groups=self._line_of)
        whole = {
            key: list(map(sum, zip(*(one.sums[key] for one in sums.values()), strict=True))) for key in sums[self._team.id].sums
        }
        groups = {_WHOLE: self._large_group(_WHOLE, whole, {False: [0] * len(plan.all), True: [0] * len(plan.all)}, together)}
        for line in {*self._below, self._team.id}:
            if self._surely_has_enough(sums[line]):
                groups[line] = self._large_group(line, sums[line].sums, sums[line].at_least, now.get(line, set()))
            else:
                # It may be of so few people that it is hidden.
                teams = frozenset(team_id for team_id, of in self._line_of.items() if of == line)
                numbers = numbers_of_periods(session, calendar, plan.summed, Whose(team_ids=teams))
                groups[line] = self._group_of_people(line, numbers)
        return groups

    def _surely_has_enough(self, sums: GroupSums) -> bool:
        """Whether the group is large enough to be compared in every period but the page's, whose people are read."""
        return all(
            number >= MIN_GROUP_SIZE
            for numbers in sums.at_least.values()
            for number, period in zip(numbers, self._plan.summed, strict=True)
            if period != self._plan.period
        )

    def _large_group(
        self, line: int, sums: Mapping[str, Sequence[int]], at_least: Mapping[bool, Sequence[int]], active: Collection[int]
    ) -> Group:
        """``active``: who has any number in the page's period."""
        found = [active if period == self._plan.period else None for period in self._plan.summed]
        return Group(self._plan, self._rosters[line].people, self._first_days, sums, found, at_least)

    def _lines(self, groups: Mapping[int, Group]) -> tuple[TeamLine, ...]:
        """Of the teams right below, and of people in the team itself if they have any number."""
        if not self._below:
            return ()
        names = {choice.id: choice.name for choice in self._visible}
        managers = _managers(self._session, self._plan.counted.last, self._team_ids)
        lines = [self._line(child, names[child], groups[child], managers[child]) for child in self._below]
        # In team-only mode these people's numbers would be one more total to compute others from.
        if not self._team_only:
            direct = self._line(self._team.id, "", groups[self._team.id], [])
            if direct.active or direct.headcount:
                lines.append(replace(direct, team_id=None))
        return tuple(lines)

    def _line(self, team_id: int, name: str, group: Group, managers: Sequence[str]) -> TeamLine:
        totals = group.totals(self._metrics, self._is_hidden(team_id, is_compared=True), team_only=self._team_only)
        is_known = self._hidden is None or not self._hidden[False].is_hidden(team_id, self._plan.period)
        return TeamLine(
            team_id=team_id,
            name=name,
            managers=tuple(managers),
            headcount=group.headcount(),
            active=group.active_now() if is_known else None,
            totals=totals,
            attainment=team_attainment(self._weights, self._metrics, totals),
        )


def _together(groups: Iterable[Numbers], periods: int) -> Numbers:
    """The numbers of people, some of whom are in several groups, where they are added."""
    people: dict[int, dict[str, Sequence[int]]] = defaultdict(lambda: defaultdict(lambda: [0] * periods))
    for numbers in groups:
        for user_id, metrics in numbers.items():
            for key, values in metrics.items():
                sums = people[user_id].get(key)
                people[user_id][key] = values if sums is None else [a + b for a, b in zip(sums, values, strict=True)]
    return people


def _managers(session: Session, day: date, team_ids: Collection[int]) -> dict[int, list[str]]:
    """By team, the names of those who lead it on the day."""
    memberships = memberships_between(session, day, day, team_ids=team_ids, role="manager")
    users = users_by_id(session, user_ids={one.user_id for one in memberships})
    names: dict[int, list[str]] = defaultdict(list)
    for one in memberships:
        if users[one.user_id].is_active:
            names[one.team_id].append(users[one.user_id].name)
    return names


def _suppression(session: Session, calendar: Calendar, visible: Sequence[TeamChoice], plan: Plan) -> dict[bool, Suppression]:
    """By whether it is about social credit, of which the total is one of the people who earned any, or about other numbers."""
    ids = [choice.id for choice in visible]
    tree = Tree({team.id: team.parent_id for team in all_teams(session) if team.id in ids})
    shown = {*plan.chart, *([plan.before] if plan.before else [])}
    parts = tuple(sorted({part for period in shown for part in parts_of(period)}, key=lambda part: (part.first, part.last)))
    active, credited = people_by_team(session, calendar, parts, ids)
    return {False: Suppression(tree, parts, active), True: Suppression(tree, parts, credited)}
