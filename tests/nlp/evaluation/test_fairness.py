"""Fairness limits."""

from nlp import Coach
from nlp.evaluation import fairness


def test_swapping_names_moves_scores_within_the_limits():
    found = fairness.name_swaps(Coach())
    assert found.mean < fairness.MEAN_LIMIT
    assert found.worst <= fairness.SINGLE_LIMIT
