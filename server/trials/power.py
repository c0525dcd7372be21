"""The smallest effect that a trial could detect: at 80% power and a level of 5%, by simulation with the analysis of the
trial.

Companies without an effect give the critical value of the statistic, so that it is right at any size; companies with an
effect give the power. The strata are those of past results; teams would only make them finer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from server.trials.lottery import redraw
from server.trials.statistics import Floats, fit_means, is_assigned, log_past, score, weighted_residuals
from server.trials.variation import Variation, simulate_means

POWER, LEVEL = 0.8, 0.05
#: A trial that could detect only more than this, a doubling, can tell nothing. What is plausible is a judgement: no
#: published field experiment compares social work with other work of sales (product reference, section 1).
LARGEST_PLAUSIBLE = 1.0
#: The smallest organisation and past for which an effect is shown, and the size from which not only large effects are
#: visible.
MIN_REPS, MIN_WEEKS_BEFORE, MANY_REPS = 20, 12, 100
COMPANIES = 600
#: Effects are looked for up to this ratio.
_MAX_RATIO = 11.0
#: Memory: weekly means that are in memory at once.
_CHUNK = 2_000_000


@dataclass(frozen=True, slots=True)
class Design:
    """``percents``: of the units that start in each wave. ``before``: weeks of past results. ``between``: weeks from a start
    to the next; the last start ends the comparison."""

    units: int
    before: int
    between: int
    percents: tuple[int, ...] = (50, 50)

    @property
    def periods(self) -> int:
        return len(self.percents) - 1

    @property
    def weeks(self) -> int:
        """Of the comparison."""
        return self.between * self.periods


@dataclass(frozen=True, slots=True)
class Companies:
    """Simulated: outcomes before (companies by units), means during the trial (companies by units by periods), waves and
    strata."""

    design: Design
    past: Floats
    means: Floats
    waves: np.ndarray
    strata: np.ndarray


def simulate(generator: np.random.Generator, variation: Variation, design: Design, *, companies: int) -> Companies:
    """Units are in the order of their past results, so that all companies have the same strata: the lower and the upper
    half."""
    weeks = design.before + design.weeks
    chunk = max(1, _CHUNK // (design.units * weeks))
    past, means = [], []
    for start in range(0, companies, chunk):
        number = min(chunk, companies - start)
        weekly = simulate_means(generator, variation, companies=number, reps=design.units, weeks=weeks)
        found = generator.poisson(weekly[..., : design.before].sum(-1)).astype(float)
        during = weekly[..., design.before :].reshape(number, design.units, design.periods, design.between).sum(-1)
        order = np.argsort(found + generator.random(found.shape), axis=1)
        past.append(np.take_along_axis(found, order, 1))
        means.append(np.take_along_axis(during, order[..., None], 1))
    strata = (np.arange(design.units) >= design.units / 2).astype(np.int64)
    waves = redraw(generator, strata, design.percents, draws=companies)
    return Companies(design, np.concatenate(past), np.concatenate(means), waves, strata)


def draw_outcomes(generator: np.random.Generator, companies: Companies, effect: float) -> Floats:
    """With the effect (a log ratio) on those who are assigned."""
    assigned = is_assigned(companies.waves, companies.design.periods)
    outcomes: Floats = generator.poisson(companies.means * np.exp(effect * assigned)).astype(float)
    return outcomes


def statistics(companies: Companies, outcomes: Floats) -> Floats:
    """The trial's statistic of each company, for no effect."""
    design = companies.design
    exposure = np.full_like(outcomes, float(design.between))
    covariate = log_past(companies.past, np.full_like(companies.past, float(design.before)))
    residuals, means = weighted_residuals(outcomes, fit_means(outcomes, exposure, covariate))
    for stratum in (0, 1):
        members = companies.strata == stratum
        residuals[:, members] -= residuals[:, members].mean(1, keepdims=True)
    assigned = is_assigned(companies.waves, design.periods)
    probabilities = np.cumsum(design.percents)[:-1] / 100
    found, _ = score(assigned - probabilities, residuals, means)
    return found


def smallest_effect(
    variation: Variation, design: Design, *, generator: np.random.Generator, companies: int = COMPANIES
) -> float | None:
    """As a relative change: 0.25 for +25%. None if it is beyond +1,000%, or if there is nothing to count."""
    if variation.mean <= 0:
        return None
    simulated = simulate(generator, variation, design, companies=companies)
    null = np.abs(statistics(simulated, draw_outcomes(generator, simulated, 0.0)))
    critical = float(np.quantile(null, 1 - LEVEL))
    # The same random numbers for every effect, so that power grows with it.
    seed = int(generator.integers(1 << 62))

    def power(effect: float) -> float:
        outcomes = draw_outcomes(np.random.default_rng(seed), simulated, effect)
        return float((statistics(simulated, outcomes) > critical).mean())

    low, high = 0.0, math.log(_MAX_RATIO)
    if power(high) < POWER:
        return None
    while high - low > 0.005:
        middle = (low + high) / 2
        low, high = (low, middle) if power(middle) >= POWER else (middle, high)
    return math.expm1(high)


def smallest_effects(
    variation: Variation, designs: Sequence[Design], *, seed: int, companies: int = COMPANIES
) -> list[float | None]:
    """Each with its own random numbers from ``seed``."""
    return [
        smallest_effect(variation, design, generator=np.random.default_rng([seed, index]), companies=companies)
        for index, design in enumerate(designs)
    ]
