"""Credibility: what can be checked, without overclaiming or hiding (product.md L19, W6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.language import words as lists
from nlp.language.words import stem
from nlp.measures.curves import goodness
from nlp.measures.specificity import capitalised
from nlp.model import Measure, Surface

if TYPE_CHECKING:
    from nlp.language import Reading

FEWEST_WORDS = 8


def first_hand(reading: Reading) -> int:
    """Sentences that tell what the writer lived: a past form with "I", or with "we" and something besides ourselves (a
    figure, a name, a reader, a person, a problem). "We launched our new portal" is news of ours and shows nothing."""
    count = 0
    for span, sentence in zip(reading.prose_sentences, reading.by_sentence, strict=True):
        stems = {stem(word) for word in sentence}
        besides = (
            any(span.start <= number.start < span.end for number in reading.numbers)
            or stems & (lists.SPELLED_NUMBERS | lists.YOU | lists.PEOPLE | lists.PROBLEMS)
            or lists.readers(sentence)
            or capitalised(reading, sentence)
        )
        mine = stems & lists.ME or (stems & lists.WE and besides)
        count += bool(mine) and any(lists.is_past(word.lower) for word in sentence)
    return count


def support(reading: Reading, _surface: Surface) -> Measure:
    """Signs of where knowledge comes from, for each sentence: figures, links, words such as "survey" or "measured", and
    first-hand past events. Range 0 up; 0 gives 0.3, 0.35 average, 1 gives 0.9."""
    signs = len(reading.numbers) + len(reading.links) + sum(w.lower in lists.SOURCES for w in reading.words)
    signs += first_hand(reading)
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
