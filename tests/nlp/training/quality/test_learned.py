import os
from pathlib import Path

import pytest

from nlp.quality import features
from nlp.quality.linear import write
from nlp.quality.scoring import LEARNED
from nlp.training.quality import corpora, learned

CORPORA = Path(os.environ.get("CORPORA", Path(__file__).parents[4].parent / "shared" / "corpora"))
#: Models that take more than ten seconds to fit.
SLOW = {"wording", "warmth", "spam", "order"}


@pytest.mark.skipif(not (CORPORA / "upworthy").is_dir(), reason="the training corpora are not on this machine")
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.soak) if name in SLOW else name for name in learned.FITS]
)
def test_training_reproduces_the_shipped_weights(tmp_path, name):
    write(tmp_path / "weights.json", learned.FITS[name](CORPORA))
    assert (tmp_path / "weights.json").read_bytes() == (learned.WEIGHTS / f"{name}.json").read_bytes()


def test_every_learned_model_has_a_fit():
    assert learned.FITS.keys() == LEARNED.keys()


@pytest.mark.skipif(not (CORPORA / "webis_clickbait17").is_dir(), reason="the training corpora are not on this machine")
@pytest.mark.parametrize("read", [corpora.bait, corpora.formality, corpora.level, corpora.politeness, corpora.spam])
def test_no_text_is_in_both_the_training_and_the_held_out_part(read):
    fitted, held_out = read(CORPORA)
    assert not set(fitted.texts) & set(held_out.texts)
    assert len(held_out.texts) > 800


@pytest.mark.skipif(not (CORPORA / "ud_english_ewt").is_dir(), reason="the training corpora are not on this machine")
def test_the_vocabulary_is_that_of_the_treebanks():
    listed = Path(features.__file__).with_name("vocabulary.txt").read_text(encoding="utf-8").split()
    assert learned.common_words(CORPORA) == listed
