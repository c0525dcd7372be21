"""Credits recorded entries again under another policy, in the order in which they were recorded. No database.

Follows ``credit.operations``: the n-th item counts those that earned points and were not reversed by then, and a reversal gives
its points back to the limits. An entry that corrects another one keeps its place. A week of a person depends on nothing outside
of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from server.credit.formula import Policy, Quality, compute_points


@dataclass(frozen=True, slots=True)
class Entry:
    """A ledger entry. ``quality`` and ``words``: what the formula used; None for a reversal, and for an amount that a person
    decided, which no formula changes. ``keeps_place``: it corrects an earlier entry about the same item."""

    id: int
    account_id: int
    week: date
    kind: str
    amount: int
    policy_hash: str
    reverses_id: int | None = None
    quality: Quality | None = None
    words: int | None = None
    activity_id: int | None = None
    keeps_place: bool = False


@dataclass(slots=True)
class _Week:
    earning: Counter[str] = field(default_factory=Counter)
    totals: Counter[str] = field(default_factory=Counter)


def replay(entries: Iterable[Entry], policy_of: Callable[[Entry], Policy]) -> dict[int, int]:
    """Points of each entry, by id. ``entries``: complete weeks of people, each person's in the order of the ledger."""
    points: dict[int, int] = {}
    weeks: defaultdict[tuple[int, date], _Week] = defaultdict(_Week)
    places: dict[tuple[int | None, str], int] = {}
    for entry in entries:
        week = weeks[entry.account_id, entry.week]
        if entry.reverses_id is not None:
            reversed_points = points.get(entry.reverses_id, -entry.amount)
            amount = -reversed_points
            week.earning[entry.kind] -= reversed_points > 0
        elif entry.quality is None:
            amount = entry.amount
            week.earning[entry.kind] += amount > 0
        else:
            nth = week.earning[entry.kind] + 1
            if entry.keeps_place:
                nth = places.get((entry.activity_id, entry.kind), nth)
            places[entry.activity_id, entry.kind] = nth
            amount = compute_points(
                policy_of(entry),
                kind=entry.kind,
                quality=entry.quality,
                nth=nth,
                kind_total_before=week.totals[entry.kind],
                week_total_before=week.totals.total(),
                words=entry.words,
            )["points"]
            week.earning[entry.kind] += amount > 0
        week.totals[entry.kind] += amount
        points[entry.id] = amount
    return points
