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


def test_no_key_is_written_twice():
    """YAML keeps the last one without a word."""

    for name in ("texts.yml", "phrases.yml"):
        nodes = [yaml.compose(resources.files("nlp.advice").joinpath(name).read_text(encoding="utf-8"))]
        while nodes:
            node = nodes.pop()
            if isinstance(node, yaml.MappingNode):
                keys = [key.value for key, _ in node.value]
                assert len(keys) == len(set(keys)), keys
                nodes += [value for _, value in node.value]


def test_a_draft_and_a_profile_have_their_own_words_for_proof():
    assert words("proof", variant="figure", kind="", is_reply=False).message == "Say where {quote} comes from."
    assert words("proof", variant="section", kind="", is_reply=False).message == "Show one result."


def test_a_courtesy_is_left_with_words_of_its_own():
    for name in ("condolence", "sympathy", "congratulated", "welcomed", "thanked", "wished"):
        assert words("leave", variant=name, kind="", is_reply=True) != words("leave", variant="", kind="", is_reply=True)


def test_a_question_in_a_reply_has_the_words_of_questions():
    assert words("fact", variant="", kind="question", is_reply=True) == words(
        "fact", variant="", kind="question", is_reply=False
    )
