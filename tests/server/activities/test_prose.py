"""Sentences, or words in a row."""

from __future__ import annotations

import pytest

from server.activities.prose import has_sentences
from tests.server.activities.gaming.texts import POST, dictionary_words, shuffled_words, text_of


@pytest.mark.parametrize(
    "name", ["POST", "COLLEAGUE_POST", "COMPANY_POST", "FIGURES", "LIST", "LINES", "LEARNER", "ENGLISH", "GROWN"]
)
def test_what_people_write_has_sentences(name):
    assert has_sentences(text_of(name))


@pytest.mark.parametrize(
    "text",
    [
        text_of("KEYWORDS"),
        dictionary_words(),
        shuffled_words(text_of("COLLEAGUE_POST")),
        " ".join(word.strip(".,?:") for word in shuffled_words(POST).split()),
    ],
)
def test_words_in_a_row_are_no_sentences(text):
    assert not has_sentences(text)


@pytest.mark.parametrize("text", ["", "Sales growth pipeline revenue", "#sales #growth https://example.com/a 1 2 3 🎉" * 5])
def test_short_texts_are_not_judged_here(text):
    assert has_sentences(text)
