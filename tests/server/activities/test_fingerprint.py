"""Copies are detected by keyed hashes alone."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.activities.fingerprint import MIN_WORDS_FOR_NEAR_COPY, SIGNATURE_LENGTH, fingerprint, is_near_copy

SECRET = b"a key for tests that nobody else uses"
WORDS = [f"word{number}" for number in range(2000)]


def prints(text, secret=SECRET):
    return fingerprint(text, secret=secret)


@given(st.text())
def test_fingerprint_of_any_text(text):
    result = prints(text)
    assert result == prints(text)
    assert len(result.exact) == 64
    assert len(result.signature) in (0, SIGNATURE_LENGTH)
    assert all(0 <= one < 2**32 for one in result.signature)
    assert all(0 <= one < 2**63 for one in result.bands)


def test_fingerprint_ignores_case_layout_and_emoji():
    assert prints("Call at 6:40,\n\nnot at 9!") == prints("call AT 6:40 not at 9 🚀")


def test_fingerprint_depends_on_the_secret():
    text = " ".join(WORDS[:40])
    assert not {prints(text).exact, *prints(text).bands} & {prints(text, b"another").exact, *prints(text, b"another").bands}


def test_short_texts_have_no_signature():
    short = " ".join(WORDS[: MIN_WORDS_FOR_NEAR_COPY - 1])
    assert prints(short).signature == ()
    assert not is_near_copy(prints(short).signature, prints(short).signature)


@pytest.mark.parametrize(("changed", "near"), [(0, True), (2, True), (40, False), (100, False)])
def test_near_copy_similarity(changed, near):
    random = Random(7)
    words = random.sample(WORDS, 120)
    other = words[: 120 - changed] + random.sample(WORDS, changed)
    a, b = prints(" ".join(words)), prints(" ".join(other))
    assert is_near_copy(a.signature, b.signature) is near
    assert bool(set(a.bands) & set(b.bands)) or not near
