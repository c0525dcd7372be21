"""The test behind "more than chance explains"."""

from __future__ import annotations

import random

import pytest
from scipy.stats import t, ttest_ind

from server.own_week.statistics import differ, t_quantile


@pytest.mark.parametrize("freedom", [3, 4, 6, 9.5, 30])
@pytest.mark.parametrize("probability", [0.9, 0.975, 0.998, 0.999])
def test_quantile_agrees_with_scipy(probability, freedom):
    assert t_quantile(probability, freedom) == pytest.approx(t.ppf(probability, freedom), rel=0.03)


def test_differ_decides_as_scipys_welch_test():
    rng, decided = random.Random(7), set()
    for _ in range(300):
        now = [rng.gauss(55, 12) for _ in range(rng.randint(5, 12))]
        before = [rng.gauss(45, 8) for _ in range(rng.randint(5, 12))]
        probability = ttest_ind(now, before, equal_var=False).pvalue
        if abs(probability - 0.01) > 0.001:  # the quantile is not exact
            assert differ(now, before, chance=0.01, least_variance=0) == (probability < 0.01)
            decided.add(probability < 0.01)
    assert decided == {True, False}


def test_equal_values_alone_do_not_make_a_difference_certain():
    assert differ([41] * 5, [40] * 5, chance=0.05, least_variance=0.001)
    assert not differ([41] * 5, [40] * 5, chance=0.05, least_variance=25)
