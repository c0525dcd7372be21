"""The analysis of a trial, as its plan says: the same plan, assignment, seed and numbers give the same report."""

from __future__ import annotations

import hashlib
import math
import platform
from collections.abc import Callable, Mapping
from itertools import count

import numpy as np

from server.core.small_groups import MIN_GROUP_SIZE
from server.core.version import VERSION
from server.core.weeks import WEEK
from server.trials.checks import MISMATCH_LEVEL, Balance, balance, compliance, size_mismatch
from server.trials.data import Progress, Weeks, ignore, sample_of, sums_by_unit
from server.trials.lottery import commitment, draw, redraw
from server.trials.plan import Plan
from server.trials.report import BalanceRow, Cell, Report, WeekRates
from server.trials.sequential import FIRST_LOOK, SequentialTest
from server.trials.statistics import Estimate, RandomisationTest, Sample

#: Standard errors in the half width of an interval of 95 percent, and between no effect and one that is seen in 80 of 100
#: cases.
HALF_WIDTH, DETECTED = 1.96, 1.96 + 0.8416
#: An interval takes about so many supposed effects.
TESTED = 18


def analyse(plan: Plan, waves: Mapping[int, int], seed: str, weeks: Weeks, *, over: int, progress: Progress = ignore) -> Report:
    """``over``: complete weeks of the comparison."""
    end = plan.starts[0] + WEEK * over
    sample = sample_of(plan, waves, weeks, end=end)
    strata = sample.strata
    redrawn = redraw(np.random.default_rng(analysis_seed(seed)), strata, plan.percents, draws=plan.draws)
    if plan.choices.looks == "weekly":
        looks = list(range(min(FIRST_LOOK, over), over + 1))
        samples = [sample_of(plan, waves, weeks, end=plan.starts[0] + WEEK * look) for look in looks]
        shares, tested = [look / plan.weeks for look in looks], _counter(progress, looks=len(looks))
        found = SequentialTest(samples, shares, redrawn, tested).estimate(alpha=plan.level)
        is_effect = found.excludes_zero
    else:
        found = RandomisationTest(sample, redrawn, _counter(progress)).estimate(alpha=plan.level)
        is_effect = found.p_value <= plan.level and found.excludes_zero
    present = sample.exposure.sum(1) > 0
    is_first = sample.waves == 1
    holds = commitment(seed) == plan.seed_sha256 and draw(seed, plan.strata, plan.percents) == dict(waves)
    counts = [int(np.count_nonzero(present & (sample.waves == wave))) for wave in range(1, len(plan.percents) + 1)]
    mismatch = size_mismatch(counts, plan.percents)
    shared = sums_by_unit(plan, weeks, weeks.items, plan.starts[0], min(end, plan.starts[1])) > 0
    complied = compliance(shared, is_first)
    later = sample.outcomes * ~sample.assigned
    exposure = sample.exposure * ~sample.assigned
    return Report(
        is_final=over == plan.weeks,
        weeks=over,
        people=len(weeks.people),
        units=len(sample.waves),
        level=plan.level,
        draws=plan.draws,
        effect=found.effect,
        low=found.low,
        high=found.high,
        p_value=found.p_value,
        is_effect=is_effect and holds and mismatch >= MISMATCH_LEVEL,
        detectable=detectable(found),
        rate_later=float(later.sum() / exposure.sum()) if exposure.sum() else 0.0,
        outcomes=int(sample.outcomes.sum()),
        drawn=tuple(int(np.count_nonzero(sample.waves == wave)) for wave in range(1, len(plan.percents) + 1)),
        counts=tuple(counts),
        mismatch_p=mismatch,
        placebo_p=placebo(plan, sample, weeks, redrawn),
        balance=tuple(_row(one) for one in balances(plan, weeks, sample) if one is not None),
        complied_first=complied.first,
        complied_later=complied.later,
        cells=tuple(cells(sample, plan)),
        by_week=tuple(weekly_rates(plan, waves, weeks)),
        lottery_holds=holds,
        versions={"repute": VERSION, "python": platform.python_version(), "numpy": np.__version__, "method": plan.method},
    )


def _counter(progress: Progress, *, looks: int = 1) -> Callable[[], None]:
    """Turns tested effects into progress."""
    done = count(1)
    return lambda: progress(min(1.0, next(done) / (looks * TESTED)))


