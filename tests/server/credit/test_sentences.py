"""Sentences that describe ledger entries."""

from __future__ import annotations

import pytest

from server.credit.models import LedgerEntry
from server.credit.sentences import earning_sentence, entry_sentence, ordinal

ARITHMETIC = {
    "kind": "linkedin-post", "base": 10, "mode": "checks", "band": None, "checks": "remarks", "band_percent": 50, "nth": 1,
    "repetition_percent": 100, "before_cap": 5, "kind_total_before": 0, "kind_cap": 40, "week_total_before": 0, "week_cap": 60,
    "points": 5,
}  # fmt: skip


@pytest.mark.parametrize(
    ("number", "word"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd"), (112, "112th")]
)
def test_ordinal_has_the_english_suffix(number, word):
    assert ordinal(number) == word


def test_sentence_of_a_reversal_names_the_kind_only():
    assert entry_sentence(LedgerEntry(reverses_id=7, arithmetic=ARITHMETIC)) == "Post: points taken back"


def test_sentence_in_checks_mode_names_the_outcome():
    assert earning_sentence(ARITHMETIC) == "Post · Checks found problems · 1st of the week: 10 x 0.5 x 1 = 5"


def test_sentence_in_blind_mode_names_neither_band_nor_checks():
    blind = ARITHMETIC | {"mode": "blind", "checks": None, "band_percent": 100, "before_cap": 10, "points": 10}
    assert earning_sentence(blind) == "Post · 1st of the week: 10 x 1 x 1 = 10"


def test_sentence_of_what_was_not_judged_says_what_to_do():
    not_judged = ARITHMETIC | {"mode": "not-judged", "checks": None, "band_percent": 0, "before_cap": 0, "points": 0}
    assert (
        earning_sentence(not_judged)
        == "Post: no points, because the coach could not judge it. It needs a few words in English."
    )
