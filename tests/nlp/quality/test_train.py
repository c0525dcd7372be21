import os
from pathlib import Path

import pytest

from nlp.quality import train

CORPORA = Path(os.environ.get("CORPORA", Path(__file__).parents[3].parent / "shared" / "corpora"))


def test_a_missing_corpus_is_one_line(tmp_path, capsys):
    assert train.main(["--corpora", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.skipif(not (CORPORA / "webis_clickbait17").is_dir(), reason="the training corpora are not on this machine")
def test_training_gives_the_shipped_weights_again(tmp_path):
    assert train.main(["--corpora", str(CORPORA), "--out", str(tmp_path)]) == 0
    for name in ("bait", "wording"):
        assert (tmp_path / f"{name}.json").read_bytes() == (train.WEIGHTS / f"{name}.json").read_bytes()


@pytest.mark.skipif(not (CORPORA / "webis_clickbait17").is_dir(), reason="the training corpora are not on this machine")
def test_no_post_stands_on_both_sides():
    fitted, held = train.read_bait(CORPORA)
    assert not set(fitted.texts) & set(held.texts)
    assert len(held.texts) > 2_000
