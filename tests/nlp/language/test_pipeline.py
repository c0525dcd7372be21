import json
from pathlib import Path

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from nlp.language.pipeline import VOCABULARY, WEIGHTS, unpack
from nlp.language.registrations import register
from nlp.language.vectors import MAX_CACHED_WORDS, read_only

POST = "Last May Anna Berg of Siemens called us from Berlin. She had lost 12 pumps! #sales @ann https://acme.com/x 🎉"
#: The weights stay under 25 MB in the repository.
MAX_BYTES = 25_000_000


def load_trained():
    register()
    return spacy.load(WEIGHTS)


def test_annotations_of_a_post(nlp):
    doc = nlp(POST)
    by_text = {token.text: token for token in doc}
    assert [sentence.text.split()[0] for sentence in doc.sents][:2] == ["Last", "She"]
    assert (by_text["called"].tag_, by_text["called"].pos_, by_text["called"].lemma_) == ("VBD", "VERB", "call")
    assert (by_text["pumps"].tag_, by_text["pumps"].lemma_, by_text["pumps"].dep_) == ("NNS", "pump", "obj")
    assert by_text["pumps"].head.text == "lost"
    assert "Tense=Past" in str(by_text["called"].morph)
    assert (by_text["#sales"].pos_, by_text["https://acme.com/x"].pos_, by_text["🎉"].pos_) == ("X", "X", "SYM")
    assert by_text["@ann"].pos_ == "PROPN"
    assert ("Berlin", "LOC") in [(ent.text, ent.label_) for ent in doc.ents]


def test_look_alike_letters_are_tagged_like_plain_ones(nlp):
    plain, look_alike = nlp("We bought nine new pumps."), nlp("𝗪𝗲 𝗯𝗼𝘂𝗴𝗵𝘁 𝗻𝗶𝗻𝗲 𝗻𝗲𝘄 𝗽𝘂𝗺𝗽𝘀.")
    assert [token.tag_ for token in look_alike] == [token.tag_ for token in plain]


def test_given_sentence_starts_are_kept(nlp):
    words = ["We", "won", ".", "They", "lost", "."]
    doc = nlp(Doc(nlp.vocab, words=words, sent_starts=[1, -1, -1, -1, -1, -1]))
    assert len(list(doc.sents)) == 1


def test_weights_are_small_and_contain_no_pickle():
    files = [path for path in WEIGHTS.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < MAX_BYTES
    assert not [path for path in files if path.suffix in (".pkl", ".pickle", ".joblib")]
    # A pickle of protocol 2 and up begins so.
    assert not [path for path in files if path.read_bytes()[:2] in [bytes((0x80, n)) for n in (2, 3, 4, 5)]]


def test_weights_contain_no_handle_link_or_long_string():
    strings = json.loads((WEIGHTS / "vocab" / "strings.json").read_text(encoding="utf-8"))
    words = (WEIGHTS / VOCABULARY).read_text(encoding="utf-8").split()
    assert not [
        text
        for text in (*strings, *words)
        if "http" in text or "www." in text or (text[:1] == "@" and text not in ("@", "@name"))
    ]
    assert not [text for text in words if len(text) > 24 or any(map(str.isdigit, text))]


@pytest.mark.parametrize("name", ["tok2vec", "entity_vectors"])
def test_read_only_vectors_equal_the_trained_ones(name):
    trained = load_trained()
    model = trained.get_pipe(name).model
    unpack(model)
    faster = read_only(model)
    docs = [trained.make_doc(text) for text in (POST, "x", "Was heißt das? " * 40, "🎉 soooo")]
    for _ in range(2):  # for the second round the words are known
        for expected, found in zip(model.predict(docs), faster.predict(docs), strict=True):
            assert found.shape == expected.shape
            assert np.abs(found - expected).max() < 1e-4


def test_vector_cache_is_bounded():
    trained = load_trained()
    model = trained.get_pipe("tok2vec").model
    unpack(model)
    faster = read_only(model)
    cache = next(cell.cell_contents for cell in faster._func.__closure__ if hasattr(cell.cell_contents, "_rows"))
    for start in range(0, 3 * MAX_CACHED_WORDS, 2000):
        with trained.memory_zone():
            faster.predict([trained.make_doc(" ".join(f"blorf{number}" for number in range(start, start + 2000)))])
        assert 0 < len(cache._rows) <= MAX_CACHED_WORDS


def test_memory_zone_frees_new_words(nlp):
    with nlp.memory_zone():
        nlp("Zweckverbandsversammlung")
    assert "Zweckverbandsversammlung" not in nlp.vocab.strings


def test_the_config_names_what_this_package_registers():
    config = (WEIGHTS / "config.cfg").read_text(encoding="utf-8")
    assert '"repute.social_tokenizer.v1"' in config
    assert str(Path.home()) not in config
