"""The genericness of a draft."""

import pytest

from nlp import Coach, Draft, Profile
from nlp.quality.document import digest
from nlp.quality.scoring import ScoringError, load_scoring

CONCRETE = (
    "On Monday the planner at Berg Pumps rang me at six. Their night shift had found a cracked seal, the ninth since May, and "
    "I had sold them the wrong one. I drove a spare over, and we measured the flange twice. What do you check before you send "
    "a seal?"
)
GENERIC = (
    "In today's ever-evolving landscape, success isn't just about technology — it's about people. Great leaders foster a "
    "culture of trust, unlock potential, and inspire meaningful change. Innovation is a journey. Collaboration is key. "
    "Together, we can build a future where every team thrives."
)


@pytest.fixture(scope="module")
def coach():
    return Coach()


def test_general_words_are_more_generic_than_what_only_one_person_could_have_seen(coach):
    generic, concrete = (coach.assess(Draft("linkedin-post", text)).genericness for text in (GENERIC, CONCRETE))
    assert 0 <= concrete < 25
    assert 50 < generic <= 100


def test_an_emptied_comment_that_restates_is_generic(coach):
    text = (
        "What a powerful reminder. Your post highlights a fundamental truth: leadership isn't just about results, but about "
        "trust. Clarity and empathy are the true differentiators."
    )
    own = "We had the same leak in Hull in May: the seal was 2 mm short. Which supplier did you change to?"
    restating, with_a_case = (coach.assess(Draft("linkedin-comment", words)).genericness for words in (text, own))
    assert restating > 40 > with_a_case


def test_a_text_without_a_score_has_no_genericness(coach):
    assert coach.assess(Draft("linkedin-post", "Great!")).genericness is None
    assert coach.assess(Draft("linkedin-post", "")).genericness is None
    assert coach.assess(Profile("linkedin-profile", {"headline": "Sells pumps to ports"})).genericness is None


def test_genericness_has_no_part_in_the_score_and_is_not_in_the_json(coach):
    document = load_scoring().document
    del document["genericness"]
    # Another engine: a version that is older than the part.
    document["engine"] = "0" * 64
    older = Coach(load_scoring(document)).assess(Draft("linkedin-post", GENERIC))
    now = coach.assess(Draft("linkedin-post", GENERIC))
    assert older.genericness is None
    assert (older.score, older.contributions) == (now.score, now.contributions)
    assert "genericness" not in now.to_json()


def test_weights_that_do_not_fit_together_are_refused():
    document = load_scoring().document
    part = document["genericness"]
    part["weights"]["centres"].pop()
    with pytest.raises(ScoringError, match=r"^genericness\.sha256: "):
        load_scoring(document)
    part["sha256"] = digest(part["weights"])
    with pytest.raises(ScoringError, match=r"^genericness\.weights\.centres: must have"):
        load_scoring(document)
