"""Small-group suppression: which totals would tell of too few people, directly or by subtraction.

Totals of teams are nested, so what can be computed from those that are shown is exactly this: of each shown team, the part that
is in no shown team below it. Each such part must be of nobody or of enough people. The same holds along time: a shown period is
a sum of weeks, of which none may be of too few people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

from server.core.periods import Period, week_period
from server.core.small_groups import MIN_GROUP_SIZE
from server.core.weeks import DAY, WEEK, monday_of

TOO_FEW = f"Fewer than {MIN_GROUP_SIZE} people were active"
TOO_FEW_SHARED = f"Fewer than {MIN_GROUP_SIZE} people took part"
#: In team-only mode there may be more people, of whom fewer could be computed.
COULD_TELL = f"Hidden: could tell of fewer than {MIN_GROUP_SIZE} people"
NOBODY = "Nobody was active"
NOBODY_SHARED = "Nobody took part"


class Tree:
    """The teams whose totals a viewer may open."""

    def __init__(self, parents: Mapping[int, int | None]) -> None:
        """``parents``: of each of these teams, the team above it, or None."""
        self.children: dict[int, list[int]] = {team_id: [] for team_id in parents}
        for team_id, parent_id in parents.items():
            if parent_id in self.children:
                self.children[parent_id].append(team_id)
        #: Each team with all teams below it.
        self.below: dict[int, list[int]] = {}
        for team_id, parent_id in parents.items():
            if parent_id not in self.children:
                self._collect(team_id)

    def _collect(self, team_id: int) -> list[int]:
        self.below[team_id] = [team_id, *(one for child in self.children[team_id] for one in self._collect(child))]
        return self.below[team_id]

    def nearest_below(self, team_id: int, hidden: Collection[int]) -> list[int]:
        """The topmost teams below it that are not hidden."""
        return [
            one
            for child in self.children[team_id]
            for one in (self.nearest_below(child, hidden) if child in hidden else [child])
        ]


def hidden_teams(tree: Tree, people: Mapping[int, Collection[int]]) -> frozenset[int]:
    """``people``: who has any number, by team, without the teams below it. Of teams that could be computed from each other, the
    smallest is hidden."""

    def union(team_ids: Iterable[int]) -> set[int]:
        return set().union(*(people.get(team_id, ()) for team_id in team_ids))

    size = {team_id: len(union(teams)) for team_id, teams in tree.below.items()}
    hidden = {team_id for team_id in tree.below if size[team_id] < MIN_GROUP_SIZE}
    is_settled = False
    while not is_settled:
        is_settled = True
        for team_id in sorted(tree.below):
            if team_id in hidden:
                continue
            shown = tree.nearest_below(team_id, hidden)
            covered = {one for child in shown for one in tree.below[child]}
            if shown and 0 < len(union(set(tree.below[team_id]) - covered)) < MIN_GROUP_SIZE:
                hidden.add(min(shown, key=lambda one: (size[one], one)))
                is_settled = False
    return frozenset(hidden)


def parts_of(period: Period) -> tuple[Period, ...]:
    """What must not be hidden for the period to be shown: its weeks, and where the first or last of them is cut, both pieces.
    A week is the only thing that a week depends on."""
    if period.kind == "week":
        return (period,)
    parts: list[Period] = []
    week = monday_of(period.first)
    while week <= period.last:
        sunday = week + WEEK - DAY
        cuts = [week, *(day for day in (period.first, period.last + DAY) if week < day <= sunday), sunday + DAY]
        parts += [week_period(week) if len(cuts) == 2 else Period("custom", start, end - DAY) for start, end in pairwise(cuts)]
        week += WEEK
    return tuple(parts)


class Suppression:
    """Which totals are hidden, of which teams and periods."""

    def __init__(self, tree: Tree, parts: Sequence[Period], people: Sequence[Mapping[int, Collection[int]]]) -> None:
        """``parts``: those of all periods that will be asked for. ``people``: for each of them, who has any number in it, by
        team, without the teams below it."""
        self._tree = tree
        self._hidden: dict[tuple[date, date], frozenset[int]] = {}
        self._with_people: dict[tuple[date, date], frozenset[int]] = {}
        for part, found in zip(parts, people, strict=True):
            days = part.first, part.last
            self._hidden[days] = hidden_teams(tree, found)
            self._with_people[days] = frozenset(
                team_id for team_id, teams in tree.below.items() if any(found.get(one) for one in teams)
            )

    def is_hidden(self, team_id: int, period: Period) -> bool:
        """A period is hidden if any part of it is of too few people. Parts of nobody hide it only if there are no others."""
        parts = [(part.first, part.last) for part in parts_of(period)]
        counted = [part for part in parts if team_id in self._with_people[part]]
        return not counted or any(team_id in self._hidden[part] for part in counted)
