"""What was assessed a moment ago is found again, and only that."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nlp import Draft
from nlp.coach import Coach
from server.tuning.recent_assessments import LIFETIME_S, RecentAssessments

TEXT = "A baker in Lyon asked for smaller boxes. We cut them in half, and she stopped throwing lids away."
DRAFT = Draft("x-post", TEXT, trade_words=("pension",))


@pytest.fixture(scope="module")
def assessment():
    return Coach().assess(DRAFT)


@pytest.fixture
def recent():
    return RecentAssessments(capacity=2, clock=lambda: 0.0)


def test_the_same_draft_has_the_same_assessment(recent, assessment):
    recent.keep(DRAFT, assessment)
    assert recent.find(DRAFT, version=assessment.scoring_version) == assessment


@pytest.mark.parametrize(
    "other",
    [
        {"text": f"{TEXT} "},
        {"surface": "x-reply"},
        {"trade_words": ()},
        {"trade_words": ("pen", "sion")},
    ],
)
def test_another_draft_has_none(recent, assessment, other):
    recent.keep(DRAFT, assessment)
    assert recent.find(replace(DRAFT, **other), version=assessment.scoring_version) is None


def test_another_version_has_none(recent, assessment):
    recent.keep(DRAFT, assessment)
    assert recent.find(DRAFT, version="0" * 64) is None


@pytest.mark.parametrize("changes", [{"near_copy": True}, {"read_anyway": True}])
def test_an_assessment_that_a_share_would_not_get_is_not_kept(recent, assessment, changes):
    recent.keep(replace(DRAFT, **changes), assessment)
    assert recent.find(DRAFT, version=assessment.scoring_version) is None


def test_an_assessment_without_all_tips_is_not_kept(recent, assessment):
    recent.keep(DRAFT, assessment, switched_off={"Repute.Hedging"})
    assert recent.find(DRAFT, version=assessment.scoring_version) is None


def test_the_oldest_are_forgotten(recent, assessment):
    drafts = [replace(DRAFT, text=f"{TEXT} {number}") for number in range(3)]
    for draft in drafts:
        recent.keep(draft, assessment)
    found = [recent.find(draft, version=assessment.scoring_version) is not None for draft in drafts]
    assert found == [False, True, True]


def test_all_are_forgotten_after_some_minutes(recent, assessment):
    recent.keep(DRAFT, assessment)
    recent.clock = lambda: LIFETIME_S + 1
    assert recent.find(DRAFT, version=assessment.scoring_version) is None


def test_no_draft_is_kept(recent, assessment):
    recent.keep(DRAFT, assessment)
    assert TEXT not in repr(recent._kept)
    assert all(kept.text == "" for _, kept in recent._kept.values())
