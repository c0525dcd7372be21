"""Protected talk is told by whose matter it is, not by the nouns of a trade."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from nlp.evaluation.gates import texts
from nlp.rules import protected

DATA = json.loads(protected.PATH.read_text(encoding="utf-8"))


def quotes(text: str, trade_words: tuple[str, ...] = ()) -> list[str]:
    return [trigger.of(text) for trigger in protected.find(text, trade_words).triggers]


@pytest.mark.parametrize("text", DATA["examples"]["protected"])
def test_examples_are_recognised(text):
    assert quotes(text)


@pytest.mark.parametrize("text", DATA["examples"]["ordinary"])
def test_ordinary_examples_are_not_recognised(text):
    assert quotes(text) == []


def test_development_texts_stay_recognised_and_ordinary_ones_stay_read():
    development = yaml.safe_load(Path(__file__).with_name("protected.yml").read_text(encoding="utf-8"))
    recognised = [text for text in development["protected"] if quotes(text)]
    assert len(recognised) >= 0.9 * len(development["protected"])
    assert [text for text in development["ordinary"] if quotes(text)] == []


def test_at_most_two_percent_of_each_trade_is_kept_out():
    cases = texts.trades()
    for trade in {case.kind for case in cases}:
        of_trade = [case for case in cases if case.kind == trade]
        assert sum(bool(quotes(case.text)) for case in of_trade) <= 0.02 * len(of_trade), trade


def test_recall_is_not_below_that_of_the_word_list_it_replaced():
    assert sum(bool(quotes(case.text)) for case in texts.protected()) >= 94


def test_no_identity_term_is_refused_in_business_sentences():
    assert [text for _, text in texts.identity() if quotes(text)] == []


def test_only_the_sentence_with_the_trigger_is_blanked():
    text = "We asked buyers.\nMy diagnosis came in May! It hurt."
    found = protected.find(text)
    assert [sentence.of(text) for sentence in found.sentences] == ["My diagnosis came in May!"]
    assert found.blank(text) == "We asked buyers.\n" + " " * 25 + " It hurt."
    assert not found.is_greater_part


def test_a_text_that_is_mostly_protected_is_protected_as_a_whole():
    assert protected.find("My diagnosis came in May and I cried. Hello all.").is_greater_part


def test_typographic_apostrophes_and_blanks_are_read_like_plain_ones():
    assert quotes("I’m on sertraline.") == ["I’m on sertraline"]
    assert quotes("my\u00a0health comes first") == ["my\u00a0health"]


@pytest.mark.parametrize("words", [("pension",), ("Pension",), (" pension ",)])
def test_trade_words_are_never_part_of_a_trigger(words):
    assert quotes("My pension is small, my pension is late.") == ["My pension", "my pension"]
    assert quotes("My pension is small, my pension is late.", words) == []
    assert quotes("My pensioner friend lost my diagnosis.", words) == ["my diagnosis"]


def test_patterns_use_only_what_re2_and_javascript_read_alike():
    patterns = [pattern for key in ("phrases", "frames", "named") for frame in DATA[key] for pattern in frame["patterns"]]
    for pattern in [*patterns, *DATA["fragments"].values(), DATA["end"]]:
        assert not re.search(r"\(\?[^:]|\\[bBsSwWdD1-9]", pattern), pattern
