"""Story: something that happened to somebody at some time (EVIDENCE.md L7: time spent counts). Short texts have no room for
a story, so measures have no goodness for fewer than 30 words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.language import lexicon
from nlp.measures.audience import reader_words
from nlp.measures.curves import goodness, per_100_words
from nlp.model import Measure, Surface

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.line import Line
    from nlp.model import Span

MIN_WORDS = 30


def events(reading: Reading, _surface: Surface) -> Measure:
    """Past events per sentence, on average (``Line.event_starts``). Range: 0 and up; 0 gives 0.2, 0.5 is average, 1.2 is
    best."""
    spans = reading.find_in_lines(event_spans)
    value = len(spans) / len(reading.prose_sentences) if reading.prose_sentences else 0.0
    good = goodness(value, (0, 0.2), (0.5, 0.5), (1.2, 0.9)) if len(reading.words) >= MIN_WORDS else None
    return Measure("events", "story", round(value, 2), "per sentence", good, "Past events", spans)


def people(reading: Reading, _surface: Surface) -> Measure:
    """Words for individual people (she, a buyer's role) per 100 words, and for the writer (I, my) in a sentence with a past
    event: "I believe" tells no story. Range: 0 and up; 0 gives 0.2, 3 is average, 8 is best."""
    spans = reading.find_in_lines(_people)
    value = per_100_words(len(spans), reading)
    good = goodness(value, (0, 0.2), (3, 0.5), (8, 0.9)) if len(reading.words) >= MIN_WORDS else None
    return Measure("people", "story", round(value, 1), "per 100 words", good, "People in the story", spans)


def event_spans(line: Line) -> tuple[Span, ...]:
    return tuple(word.span for word in line.words if word.start in line.event_starts)


def _people(line: Line) -> tuple[Span, ...]:
    spans: list[Span] = []
    for sentence in line.words_by_sentence:
        has_event = any(w.start in line.event_starts for w in sentence)
        readers = reader_words(sentence)
        spans += [
            w.span for w in sentence if w in readers or (w.stem in lexicon.PEOPLE and (has_event or w.stem not in lexicon.ME))
        ]
    return tuple(spans)


def turn(reading: Reading, _surface: Surface) -> Measure:
    """Words for time and contrast ("then", "but", "last week") per 100 words: the signs of a sequence and a turning point.
    Range: 0 and up; 0 gives 0.25, 2.5 is average, 6 is best."""
    spans = tuple(word.span for word in reading.find_words(lexicon.TURNS))
    value = per_100_words(len(spans), reading)
    good = goodness(value, (0, 0.25), (2.5, 0.5), (6, 0.9)) if len(reading.words) >= MIN_WORDS else None
    return Measure("turn", "story", round(value, 1), "per 100 words", good, "Time and contrast words", spans)


MEASURES = (events, people, turn)
