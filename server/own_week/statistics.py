"""Whether two samples differ by more than chance explains: Welch's t-test, as the standard library allows it."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist, fmean, variance


def differ(now: Sequence[float], before: Sequence[float], *, chance: float, least_variance: float) -> bool:
    """Whether the means differ in a two-sided test that is wrong with probability ``chance``, if they do not. Both samples have
    at least two values. ``least_variance``: of a single value; a few equal values do not show that there is none."""
    spread_now, spread_before = (max(variance(values), least_variance) / len(values) for values in (now, before))
    error = spread_now + spread_before
    freedom = error**2 / (spread_now**2 / (len(now) - 1) + spread_before**2 / (len(before) - 1))
    return abs(fmean(now) - fmean(before)) > sqrt(error) * t_quantile(1 - chance / 2, freedom)


def counts_differ(now: int, before: int, *, share: float, chance: float) -> bool:
    """Whether the part ``now`` of all events differs from ``share``, the part of the time in which they were counted, if events
    are independent: a two-sided test by the normal approximation, wrong with probability ``chance``."""
    total = now + before
    return abs(now - total * share) > sqrt(total * share * (1 - share)) * NormalDist().inv_cdf(1 - chance / 2)


def t_quantile(probability: float, freedom: float) -> float:
    """Of Student's t, for probabilities from 0.5 to 0.999 and at least 3 degrees of freedom, to 3 %: the expansion of
    Abramowitz and Stegun, 26.7.5."""
    x = NormalDist().inv_cdf(probability)
    terms = (
        x,
        (x**3 + x) / 4,
        (5 * x**5 + 16 * x**3 + 3 * x) / 96,
        (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
        (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92_160,
    )
    return sum(term / freedom**power for power, term in enumerate(terms))
