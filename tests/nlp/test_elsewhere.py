"""Articles, long posts and other sites: judged by the nearest surface only as far as that is honest."""

from __future__ import annotations

from typing import get_args

import pytest

from nlp import rules
from nlp.coach import Coach
from nlp.elsewhere import COUNTED, NEAREST, NOTES, OF_ONE_SITE, Place, assess_elsewhere
from nlp.model import Draft

DRAFT = (
    "Forty dental practices told us in May which page of the intake form they dread. We leverage what they said to move the "
    "needle. Page four, said thirty-one of them: their front desk retypes it by hand, an hour a day, and nobody had asked."
)


@pytest.fixture(scope="module")
def coach():
    return Coach()


def test_every_place_has_a_surface_and_a_note():
    assert set(get_args(Place)) == set(NEAREST) == set(NOTES)


def test_the_rules_that_are_left_out_exist():
    known = {info.id for info in rules.catalogue()}
    assert known >= OF_ONE_SITE | COUNTED


def test_an_article_gets_tips_on_its_words_and_no_score(coach):
    assessed = assess_elsewhere(coach, "long-form", "\n\n".join([DRAFT] * 20))
    assert (assessed.score, assessed.band, assessed.confidence, assessed.length) == (None, None, None, None)
    assert (assessed.dimensions, assessed.contributions, assessed.advice) == ({}, (), ())
    assert assessed.note.code == "no-score"
    assert {"leverage", "move the needle"} <= {finding.quote for finding in assessed.findings}
    assert all(finding.span and finding.severity != "limit" and finding.points == 0 for finding in assessed.findings)
    post = coach.assess(Draft("linkedin-post", "\n\n".join([DRAFT] * 20)))
    assert any(finding.severity == "limit" for finding in post.findings), "the same text is too long for a post"


@pytest.mark.parametrize(("place", "surface"), [("other-post", "linkedin-post"), ("other-comment", "linkedin-comment")])
def test_a_short_text_elsewhere_is_scored_as_on_linkedin_without_its_limits(coach, place, surface):
    assessed = assess_elsewhere(coach, place, DRAFT)
    assert assessed.score == coach.assess(Draft(surface, DRAFT)).score
    assert (assessed.note.code, assessed.length) == ("scored-alike", None)
    long = assess_elsewhere(coach, place, "\n\n".join([DRAFT] * 20))
    assert not {finding.rule for finding in long.findings} & OF_ONE_SITE


@pytest.mark.parametrize("place", get_args(Place))
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("Gestern hat uns ein Kunde gefragt, ob wir das Lager auch nachts beliefern. Wir haben es versucht.", "not-english"),
        ("My salary was cut and the union said nothing about it.", "protected"),
    ],
)
def test_notes_on_the_text_itself_come_first(coach, place, text, code):
    assessed = assess_elsewhere(coach, place, text)
    assert (assessed.score, assessed.note.code) == (None, code)


def test_rules_that_the_rep_turned_off_stay_off(coach):
    assessed = assess_elsewhere(coach, "long-form", DRAFT, switched_off=frozenset({"Repute.Buzzwords"}))
    assert "leverage" not in {finding.quote for finding in assessed.findings}
