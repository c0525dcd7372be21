"""The fit of the kinds of drafts, on a few drafts."""

import numpy as np
import pytest

from nlp.evaluation import kinds as evaluation
from nlp.evaluation.kinds import Told
from nlp.model import KINDS
from nlp.quality.kinds.predict import KindModel
from nlp.quality.scoring import WEIGHTS, load_scoring
from nlp.training import labels
from nlp.training.quality import kinds


@pytest.fixture(scope="module")
def found():
    drafts = [draft for draft in labels.drafts("feed") if not draft.is_held_out]
    few = [draft for draft in drafts if draft.surface == "x-post" and set(draft.kinds) <= {"question", "hiring", "link"}]
    return kinds.rows(few[:50])


def test_judges_only_use_the_kinds_of_the_model():
    assert {kind for draft in labels.drafts("feed") for kind in draft.kinds} == set(KINDS)


def test_the_stored_form_gives_the_fitted_probabilities(found):
    fitted = kinds.fit(found)
    model = KindModel(kinds.as_weights(fitted, len(found)))
    weights = np.vstack([*fitted.numbers.values(), fitted.vectors, *fitted.words.values()])
    scores = kinds.matrix(found, fitted.rarity) @ weights + fitted.intercepts
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    for row, expected in zip(found, odds / odds.sum(axis=1, keepdims=True), strict=True):
        assert model.probabilities(row.described) == pytest.approx(expected, abs=0.02)


def test_a_fit_learns_its_drafts(found):
    model = KindModel(kinds.as_weights(kinds.fit(found), len(found)))
    right = [row.shares[model.probabilities(row.described).argmax()] > 0 for row in found]
    assert np.mean(right) > 0.9


def test_names_are_not_listed(found):
    assert "leeds" not in kinds.rarities(found)


def test_the_packaged_weights_are_those_of_the_file():
    text = (WEIGHTS / "kinds.json").read_text(encoding="utf-8")
    assert kinds.KindWeights.model_validate_json(text).model_dump(mode="json") == load_scoring().document["kinds"]["weights"]


def test_agreement_counts_each_judge():
    told = [Told(("link", "pitch"), "link", 0.9), Told(("link",), "story", 0.4), Told(("story", "story"), "story", 0.6)]
    assert evaluation.agreement(told) == [0.5, 0.0, 1.0]
