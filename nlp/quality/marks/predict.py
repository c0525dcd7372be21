"""Computes the marks of a draft and what each part of it has in them. The parts add up to the marks."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from nlp.language.meaning import width
from nlp.model import DRAFT_DIMENSIONS, Span
from nlp.quality.marks import described as descriptions
from nlp.quality.marks.aspects import ASPECTS
from nlp.quality.marks.flow import FLOW, LABEL
from nlp.quality.marks.weights import GROUPS, PLACES, MarkWeights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nlp.language import Reading
    from nlp.model import Measure, Surface
    from nlp.quality.marks.described import Described, Sentence

    Floats = NDArray[np.float64]


LEVEL = "How strict your company's readers are"


@dataclass(frozen=True, slots=True)
class Part:
    """What one measure, aspect or sentence adds to each dimension, in points of its mark. ``dimension``: where it is listed;
    empty for a sentence, which is listed where it counts most."""

    kind: Literal["measure", "aspect", "sentence"]
    name: str
    dimension: str
    label: str
    points: Mapping[str, float]
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """``dimensions``: the predicted marks, 0-100 before clamping. ``baseline``: the score of the average draft of the surface,
    in tenths of a point. ``gain``: see ``SurfaceWeights``. ``described``: the text as the marks of drafts see it."""

    baseline: int
    gain: int
    dimensions: Mapping[str, float]
    parts: tuple[Part, ...]
    described: Described | None = None


class MarkModel:
    """Made once for each scoring version. Thread-safe."""

    def __init__(self, weights: MarkWeights, levels: Mapping[str, Mapping[str, float]] | None = None) -> None:
        """``levels``: surface to dimension to points that every draft gets, as readers of the organisation are stricter or more
        generous than those of the labelled sets."""
        self.weights = weights
        self._levels = levels or {}
        self._dense = {group: _matrix(rows) for group, rows in weights.dense.items()}
        self._vectors = {group: _matrix(rows) for group, rows in weights.vectors.items()}
        self._words = _matrix(weights.words)
        self._columns = {word: column for column, word in enumerate(weights.listed)}
        self._rarity = np.array(list(weights.listed.values()))
        self._centres = np.array(weights.centres)
        self._vector_centres = np.array(weights.vector_centres)
        self._average_words = self._words @ np.array(weights.word_centres)

    def predict(self, reading: Reading, surface: Surface, measured: Sequence[Measure]) -> Marks | None:
        """``reading``: what is scored of the text; ``measured``: its measures. ``None`` where it has no sentence."""
        described = descriptions.describe(reading, measured, self.weights.tag_logs)
        if not described.sentences:
            return None
        group, own = GROUPS[surface], self.weights.surfaces[surface]
        parts = (
            *self._dense_parts(described, measured, group),
            *self._level_parts(surface),
            *self._sentence_parts(described.sentences, group),
        )
        dimensions = {
            dimension: math.fsum([own.intercepts[dimension], *(part.points[dimension] for part in parts)])
            for dimension in DRAFT_DIMENSIONS
        }
        return Marks(own.baseline, own.gain, dimensions, parts, described)

    def _dense_parts(self, described: Described, measured: Sequence[Measure], group: str) -> Iterator[Part]:
        """What measures, shape and flow add, each on its own."""
        values = descriptions.dense(described, self.weights.measures) - self._centres
        points = self._dense[group] * values
        by_name = {m.name: m for m in measured}
        count = len(self.weights.measures)
        for column, name in enumerate(self.weights.measures):
            # A measure and whether it is missing are one thing to a reader.
            m = by_name.get(name)
            if m is not None:
                yield _part("measure", name, m.dimension, m.label, points[:, column] + points[:, count + column])
        column = 2 * count
        for name, aspect in ASPECTS.items():
            after = column + len(aspect.features)
            yield _part("aspect", name, aspect.dimension, aspect.label, points[:, column:after].sum(axis=1))
            column = after
        yield _part("aspect", "flow", "clarity", LABEL, points[:, column : column + len(FLOW)].sum(axis=1))

    def _level_parts(self, surface: Surface) -> Iterator[Part]:
        level = self._levels.get(surface, {})
        if any(level.values()):
            yield Part("aspect", "readers", "", LEVEL, {dimension: level[dimension] for dimension in DRAFT_DIMENSIONS})

    def _sentence_parts(self, sentences: Sequence[Sentence], group: str) -> Iterator[Part]:
        """What the words of each sentence add, less its share of what average words add."""
        matrix = self._vectors[group]
        components = width()
        mean, first, last = (matrix[:, i * components : (i + 1) * components] for i in range(len(PLACES)))
        mean_centre, first_centre, last_centre = np.split(self._vector_centres, len(PLACES))
        pieces = max(1, sum(sentence.meaning.pieces for sentence in sentences))
        word_values = self._word_values(sentences)
        for number, sentence in enumerate(sentences):
            share = sentence.meaning.pieces / pieces
            points = mean @ (sentence.meaning.total / pieces - share * mean_centre) - share * self._average_words
            if listed := [word for word in sentence.words if word in word_values]:
                columns = self._words[:, [self._columns[word] for word in listed]]
                # Added one after the other, so that the last digit does not depend on the number of words.
                points = np.add.reduce([points, *(columns * [word_values[word] for word in listed]).T], axis=0)
            if number == 0:
                points = points + first @ (sentence.meaning.mean - first_centre)
            if number == len(sentences) - 1:
                points = points + last @ (sentence.meaning.mean - last_centre)
            yield _part("sentence", f"sentence-{number + 1}", "", f"Sentence {number + 1}", points, sentence.span)

    def _word_values(self, sentences: Sequence[Sentence]) -> dict[str, float]:
        """Listed word to its value for each time it is used."""
        counts = Counter(word for sentence in sentences for word in sentence.words if word in self._columns)
        length = math.sqrt(sum(float(self._rarity[self._columns[word]]) ** 2 for word in counts)) or 1.0
        return {word: float(self._rarity[self._columns[word]]) / length / count for word, count in counts.items()}


def _matrix(rows: Mapping[str, Sequence[float]]) -> Floats:
    return np.array([rows[dimension] for dimension in DRAFT_DIMENSIONS])


def _part(kind: Any, name: str, dimension: str, label: str, points: Floats, span: Span | None = None) -> Part:
    return Part(kind, name, dimension, label, dict(zip(DRAFT_DIMENSIONS, map(float, points), strict=True)), span)
