"""Fingerprints of texts, and how they detect copies."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.activities.fingerprint import (
    LOWEST_INDEXED,
    MAX_INDEXED,
    MIN_WORDS_FOR_NEAR_COPY,
    compute_fingerprint,
    containment,
)

SECRET = b"a key for tests that nobody else uses"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = [f"{first}{second}{third}" for first in LETTERS for second in LETTERS for third in "aeiou"]


def fingerprint(text, secret=SECRET):
    return compute_fingerprint(text, secret=secret)


def share(new, old):
    return containment(fingerprint(new).shingles, fingerprint(old).shingles)


@given(st.text())
def test_fingerprint_of_any_text_is_stable_and_in_range(text):
    result = fingerprint(text)
    assert result == fingerprint(text)
    assert len(result.exact) == 64
    assert all(0 <= number < 2**32 for number in result.shingles)
    assert all(0 <= number < 2**63 for number in result.indexed)


def test_fingerprint_ignores_case_punctuation_whitespace_and_emoji():
    assert fingerprint("Call at 6:40,\n\nnot at 9!") == fingerprint("call AT 6:40 not at 9 🚀")


@pytest.mark.parametrize(
    "disguised",
    [
        "Don\u200b’t ca\u00adll on a Fri\u2060day",
        "Dоn't саll оn а Fridаy",
        "𝗗𝗼𝗻'𝘁 𝗰𝗮𝗹𝗹 𝗼𝗻 𝗮 𝗙𝗿𝗶𝗱𝗮𝘆",
        "Ｄｏｎ＇ｔ ｃａｌｌ on a Friday",
        "Do̵n't càll on a Fridáy",
    ],
    ids=["invisible", "cyrillic", "mathematical", "full width", "marks"],
)
def test_fingerprint_sees_what_a_reader_sees(disguised):
    assert fingerprint(disguised).exact == fingerprint("Don't call on a Friday").exact


@pytest.mark.parametrize(
    ("text", "other"), [("Мы звоним в среду", "Мы звоним в пятницу"), ("9 calls", "19 calls"), ("🎉", "🚀")]
)
def test_different_texts_have_different_fingerprints(text, other):
    assert fingerprint(text).exact != fingerprint(other).exact


def test_fingerprint_depends_on_the_secret():
    text = " ".join(WORDS[:40])
    mine, other = fingerprint(text), fingerprint(text, b"another")
    assert mine.exact != other.exact
    assert not set(mine.indexed) & set(other.indexed)
    assert not set(mine.shingles) & set(other.shingles)


def test_short_text_has_no_shingles():
    short = fingerprint(" ".join(WORDS[: MIN_WORDS_FOR_NEAR_COPY - 1]))
    assert short.shingles == short.bands == ()
    assert containment(short.shingles, short.shingles) == 0


def test_short_texts_that_differ_in_a_name_have_a_variant_in_common():
    anna, ben, other = (
        set(fingerprint(text).variants)
        for text in (
            "Congratulations Anna Berg on the new role, well deserved!",
            "Congratulations Ben on the new role, well deserved!",
            "Congratulations on a great year and such good people, Ben!",
        )
    )
    assert anna & ben
    assert not anna & other


@pytest.mark.parametrize(("changed", "least", "most"), [(0, 1, 1), (10, 0.9, 0.94), (60, 0.45, 0.5), (120, 0, 0)])
def test_containment_is_the_share_of_runs_that_an_earlier_text_has(changed, least, most):
    words = Random(7).sample(WORDS, 240)
    assert least <= share(" ".join(words[:120]), " ".join(words[changed : 120 + changed])) <= most


def test_part_of_a_text_is_contained_in_it_and_not_the_other_way_round():
    words = Random(3).sample(WORDS, 200)
    part, whole = " ".join(words[60:90]), " ".join(words)
    assert share(part, whole) == 1
    assert share(whole, part) < 0.2


def test_figures_do_not_make_a_near_copy_a_new_text():
    text = f"{{}} calls and {{}} visits {' '.join(WORDS[:20])} for {{}} euros"
    assert share(text.format(12, 3, "90,000"), text.format(7, 1, "1.250")) == 1


def test_part_of_a_text_has_indexed_hashes_of_the_whole():
    words = Random(5).sample(WORDS, 300)
    whole = set(fingerprint(" ".join(words)).bands)
    assert len(whole) <= MAX_INDEXED
    for start in range(0, 270, 30):
        part = fingerprint(" ".join(words[start : start + 30])).bands
        assert len(part) >= LOWEST_INDEXED
        assert set(part) & whole
