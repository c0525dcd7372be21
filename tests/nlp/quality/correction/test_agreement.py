"""The figures of a report."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from nlp.quality.correction.agreement import calibration, calibration_error, compare, pair_accuracy, spearman


def test_pairs_are_right_wrong_or_half_right():
    lead = np.array([3.0, -1.0, 0.0, 5.0, 2.0])
    answer = np.array([1.0, 1.0, 1.0, 0.5, 0.0])
    assert pair_accuracy(lead, answer) == pytest.approx((1 + 0 + 0.5 + 0) / 4)


def test_rank_correlation_is_scipys_with_ties():
    random = np.random.default_rng(3)
    a, b = random.integers(0, 12, 80).astype(float), random.integers(0, 7, 80).astype(float)
    assert spearman(a, b) == pytest.approx(spearmanr(a, b).statistic)
    assert spearman(np.ones(5), np.arange(5.0)) == 0.0


def test_calibration_counts_the_favourite_on_either_side():
    bins = calibration(np.array([0.9, 0.1, 0.55, 0.45]), np.array([1.0, 0.0, 0.0, 0.0]))
    assert [(one.lowest, one.number, one.right) for one in bins] == [(0.5, 2, 0.5), (0.9, 2, 1.0)]
    assert calibration_error(bins) == pytest.approx((2 * 0.05 + 2 * 0.1) / 4)


def test_the_interval_of_a_difference_holds_it_and_narrows_with_more_labels():
    random = np.random.default_rng(1)
    widths = []
    for count in (50, 800):
        true = random.normal(size=count)
        before, after = true + random.normal(0, 2, count), true + random.normal(0, 0.5, count)
        change = compare(spearman, before, after, true, alone(np.arange(count)))
        assert change.low < change.difference < change.high
        assert change.low > 0
        widths.append(change.high - change.low)
    assert widths[1] < widths[0] / 2


def alone(groups):
    """The groups of labels that are each of one group."""
    return np.stack([groups, groups], axis=1)


def test_labels_of_few_groups_say_less_than_as_many_of_their_own():
    """Labels of one group are right or wrong together; so are pairs that have a group in common."""
    tenths = np.repeat(np.arange(10), 20)
    crossed = np.stack([tenths, np.roll(tenths, 20)], axis=1)
    before, after, answer = np.zeros(200), np.where(tenths < 7, 1.0, -1.0), np.ones(200)
    widths = [
        change.high - change.low
        for groups in (alone(np.arange(200)), alone(tenths), crossed)
        for change in [compare(pair_accuracy, before, after, answer, groups)]
    ]
    assert widths[1] > 3 * widths[0]
    assert widths[2] > 3 * widths[0]


def test_no_labels_are_no_figure():
    nothing = np.zeros(0)
    assert compare(spearman, nothing, nothing, nothing, np.zeros((0, 2), dtype=np.int64)).labels == 0
