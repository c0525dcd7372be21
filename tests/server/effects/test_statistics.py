"""The figures, compared with plain implementations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.evaluation import metrics
from server.effects.statistics import Interval, adjusted_differences, histogram, spearman, spearman_change

pairs = st.lists(st.tuples(st.integers(0, 100), st.integers(0, 200)), min_size=2, max_size=40)


@given(pairs)
def test_spearman_is_that_of_the_model_card(rows):
    scores, marks = np.array([score for score, _ in rows]), np.array([mark / 2 for _, mark in rows])
    assert spearman(scores, marks) == pytest.approx(metrics.spearman(scores.tolist(), marks.tolist()))


@given(pairs)
def test_the_same_scores_do_not_change(rows):
    scores, marks = np.array([score for score, _ in rows]), np.array([mark / 2 for _, mark in rows])
    assert spearman_change(scores, scores, marks) == Interval(0, 0, 0)


def test_the_interval_of_a_change_contains_it_and_is_the_same_again():
    random = np.random.default_rng(7)
    marks = random.integers(0, 201, 300) / 2
    better, worse = (np.clip(marks + random.normal(0, spread, 300), 0, 100).astype(int) for spread in (5, 40))
    change = spearman_change(worse, better, marks)
    assert 0 < change.low < change.value < change.high
    assert change == spearman_change(worse, better, marks)
    # Against resampling one row after the other.
    draws = np.random.default_rng(3).integers(0, 300, (300, 300))
    slow = [
        metrics.spearman(better[draw].tolist(), marks[draw].tolist())
        - metrics.spearman(worse[draw].tolist(), marks[draw].tolist())
        for draw in draws
    ]
    assert (change.low, change.high) == pytest.approx(tuple(np.percentile(slow, [2.5, 97.5])), abs=0.02)


def test_ranges_of_ten_points():
    assert histogram(np.array([0, 9, 10, 55, 90, 99, 100])) == (2, 1, 0, 0, 0, 1, 0, 0, 0, 3)


def test_a_difference_at_equal_marks_is_found_whatever_the_marks_and_surfaces_are():
    random = np.random.default_rng(5)
    groups = random.choice(["native", "learner", "fluent"], 600, p=[0.5, 0.2, 0.3])
    surfaces = random.choice(["linkedin-post", "x-post"], 600)
    # Learners are rated lower, which is no unfairness of the score; that it gives them four points less is.
    marks = random.normal(50, 10, 600) - 8 * (groups == "learner")
    scores = 10 + 0.7 * marks + 6 * (surfaces == "x-post") - 4 * (groups == "learner") + random.normal(0, 3, 600)
    found = adjusted_differences(scores, marks, groups.tolist(), surfaces.tolist(), reference="native")
    assert found.keys() == {"learner", "fluent"}
    assert found["learner"].low < -4 < found["learner"].high
    assert found["learner"].high < -2
    assert found["fluent"].low < 0 < found["fluent"].high
