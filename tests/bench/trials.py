"""Trials of simulated companies: false alarms, power, estimates and coverage beside what the product reference expects
(oracles T3 and T4), and false alarms of those who look every day or week. The generator is that of the reference: meetings,
2.0 a week at the median, 26 weeks before and 26 compared.

``python -m tests.bench.trials --runs 1000 --looking 300`` sets the numbers of companies."""

from __future__ import annotations

import argparse
import math
import sys
import time
from dataclasses import dataclass

import numpy as np

from server.trials.lottery import redraw
from server.trials.power import Companies, Design, draw_outcomes, simulate
from server.trials.sequential import FIRST_LOOK, crossed_at
from server.trials.statistics import RandomisationTest, Sample
from server.trials.variation import Variation, simulate_means
from tests.bench.table import Row, row

SIZES = (10, 20, 40, 100, 200, 400)
WEEKS = 26
DAYS = 5
DRAWS = 999
ALPHA = 0.05
EFFECT = math.log(1.2)
#: The reference's mean is that of the median rep in a median week; ``Variation`` has the mean.
MEAN = 2.0 * math.exp((0.5**2 + 0.1**2 + 0.35**2) / 2)
#: Of the reference: rejected without an effect in percent, and with +20 %.
EXPECTED_FALSE = {10: "6-8", 100: "5-6", 200: "5-6", 400: "5-6"}
EXPECTED_POWER = {20: "19", 100: "64", 400: "99"}


@dataclass(frozen=True, slots=True)
class Result:
    """Shares are in percent, estimates relative changes in percent."""

    reps: int
    effect: float
    estimates: list[float]
    milliseconds: list[float]
    rejected: float
    covered: float
    unbounded: float


def sample_of(companies: Companies, outcomes: np.ndarray, company: int) -> Sample:
    units, design = companies.design.units, companies.design
    return Sample(
        outcomes[company],
        np.full((units, design.periods), float(design.between)),
        companies.past[company],
        np.full(units, float(design.before)),
        companies.strata,
        companies.waves[company],
    )


