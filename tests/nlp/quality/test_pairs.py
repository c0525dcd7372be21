import base64
import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp import Coach, load_scoring
from nlp.quality import pairs
from nlp.quality.document import digest
from nlp.quality.letters import BUCKETS, buckets
from nlp.quality.scoring import ScoringError
from nlp.quality.wordings import describe

#: Useful texts, and what they look like when the writer asks for likes in return for the same knowledge.
TWINS = [
    (pair["useful"], pair["twin"]) for pair in json.loads(Path(__file__).with_name("twins.json").read_text(encoding="utf-8"))
]
BAIT = "You won't believe what this rep did next! These 7 secrets will blow your mind"
NEWS = "Port of Rotterdam reports 14 percent fewer containers in October after strike"
GOOD = "We lost a deal in March because our quote took 9 days. We timed every step and cut it to 2."
WEAK = "Thrilled to announce that we leverage synergies in our best-in-class game-changing solution!"
texts = st.text(max_size=300)


@given(texts, texts)
def test_swapping_two_wordings_mirrors_the_probability(a, b):
    weights, added = load_scoring().learned("wording"), load_scoring().wordings["wording"]
    assert pairs.probability_a(weights, added, a, b) == 1 - pairs.probability_a(weights, added, b, a)
    assert pairs.probability_a(weights, added, a, a) == 0.5


@pytest.mark.parametrize("plea", ["Please RT", "pls retweet", "share", "Follow"])
def test_asking_for_reach_does_not_raise_the_probability(plea):
    weights, added = load_scoring().learned("wording"), load_scoring().wordings["wording"]
    plain = "Quotes took nine days, now two"
    assert pairs.probability_a(weights, added, f"{plain} {plea}", plain) <= 0.5


def test_basis_on_x_states_measured_accuracy():
    answer = Coach().compare("x-post", NEWS, BAIT)
    assert answer.preferred in ("a", "b", "undecided")
    measured = load_scoring().wordings["wording"].measured
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


@pytest.mark.parametrize(("useful", "twin"), TWINS)
@pytest.mark.parametrize("surface", ["linkedin-post", "x-post", "linkedin-comment"])
def test_a_useful_text_is_preferred_to_one_that_trades_it_for_likes(surface, useful, twin):
    coach = Coach()
    answer, mirrored = coach.compare(surface, useful, twin), coach.compare(surface, twin, useful)
    assert (answer.preferred, mirrored.preferred) == ("a", "b")
    assert answer.probability_a > 0.5 > mirrored.probability_a


def test_a_request_for_reactions_at_the_end_decides_where_both_open_alike():
    useful = f"{GOOD}\n\nThe slow step was the price check. Which step slows yours?"
    answer = Coach().compare("linkedin-post", f"{useful}\n\nLike this and comment QUOTE and I'll DM you the list.", useful)
    assert answer.preferred == "b"
    assert answer.basis == pairs.REACTIONS_BASIS


def test_a_request_to_be_passed_on_is_left_to_the_study_on_x():
    answer = Coach().compare("x-post", f"{GOOD} Retweet if you agree!", GOOD)
    assert answer.basis.startswith("Right in")


def test_an_older_scoring_version_compares_by_its_counted_features_alone():
    document = load_scoring().document
    del document["wordings"]
    older = load_scoring(document)
    assert older.wordings == {}
    assert "wordings" not in older.document
    weights = older.learned("wording")
    answer = Coach(older).compare("x-post", NEWS, GOOD)
    assert answer.probability_a == weights.predict(pairs._difference(NEWS, GOOD))
    assert f"{weights.measured['accuracy']:.0%} of {weights.measured['rows']:,.0f} pairs" in answer.basis


def test_only_counted_features_are_reasons():
    for useful, twin in TWINS[:5]:
        for reason in Coach().compare("x-post", useful, twin).reasons:
            assert re.fullmatch(r"(More|Fewer) [a-z ]+|Scores \d+ and \d+ of 100", reason)


@given(texts)
def test_letters_fall_into_known_buckets(text):
    assert all(0 <= bucket < BUCKETS for bucket in buckets(text))
    assert buckets(text) == buckets(f" {text}  ")


def test_names_links_and_handles_have_no_part_in_letters_and_meaning():
    one = describe("We sold a pump to Anna Kowalska of Porto, see https://example.com/x @anna")
    other = describe("We sold a pump to Jamal Okafor of Lagos, see https://example.org/y @jamal")
    assert one.buckets == other.buckets
    assert np.array_equal(one.vector, other.vector)


def test_the_letters_model_changes_sides_with_the_texts():
    added = load_scoring().wordings["opening"]
    assert added.score(GOOD, WEAK) == -added.score(WEAK, GOOD) != 0


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("letters", "?", "must be base64"),
        ("letters", base64.b64encode(b"12").decode(), "must have 16384 bytes"),
        ("meaning", [0.5], "must have 192 numbers"),
        ("measured", {}, "must have accuracy and rows"),
    ],
)
def test_a_scoring_version_with_broken_weights_of_wordings_is_refused(field, value, problem):
    document = load_scoring().document
    part = document["wordings"]
    part["weights"]["studies"]["wording"][field] = value
    part["sha256"] = digest(part["weights"])
    with pytest.raises(ScoringError, match=rf"^wordings\.weights\.studies\.wording\.{field}: {problem}"):
        load_scoring(document)


def test_a_pair_that_cannot_be_compared_is_refused():
    coach = Coach()
    assert coach.compare("x-post", GOOD, " ").is_refused
    assert coach.compare(
        "x-post", GOOD, "Wir haben im März einen Auftrag verloren, weil das Angebot neun Tage brauchte."
    ).is_refused
    assert not coach.compare("x-post", GOOD, WEAK).is_refused
