"""Clarity: how easy a text is to read (EVIDENCE.md W1, W2, W9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.language import lexicon
from nlp.language.syllables import syllables
from nlp.measures.curves import goodness, per_100_words
from nlp.model import Measure, Surface

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.line import Line

MIN_WORDS = 8
#: Readability formulas mean nothing on fewer words (W9).
MIN_WORDS_FOR_READABILITY = 30
LONG_WORD_LETTERS = 9


def sentence_length(reading: Reading, _surface: Surface) -> Measure:
    """Mean words per sentence. Range: 1 and up; best from 6 to 14, average at 20, 0 from 35 (W2)."""
    counts = [len(sentence) for sentence in reading.words_by_sentence]
    value = sum(counts) / len(counts) if counts else 0.0
    good = None
    if len(reading.words) >= MIN_WORDS:
        good = goodness(value, (2, 0.6), (6, 0.85), (14, 0.85), (20, 0.5), (35, 0.0))
    return Measure("sentence_length", "clarity", round(value, 1), "", good, "Words per sentence")


def long_words(reading: Reading, _surface: Surface) -> Measure:
    """Share of words of nine letters or more, in percent, without names. Range: 0-100; 4 or less is best, 12 is average, 28
    and more is 0 (W2: common words)."""
    counted = reading.sum_lines(_count_lower_case)
    value = 100 * reading.sum_lines(_count_long) / counted if counted else 0.0
    good = goodness(value, (4, 0.9), (12, 0.5), (28, 0.0)) if counted >= MIN_WORDS else None
    return Measure("long_words", "clarity", round(value, 1), "percent", good, "Share of long words")


def readability(reading: Reading, _surface: Surface) -> Measure:
    """Flesch reading ease, 206.835 - 1.015 words/sentences - 84.6 syllables/words (Flesch 1948, Journal of Applied
    Psychology 32), with the syllables of lower-case words only, so that names do not count. Range: about -50 to 120, higher
    is easier; 75 up is best, 55 is average, 15 is 0. ``None`` for fewer than 30 words (W9)."""
    words, sentences = len(reading.words), len(reading.prose_sentences)
    lower_case = reading.sum_lines(_count_lower_case)
    if words < MIN_WORDS_FOR_READABILITY or not sentences or not lower_case:
        return Measure("readability", "clarity", 0.0, "", None, "Reading ease")
    syllable_count = reading.sum_lines(_count_syllables)
    value = 206.835 - 1.015 * words / sentences - 84.6 * syllable_count / lower_case
    return Measure(
        "readability", "clarity", round(value, 1), "", goodness(value, (15, 0.0), (55, 0.5), (75, 0.9)), "Reading ease"
    )


def _count_lower_case(line: Line) -> int:
    return sum(word.text[0].islower() for word in line.words)


def _count_long(line: Line) -> int:
    return sum(len(word.lower) >= LONG_WORD_LETTERS and word.text[0].islower() for word in line.words)


def _count_syllables(line: Line) -> int:
    return sum(syllables(word.lower) for word in line.words if word.text[0].islower())


def filler_words(reading: Reading, _surface: Surface) -> Measure:
    """Words that can be cut without loss ("very", "actually"), per 100 words. Range: 0-100; 0 gives 0.8, 2 is average, 7 is 0
    (W1: cutting a tenth to a fifth helped)."""
    fillers = reading.find_words(lexicon.FILLERS)
    value = per_100_words(len(fillers), reading)
    good = goodness(value, (0, 0.8), (2, 0.5), (7, 0.0)) if len(reading.words) >= MIN_WORDS else None
    return Measure(
        "filler_words", "clarity", round(value, 1), "per 100 words", good, "Filler words", tuple(w.span for w in fillers)
    )


MEASURES = (sentence_length, long_words, readability, filler_words)
