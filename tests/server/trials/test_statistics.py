"""The analysis of a trial: exact without an effect, right with one, and the same again."""

from __future__ import annotations

import math

import numpy as np
import pytest

from server.trials.lottery import redraw
from server.trials.sequential import SequentialTest, crossed_at, spent
from server.trials.statistics import RandomisationTest, Sample, fit_means, log_past
from server.trials.variation import Variation, simulate_means


def sample(*, reps: int, effect: float, seed: int, percents: tuple[int, ...] = (50, 50), between: int = 13) -> Sample:
    generator = np.random.default_rng(seed)
    periods = len(percents) - 1
    means = simulate_means(generator, Variation(3.0), companies=1, reps=reps, weeks=13 + periods * between)[0]
    strata = np.arange(reps) % 2
    waves = redraw(generator, strata, percents, draws=1)[0]
    during = means[:, 13:].reshape(reps, periods, between).sum(-1)
    assigned = waves[:, None] <= np.arange(1, periods + 1)
    return Sample(
        generator.poisson(during * np.exp(effect * assigned)).astype(float),
        np.full((reps, periods), float(between)),
        generator.poisson(means[:, :13].sum(1)).astype(float),
        np.full(reps, 13.0),
        strata,
        waves,
    )


def build_test(data: Sample, percents: tuple[int, ...] = (50, 50), *, draws: int = 499) -> RandomisationTest:
    return RandomisationTest(data, redraw(np.random.default_rng(9), data.strata, percents, draws=draws))


def test_the_interval_has_exactly_the_effects_that_the_test_does_not_reject():
    test = build_test(sample(reps=60, effect=0.3, seed=1))
    found = test.estimate()
    assert found.low < found.effect < found.high
    for end, outside in ((found.low, -0.01), (found.high, 0.01)):
        assert test.p_value(end) > 0.05
        assert test.p_value(end + outside) <= 0.05


@pytest.mark.parametrize("percents", [(50, 50), (34, 33, 33)])
def test_a_large_effect_is_found_and_estimated(percents):
    estimates = [
        build_test(sample(reps=200, effect=0.5, seed=seed, percents=percents), percents).estimate() for seed in range(6)
    ]
    assert all(one.excludes_zero and one.p_value <= 0.05 for one in estimates)
    assert abs(np.mean([one.effect for one in estimates]) - 0.5) < 0.1


def test_no_effect_is_rejected_in_one_of_twenty():
    p_values = np.array([build_test(sample(reps=16, effect=0.0, seed=seed)).p_value() for seed in range(400)])
    # Exact at any size, here with 16 reps: 5 % within three standard errors.
    assert abs((p_values <= 0.05).mean() - 0.05) < 3 * math.sqrt(0.05 * 0.95 / 400)


def test_past_results_narrow_the_interval():
    data = sample(reps=200, effect=0.0, seed=3)
    blind = Sample(data.outcomes, data.exposure, np.full(200, 5.0), data.past_exposure, data.strata, data.waves)
    widths = [one.high - one.low for one in (build_test(data).estimate(), build_test(blind).estimate())]
    assert widths[0] < 0.8 * widths[1]


def test_the_means_balance_outcomes_of_each_period():
    data = sample(reps=50, effect=0.2, seed=5, percents=(34, 33, 33))
    covariate = log_past(data.past, data.past_exposure)
    means = fit_means(data.outcomes, data.exposure, covariate)
    assert np.allclose(means.sum(0), data.outcomes.sum(0))
    assert abs(((data.outcomes - means) * covariate[:, None]).sum()) < 1e-4 * data.outcomes.sum()


def test_a_trial_without_outcomes_finds_nothing():
    data = sample(reps=30, effect=0.0, seed=1)
    empty = Sample(0 * data.outcomes, data.exposure, 0 * data.past, data.past_exposure, data.strata, data.waves)
    found = build_test(empty).estimate()
    assert found.p_value == 1
    assert not found.excludes_zero


def test_a_unit_that_left_at_once_changes_nothing():
    data = sample(reps=40, effect=0.4, seed=2)
    gone = Sample(
        np.vstack([data.outcomes, np.zeros((1, 1))]),
        np.vstack([data.exposure, np.zeros((1, 1))]),
        np.append(data.past, 20.0),
        np.append(data.past_exposure, 13.0),
        np.append(data.strata, 0),
        np.append(data.waves, 1),
    )
    assert build_test(gone).estimate().effect == pytest.approx(build_test(data).estimate().effect, abs=0.05)


def test_looking_every_week_rejects_in_at_most_one_of_twenty():
    rejected, plain = 0, 0
    runs, weeks = 200, 12
    for seed in range(runs):
        generator = np.random.default_rng(seed)
        means = simulate_means(generator, Variation(3.0), companies=1, reps=20, weeks=13 + weeks)[0]
        strata = np.arange(20) % 2
        weekly = generator.poisson(means[:, 13:])
        past = generator.poisson(means[:, :13].sum(1)).astype(float)
        waves = redraw(generator, strata, (50, 50), draws=1)[0]
        redrawn = redraw(generator, strata, (50, 50), draws=299)
        looks = range(2, weeks + 1)
        tests = [
            RandomisationTest(
                Sample(
                    weekly[:, :week].sum(1)[:, None].astype(float),
                    np.full((20, 1), float(week)),
                    past,
                    np.full(20, 13.0),
                    strata,
                    waves,
                ),
                redrawn,
            ).statistics(0.0)
            for week in looks
        ]
        crossed = crossed_at([one for one, _ in tests], [many for _, many in tests], [w / weeks for w in looks], alpha=0.05)
        rejected += crossed is not None
        plain += any((1 + np.count_nonzero(np.abs(many) >= abs(one))) / 300 <= 0.05 for one, many in tests)
    assert rejected / runs < 0.05 + 3 * math.sqrt(0.05 * 0.95 / runs)
    assert plain > 1.5 * rejected


def test_the_interval_of_an_early_look_is_wider_than_the_last_one():
    data = sample(reps=60, effect=0.5, seed=4)
    early = Sample(np.floor(data.outcomes / 2), data.exposure / 2, data.past, data.past_exposure, data.strata, data.waves)
    redrawn = redraw(np.random.default_rng(1), data.strata, (50, 50), draws=499)
    first = SequentialTest([early], [0.5], redrawn).estimate()
    last = SequentialTest([early, data], [0.5, 1.0], redrawn).estimate()
    plain = RandomisationTest(data, redrawn).estimate()
    assert last.high - last.low < first.high - first.low
    assert last.high - last.low < 1.15 * (plain.high - plain.low)
    assert spent(0.05, 0.5) == pytest.approx(0.0125)
