"""Fingerprints of texts, and how they detect copies."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.activities.fingerprint import MIN_WORDS_FOR_NEAR_COPY, SIGNATURE_LENGTH, compute_fingerprint, is_near_copy

SECRET = b"a key for tests that nobody else uses"
WORDS = [f"word{number}" for number in range(2000)]


def fingerprint(text, secret=SECRET):
    return compute_fingerprint(text, secret=secret)


@given(st.text())
def test_fingerprint_of_any_text_is_stable_and_in_range(text):
    result = fingerprint(text)
    assert result == fingerprint(text)
    assert len(result.exact) == 64
    assert len(result.signature) in (0, SIGNATURE_LENGTH)
    assert all(0 <= number < 2**32 for number in result.signature)
    assert all(0 <= number < 2**63 for number in result.bands)


def test_fingerprint_ignores_case_punctuation_whitespace_and_emoji():
    assert fingerprint("Call at 6:40,\n\nnot at 9!") == fingerprint("call AT 6:40 not at 9 🚀")


def test_fingerprint_depends_on_the_secret():
    text = " ".join(WORDS[:40])
    assert not {fingerprint(text).exact, *fingerprint(text).bands} & {
        fingerprint(text, b"another").exact,
        *fingerprint(text, b"another").bands,
    }


def test_short_text_has_no_signature_and_no_near_copies():
    short = " ".join(WORDS[: MIN_WORDS_FOR_NEAR_COPY - 1])
    assert fingerprint(short).signature == ()
    assert not is_near_copy(fingerprint(short).signature, fingerprint(short).signature)


@pytest.mark.parametrize(("changed", "near"), [(0, True), (2, True), (40, False), (100, False)])
def test_near_copy_depends_on_how_many_words_changed(changed, near):
    random = Random(7)
    words = random.sample(WORDS, 120)
    other = words[: 120 - changed] + random.sample(WORDS, changed)
    a, b = fingerprint(" ".join(words)), fingerprint(" ".join(other))
    assert is_near_copy(a.signature, b.signature) is near
    assert bool(set(a.bands) & set(b.bands)) or not near
