import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp import Coach, Draft, load_scoring
from nlp.quality import bait
from nlp.quality.features import of_post

BAIT = "You won't believe what this rep did next! These 7 secrets will blow your mind"
NEWS = "Port of Rotterdam reports 14 percent fewer containers in October after strike"


@pytest.fixture
def weights():
    return load_scoring().learned("bait")


def test_bait_scores_above_news(weights):
    assert bait.probability(BAIT, weights) > 0.6
    assert bait.probability(NEWS, weights) < 0.25


@given(st.text(max_size=300))
def test_explanation_parts_add_up(text):
    weights = load_scoring().learned("bait")
    parts = bait.explain(text, weights)
    linear = math.fsum([weights.intercept, *(part.part for part in parts)])
    assert linear == weights.linear(of_post(text))
    assert bait.probability(text, weights) == min(1, max(0, linear))
    assert {part.feature for part in parts} <= weights.weights.keys()


def test_bait_contributes_to_the_score():
    assessment = Coach().assess(Draft("linkedin-post", NEWS + ". Dockers went back to work on Monday, the port said."))
    part = next(c for c in assessment.contributions if c.name == bait.MEASURE)
    assert part.kind == "measure"
    assert sum(c.tenths for c in assessment.contributions) == assessment.score * 10
