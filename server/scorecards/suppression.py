"""Small-group suppression: computes totals and hides those that are about too few people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from server.core.rounding import round_half_up
from server.core.small_groups import MIN_GROUP_SIZE
from server.people.queries import all_teams
from server.people.roster import load_roster
from server.scorecards import queries
from server.scorecards.queries import WeeklyNumbers
from server.scorecards.views import TeamChoice, Total

TOO_FEW = f"Fewer than {MIN_GROUP_SIZE} people were active"
NOBODY = "Nobody was active"


def active_people(numbers: WeeklyNumbers, week_count: int) -> tuple[int, ...]:
    """The number of people with any number, for each week."""
    return tuple(
        sum(any(series[index] for series in metrics.values()) for metrics in numbers.values()) for index in range(week_count)
    )


def total(
    metric: str,
    numbers: WeeklyNumbers,
    active: tuple[int, ...],
    *,
    targets: tuple[int | None, ...],
    team_only: bool,
    hidden: bool,
) -> Total:
    """``active``: the number of active people in each week. ``hidden``: the team is too small to be shown in team-only
    mode."""
    sums = [sum(metrics[metric][index] for metrics in numbers.values() if metric in metrics) for index in range(len(active))]
    # Where people are listed by name, an average hides nothing.
    enough = 1 if not team_only else MIN_GROUP_SIZE
    average = round_half_up(sums[-1] / active[-1], places=1) if active[-1] >= enough and not hidden else None
    reason = None if average is not None else TOO_FEW if team_only else NOBODY
    if not team_only:
        return Total(sums[-1], targets[-1], tuple(sums), targets, average, reason)
    visible = shown_weeks(active, team_only=team_only, hidden=hidden)
    shown = tuple(value if is_shown else None for value, is_shown in zip(sums, visible, strict=True))
    return Total(shown[-1], targets[-1], shown, targets, average, reason)


def shown_weeks(active: tuple[int, ...], *, team_only: bool, hidden: bool) -> tuple[bool, ...]:
    """For each week, whether totals of the team may be shown."""
    return tuple(not team_only or (people >= MIN_GROUP_SIZE and not hidden) for people in active)


def too_small_teams(session: Session, visible: Sequence[TeamChoice], weeks: tuple[date, ...]) -> frozenset[int]:
    """Teams whose totals would reveal numbers of fewer than ``MIN_GROUP_SIZE`` people, either directly or by subtracting them
    from the totals of the team above.

    People with any number in ``weeks`` count. If the people of a team who are in none of its shown sub-teams are too few, its
    smallest shown sub-team is hidden as well, and so on."""
    ids = [team.id for team in visible]
    parents = {team.id: team.parent_id for team in all_teams(session) if team.id in ids}
    recorded = queries.people_by_team(session, load_roster(session, weeks, team_ids=ids).spans)
    people = {team_id: set(recorded.get(team_id, ())) for team_id in ids}
    # Deepest teams first, so that each team includes the people of the teams below it.
    for team in sorted(visible, key=lambda team: -team.depth):
        parent_id = parents[team.id]
        if parent_id in people:
            people[parent_id] |= people[team.id]
    hidden = {team_id for team_id in ids if len(people[team_id]) < MIN_GROUP_SIZE}
    for team_id in ids:
        shown = [child for child, parent_id in parents.items() if parent_id == team_id and child not in hidden]
        shown.sort(key=lambda child: (len(people[child]), child))
        while shown and 0 < len(people[team_id] - set().union(*(people[child] for child in shown))) < MIN_GROUP_SIZE:
            hidden.add(shown.pop(0))
    return frozenset(hidden)
