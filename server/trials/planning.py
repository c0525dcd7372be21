"""What a trial could detect, for lengths to choose from, and why a plan cannot be locked."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from server.core.small_groups import MIN_GROUP_SIZE
from server.trials.candidates import Candidates, by_unit
from server.trials.lottery import count_outcomes
from server.trials.plan import Choices
from server.trials.power import COMPANIES, LARGEST_PLAUSIBLE, MIN_REPS, MIN_WEEKS_BEFORE, smallest_effects
from server.trials.variation import Variation, estimate

#: Weeks from a start to the next that are compared in the picture; the chosen one is added.
LENGTHS = (4, 8, 13, 26, 39)
#: Two lotteries are as extreme as the actual one or more on average in twenty, so fewer could not show anything.
MIN_OUTCOMES = 40
SEED = 1


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AtLength(_Frozen):
    """``weeks``: of the whole comparison. ``effect``: the smallest that is detected, as a share; None if it is beyond +1,000
    %."""

    between: int
    weeks: int
    effect: float | None


class Power(_Frozen):
    """``weeks``: of past results that were there. ``variation``: of units, on the log scale. ``is_estimated``: from these
    results; otherwise they are too few and only the mean is theirs."""

    units: int
    people: int
    excluded: int
    weeks: int
    mean: float
    rep: float
    swing: float
    correlation: float
    shock: float
    dispersion: float
    is_estimated: bool
    lotteries: int
    lengths: tuple[AtLength, ...]
    chosen: float | None


def compute(choices: Choices, candidates: Candidates) -> Power:
    """Seconds of simulation."""
    counted, at_work = by_unit(candidates)
    variation = estimate(counted, at_work) if counted.size else Variation(0.0)
    # Close to the chosen one, the noise of the simulation would be larger than the difference.
    others = {one for one in LENGTHS if abs(one - choices.between) > 2}
    lengths = tuple(sorted({*others, choices.between}))
    # A team of five at work has five weeks of work a week.
    size = float(at_work.mean()) if at_work.size else 1.0
    effects = _effects(choices, variation, size=size, units=len(candidates.units), lengths=lengths)
    return Power(
        units=len(candidates.units),
        people=candidates.people,
        excluded=candidates.excluded,
        weeks=len(candidates.weeks.mondays),
        mean=variation.mean,
        rep=variation.rep,
        swing=variation.swing,
        correlation=variation.correlation,
        shock=variation.shock,
        dispersion=variation.dispersion,
        is_estimated=variation.is_estimated,
        lotteries=count_outcomes(
            {unit: one.stratum for unit, one in candidates.units.items()}, choices.percents, at_most=10**9
        ),
        lengths=tuple(
            AtLength(between=between, weeks=between * (choices.waves - 1), effect=effect)
            for between, effect in zip(lengths, effects, strict=True)
        ),
        chosen=effects[lengths.index(choices.between)],
    )


def _effects(
    choices: Choices, variation: Variation, *, size: float, units: int, lengths: Sequence[int]
) -> Sequence[float | None]:
    if units < 4:
        return [None] * len(lengths)
    simulated = Variation(
        variation.mean * size,
        variation.rep,
        variation.shock,
        variation.swing,
        variation.correlation,
        variation.dispersion,
    )
    designs = [choices.model_copy(update={"between": between}).design(units) for between in lengths]
    # Large companies differ less from each other, so fewer of them are enough.
    companies = min(COMPANIES, max(100, 400_000 // units))
    return smallest_effects(simulated, designs, seed=SEED, companies=companies)


def refusals(choices: Choices, power: Power, *, weeks_before_start: int) -> list[str]:
    """Why it cannot be locked, in sentences; empty if it can. ``weeks_before_start``: in which the outcome will have been
    recorded."""
    found = []
    if power.people < MIN_REPS:
        found.append(f"A trial needs at least {MIN_REPS} reps with {MIN_WEEKS_BEFORE} weeks of past results.")
    if weeks_before_start < choices.before:
        found.append(
            f"The outcome will have been recorded for {max(0, weeks_before_start)} weeks before the start, and the plan "
            f"compares with {choices.before}."
        )
    if power.people >= MIN_REPS and min(choices.percents) * power.people < 100 * MIN_GROUP_SIZE:
        found.append(f"Each start needs at least {MIN_GROUP_SIZE} reps: numbers of fewer are not shown.")
    if power.lotteries < MIN_OUTCOMES:
        found.append("The lottery has so few possible outcomes that no result could be told from chance.")
    if not found and (power.chosen is None or power.chosen > LARGEST_PLAUSIBLE):
        size = "more than +1,000%" if power.chosen is None else f"+{100 * power.chosen:.0f}% or more"
        found.append(
            f"This trial could see only an effect of {size}, which is more than social work is likely to have. "
            "It cannot tell. Choose more weeks, or an outcome of which there are more."
        )
    return found
