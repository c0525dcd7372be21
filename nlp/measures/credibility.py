"""Credibility: what can be checked, without overclaiming or hiding (product.md L19, W6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.language import words as lists
from nlp.language.words import stem
from nlp.measures.curves import goodness
from nlp.model import Measure, Surface

if TYPE_CHECKING:
    from nlp.language import Reading

FEWEST_WORDS = 8


def support(reading: Reading, _surface: Surface) -> Measure:
    """Signs of where knowledge comes from, for each sentence: figures, links, words such as "survey" or "measured", and
    first-hand past events. Range 0 up; 0 gives 0.3, 0.35 average, 1 gives 0.9."""
    signs = len(reading.numbers) + len(reading.links) + sum(w.lower in lists.SOURCES for w in reading.words)
    for sentence in reading.by_sentence:
        signs += any(stem(w) in lists.ME or stem(w) in lists.WE for w in sentence) and any(
            lists.is_past(w.lower) for w in sentence
        )
    value = signs / len(reading.prose_sentences) if reading.prose_sentences else 0.0
    good = goodness(value, (0, 0.3), (0.35, 0.5), (1, 0.9)) if len(reading.words) >= FEWEST_WORDS else None
    return Measure("support", "credibility", round(value, 2), "in a sentence", good, "Where it comes from")


def overclaiming(reading: Reading, _surface: Surface) -> Measure:
    """Superlatives and absolutes ("best", "always", "guaranteed"), in 100 words. Range 0-100; 0 gives 0.75, 2 average, 7
    is 0."""
    found = tuple(word.span for word in reading.words if word.lower in lists.SUPERLATIVES)
    value = 100 * len(found) / len(reading.words) if reading.words else 0.0
    good = goodness(value, (0, 0.75), (2, 0.5), (7, 0.0)) if len(reading.words) >= FEWEST_WORDS else None
    return Measure("overclaiming", "credibility", round(value, 1), "in 100 words", good, "Absolutes and superlatives", found)


def hedging(reading: Reading, _surface: Surface) -> Measure:
    """Hedges ("maybe", "perhaps", "probably"), in 100 words. Range 0-100; up to 1 gives 0.65, 3 average, 8 gives 0.1. One
    honest hedge is no fault."""
    found = tuple(word.span for word in reading.words if word.lower in lists.HEDGES)
    value = 100 * len(found) / len(reading.words) if reading.words else 0.0
    good = goodness(value, (1, 0.65), (3, 0.5), (8, 0.1)) if len(reading.words) >= FEWEST_WORDS else None
    return Measure("hedging", "credibility", round(value, 1), "in 100 words", good, "Hedges", found)


MEASURES = (support, overclaiming, hedging)
