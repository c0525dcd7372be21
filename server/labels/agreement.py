"""How far readers agree. Pure functions of answers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from server.labels.answers import Judgement
from server.labels.models import CHOICES, DIMENSIONS

Answer = TypeVar("Answer", bound=Judgement)
#: With fewer items in common, a figure says nothing.
MIN_COMMON = 5


@dataclass(frozen=True, slots=True)
class DimensionAgreement:
    """``alpha``: Krippendorff's alpha for ordinal marks, 1 for complete agreement and 0 for chance; None under ``MIN_COMMON``
    items that both marked, or if all marks are the same. ``close``: the share of items with marks at most one step apart."""

    dimension: str
    items: int
    alpha: float | None
    close: float | None


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """``share``: of pairs on which both chose the same; ``expected``: the share that chance would give with how often each
    chose what. None under ``MIN_COMMON`` pairs."""

    items: int
    share: float | None
    expected: float | None


def ordinal_alpha(units: Sequence[Sequence[int]]) -> float | None:
    """Krippendorff's alpha with the ordinal difference (Krippendorff, Content Analysis, 2nd ed., 2004, section 11.3).
    ``units``: the marks of each item; those with fewer than two are left out. None if there is nothing to compare."""
    counted = [unit for unit in units if len(unit) > 1]
    coincidences: defaultdict[tuple[int, int], float] = defaultdict(float)
    for unit in counted:
        for index, mark in enumerate(unit):
            for other_index, other in enumerate(unit):
                if index != other_index:
                    coincidences[mark, other] += 1 / (len(unit) - 1)
    totals: defaultdict[int, float] = defaultdict(float)
    for (mark, _), count in coincidences.items():
        totals[mark] += count
    marks = sorted(totals)
    total = sum(totals.values())

    def difference(low: int, high: int) -> float:
        between = sum(totals[mark] for mark in marks if low <= mark <= high)
        return (between - (totals[low] + totals[high]) / 2) ** 2

    observed = expected = 0.0
    for low, high in combinations(marks, 2):
        squared = difference(low, high)
        observed += 2 * coincidences[low, high] * squared
        expected += 2 * totals[low] * totals[high] * squared
    return 1 - (total - 1) * observed / expected if expected else None


def dimension_agreements(common: Sequence[tuple[Judgement, Judgement]]) -> list[DimensionAgreement]:
    """One for each dimension. ``common``: the answers of two readers to the same drafts."""
    found = []
    for dimension in DIMENSIONS:
        units = [
            (one.marks[dimension], other.marks[dimension])
            for one, other in common
            if one.marks and other.marks and dimension in one.marks and dimension in other.marks
        ]
        alpha = close = None
        if len(units) >= MIN_COMMON:
            alpha = ordinal_alpha(units)
            close = sum(abs(one - other) <= 1 for one, other in units) / len(units)
        found.append(DimensionAgreement(dimension, len(units), alpha, close))
    return found


def pair_agreement(common: Sequence[tuple[Judgement, Judgement]]) -> PairAgreement:
    """``common``: the answers of two readers to the same pairs."""
    chosen = [(one.choice, other.choice) for one, other in common if one.choice and other.choice]
    if len(chosen) < MIN_COMMON:
        return PairAgreement(len(chosen), None, None)
    share = sum(one == other for one, other in chosen) / len(chosen)
    ones, others = Counter(one for one, _ in chosen), Counter(other for _, other in chosen)
    expected = sum(ones[choice] * others[choice] for choice in CHOICES) / len(chosen) ** 2
    return PairAgreement(len(chosen), share, expected)


def common_answers(first: Mapping[int, Answer], second: Mapping[int, Answer]) -> list[tuple[Answer, Answer]]:
    """The answers to items that both answered; each mapping is by item."""
    return [(first[item], second[item]) for item in sorted(first.keys() & second.keys())]
