"""Audience: about the reader, not about us (EVIDENCE.md L3, W5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nlp.language import lexicon
from nlp.measures.curves import goodness, per_100_words
from nlp.model import Measure, Surface

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.line import Line
    from nlp.language.types import Word

MIN_WORDS = 10


def reader_words(words: Sequence[Word]) -> list[Word]:
    """The words for roles of the reader among ``words``, which are consecutive. A role within two words after "my" or "our" is
    on the writer's own side ("my amazing team"), unless it is a buyer's."""
    return [
        word
        for i, word in enumerate(words)
        if word.stem in lexicon.READERS
        and (word.stem in lexicon.BUYERS or not any(before.lower in ("my", "our") for before in words[max(0, i - 2) : i]))
    ]


def reader_share(reading: Reading, _surface: Surface) -> Measure:
    """Words for the reader (you, a buyer's role, but not "my team") as a share of those and the words for us (we, our), in
    percent; one is added to each side so that a single word is not decisive. Range: 0-100; 15 is 0.1, 50 is average, 80 is
    best."""
    reader = len(reading.find_stems(lexicon.YOU)) + reading.sum_lines(count_reader_words)
    us = len(reading.find_stems(lexicon.WE))
    value = 100 * (reader + 1) / (reader + us + 2)
    good = goodness(value, (15, 0.1), (50, 0.5), (80, 0.95)) if len(reading.words) >= MIN_WORDS else None
    return Measure("reader_share", "audience", round(value), "percent", good, "Words about the reader rather than us")


def count_reader_words(line: Line) -> int:
    return sum(len(reader_words(sentence)) for sentence in line.words_by_sentence)


def readers_problem(reading: Reading, _surface: Surface) -> Measure:
    """Words for what goes wrong or costs the reader something, per 100 words. Range: 0 and up; 0 gives 0.35, 1.5 is average,
    4 is best."""
    spans = tuple(word.span for word in reading.find_words(lexicon.PROBLEMS))
    value = per_100_words(len(spans), reading)
    good = goodness(value, (0, 0.35), (1.5, 0.55), (4, 0.9)) if len(reading.words) >= MIN_WORDS else None
    return Measure("readers_problem", "audience", round(value, 1), "per 100 words", good, "Problems the reader knows", spans)


def self_talk(reading: Reading, _surface: Surface) -> Measure:
    """Words for us (we, our), per 100 words. Range: 0-100; 0 to 2 is best, 5 is average, 12 is 0. "I" does not count: a person
    who reports an experience is welcome."""
    spans = tuple(word.span for word in reading.find_stems(lexicon.WE))
    value = per_100_words(len(spans), reading)
    good = goodness(value, (2, 0.8), (5, 0.5), (12, 0.0)) if len(reading.words) >= MIN_WORDS else None
    return Measure("self_talk", "audience", round(value, 1), "per 100 words", good, "Words about ourselves", spans)


MEASURES = (reader_share, readers_problem, self_talk)
