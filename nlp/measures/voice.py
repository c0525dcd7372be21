"""Voice: the sound of a person, not of a brochure (EVIDENCE.md W2, W3, X5)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nlp.language import lexicon
from nlp.measures.curves import goodness, per_100_words
from nlp.measures.quotes import unquoted
from nlp.model import Measure, Surface

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.line import Line

MIN_WORDS = 8
MIN_WORDS_FOR_REGISTER = 20
_UNCONTRACTED = re.compile(r"\b(?:" + "|".join(lexicon.UNCONTRACTED) + r")\b", re.IGNORECASE)


def brochure_words(reading: Reading, _surface: Surface) -> Measure:
    """Words of brochures ("leverage", "innovative", "seamless"), per 100 words, outside
    quotation marks. Range: 0-100; 0 gives 0.8, 2 is average, 8 is 0
    (W2)."""
    spans = unquoted(reading.find_words(lexicon.BROCHURE), reading)
    value = per_100_words(len(spans), reading)
    good = goodness(value, (0, 0.8), (2, 0.45), (8, 0.0)) if len(reading.words) >= MIN_WORDS else None
    return Measure("brochure_words", "voice", round(value, 1), "per 100 words", good, "Marketing jargon", spans)


def self_praise(reading: Reading, _surface: Surface) -> Measure:
    """Words for the writer's own elation ("thrilled", "humbled", "proud") outside quotation marks, and exclamation marks, per
    100 words. Range: 0 and
    up; 0 gives 0.7, 3 is average at 0.45, 9 is 0."""
    spans = unquoted(reading.find_words(lexicon.ELATION), reading)
    signs = len(spans) + reading.views.prose.count("!")
    value = per_100_words(signs, reading)
    good = goodness(value, (0, 0.7), (3, 0.45), (9, 0.0)) if len(reading.words) >= MIN_WORDS else None
    return Measure("self_praise", "voice", round(value, 1), "per 100 words", good, "Excitement about own news", spans)


def plain_speech(reading: Reading, _surface: Surface) -> Measure:
    """Contractions as a share of all places where people contract in speech ("do not", "it is"), in percent; one is added to
    each count. Range: 0-100; 20 gives 0.3, 50 is average, 85 gives 0.8. ``None`` for fewer than 20 words. Formal English loses
    little here, on purpose."""
    contracted, uncontracted = reading.sum_lines(_count_contracted), reading.sum_lines(_count_uncontracted)
    value = 100 * (contracted + 1) / (contracted + uncontracted + 2)
    good = goodness(value, (20, 0.3), (50, 0.5), (85, 0.8)) if len(reading.words) >= MIN_WORDS_FOR_REGISTER else None
    return Measure("plain_speech", "voice", round(value), "percent", good, "Conversational tone")


def _count_contracted(line: Line) -> int:
    return sum(lexicon.is_contraction(word.lower) for word in line.words)


def _count_uncontracted(line: Line) -> int:
    return len(_UNCONTRACTED.findall(line.views.prose))


MEASURES = (brochure_words, self_praise, plain_speech)
