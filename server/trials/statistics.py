"""The effect of a trial by assignment (intention to treat), with a p-value and an interval from the lottery itself.

**Effect.** A ratio of rates: being assigned multiplies the expected number of outcomes by ``exp(effect)``. Without the
effect, unit ``i`` is expected to have, in period ``k`` of its ``exposure`` (weeks at work),

    mean[i, k] = exposure[i, k] * exp(level[k] + slope * log((past[i] + 0.5) / past_exposure[i]))

The past outcome is a covariate, as in CUPED (Deng, Xu, Kohavi and Walker 2013, https://doi.org/10.1145/2433396.2433413);
``level`` and ``slope`` are fitted by Poisson pseudo-likelihood, which needs only a mean, not that outcomes follow a Poisson
distribution.

**Test.** For a supposed effect, outcomes of assigned periods are divided by ``exp(effect)``, the model is fitted, and its
residuals, each weighted by ``1 / (1 + dispersion * mean)`` and centred by stratum, are added over the assigned periods. That
sum divided by its standard error is compared with the same quantity in ``draws`` repeated lotteries. For "no effect for
anybody", the test is exact at any size, whatever the distribution of outcomes (Fisher's randomisation test; the standard
error makes it valid for large numbers if only the mean effect is zero: Wu and Ding 2021,
https://doi.org/10.1080/01621459.2020.1750415).

**Estimate and interval.** The effect at which the sum is zero (Hodges and Lehmann 1963), and all effects that the test does
not reject. Both treat the effect as the same ratio for everybody.

**Staggered starts.** A period is the time between two starts. Units that have started are compared with units that start
later, in the same period, and never with units that started before (Callaway and Sant'Anna 2021,
https://doi.org/10.1016/j.jeconom.2020.12.001, with not-yet-treated units as the comparison). After the last start there is
nobody to compare with, so the last period ends there."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.integer]

#: Largest effect that is considered, as a log ratio: a factor of 148.
MAX_EFFECT = 5.0
#: Added to past outcomes, so that a unit without any has a logarithm.
PAST_OFFSET = 0.5
#: Numbers that are in memory at once for repeated lotteries.
BLOCK = 4_000_000
#: Of an end of an interval, as a log ratio: a twentieth of a percent.
TOLERANCE = 0.0005


@dataclass(frozen=True, slots=True)
class Sample:
    """``outcomes`` and ``exposure`` (weeks): units by periods. ``past`` and ``past_exposure`` (weeks), ``strata`` (numbers
    from 0) and ``waves`` (from 1): by unit. A unit is assigned in period ``k`` (from 1) if its wave is at most ``k``."""

    outcomes: Floats
    exposure: Floats
    past: Floats
    past_exposure: Floats
    strata: Ints
    waves: Ints

    @property
    def assigned(self) -> NDArray[np.bool_]:
        return is_assigned(self.waves, self.outcomes.shape[1])


@dataclass(frozen=True, slots=True)
class Estimate:
    """Log ratios. ``low`` and ``high`` are None where the interval is not bounded within ``MAX_EFFECT``. ``p_value``: of no
    effect for anybody, two-sided."""

    effect: float | None
    low: float | None
    high: float | None
    p_value: float

    @property
    def excludes_zero(self) -> bool:
        """By the interval, which has the bounds at which the test begins to reject."""
        return (self.low is not None and self.low > 0) or (self.high is not None and self.high < 0)


def is_assigned(waves: Ints, periods: int) -> NDArray[np.bool_]:
    """Shape of ``waves`` by periods."""
    return waves[..., None] <= np.arange(1, periods + 1)


def fit_means(outcomes: Floats, exposure: Floats, covariate: Floats) -> Floats:
    """The means without an effect, as ``outcomes``: companies (any number of leading axes) by units by periods.
    ``covariate``: without the last axis."""
    centred = covariate - covariate.mean(-1, keepdims=True)
    slope = np.full(centred.shape[:-1], 0.5)
    means = exposure
    for _ in range(25):
        shape = exposure * np.exp(np.clip(slope[..., None] * centred, -8, 8))[..., None]
        total = shape.sum(-2, keepdims=True)
        means = shape * (outcomes.sum(-2, keepdims=True) / np.where(total > 0, total, 1))
        # Newton's step for the slope, with the levels as functions of it.
        gap = ((outcomes - means) * centred[..., None]).sum((-2, -1))
        sums = means.sum(-2)
        mean_covariate = (means * centred[..., None]).sum(-2) / np.where(sums > 0, sums, 1)
        information = (means * (centred[..., None] - mean_covariate[..., None, :]) ** 2).sum((-2, -1))
        step = np.where(information > 1e-9, np.clip(gap / np.where(information > 1e-9, information, 1), -0.5, 0.5), 0)
        slope = np.clip(slope + step, -2, 3)
        if np.abs(step).max() < 1e-7:
            break
    return means


def log_past(past: Floats, past_exposure: Floats) -> Floats:
    return np.log((past + PAST_OFFSET) / np.maximum(past_exposure, 0.2))


def weighted_residuals(outcomes: Floats, means: Floats) -> tuple[Floats, Floats]:
    """Residuals and means, both multiplied by the weights. The dispersion is estimated by moments."""
    squares = (means**2).sum((-2, -1), keepdims=True)
    dispersion = ((outcomes - means) ** 2 - means).sum((-2, -1), keepdims=True) / np.where(squares > 0, squares, 1)
    weights = 1 / (1 + np.maximum(dispersion, 0) * means)
    return weights * (outcomes - means), weights * means


def score(assigned: Floats, residuals: Floats, means: Floats) -> tuple[Floats, Floats]:
    """The weighted sum of residuals over its standard error, and the log ratio that one Newton step gives: for each lottery
    of ``assigned`` (lotteries by units by periods; 0 or 1 minus the probability of 1)."""
    units = (assigned * residuals).sum(-1)
    slopes = (assigned**2 * means).sum(-1)
    total, slope = units.sum(-1), slopes.sum(-1)
    step = total / np.where(slope > 0, slope, 1)
    errors = ((units - step[..., None] * slopes) ** 2).sum(-1)
    return np.where(errors > 1e-12, total / np.sqrt(np.where(errors > 1e-12, errors, 1)), 0.0), step


def nothing() -> None:
    pass


class RandomisationTest:
    """Tests supposed effects on one sample against the same repeated lotteries."""

    def __init__(self, sample: Sample, redrawn: Ints, tested: Callable[[], None] = nothing) -> None:
        """``redrawn``: waves, lotteries by units. ``tested``: called after each supposed effect, of which an interval takes
        some dozens."""
        self._sample, self._tested = sample, tested
        periods = sample.outcomes.shape[1]
        self._redrawn, self._periods = redrawn, periods
        self._probabilities = np.array([(redrawn <= period).mean() for period in range(1, periods + 1)])
        self._actual = sample.assigned - self._probabilities
        # Kept if it is small, because each supposed effect needs it again.
        self._drawn = list(self._blocks()) if redrawn.size * periods <= BLOCK else None
        self._covariate = log_past(sample.past, sample.past_exposure)
        counts = np.bincount(sample.strata)
        self._counts = np.maximum(counts, 1)[:, None]

    def _residuals(self, effect: float) -> tuple[Floats, Floats]:
        sample = self._sample
        without = sample.outcomes * np.exp(-effect * sample.assigned)
        residuals, means = weighted_residuals(without, fit_means(without, sample.exposure, self._covariate))
        totals = np.zeros((len(self._counts), self._periods))
        np.add.at(totals, sample.strata, residuals)
        return residuals - (totals / self._counts)[sample.strata], means

    def improve(self, effect: float) -> tuple[float, float]:
        """The statistic of the actual lottery, and a better guess of the effect."""
        actual, step = score(self._actual[None], *self._residuals(effect))
        return float(actual[0]), effect + float(step[0])

    def statistics(self, effect: float) -> tuple[float, Floats]:
        """Of the actual lottery, and of each repeated one."""
        residuals, means = self._residuals(effect)
        drawn = [score(block, residuals, means)[0] for block in self._drawn or self._blocks()]
        self._tested()
        return float(score(self._actual[None], residuals, means)[0][0]), np.concatenate(drawn)

    def _blocks(self) -> Iterator[Floats]:
        """The repeated lotteries as 0 or 1 minus the probability of 1, some at a time."""
        size = max(1, BLOCK // max(1, self._redrawn.shape[1] * self._periods))
        for start in range(0, len(self._redrawn), size):
            yield is_assigned(self._redrawn[start : start + size], self._periods) - self._probabilities

    def p_value(self, effect: float = 0.0) -> float:
        """Two-sided; a repeated lottery as extreme as the actual one counts as more extreme."""
        actual, drawn = self.statistics(effect)
        return float((1 + np.count_nonzero(np.abs(drawn) >= abs(actual) - 1e-9)) / (1 + len(drawn)))

    def excess(self, effect: float, *, alpha: float) -> float:
        """How far the actual statistic lies beyond the most extreme repeated ones, of which there are ``alpha``; the test
        rejects if it is positive. Its sign tells the side."""
        actual, drawn = self.statistics(effect)
        rank = math.floor(alpha * (1 + len(drawn)))
        critical = np.partition(np.abs(drawn), -rank)[-rank] + 1e-9
        return abs(actual) - float(critical)

    def point(self) -> float | None:
        """The effect at which the statistic of the actual lottery is zero; None if it is not within ``MAX_EFFECT``."""
        low, high = -MAX_EFFECT, MAX_EFFECT
        guess = 0.0
        for _ in range(60):
            actual, better = self.improve(guess)
            if abs(better - guess) < TOLERANCE / 10 or high - low < TOLERANCE / 10:
                return better if abs(better) < MAX_EFFECT else None
            low, high = (guess, high) if actual > 0 else (low, guess)
            guess = better if low < better < high else (low + high) / 2
        return None

    def estimate(self, *, alpha: float = 0.05) -> Estimate:
        return invert(self, lambda effect: self.excess(effect, alpha=alpha))


def invert(test: RandomisationTest, excess: Callable[[float], float]) -> Estimate:
    """``excess``: of a supposed effect; positive if it is rejected."""
    effect = test.point()
    p_value = test.p_value()
    if effect is None:
        return Estimate(None, None, None, p_value)
    return Estimate(effect, _end(excess, effect, -1), _end(excess, effect, 1), p_value)


def _end(excess: Callable[[float], float], effect: float, direction: int) -> float | None:
    """Where the test begins to reject, from ``effect`` in one direction: first in growing steps, then by bisection and
    secants."""
    inner, inner_excess = effect, excess(effect)
    step = 0.1
    outer = effect + direction * step
    outer_excess = excess(outer)
    while outer_excess <= 0:
        if abs(outer) > MAX_EFFECT:
            return None
        inner, inner_excess = outer, outer_excess
        step *= 1.6
        outer += direction * step
        outer_excess = excess(outer)
    while abs(outer - inner) > TOLERANCE:
        share = np.clip(inner_excess / (inner_excess - outer_excess), 0.1, 0.9) if outer_excess > inner_excess else 0.5
        middle = inner + (outer - inner) * float(share)
        found = excess(middle)
        if found > 0:
            outer, outer_excess = middle, found
        else:
            inner, inner_excess = middle, found
    return inner
