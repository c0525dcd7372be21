"""The scorecard of a team: totals, a line for each team below it, and a row for each rep."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

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
from server.people.roster import Roster, load_roster, load_rosters, load_spans
from server.people.standard_metrics import LEDGER_METRIC
from server.people.weights import weights_for
from server.scorecards import queries
from server.scorecards.operations import teams_in_view
from server.scorecards.plans import TEAM_CHART, make_plan, person_attainment, person_series
from server.scorecards.queries import Numbers
from server.scorecards.suppression import Suppression, Tree, parts_of
from server.scorecards.totals import Group, IsHidden, team_attainment
from server.scorecards.views import OtherPeople, Plan, TeamChoice, TeamLine, TeamRow, TeamScorecard


def team_scorecard(session: Session, *, viewer: Identity, team_id: int | None, period: Period) -> TeamScorecard:
    """The scorecard of a team and the teams below it; without ``team_id``, of the first team in the viewer's list. 404 if the
    viewer may not see the team. In team-only mode, custom days are extended to whole weeks, and a running period is not
    compared with a part of the one before it, because days could be computed from the difference."""
    visible = teams_in_view(session, viewer=viewer)
    team = next((choice for choice in visible if team_id in (None, choice.id)), None)
    if team is None:
        raise not_found()
    return _Card(session, visible, team, period).build()


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
        self, session: Session, visible: Sequence[TeamChoice], team: TeamChoice, period: Period, *, totals_only: bool = False
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
        self._roster = load_roster(session, self._plan.all, team_ids=self._team_ids)
        self._first_days = queries.first_counted_days(session, self._calendar, user_ids=self._roster.users)
        self._hidden = _suppression(session, self._calendar, visible, self._plan) if self._team_only else None

    def build(self) -> TeamScorecard:
        numbers = queries.numbers_of_periods(self._session, self._calendar, self._plan.all, spans=self._roster.spans)
        group = Group(self._plan, numbers, self._roster.people, self._first_days)
        now = self._plan.now
        rows = () if self._team_only else self._rows(numbers)
        totals = group.totals(self._metrics, self._is_hidden(self._team.id, is_compared=False), team_only=self._team_only)
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
            lines=self._lines(),
            others=None if self._team_only else self._others(rows, numbers),
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

    def _rows(self, numbers: Numbers) -> tuple[TeamRow, ...]:
        """The reps of the period who still have access."""
        plan, roster = self._plan, self._roster
        names = {choice.id: choice.name for choice in self._visible}
        joined: dict[int, date] = {}
        left: dict[int, date] = {}
        for one in memberships_between(self._session, plan.period.first, plan.period.last, team_ids=self._team_ids):
            joined.setdefault(one.user_id, one.starts_on)
            left[one.user_id] = one.ends_on or date.max
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
                    team_name=names.get(days[plan.now].team_id or 0, ""),
                    metrics=series,
                    workdays=tuple(one.workdays for one in days[: len(plan.chart)]),
                    joined_on=joined[user_id] if joined[user_id] > plan.period.first else None,
                    left_on=left[user_id] if left[user_id] < plan.period.last else None,
                    attainment=person_attainment(self._weights, self._metrics, series),
                )
            )
        return tuple(sorted(rows, key=lambda row: (row.name.lower(), row.user_id)))

    def _others(self, rows: Sequence[TeamRow], numbers: Numbers) -> OtherPeople | None:
        listed = {row.user_id for row in rows}
        others = [metrics for user_id, metrics in numbers.items() if user_id not in listed]
        now = self._plan.now
        count = sum(any(values[now] for values in metrics.values()) for metrics in others)
        if not count:
            return None
        keys = [metric.key for metric in self._metrics]
        return OtherPeople(count, {key: sum(metrics[key][now] for metrics in others if key in metrics) for key in keys})

    # --- lines --------------------------------------------------------------------------------------------------------

    def _lines(self) -> tuple[TeamLine, ...]:
        """Of the teams right below, in the current tree, and of people in the team itself if they have any number."""
        names = {choice.id: choice.name for choice in self._visible}
        children = sorted(
            (team.id for team in all_teams(self._session) if team.parent_id == self._team.id),
            key=lambda one: names[one].lower(),
        )
        if not children:
            return ()
        teams = {child: subtree(self._session, team_id=child) for child in children}
        line_of = {team_id: child for child, below in teams.items() for team_id in below} | {self._team.id: self._team.id}
        spans = [replace(span, team_id=line_of[span.team_id]) for span in self._roster.spans]
        numbers = queries.numbers_by_team(self._session, self._calendar, self._plan.all, spans)
        managers = _managers(self._session, self._plan.counted.last, self._team_ids)
        rosters = load_rosters(self._session, self._plan.all, groups=teams | {self._team.id: {self._team.id}})
        lines = [self._line(child, names[child], rosters[child], numbers[child], managers[child]) for child in children]
        # In team-only mode these people's numbers would be one more total to compute others from.
        if not self._team_only:
            direct = self._line(self._team.id, "", rosters[self._team.id], numbers[self._team.id], [])
            if direct.active or direct.headcount:
                lines.append(replace(direct, team_id=None))
        return tuple(lines)

    def _line(self, team_id: int, name: str, roster: Roster, numbers: Numbers, managers: Sequence[str]) -> TeamLine:
        group = Group(self._plan, numbers, roster.people, self._first_days)
        totals = group.totals(self._metrics, self._is_hidden(team_id, is_compared=True), team_only=self._team_only)
        is_known = self._hidden is None or not self._hidden[False].is_hidden(team_id, self._plan.period)
        return TeamLine(
            team_id=team_id,
            name=name,
            managers=tuple(managers),
            headcount=group.headcount(),
            active=len(group.active(self._plan.now)) if is_known else None,
            totals=totals,
            attainment=team_attainment(self._weights, self._metrics, totals),
        )


def _managers(session: Session, day: date, team_ids: Collection[int]) -> dict[int, list[str]]:
    """By team, the names of those who lead it on the day."""
    memberships = [one for one in memberships_between(session, day, day, team_ids=team_ids) if one.role == "manager"]
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
    active, credited = queries.people_by_team(session, calendar, parts, load_spans(session, parts, team_ids=ids))
    return {False: Suppression(tree, parts, active), True: Suppression(tree, parts, credited)}
