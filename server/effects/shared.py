"""What a change would do to shared items, told so that nobody can be identified: nothing about fewer than five people, items
counted in fives, and teams only where five people or more shared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from nlp.model import BANDS
from server.core.small_groups import MIN_GROUP_SIZE
from server.effects.change import Change, Scored
from server.effects.items import SharedItems
from server.people.queries import all_teams, get_calendar, memberships_between

OTHER_TEAMS = "Other teams"


@dataclass(frozen=True, slots=True)
class TeamMoves:
    """Items of a team, and how many would move ``up`` or ``down`` by a band."""

    name: str
    items: int
    up: int
    down: int


@dataclass(frozen=True, slots=True)
class SharedEffect:
    """``items``: what was scored again. The counts are rounded down to a multiple of five: items by band ``before`` and
    ``after``, those that move ``up`` and ``down``, and ``moves`` from one band to another, without those of fewer than five.
    ``is_hidden``: fewer than five people shared them, so that nothing is counted."""

    items: SharedItems
    is_hidden: bool
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    up: int = 0
    down: int = 0
    moves: tuple[tuple[str, str, int], ...] = ()
    teams: tuple[TeamMoves, ...] = ()

    @property
    def top(self) -> int:
        return max(*self.before, *self.after, 1)


def shared_effect(session: Session, change: Change, items: SharedItems) -> SharedEffect:
    if len(set(items.people)) < MIN_GROUP_SIZE:
        return SharedEffect(items, is_hidden=True)
    scored = change.score(items.table)
    moves = Counter(zip(scored.bands_before.tolist(), scored.bands_after.tolist(), strict=True))
    return SharedEffect(
        items,
        is_hidden=False,
        before=_by_band(scored.bands_before.tolist()),
        after=_by_band(scored.bands_after.tolist()),
        up=in_fives(int((scored.bands_after > scored.bands_before).sum())),
        down=in_fives(int((scored.bands_after < scored.bands_before).sum())),
        moves=tuple(
            (BANDS[old], BANDS[new], in_fives(count))
            for (old, new), count in sorted(moves.items())
            if old != new and in_fives(count)
        ),
        teams=tuple(_by_team(session, items, scored)),
    )


def in_fives(count: int) -> int:
    """``count``, rounded down to a multiple of five: a slider could otherwise find the exact score of one item."""
    return count // MIN_GROUP_SIZE * MIN_GROUP_SIZE


def _by_band(bands: list[int]) -> tuple[int, ...]:
    counts = Counter(bands)
    return tuple(in_fives(counts[number]) for number in range(len(BANDS)))


def _by_team(session: Session, items: SharedItems, scored: Scored) -> Iterator[TeamMoves]:
    up, down = scored.bands_after > scored.bands_before, scored.bands_after < scored.bands_before
    groups = group_teams(_teams(session, items))
    if len(groups) < 2:
        return
    for name, people in groups:
        rows = np.array([person in people for person in items.people])
        yield TeamMoves(name, in_fives(int(rows.sum())), in_fives(int(up[rows].sum())), in_fives(int(down[rows].sum())))


def _teams(session: Session, items: SharedItems) -> dict[str, frozenset[int]]:
    """The people who shared, by today's team; of no team under an empty name."""
    today = get_calendar(session).today()
    names = {team.id: team.name for team in all_teams(session)}
    team_of = {one.user_id: names.get(one.team_id, "") for one in memberships_between(session, today, today)}
    teams: dict[str, set[int]] = {}
    for person in set(items.people):
        teams.setdefault(team_of.get(person, ""), set()).add(person)
    return {name: frozenset(people) for name, people in teams.items()}


def group_teams(teams: Mapping[str, frozenset[int]]) -> list[tuple[str, frozenset[int]]]:
    """Teams with at least ``MIN_GROUP_SIZE`` people, and the others together. If these are fewer, the smallest team joins them,
    because the total less the listed teams would tell of them."""
    by_size = sorted(teams.items(), key=lambda team: (len(team[1]), team[0]))
    others: frozenset[int] = frozenset()
    listed = []
    for name, people in by_size:
        if not name or len(people) < MIN_GROUP_SIZE or 0 < len(others) < MIN_GROUP_SIZE:
            others |= people
        else:
            listed.append((name, people))
    if 0 < len(others) < MIN_GROUP_SIZE and listed:
        others |= listed.pop(0)[1]
    return [*sorted(listed, key=lambda team: team[0]), *([(OTHER_TEAMS, others)] if others else [])]
