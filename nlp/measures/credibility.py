"""Credibility: verifiable claims, without overclaiming or hedging (EVIDENCE.md L19, W6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.language import lexicon
from nlp.measures.audience import reader_words
from nlp.measures.curves import goodness, per_100_words
from nlp.measures.quotes import unquoted
from nlp.measures.specificity import capitalised, figures
from nlp.model import Measure, Surface

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.line import Line

MIN_WORDS = 8


_BEYOND_US = lexicon.SPELLED_NUMBERS | lexicon.YOU | lexicon.PEOPLE | lexicon.PROBLEMS


def first_hand(reading: Reading) -> int:
    """The number of sentences about the writer's own experience: a past event with "I", or with "we" and something other than
    ourselves (a figure, a name, a reader, a person, a problem). "We launched our new portal" is news about ourselves and
    not evidence."""
    return reading.sum_lines(_count_first_hand)


def _count_first_hand(line: Line) -> int:
    count = 0
    for span, sentence in zip(line.prose_sentences, line.words_by_sentence, strict=True):
        stems = {word.stem for word in sentence}
        has_more_than_us = (
            any(span.start <= number.start < span.end for number in line.numbers)
            or stems & _BEYOND_US
            or reader_words(sentence)
            or capitalised(line, sentence)
        )
        is_own = stems & lexicon.ME or (stems & lexicon.WE and has_more_than_us)
        count += bool(is_own) and any(word.start in line.event_starts for word in sentence)
    return count


def support(reading: Reading, _surface: Surface) -> Measure:
    """Signs of where knowledge comes from, per sentence: figures, links, words such as "survey" or "measured", and
    first-hand past events. Range: 0 and up; 0 gives 0.3, 0.35 is average, 1 gives 0.9."""
    signs = len(figures(reading)) + len(reading.links) + len(reading.find_words(lexicon.SOURCES))
    signs += first_hand(reading)
    value = signs / len(reading.prose_sentences) if reading.prose_sentences else 0.0
    good = goodness(value, (0, 0.3), (0.35, 0.5), (1, 0.9)) if len(reading.words) >= MIN_WORDS else None
    return Measure("support", "credibility", round(value, 2), "per sentence", good, "Evidence and sources")


def overclaiming(reading: Reading, _surface: Surface) -> Measure:
    """Superlatives and absolutes ("best", "always", "guaranteed") outside quotation marks, per 100 words. Range: 0-100; 0 gives
    0.75, 2 is average, 7 is 0."""
    spans = unquoted(reading.find_words(lexicon.SUPERLATIVES), reading)
    value = per_100_words(len(spans), reading)
    good = goodness(value, (0, 0.75), (2, 0.5), (7, 0.0)) if len(reading.words) >= MIN_WORDS else None
    return Measure("overclaiming", "credibility", round(value, 1), "per 100 words", good, "Absolutes and superlatives", spans)


def hedging(reading: Reading, _surface: Surface) -> Measure:
    """Hedges ("maybe", "perhaps", "probably"), per 100 words. Range: 0-100; up to 1 gives 0.65, 3 is average, 8 gives 0.1. One
    honest hedge is not a fault."""
    spans = tuple(word.span for word in reading.find_words(lexicon.HEDGES))
    value = per_100_words(len(spans), reading)
    good = goodness(value, (1, 0.65), (3, 0.5), (8, 0.1)) if len(reading.words) >= MIN_WORDS else None
    return Measure("hedging", "credibility", round(value, 1), "per 100 words", good, "Hedging words", spans)


MEASURES = (support, overclaiming, hedging)
