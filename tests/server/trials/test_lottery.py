"""The lottery of a trial: reproducible from its seed, stratified, and fair."""

from __future__ import annotations

import hashlib
from collections import Counter

import numpy as np
import pytest

from server.trials.lottery import commitment, count_outcomes, draw, redraw

STRATA = {unit: f"team-{unit % 3}" for unit in range(1, 26)}


def test_a_draw_follows_from_its_seed_by_the_published_steps():
    # The documented algorithm, written again with the simplest means.
    seed = "0123456789abcdef"
    listed = sorted(STRATA, key=lambda unit: (STRATA[unit], hashlib.sha256(f"{seed}:{unit}".encode()).hexdigest()))
    offset = int(hashlib.sha256(f"{seed}:wave 1".encode()).hexdigest(), 16) / 2**256
    first = {unit for position, unit in enumerate(listed) if int((position + 1) * 0.5 + offset) > int(position * 0.5 + offset)}
    assert {unit for unit, wave in draw(seed, STRATA, (50, 50)).items() if wave == 1} == first
    assert commitment(seed) == hashlib.sha256(seed.encode()).hexdigest()


def test_the_order_of_the_list_does_not_change_the_draw():
    assert draw("a seed", dict(reversed(STRATA.items())), (30, 30, 40)) == draw("a seed", STRATA, (30, 30, 40))


@pytest.mark.parametrize("percents", [(50, 50), (34, 33, 33), (20, 80), (25, 25, 25, 25)])
def test_every_stratum_gets_its_share_up_to_rounding(percents):
    for number in range(200):
        waves = draw(f"seed {number}", STRATA, percents)
        for stratum in set(STRATA.values()):
            counts = Counter(waves[unit] for unit in STRATA if STRATA[unit] == stratum)
            size = sum(counts.values())
            for wave, percent in enumerate(percents, start=1):
                assert abs(counts[wave] - size * percent / 100) < len(percents)


def test_every_unit_has_the_planned_probability():
    draws = 4000
    counts = Counter(unit for number in range(draws) for unit, wave in draw(f"{number}", STRATA, (40, 60)).items() if wave == 1)
    # Five standard errors.
    assert all(abs(counts[unit] / draws - 0.4) < 5 * (0.24 / draws) ** 0.5 for unit in STRATA)


@pytest.mark.parametrize("percents", [(50, 50), (34, 33, 33)])
def test_repeated_draws_have_the_distribution_of_the_draw(percents):
    strata = np.array([int(STRATA[unit][-1]) for unit in STRATA])
    repeated = redraw(np.random.default_rng(4), strata, percents, draws=4000)
    drawn = np.array([[draw(f"{number}", STRATA, percents)[unit] for unit in STRATA] for number in range(4000)])
    for wave in range(1, len(percents) + 1):
        assert np.abs((repeated == wave).mean(0) - percents[wave - 1] / 100).max() < 0.04
    # How often two units of the same and of different strata are in the same wave.
    for one, other in ((0, 3), (0, 1), (4, 7)):
        assert abs((repeated[:, one] == repeated[:, other]).mean() - (drawn[:, one] == drawn[:, other]).mean()) < 0.05
    # How many of a stratum are in the first wave.
    of_stratum = strata == 1
    counts = [np.bincount((many[:, of_stratum] == 1).sum(1), minlength=10) / 4000 for many in (repeated, drawn)]
    assert np.abs(counts[0] - counts[1]).max() < 0.05


def test_a_lottery_with_few_outcomes_is_counted():
    assert count_outcomes({1: "a", 2: "a", 3: "a", 4: "a"}, (50, 50), at_most=1000) == 6
    assert count_outcomes(dict.fromkeys(range(40), "a"), (50, 50), at_most=1000) == 1000