def analyse(reps: int, effect: float, *, runs: int, seed: int, percents: tuple[int, ...] = (50, 50)) -> Result:
    generator = np.random.default_rng([seed, reps])
    design = Design(reps, WEEKS, WEEKS // (len(percents) - 1), percents)
    companies = simulate(generator, Variation(MEAN), design, companies=runs)
    outcomes = draw_outcomes(generator, companies, effect)
    redrawn = redraw(generator, companies.strata, design.percents, draws=DRAWS)
    estimates, times, rejected, covered, unbounded = [], [], 0, 0, 0
    for company in range(runs):
        started = time.perf_counter()
        found = RandomisationTest(sample_of(companies, outcomes, company), redrawn).estimate()
        times.append(1000 * (time.perf_counter() - started))
        if found.effect is not None:
            estimates.append(100 * math.expm1(found.effect))
        rejected += found.p_value <= ALPHA
        unbounded += found.low is None or found.high is None
        low = -math.inf if found.low is None else found.low
        high = math.inf if found.high is None else found.high
        covered += low <= effect <= high
    return Result(reps, effect, estimates, times, *(100 * count / runs for count in (rejected, covered, unbounded)))


def look_often(reps: int, *, runs: int, seed: int) -> tuple[float, float, float, float]:
    """Percent of companies without an effect in which somebody who looks at a plain test every day, every week or once at
    the end sees p < 0.05 at some look, and in which the sequential test, shown every day with complete weeks, rejects."""
    generator = np.random.default_rng([seed, reps])
    found = np.zeros((runs, 4))
    strata = (np.arange(reps) >= reps / 2).astype(np.int64)
    redrawn = redraw(generator, strata, (50, 50), draws=DRAWS)
    for company in range(runs):
        weekly = simulate_means(generator, Variation(MEAN), companies=1, reps=reps, weeks=2 * WEEKS)[0]
        past = generator.poisson(weekly[:, :WEEKS].sum(1)).astype(float)
        order = np.argsort(past)
        daily = generator.poisson(np.repeat(weekly[order, WEEKS:] / DAYS, DAYS, axis=1)).astype(float)
        waves = redraw(generator, strata, (50, 50), draws=1)[0]
        actual, drawn, p_values = [], [], []
        for day in range(FIRST_LOOK * DAYS, WEEKS * DAYS + 1):
            outcomes = daily[:, :day].sum(1)[:, None]
            exposure = np.full((reps, 1), day / DAYS)
            sample = Sample(outcomes, exposure, past[order], np.full(reps, float(WEEKS)), strata, waves)
            mine, theirs = RandomisationTest(sample, redrawn).statistics(0.0)
            p_values.append((1 + np.count_nonzero(np.abs(theirs) >= abs(mine))) / (1 + DRAWS))
            if day % DAYS == 0:
                actual.append(mine)
                drawn.append(theirs)
        looks = range(FIRST_LOOK, WEEKS + 1)
        crossed = crossed_at(actual, drawn, [week / WEEKS for week in looks], alpha=ALPHA)
        found[company] = (
            min(p_values) <= ALPHA,
            min(p_values[::DAYS]) <= ALPHA,
            p_values[-1] <= ALPHA,
            crossed is not None,
        )
    daily_share, weekly_share, end, sequential = 100 * found.mean(0)
    return float(daily_share), float(weekly_share), float(end), float(sequential)


def measure(*, runs: int = 200, looking: int = 40, sizes: tuple[int, ...] = SIZES) -> list[Row]:
    rows: list[Row] = []
    print(f"{runs} companies a line; ± is twice the standard error of the simulation")
    print("reps  true   mean est.  sd    rejected (expected)   95 % interval covers  unbounded  ms")
    for effect, expected in ((0.0, EXPECTED_FALSE), (EFFECT, EXPECTED_POWER)):
        for reps in sizes:
            found = analyse(reps, effect, runs=runs, seed=1)
            error = 200 * math.sqrt(found.rejected / 100 * (1 - found.rejected / 100) / runs)
            cover_error = 200 * math.sqrt(found.covered / 100 * (1 - found.covered / 100) / runs)
            print(
                f"{reps:4}  {100 * math.expm1(effect):+4.0f} %  {np.mean(found.estimates):+6.1f} %  "
                f"{np.std(found.estimates):5.1f}  {found.rejected:5.1f} ± {error:3.1f} % ({expected.get(reps, 'not given')})"
                f"     {found.covered:5.1f} ± {cover_error:3.1f} %        {found.unbounded:4.1f} %  "
                f"{np.median(found.milliseconds):5.0f}",
                flush=True,
            )
            rows.append(row("trials", f"{reps} reps, estimate, true {100 * math.expm1(effect):+.0f} %", "%", found.estimates))
            rows.append(row("trials", f"{reps} reps, analysis", "ms", found.milliseconds))
    print(f"\nNo effect, {looking} companies a line: percent in which somebody ever sees an effect")
    print("reps  plain, daily  plain, weekly  plain, once at the end  sequential, shown daily")
    for reps in [size for size in sizes if size in (20, 100, 400)]:
        daily, weekly, end, sequential = look_often(reps, runs=looking, seed=2)
        print(f"{reps:4}  {daily:10.1f} %  {weekly:11.1f} %  {end:20.1f} %  {sequential:21.1f} %", flush=True)
    return rows


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000, help="companies for each size and effect")
    parser.add_argument("--looking", type=int, default=200, help="companies for each size of looking early")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="numbers of reps")
    chosen = parser.parse_args(arguments)
    measure(runs=chosen.runs, looking=chosen.looking, sizes=tuple(chosen.sizes))


if __name__ == "__main__":
    main(sys.argv[1:])
