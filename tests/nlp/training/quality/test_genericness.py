"""The fit of the genericness, on a few invented drafts."""

import pytest

from nlp.coach import Coach
from nlp.quality.genericness import GenericnessModel
from nlp.training import labels
from nlp.training.labels import GENERIC, WHOLE, LabelledDraft
from nlp.training.quality import genericness
from nlp.training.quality.learned import WEIGHTS

STOCK = ("Our seamless and robust approach unlocks potential.", "Trust isn't just a word, it's a journey.")
OWN = ("A baker in Leeds rang me on Monday about a broken oven.", "It took us nine days to find the seal in May.")
ENDINGS = ("We all know it.", "I wrote it down at six.", "They came back later.", "You can do it too.", "The door was open.")


@pytest.fixture(scope="module")
def rows():
    texts = [
        (f"{opening} {ending}", mark)
        for openings, mark in ((STOCK, 90), (OWN, 4))
        for opening in openings
        for ending in ENDINGS
    ]
    drafts = [
        LabelledDraft(f"z{i:02d}", "linkedin-post", "pumps", "native", text, ({WHOLE: 50, GENERIC: mark},) * 2, "feed")
        for i, (text, mark) in enumerate(texts)
    ]
    return genericness.rows(Coach(), drafts)


def test_the_fit_tells_stock_phrases_from_own_words(rows):
    weights = genericness.fit(rows, strength=1.0)
    assert not weights.problem()
    model = GenericnessModel(weights)
    assert len(rows) == 20
    stock, own = ([model.predict(row.described, row.surface, ()) for row in rows if row.mark == mark] for mark in (90, 4))
    assert min(stock) > 40
    assert max(own) < 15


def test_a_strong_penalty_pulls_all_drafts_together(rows):
    weights = genericness.fit(rows, strength=1e9)
    model = GenericnessModel(weights)
    assert len({model.predict(row.described, row.surface, ()) for row in rows}) == 1


def test_fitting_twice_gives_the_same_weights(rows):
    assert genericness.fit(rows) == genericness.fit(rows)


def test_listed_words_have_no_names(rows):
    listed = genericness.inputs(rows).listed
    assert "it" in listed
    assert not {"leeds", "monday", "may"} & set(listed)


@pytest.mark.soak
def test_fitting_reproduces_the_shipped_weights_without_held_out_drafts(monkeypatch, tmp_path):
    fitted_on = [draft for draft in labels.drafts("feed") if not draft.is_held_out]
    monkeypatch.setattr(labels, "drafts", lambda _collection: tuple(fitted_on))
    genericness.write(tmp_path)
    assert (tmp_path / "genericness.json").read_bytes() == (WEIGHTS / "genericness.json").read_bytes()
