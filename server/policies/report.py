"""What an administrator sees of a preview: totals, by team, kind and week, who gains and who loses.

In team-only mode nothing is about one person: no names, and no number about fewer than five people, not even as the difference
of two others."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy.orm import Session

from server.core.labels import KIND_LABELS, kind_label
from server.core.small_groups import MIN_GROUP_SIZE
from server.credit.modes import mode_in_effect
from server.people.directory import team_paths
from server.people.queries import all_teams, get_calendar, get_organisation, memberships_between, user_names
from server.policies.preview import PersonEffect, total

Key = TypeVar("Key", bound=Hashable)

#: How many people are listed who gain most, and who lose most.
MAX_LISTED = 10
NO_TEAM = "No team"
#: Change in points per week: upper bounds (inclusive) of the groups, and their labels.
CHANGES = (
    (-5.0, "Lose 5 points a week or more"),
    (-1.0, "Lose 1 to 5 points a week"),
    (-0.0001, "Lose less than 1 point a week"),
    (0.0, "No change"),
    (0.9999, "Gain less than 1 point a week"),
    (4.9999, "Gain 1 to 5 points a week"),
    (float("inf"), "Gain 5 points a week or more"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """Points of a team, a kind or a week. The numbers are None if they are hidden; of a week, ``monday`` is set."""

    label: str
    people: int | None
    before: int | None
    after: int | None
    items: int | None = None
    gain: int | None = None
    lose: int | None = None
    monday: date | None = None

    @property
    def change(self) -> int | None:
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class Person:
    user_id: int
    name: str
    team: str
    before: int
    after: int

    @property
    def change(self) -> int:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Report:
    """``active``: people with items in ``weeks``. ``gain``, ``lose`` and ``unchanged`` count them, None where hidden.
    ``changes``: how many people change by how much. ``is_hidden``: too few people for any number. ``gains`` and ``losses``:
    the largest first; empty in team-only mode. ``other_modes``: items that were credited when quality counted in another way
    than it does now; the preview keeps that."""

    weeks: tuple[date, ...]
    team_only: bool
    is_hidden: bool
    active: int
    items: int
    credited: int
    before: int
    after: int
    gain: int | None
    lose: int | None
    unchanged: int | None
    changes: tuple[tuple[str, int | None], ...]
    teams: tuple[Row, ...]
    kinds: tuple[Row, ...]
    by_week: tuple[Row, ...]
    gains: tuple[Person, ...]
    losses: tuple[Person, ...]
    other_modes: int


def make_report(session: Session, effects: Mapping[int, PersonEffect], weeks: tuple[date, ...]) -> Report:
    organisation = get_organisation(session)
    team_only, own_modes = organisation.team_only, (mode_in_effect(organisation), "not-judged")
    # Who withdrew everything is not counted: that they did is their own matter.
    effects = {user_id: effect for user_id, effect in effects.items() if effect.items or effect.before or effect.after}
    everybody = set(effects)
    sums = total(effects)
    outcomes: dict[str, set[int]] = {"gain": set(), "lose": set(), "unchanged": set()}
    for user_id, effect in effects.items():
        change = effect.after - effect.before
        outcomes["gain" if change > 0 else "lose" if change < 0 else "unchanged"].add(user_id)
    counts = _counts(outcomes, team_only=team_only)
    teams = _people_by_team(session, everybody)
    is_hidden = team_only and len(everybody) < MIN_GROUP_SIZE
    return Report(
        weeks=weeks,
        team_only=team_only,
        is_hidden=is_hidden,
        active=len(everybody),
        items=sums["items"],
        credited=sums["credited"],
        before=sums["before"],
        after=sums["after"],
        gain=counts["gain"],
        lose=counts["lose"],
        unchanged=counts["unchanged"],
        changes=tuple(_counts(_people_by_change(effects, len(weeks)), team_only=team_only).items()),
        teams=_team_rows(effects, teams, outcomes, team_only=team_only),
        kinds=_kind_rows(effects, team_only=team_only),
        by_week=_week_rows(effects, weeks, team_only=team_only),
        gains=() if team_only else _largest(session, effects, teams, outcomes["gain"]),
        losses=() if team_only else _largest(session, effects, teams, outcomes["lose"]),
        other_modes=sum(count for effect in effects.values() for mode, count in effect.modes.items() if mode not in own_modes),
    )


def hidden_groups(groups: Mapping[Key, set[int]]) -> set[Key]:
    """Groups of too few people, and the smallest others until those that are hidden are together enough people."""
    hidden = {key for key, people in groups.items() if 0 < len(people) < MIN_GROUP_SIZE}
    shown = sorted((key for key in groups if groups[key] and key not in hidden), key=lambda key: len(groups[key]))
    while shown and 0 < len(set().union(*(groups[key] for key in hidden))) < MIN_GROUP_SIZE:
        hidden.add(shown.pop(0))
    return hidden


def _counts(groups: Mapping[Key, set[int]], *, team_only: bool) -> dict[Key, int | None]:
    hidden = hidden_groups(groups) if team_only else set()
    return {key: None if key in hidden else len(people) for key, people in groups.items()}


def _people_by_change(effects: Mapping[int, PersonEffect], week_count: int) -> dict[str, set[int]]:
    groups: dict[str, set[int]] = {label: set() for _, label in CHANGES}
    for user_id, effect in effects.items():
        change = (effect.after - effect.before) / week_count
        groups[next(label for bound, label in CHANGES if change <= bound)].add(user_id)
    return groups


def _people_by_team(session: Session, everybody: set[int]) -> dict[str, set[int]]:
    """By the team in which they are today: a policy is about the weeks to come."""
    today = get_calendar(session).today()
    current = {one.user_id: one.team_id for one in memberships_between(session, today, today)}
    paths = team_paths(all_teams(session))
    teams: dict[str, set[int]] = {}
    for user_id in everybody:
        teams.setdefault(paths.get(current.get(user_id, 0), NO_TEAM), set()).add(user_id)
    return dict(sorted(teams.items(), key=lambda team: (team[0] == NO_TEAM, team[0])))


def _team_rows(
    effects: Mapping[int, PersonEffect], teams: Mapping[str, set[int]], outcomes: Mapping[str, set[int]], *, team_only: bool
) -> tuple[Row, ...]:
    hidden = hidden_groups(teams) if team_only else set()
    rows = []
    for team, people in teams.items():
        if team in hidden:
            rows.append(Row(team, None, None, None))
            continue
        rows.append(
            Row(
                team,
                len(people),
                sum(effects[one].before for one in people),
                sum(effects[one].after for one in people),
                sum(effects[one].items for one in people),
                # Of a single team, how many gain says much about each of them.
                None if team_only else len(people & outcomes["gain"]),
                None if team_only else len(people & outcomes["lose"]),
            )
        )
    return tuple(rows)


def _kind_rows(effects: Mapping[int, PersonEffect], *, team_only: bool) -> tuple[Row, ...]:
    kinds = dict.fromkeys(KIND_LABELS) | {kind: None for effect in effects.values() for kind in effect.kinds}
    people = {kind: {user_id for user_id, effect in effects.items() if kind in effect.kinds} for kind in kinds}
    hidden = hidden_groups(people) if team_only else set()
    return tuple(
        Row(kind_label(kind), None, None, None)
        if kind in hidden
        else Row(
            kind_label(kind),
            len(people[kind]),
            sum(effects[one].kinds[kind][1] for one in people[kind]),
            sum(effects[one].kinds[kind][2] for one in people[kind]),
            sum(effects[one].kinds[kind][0] for one in people[kind]),
        )
        for kind in kinds
        if people[kind]
    )


def _week_rows(effects: Mapping[int, PersonEffect], weeks: tuple[date, ...], *, team_only: bool) -> tuple[Row, ...]:
    people = {
        index: {user_id for user_id, effect in effects.items() if any(effect.weeks[index])} for index in range(len(weeks))
    }
    hidden = hidden_groups(people) if team_only else set()
    return tuple(
        Row("", None, None, None, monday=monday)
        if index in hidden
        else Row(
            "",
            len(people[index]),
            sum(effect.weeks[index][0] for effect in effects.values()),
            sum(effect.weeks[index][1] for effect in effects.values()),
            monday=monday,
        )
        for index, monday in enumerate(weeks)
    )


def _largest(
    session: Session, effects: Mapping[int, PersonEffect], teams: Mapping[str, set[int]], people: set[int]
) -> tuple[Person, ...]:
    largest = sorted(people, key=lambda one: (-abs(effects[one].after - effects[one].before), one))[:MAX_LISTED]
    names = user_names(session, user_ids=largest)
    team_of = {user_id: team for team, members in teams.items() for user_id in members}
    return tuple(Person(one, names[one], team_of[one], effects[one].before, effects[one].after) for one in largest)
