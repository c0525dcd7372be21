"""Specificity: figures, names and concrete facts instead of general praise (EVIDENCE.md W6, useful and interesting)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nlp.language import lexicon
from nlp.language.lexicon import stem
from nlp.measures.curves import goodness, per_100_words
from nlp.model import Measure, Surface

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.line import Line
    from nlp.language.types import Word
    from nlp.model import Span

MIN_WORDS = 8
MAX_PER_SENTENCE = 3


def capitalised(reading: Reading | Line, sentence: Sequence[Word]) -> list[Word]:
    """The capitalised words of ``sentence`` past its first, without those for the writer. An emoji before a word ends the
    sentence, as a full stop does, so that word does not count either."""
    emoji_ends = {emoji.end for emoji in reading.emoji}
    return [
        word
        for word in sentence[1:]
        if word.text[0].isupper()
        and stem(word) not in lexicon.ME
        and len(reading.views.raw[: word.start].rstrip()) not in emoji_ends
    ]


def figures(reading: Reading) -> tuple[Span, ...]:
    """Figures, at most three per sentence: more of them add no information."""
    return reading.find_in_lines(_figures)


def _figures(line: Line) -> tuple[Span, ...]:
    spans: list[Span] = []
    for sentence in line.sentences:
        inside = [number for number in line.numbers if sentence.start <= number.start < sentence.end]
        spans += inside[:MAX_PER_SENTENCE]
    return tuple(spans)


def numbers(reading: Reading, _surface: Surface) -> Measure:
    """Figures per 100 words, spelled-out numbers from two up included. Range: 0 and up; 0 gives 0.25, 1.5 is average, 5 is
    best; more adds nothing (W6)."""
    spelled = [word.span for word in reading.find_words(lexicon.SPELLED_NUMBERS)]
    spans = (*figures(reading), *spelled)
    value = per_100_words(len(spans), reading)
    good = goodness(value, (0, 0.25), (1.5, 0.5), (5, 1.0)) if len(reading.words) >= MIN_WORDS else None
    return Measure("numbers", "specificity", round(value, 1), "per 100 words", good, "Figures", spans)


def names(reading: Reading, _surface: Surface) -> Measure:
    """Names per 100 words: capitalised words that do not begin a sentence, runs counted once, and mentions. Range: 0 and up; 0
    gives 0.35, 2 is average, 5 is best. Names in lower case are missed."""
    spans = (*reading.mentions, *reading.find_in_lines(_names))
    value = per_100_words(len(spans), reading)
    good = goodness(value, (0, 0.35), (2, 0.5), (5, 0.9)) if len(reading.words) >= MIN_WORDS else None
    return Measure(
        "names", "specificity", round(value, 1), "per 100 words", good, "Names of people, companies and places", spans
    )


def _names(line: Line) -> tuple[Span, ...]:
    spans = []
    for sentence in line.words_by_sentence:
        before_end = -2
        for word in capitalised(line, sentence):
            if not word.text.isupper():
                if word.start > before_end + 1:
                    spans.append(word.span)
                before_end = word.end
    return tuple(spans)


def vague_words(reading: Reading, _surface: Surface) -> Measure:
    """Words that would fit any product ("great", "solution", "value"), per 100 words. Range: 0-100; 0 is best, 3 is average,
    10 is 0 (W6)."""
    spans = tuple(word.span for word in reading.find_words(lexicon.VAGUE))
    value = per_100_words(len(spans), reading)
    good = goodness(value, (0, 0.9), (3, 0.5), (10, 0.0)) if len(reading.words) >= MIN_WORDS else None
    return Measure("vague_words", "specificity", round(value, 1), "per 100 words", good, "Vague words", spans)


MEASURES = (numbers, names, vague_words)
