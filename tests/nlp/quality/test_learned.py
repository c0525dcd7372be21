import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp import Coach, Draft, load_scoring
from nlp.quality import bait, pairs
from nlp.quality.features import FEATURES, features
from nlp.quality.linear import sigmoid

BAIT = "You won't believe what this rep did next! These 7 secrets will blow your mind"
NEWS = "Port of Rotterdam reports 14 percent fewer containers in October after strike"
texts = st.text(max_size=300)


@pytest.fixture
def weights():
    return load_scoring().learned("bait")


def test_bait_is_told_from_news(weights):
    assert bait.probability(BAIT, weights) > 0.6
    assert bait.probability(NEWS, weights) < 0.25


@given(texts)
def test_the_parts_of_an_explanation_add_up(text):
    weights = load_scoring().learned("bait")
    parts = bait.explain(text, weights)
    linear = math.fsum([weights.intercept, *(part.part for part in parts)])
    assert linear == weights.linear(features(text))
    assert bait.probability(text, weights) == min(1, max(0, linear))
    assert [part.feature for part in parts] == list(weights.weights)


@given(texts, texts)
def test_swapping_two_wordings_mirrors_the_answer(a, b):
    weights = load_scoring().learned("wording")
    assert pairs.probability_a(weights, a, b) == 1 - pairs.probability_a(weights, b, a)
    assert pairs.probability_a(weights, a, a) == 0.5


@given(texts)
def test_features_are_finite_and_complete(text):
    found = features(text)
    assert tuple(found) == FEATURES
    assert all(math.isfinite(value) for value in found.values())


@given(st.floats(-1e6, 1e6))
def test_the_sigmoid_mirrors_itself(x):
    assert sigmoid(-x) == 1 - sigmoid(x)


@pytest.mark.parametrize("plea", ["Please RT", "pls retweet", "share", "Follow"])
def test_asking_for_reach_earns_nothing(plea):
    weights = load_scoring().learned("wording")
    assert pairs.probability_a(weights, f"Quotes took nine days, now two {plea}", "Quotes took nine days, now two") <= 0.5


def test_handles_and_links_carry_no_words():
    one = features("@somebody said the form was late https://example.com/the-best-secret-ever")
    other = features("@else said the form was late https://example.com/ninetynine-other-words")
    assert {n: v for n, v in one.items() if n.startswith("word:")} == {n: v for n, v in other.items() if n.startswith("word:")}


def test_the_learned_measure_is_part_of_the_score():
    assessment = Coach().assess(Draft("linkedin-post", NEWS + ". Dockers went back to work on Monday, the port said."))
    part = next(c for c in assessment.contributions if c.name == bait.MEASURE)
    assert part.kind == "measure"
    assert sum(c.tenths for c in assessment.contributions) == assessment.score * 10


def test_on_x_an_answer_shows_how_often_such_answers_were_right():
    answer = Coach().compare("x-post", NEWS, BAIT)
    assert answer.preferred in ("a", "b", "undecided")
    assert "1,135 pairs" in answer.basis


def test_on_linkedin_nothing_is_claimed():
    good = "We lost a deal in March because our quote took 9 days. We timed every step and cut it to 2."
    weak = "Thrilled to announce that we leverage synergies in our best-in-class game-changing solution!"
    answer = Coach().compare("linkedin-post", good, weak)
    assert answer.preferred == "undecided"
    assert 0.5 < answer.probability_a < 0.52
    assert "No study" in answer.basis
