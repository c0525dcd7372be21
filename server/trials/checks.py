"""Whether a trial went as planned: balance of the groups, their sizes, and who did what they were drawn for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from server.core.small_groups import MIN_GROUP_SIZE
from server.trials.statistics import Floats

#: A standardised difference beyond this is worth a remark (Austin 2009, https://doi.org/10.1002/sim.3697). With few people,
#: the lottery alone often gives larger ones.
LARGE_DIFFERENCE = 0.1
#: Below this, so uneven sizes come from a fault rather than from chance (Fabijan et al. 2019,
#: https://doi.org/10.1145/3292500.3330722).
MISMATCH_LEVEL = 0.001


@dataclass(frozen=True, slots=True)
class Balance:
    """Of one characteristic before the start. ``difference``: of the means, over the root of the mean of both variances.
    ``expected``: how large it is in one of twenty lotteries of this size, at least."""

    name: str
    first: float
    later: float
    difference: float
    expected: float


def balance(name: str, values: Floats, is_first: np.ndarray) -> Balance | None:
    """None if a group has fewer than five people."""
    first, later = values[is_first], values[~is_first]
    if min(len(first), len(later)) < MIN_GROUP_SIZE:
        return None
    spread = math.sqrt((float(first.var(ddof=1)) + float(later.var(ddof=1))) / 2)
    gap = float(first.mean() - later.mean())
    return Balance(
        name,
        float(first.mean()),
        float(later.mean()),
        gap / spread if spread > 0 else 0.0,
        1.96 * math.sqrt(1 / len(first) + 1 / len(later)),
    )


def size_mismatch(counts: Sequence[int], percents: Sequence[int]) -> float:
    """Chi-squared p-value of the groups' sizes, given the planned shares (sample-ratio mismatch); 1 for no units."""
    total = sum(counts)
    if total == 0:
        return 1.0
    statistic = sum(
        (count - total * percent / 100) ** 2 / (total * percent / 100)
        for count, percent in zip(counts, percents, strict=True)
        if percent
    )
    return chi_squared_tail(statistic, freedom=len(percents) - 1)


def chi_squared_tail(value: float, *, freedom: int) -> float:
    """The probability of more than ``value``, by the recurrence of the incomplete gamma function, which is exact for whole
    degrees of freedom (Abramowitz and Stegun 26.4.4 and 26.4.5)."""
    half = value / 2
    if freedom % 2:
        tail, term, power = math.erfc(math.sqrt(half)), math.sqrt(half / math.pi) * 2 * math.exp(-half), 1.5
    else:
        tail, term, power = math.exp(-half), half * math.exp(-half), 2.0
    for _ in range((freedom - 1) // 2):
        tail += term
        term *= half / power
        power += 1
    return min(1.0, tail)


@dataclass(frozen=True, slots=True)
class Compliance:
    """Shares of people who shared at least one item in the time compared; None for a group of fewer than five."""

    first: float | None
    later: float | None


def compliance(has_shared: np.ndarray, is_first: np.ndarray) -> Compliance:
    groups = (has_shared[is_first], has_shared[~is_first])
    return Compliance(*(float(group.mean()) if len(group) >= MIN_GROUP_SIZE else None for group in groups))
