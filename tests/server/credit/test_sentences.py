"""Ledger entries in words."""

from __future__ import annotations

import pytest

from server.credit.sentences import ordinal


@pytest.mark.parametrize(
    ("number", "word"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd"), (112, "112th")]
)
def test_ordinals(number, word):
    assert ordinal(number) == word
