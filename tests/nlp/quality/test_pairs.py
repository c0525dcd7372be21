import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp import Coach, load_scoring
from nlp.quality import pairs

BAIT = "You won't believe what this rep did next! These 7 secrets will blow your mind"
NEWS = "Port of Rotterdam reports 14 percent fewer containers in October after strike"
GOOD = "We lost a deal in March because our quote took 9 days. We timed every step and cut it to 2."
WEAK = "Thrilled to announce that we leverage synergies in our best-in-class game-changing solution!"
texts = st.text(max_size=300)


@given(texts, texts)
def test_swapping_two_wordings_mirrors_the_probability(a, b):
    weights = load_scoring().learned("wording")
    assert pairs.probability_a(weights, a, b) == 1 - pairs.probability_a(weights, b, a)
    assert pairs.probability_a(weights, a, a) == 0.5


@pytest.mark.parametrize("plea", ["Please RT", "pls retweet", "share", "Follow"])
def test_asking_for_reach_does_not_raise_the_probability(plea):
    weights = load_scoring().learned("wording")
    assert pairs.probability_a(weights, f"Quotes took nine days, now two {plea}", "Quotes took nine days, now two") <= 0.5


def test_basis_on_x_states_measured_accuracy():
    answer = Coach().compare("x-post", NEWS, BAIT)
    assert answer.preferred in ("a", "b", "undecided")
    measured = load_scoring().learned("wording").measured
    assert f"{measured['accuracy']:.0%} of {measured['rows']:,.0f} pairs" in answer.basis


def test_linkedin_comments_are_undecided():
    answer = Coach().compare("linkedin-comment", GOOD, WEAK)
    assert answer.preferred == "undecided"
    assert 0.5 < answer.probability_a < 0.52
    assert "No study" in answer.basis


def test_linkedin_posts_are_compared_by_their_openings():
    coach = Coach()
    answer = coach.compare("linkedin-post", f"{GOOD}\n\nThe end.", f"{WEAK}\n\nAnother end.")
    assert answer.basis.startswith("Openings only")
    assert answer.probability_a == coach.compare("linkedin-post", GOOD, WEAK).probability_a
    same = coach.compare("linkedin-post", f"{GOOD}\n\nWhat slows yours?", f"{GOOD}\n\n{WEAK}")
    assert same.preferred == "undecided"
    assert "open alike" in same.basis


@pytest.mark.parametrize("surface", ["x-post", "linkedin-post"])
def test_bait_is_never_preferred(surface):
    plain = "A rep told a customer the truth about our price"
    answer = Coach().compare(
        surface, f"This is what happened when {plain[0].lower()}{plain[1:]} ... You won't believe it!!", plain
    )
    assert answer.preferred != "a"


def test_close_calls_are_undecided():
    for a in ("Two in nine quotes came late", "Quotes came late", "Our quotes came late again", "Nine quotes came late"):
        answer = Coach().compare("x-post", a, "Two quotes came late")
        assert (abs(answer.probability_a - 0.5) >= 0.1) or answer.preferred == "undecided"
