"""Every lever has words for every draft, in plain sentences."""

import re
from importlib import resources

import pytest
import yaml

from nlp.advice.texts import DEFAULT, REPLY, words
from nlp.model import KINDS, LEVERS, PROFILE_DIMENSIONS

TEXTS = yaml.safe_load(resources.files("nlp.advice").joinpath("texts.yml").read_text(encoding="utf-8"))
ALL = [(lever, key, row) for lever, rows in TEXTS.items() for key, row in rows.items()]


def test_every_lever_has_default_words():
    assert set(TEXTS) == {*LEVERS, *PROFILE_DIMENSIONS[:3]}
    assert all(DEFAULT in rows for rows in TEXTS.values())


@pytest.mark.parametrize(("lever", "key", "row"), ALL, ids=[f"{lever}-{key}" for lever, key, _ in ALL])
def test_words_are_sentences(lever, key, row):
    assert set(row) <= {"message", "question"}
    assert row["message"][-1] in ".}”"
    assert not row.get("question") or row["question"][-1] in "?}"
    fields = re.findall(r"\{(\w+)\}", row["message"] + row.get("question", ""))
    assert set(fields) <= {"quote", "quotes", "missing", "questions", "count"}


def test_the_kind_chooses_the_words():
    event = words("case", variant="", kind="event", is_reply=False)
    assert event != words("case", variant="", kind="other", is_reply=False)
    assert words("case", variant="", kind="event", is_reply=True) == words("case", variant="", kind="", is_reply=True)


def test_a_variant_is_no_kind():
    """Words of a kind could otherwise be taken for those of a variant, and be left with nothing to fill them."""
    named = set(KINDS)
    for lever, key, row in ALL:
        filled = "{quote" in row["message"] or "{count}" in row["message"]
        assert not (filled and key in named), (lever, key)
        assert key not in named or key not in (DEFAULT, REPLY)
