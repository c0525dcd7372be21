"""The packaged drafts on which a correction is checked."""

from __future__ import annotations

import numpy as np

from nlp import Coach
from nlp.quality.correction import reference
from nlp.quality.correction.agreement import spearman
from nlp.quality.correction.features import names
from nlp.quality.scoring import load_scoring
from nlp.training.quality import correction


def test_they_are_what_the_running_software_measures():
    known = reference.load()
    again = correction.measure(Coach(), correction.drafts()[:6])
    for (_, measured), stored in zip(again, known.drafts, strict=False):
        assert measured.surface == stored.surface
        assert np.allclose(measured.values, stored.values, atol=0.05, rtol=0.01)
        assert abs(measured.score() - stored.score()) < 0.1


def test_no_held_out_draft_is_among_them():
    assert not any(draft.is_held_out for draft in correction.drafts())
    assert len(reference.load().drafts) == correction.DRAFTS


def test_scores_agree_with_the_judges_and_every_feature_has_a_scale():
    known = reference.load()
    assert spearman(np.array([draft.score() for draft in known.drafts]), known.wholes) > 0.8
    assert known.scale.shape == (len(names(load_scoring().marks.weights.measures)),)
    assert (known.scale > 0).all()
