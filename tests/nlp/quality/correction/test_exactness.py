"""A correction moves scores by what was fitted, and explanations still add up."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nlp import Coach, Draft
from nlp.model import DRAFT_DIMENSIONS
from nlp.quality.correction import reference
from nlp.quality.correction.features import unpack
from nlp.quality.scoring import load_scoring
from tests.nlp.drafts import GOOD, GOOD_REPLY, WEAK
from tests.nlp.quality.correction.labelled import measured_drafts, random_matrix, weights_of

DRAFTS = [
    Draft("linkedin-post", GOOD),
    Draft("linkedin-post", WEAK),
    Draft("x-reply", GOOD_REPLY),
    Draft("linkedin-comment", GOOD_REPLY),
    Draft("x-post", "We cut the quote to one page in March. 6 of 14 were signed within a week."),
]


@pytest.fixture(scope="module")
def matrix():
    return random_matrix()


@pytest.fixture(scope="module")
def corrected(matrix):
    return Coach(load_scoring().with_correction(weights_of(matrix)))


@pytest.mark.parametrize("draft", DRAFTS, ids=lambda draft: f"{draft.surface}-{len(draft.text)}")
def test_contributions_add_up_to_the_score(corrected, draft):
    assessment = corrected.assess(draft)
    assert sum(part.tenths for part in assessment.contributions) == 10 * assessment.score
    assert assessment.scoring_version == corrected.scoring.version
    level = [part for part in assessment.contributions if part.name == "readers"]
    assert [part.label for part in level] == ["How strict your company's readers are"]


@pytest.mark.parametrize("draft", DRAFTS, ids=lambda draft: f"{draft.surface}-{len(draft.text)}")
def test_the_score_is_what_measured_drafts_say(corrected, matrix, draft):
    base = Coach().measure_for_correction(draft)
    worth = corrected.scoring.worths()[draft.surface]
    unscaled = matrix * reference.load().scale
    added = float(np.array([worth[d] for d in DRAFT_DIMENSIONS]) @ unscaled @ base.values)
    assert math.isclose(corrected.assess(draft).score, base.score(added), abs_tol=0.51)
    assert Coach().assess(draft).score == pytest.approx(base.score(), abs=0.51)


def test_no_correction_is_the_shipped_version():
    shipped = load_scoring()
    corrected = shipped.with_correction(weights_of(random_matrix()))
    assert corrected.version != shipped.version
    assert corrected.with_correction(None).version == shipped.version
    assert "correction" not in shipped.document


def test_a_correction_of_zero_changes_no_score():
    coach = Coach(load_scoring().with_correction(weights_of(random_matrix(size=0.0))))
    for draft in DRAFTS:
        shipped, own = Coach().assess(draft), coach.assess(draft)
        assert (own.score, own.dimensions, own.contributions) == (shipped.score, shipped.dimensions, shipped.contributions)


def test_a_draft_survives_packing():
    for (surface, _), measured in list(measured_drafts().items())[:5]:
        again = unpack(surface, measured.pack())
        assert np.allclose(again.values, measured.values, atol=1e-5)
        assert np.allclose(again.marks, measured.marks, atol=1e-4)
        assert again.score(3.0) == pytest.approx(measured.score(3.0), abs=1e-3)


def test_a_version_with_a_correction_is_not_measured_again():
    coach = Coach(load_scoring().with_correction(weights_of(random_matrix())))
    with pytest.raises(ValueError, match="without a correction"):
        coach.measure_for_correction(DRAFTS[0])
