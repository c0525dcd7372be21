"""Fairness limits."""

from nlp import Coach
from nlp.evaluation import fairness


def test_swapping_names_moves_scores_within_the_limits():
    difference = fairness.name_swaps(Coach())
    assert difference.mean < fairness.MEAN_LIMIT
    assert difference.worst <= fairness.SINGLE_LIMIT
