"""Checks whether a score depends on who wrote a text or is named in it, on the pairs of ``nlp/fairness``."""

from __future__ import annotations

from nlp.coach import Coach
from nlp.evaluation.card import Table
from nlp.fairness import differences
from nlp.fairness.differences import MEAN_LIMIT, SINGLE_LIMIT, Difference
from nlp.model import Draft, Surface


def name_swaps(coach: Coach) -> Difference:
    """The same drafts with names of women and men of six groups."""
    return differences.name_swaps(lambda surface, text: _score(coach, surface, text))


def measure(coach: Coach) -> Table:
    """The differences for every kind of swap, with the limits."""
    kinds = differences.measure(lambda surface, text: _score(coach, surface, text))
    rows = [
        (kind, f"{result.mean:.2f}", f"{result.typical:.2f}", f"{result.worst:.0f}", f"{result.pairs:,} pairs")
        for kind, result in kinds.items()
    ]
    heads = (
        "the same text with", f"mean difference (limit {MEAN_LIMIT:.0f})", "mean absolute difference",
        f"largest single difference (limit {SINGLE_LIMIT})", "on",
    )  # fmt: skip
    return Table(heads, rows, "Fairness, in points of the score")


def _score(coach: Coach, surface: Surface, text: str) -> int | None:
    return coach.assess(Draft(surface, text)).score
