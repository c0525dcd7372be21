"""Pairs of versions of a text that differ in one dimension alone: how often the coach ranks them as the judges do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nlp.coach import Coach
from nlp.evaluation.card import Table
from nlp.evaluation.metrics import accuracy, bootstrap
from nlp.model import Draft
from nlp.training.labels.pairs import Pair, pairs

HEADS = ("differ in", "pairs", "coach ranks them as the judges (95 % interval)", "the shorter one", "the judges rank alike")


class Ranked(NamedTuple):
    """A pair and the coach's mark for the dimension of both versions."""

    pair: Pair
    a: int
    b: int


def measure(coach: Coach) -> Table:
    judged = pairs()
    ranked = [found for pair in judged if pair.is_unanimous and (found := _rank(coach, pair))]
    rows = []
    for name in [*sorted({pair.dimension for pair in judged}), ""]:
        alike = [pair.is_unanimous for pair in judged if name in ("", pair.dimension)]
        chosen = [item for item in ranked if name in ("", item.pair.dimension)]
        rows.append((name or "all", f"{len(chosen):,}", *figures(chosen), f"{sum(alike)} of {len(alike)}"))
    title = "Pairs that differ in one dimension alone, if both judges prefer the same version. Equal marks count as half right"
    return Table(HEADS, rows, title)


def _rank(coach: Coach, pair: Pair) -> Ranked | None:
    """``None`` where a version gets no mark."""
    marks = [coach.assess(Draft(pair.surface, text)).dimensions for text in (pair.a, pair.b)]
    if not all(pair.dimension in own for own in marks):
        return None
    return Ranked(pair, *(own[pair.dimension] for own in marks))


def figures(ranked: Sequence[Ranked]) -> tuple[str, str]:
    """How often the coach, and a preference for the version with fewer characters, agree with the judges."""
    a_leads = [float(item.pair.lead > 0) for item in ranked]
    coach = bootstrap(accuracy, [_preference(item.a, item.b) for item in ranked], a_leads)
    shorter = bootstrap(accuracy, [_preference(len(item.pair.b), len(item.pair.a)) for item in ranked], a_leads)
    return str(coach), str(shorter)


def _preference(a: int, b: int) -> float:
    return 0.5 + 0.5 * ((a > b) - (a < b))
