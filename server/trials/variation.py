"""How much outcomes vary without any trial: estimated from an organisation's own weeks, and simulated.

The expected number of outcomes of rep ``i`` in week ``t`` is

    mean * exp(rep[i] + shock[t] + swing[i, t]) * noise[i, t]

``rep`` (standing differences), ``shock`` (everybody's good and bad weeks) and ``swing`` (a rep's slow ups and downs,
correlated from week to week) are normal on the log scale; ``noise`` is gamma with mean 1 (over-dispersion). Each factor is
scaled to a mean of 1, so that ``mean`` is the mean."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Below any of these, an estimate of the swing would itself be mostly noise.
MIN_REPS, MIN_WEEKS, MIN_OUTCOMES = 20, 26, 300
#: The most lags, in weeks, from which the swing is told from standing differences; never more than half of the weeks.
MAX_LAGS = 26


@dataclass(frozen=True, slots=True)
class Variation:
    """Standard deviations on the log scale. ``correlation``: of the swing, from a week to the next. ``dispersion``: variance
    of the weekly noise, 0 for Poisson outcomes."""

    mean: float
    rep: float = 0.5
    shock: float = 0.1
    swing: float = 0.35
    correlation: float = 0.8
    dispersion: float = 1 / 3
    is_estimated: bool = False


def estimate(outcomes: Floats, exposure: Floats) -> Variation:
    """``outcomes`` and ``exposure`` (the share of the week at work): reps by weeks, oldest first. Where they are too few,
    only the mean is theirs and the variation is the fallback of ``Variation``: of reps that differ by a factor of 1.6.

    By moments: for one rep and two weeks ``h`` apart, the mean product of weekly ratios is ``exp(rep² + swing²
    correlation^h)``; for ``h`` = 0 without the outcomes' own noise, it is that times ``1 + dispersion``."""
    reps, weeks = outcomes.shape
    total, at_work = float(outcomes.sum()), float(exposure.sum())
    mean = total / at_work if at_work > 0 else 0.0
    if reps < MIN_REPS or weeks < MIN_WEEKS or total < MIN_OUTCOMES:
        return Variation(mean)
    weekly = outcomes.sum(0) / np.maximum(exposure.sum(0), 1e-9)
    expected = np.maximum(weekly, 1e-9)[None] * exposure
    lags = range(1, min(MAX_LAGS, weeks // 2) + 1)
    lagged = [_log_ratio(outcomes[:, :-h] * outcomes[:, h:], expected[:, :-h] * expected[:, h:]) for h in lags]
    same = _log_ratio(outcomes**2 - outcomes, expected**2)
    rep, swing, correlation = _fit_lags(np.array(lagged), weights=np.array([float(weeks - h) for h in lags]))
    dispersion = max(0.0, math.expm1(same - rep - swing))
    # The weekly means vary by the shock and by chance.
    chance = float(((1 + outcomes.var(0) / np.maximum(weekly, 1e-9)) / np.maximum(outcomes.sum(0), 1)).mean()) / 2
    shock = max(0.0, float(np.var(np.log(np.maximum(weekly, mean / 10)))) - chance)
    return Variation(
        mean, math.sqrt(rep), min(math.sqrt(shock), 0.5), math.sqrt(swing), correlation, dispersion, is_estimated=True
    )


def _log_ratio(products: Floats, expected: Floats) -> float:
    return math.log(max(float(products.sum()), 1e-9) / max(float(expected.sum()), 1e-9))


def _fit_lags(values: Floats, *, weights: Floats) -> tuple[float, float, float]:
    """``rep²``, ``swing²`` and the correlation with the least squared error; the variances are not negative."""
    best = (math.inf, 0.0, 0.0, 0.8)
    for correlation in np.arange(0.3, 0.951, 0.05):
        powers = correlation ** np.arange(1, len(values) + 1)
        for columns in ((True, True), (True, False), (False, True)):
            design = np.stack([np.ones_like(powers), powers], axis=1) * columns
            solution = np.linalg.lstsq(design * weights[:, None] ** 0.5, values * weights**0.5, rcond=None)[0]
            error = float((weights * (values - design @ solution) ** 2).sum())
            if solution.min() >= 0 and error < best[0] - 1e-12:
                best = (error, float(solution[0]), float(solution[1]), float(correlation))
    return best[1:]


def simulate_means(generator: np.random.Generator, variation: Variation, *, companies: int, reps: int, weeks: int) -> Floats:
    """Expected outcomes, given everything but the outcomes' own chance: companies by reps by weeks."""
    shape = (companies, reps, weeks)
    rep = generator.normal(0, variation.rep, (companies, reps, 1)) - variation.rep**2 / 2
    shock = generator.normal(0, variation.shock, (companies, 1, weeks)) - variation.shock**2 / 2
    swing = generator.normal(0, variation.swing, shape)
    fresh = math.sqrt(1 - variation.correlation**2)
    for week in range(1, weeks):
        swing[..., week] = variation.correlation * swing[..., week - 1] + fresh * swing[..., week]
    means = variation.mean * np.exp(rep + shock + swing - variation.swing**2 / 2)
    if variation.dispersion > 0.001:
        means *= generator.gamma(1 / variation.dispersion, variation.dispersion, shape)
    return means