def analysis_seed(seed: str) -> int:
    """Of the repeated lotteries, from the seed of the actual one."""
    return int(hashlib.sha256(f"{seed}:analysis".encode()).hexdigest(), 16)


def detectable(found: Estimate) -> float | None:
    if found.low is None or found.high is None:
        return None
    return math.expm1((found.high - found.low) / 2 / HALF_WIDTH * DETECTED)


def placebo(plan: Plan, sample: Sample, weeks: Weeks, redrawn: np.ndarray) -> float:
    """The p-value of the same test with the second half of the weeks before the start as the outcome, and the first as the
    past."""
    first = plan.starts[0] - WEEK * plan.choices.before
    middle = first + WEEK * (plan.choices.before // 2)
    before, after = (first, middle), (middle, plan.starts[0])
    earlier = Sample(
        sums_by_unit(plan, weeks, weeks.outcomes, *after)[:, None],
        sums_by_unit(plan, weeks, weeks.at_work, *after)[:, None],
        sums_by_unit(plan, weeks, weeks.outcomes, *before),
        sums_by_unit(plan, weeks, weeks.at_work, *before),
        sample.strata,
        sample.waves,
    )
    return RandomisationTest(earlier, redrawn).p_value()


def balances(plan: Plan, weeks: Weeks, sample: Sample) -> list[Balance | None]:
    """Before the start. Units stand for their people: groups are hidden by numbers of units, which are never more."""
    first, start = weeks.mondays[0], plan.starts[0]
    is_first = sample.waves == 1
    at_work = np.maximum(sample.past_exposure, 0.2)
    items = sums_by_unit(plan, weeks, weeks.items, first, start)
    found = [
        balance("outcome", sample.past / at_work, is_first),
        balance("items", items / at_work, is_first),
        balance("at-work", sample.past_exposure, is_first),
    ]
    row = {person: position for position, person in enumerate(weeks.people)}
    tenure = np.array([np.mean([weeks.tenure[row[person]] for person in unit.people]) for unit in plan.units.values()])
    known = ~np.isnan(tenure)
    return [*found, balance("tenure", tenure[known], is_first[known])]


def _row(one: Balance) -> BalanceRow:
    return BalanceRow(name=one.name, first=one.first, later=one.later, difference=one.difference, expected=one.expected)


def cells(sample: Sample, plan: Plan) -> list[Cell]:
    """Group-time effects of a staggered start; empty with two waves, where the effect is the only one."""
    periods = sample.outcomes.shape[1]
    if len(plan.percents) == 2:
        return []
    return [
        Cell(wave=wave, period=period, effect=_cell(sample, wave, period))
        for period in range(1, periods + 1)
        for wave in range(1, period + 1)
    ]


def _cell(sample: Sample, wave: int, period: int) -> float | None:
    chosen = (sample.waves == wave) | (sample.waves > period)
    part = Sample(
        sample.outcomes[chosen, period - 1 : period],
        sample.exposure[chosen, period - 1 : period],
        sample.past[chosen],
        sample.past_exposure[chosen],
        np.zeros(int(chosen.sum()), np.int64),
        np.where(sample.waves[chosen] == wave, 1, 2),
    )
    if min(np.count_nonzero(part.waves == 1), np.count_nonzero(part.waves == 2)) < MIN_GROUP_SIZE:
        return None
    return RandomisationTest(part, part.waves[None]).point()


def weekly_rates(plan: Plan, waves: Mapping[int, int], weeks: Weeks) -> list[WeekRates]:
    wave = {person: waves[int(unit)] for unit, one in plan.units.items() for person in one.people}
    is_first = np.array([wave[person] == 1 for person in weeks.people])
    groups = [_rates(weeks, members) for members in (is_first, ~is_first)]
    return [
        WeekRates(week=monday.isoformat(), first=first, later=later)
        for monday, first, later in zip(weeks.mondays, *groups, strict=True)
    ]


def _rates(weeks: Weeks, members: np.ndarray) -> list[float | None]:
    present = (weeks.at_work[members] > 0).sum(0)
    totals, at_work = weeks.outcomes[members].sum(0), weeks.at_work[members].sum(0)
    return [
        float(total / time) if number >= MIN_GROUP_SIZE and time > 0 else None
        for number, total, time in zip(present, totals, at_work, strict=True)
    ]
