import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp import Coach, Draft, load_scoring
from nlp.quality import bait, pairs
from nlp.quality.features import known, of_post, of_prose
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
    assert linear == weights.linear(of_post(text))
    assert bait.probability(text, weights) == min(1, max(0, linear))
    assert {part.feature for part in parts} <= weights.weights.keys()


@given(texts, texts)
def test_swapping_two_wordings_mirrors_the_answer(a, b):
    weights = load_scoring().learned("wording")
    assert pairs.probability_a(weights, a, b) == 1 - pairs.probability_a(weights, b, a)
    assert pairs.probability_a(weights, a, a) == 0.5


@given(texts)
def test_features_are_finite_and_known(text):
    found = of_post(text)
    assert found.keys() <= known()
    assert all(math.isfinite(value) and value for value in found.values())


@given(st.sampled_from(["Fatima", "Jun", "Xiaoming", "Siobhan"]))
def test_no_feature_hangs_on_a_name(name):
    told = "{0} called. We asked {0} what broke, and {0} sent a photo."
    assert of_prose(told.format(name)) == of_prose(told.format("John"))


@given(st.floats(-1e6, 1e6))
def test_the_sigmoid_mirrors_itself(x):
    assert sigmoid(-x) == 1 - sigmoid(x)


@pytest.mark.parametrize("plea", ["Please RT", "pls retweet", "share", "Follow"])
def test_asking_for_reach_earns_nothing(plea):
    weights = load_scoring().learned("wording")
    assert pairs.probability_a(weights, f"Quotes took nine days, now two {plea}", "Quotes took nine days, now two") <= 0.5


def test_handles_and_links_carry_no_words():
    one = of_post("@somebody said the form was late https://example.com/the-best-secret-ever")
    other = of_post("@else said the form was late https://example.com/ninetynine-other-words")
    assert {n: v for n, v in one.items() if n.startswith("word:")} == {n: v for n, v in other.items() if n.startswith("word:")}


def test_the_learned_measure_is_part_of_the_score():
    assessment = Coach().assess(Draft("linkedin-post", NEWS + ". Dockers went back to work on Monday, the port said."))
    part = next(c for c in assessment.contributions if c.name == bait.MEASURE)
    assert part.kind == "measure"
    assert sum(c.tenths for c in assessment.contributions) == assessment.score * 10


def test_on_x_an_answer_shows_how_often_such_answers_were_right():
    answer = Coach().compare("x-post", NEWS, BAIT)
    assert answer.preferred in ("a", "b", "undecided")
    measured = load_scoring().learned("wording").measured
    assert f"{measured['accuracy']:.0%} of {measured['rows']:,.0f} pairs" in answer.basis


GOOD = "We lost a deal in March because our quote took 9 days. We timed every step and cut it to 2."
WEAK = "Thrilled to announce that we leverage synergies in our best-in-class game-changing solution!"


def test_in_comments_on_linkedin_nothing_is_claimed():
    answer = Coach().compare("linkedin-comment", GOOD, WEAK)
    assert answer.preferred == "undecided"
    assert 0.5 < answer.probability_a < 0.52
    assert "No study" in answer.basis


def test_a_post_on_linkedin_is_compared_by_its_opening_alone():
    coach = Coach()
    answer = coach.compare("linkedin-post", f"{GOOD}\n\nThe end.", f"{WEAK}\n\nAnother end.")
    assert answer.basis.startswith("Openings only")
    assert answer.probability_a == coach.compare("linkedin-post", GOOD, WEAK).probability_a
    same = coach.compare("linkedin-post", f"{GOOD}\n\nWhat slows yours?", f"{GOOD}\n\n{WEAK}")
    assert same.preferred == "undecided"
    assert "open alike" in same.basis


@pytest.mark.parametrize("surface", ["x-post", "linkedin-post"])
def test_bait_alone_makes_no_wording_better(surface):
    plain = "A rep told a customer the truth about our price"
    answer = Coach().compare(
        surface, f"This is what happened when {plain[0].lower()}{plain[1:]} ... You won't believe it!!", plain
    )
    assert answer.preferred != "a"


def test_near_calls_are_left_undecided():
    for a in ("Two in nine quotes came late", "Quotes came late", "Our quotes came late again", "Nine quotes came late"):
        answer = Coach().compare("x-post", a, "Two quotes came late")
        assert (abs(answer.probability_a - 0.5) >= 0.1) or answer.preferred == "undecided"


def test_styles_are_heard_sentence_by_sentence():
    coach = Coach()

    def heard(text, surface="linkedin-post"):
        return {m.name: m for m in coach.assess(Draft(surface, text)).measures}

    stiff = "The aforementioned documentation shall be furnished in accordance with the applicable regulatory provisions."
    easy = "I like this a lot. We went to see them and had a good day with the kids."
    assert heard(stiff)["level"].value > heard(easy)["level"].value + 1
    assert heard(stiff)["level"].goodness < heard(easy)["level"].goodness
    assert heard(stiff)["formality"].value > heard(easy)["formality"].value
    assert heard("Thank you so much, this is lovely and helped me a lot.")["warmth"].value > 60
    rude, kind = "Why did you delete this? You are wrong again.", "Thanks for this. Could you tell me where you found it?"
    assert heard(rude, "x-reply")["politeness"].goodness < heard(kind, "x-reply")["politeness"].goodness
    assert heard(kind)["politeness"].goodness is None
