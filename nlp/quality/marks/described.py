"""A text as the features of the marks, sentence by sentence where they come from words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nlp.language.meaning import Meaning, meaning
from nlp.language.pipeline import common_words
from nlp.model import Span
from nlp.quality import features
from nlp.quality.marks.aspects import FEATURES
from nlp.quality.marks.flow import FLOW, flow

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.line import Line
    from nlp.language.types import Word
    from nlp.model import Measure


class Sentence(NamedTuple):
    """A sentence of the prose: its words, lower-case, and what they mean. Names mean nothing, so that no score depends on who
    is named."""

    span: Span
    words: tuple[str, ...]
    meaning: Meaning


class Described(NamedTuple):
    """``measures``: name to goodness, without those that have none. ``post``: ``features.of_post`` of the English part, of
    which the marks use ``aspects.FEATURES``. ``flow``: features of ``flow.FLOW``."""

    measures: Mapping[str, float]
    post: Mapping[str, float]
    flow: Mapping[str, float]
    sentences: tuple[Sentence, ...]


def describe(reading: Reading, measured: Sequence[Measure], tag_logs: Mapping[str, float]) -> Described:
    """``reading``: what is scored of a text. ``measured``: its measures."""
    sentences = sentences_of(reading.placed_lines)
    return Described(
        {m.name: m.goodness for m in measured if m.goodness is not None},
        features.of_lines(reading.views.english, (line for _, line in reading.placed_lines)),
        flow(reading, [sentence.meaning.mean for sentence in sentences], tag_logs),
        sentences,
    )


def sentences_of(placed_lines: Iterable[tuple[int, Line]]) -> tuple[Sentence, ...]:
    """``placed_lines``: see ``Reading``."""
    return tuple(
        Sentence(Span(span.start + start, span.end + start), words, meant)
        for start, line in placed_lines
        for span, words, meant in line.cached(_sentences, _sentences)
    )


def _sentences(line: Line) -> tuple[tuple[Span, tuple[str, ...], Meaning], ...]:
    pairs = zip(line.prose_sentences, line.words_by_sentence, strict=True)
    return tuple(
        (span, tuple(word.lower for word in words), meaning(word.lower for word in words if not _may_be_name(word)))
        for span, words in pairs
    )


def _may_be_name(word: Word) -> bool:
    return word.text[0].isupper() and word.lower not in common_words()


def names(measure_names: Sequence[str], *, width: int, words: Sequence[str]) -> list[str]:
    """The names of all features, in the order of their weights."""
    return [
        *(f"measure:{name}" for name in measure_names),
        *(f"missing:{name}" for name in measure_names),
        *(f"shape:{name}" for name in FEATURES),
        *(f"flow:{name}" for name in FLOW),
        *(f"{place}:{i}" for place in ("mean", "first", "last") for i in range(width)),
        *(f"word:{word}" for word in words),
    ]


def dense(described: Described, measure_names: Sequence[str]) -> np.ndarray:
    """The features that belong to no sentence."""
    good = described.measures
    return np.array(
        [
            *(good.get(name, 0.5) for name in measure_names),
            *(float(name not in good) for name in measure_names),
            *(described.post.get(name, 0.0) for name in FEATURES),
            *(described.flow[name] for name in FLOW),
        ]
    )
