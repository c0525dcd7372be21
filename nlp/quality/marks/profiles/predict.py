"""Computes the marks of a profile and what each part of it has in them. The parts add up to the marks."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nlp.model import PROFILE_DIMENSIONS, Span
from nlp.quality.marks.aspects import ASPECTS
from nlp.quality.marks.predict import Marks, Part
from nlp.quality.marks.profiles.described import PLACES, Described, Layout, Section, Text, describe
from nlp.quality.marks.profiles.weights import JUDGED, ProfileMarkWeights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nlp.language import Reading
    from nlp.model import Measure
    from nlp.profiles import ProfileText

    Floats = NDArray[np.float64]

#: The mark of a dimension that was not judged, and the goodness of its measures, for the average profile.
AVERAGE_MARK, AVERAGE_GOODNESS = 50, 0.5
TITLES: Mapping[Text, str] = {"headline": "Headline", "about": "About"}


class ProfileMarkModel:
    """Made once for each scoring version. Thread-safe."""

    def __init__(self, weights: ProfileMarkWeights) -> None:
        self.weights = weights
        self.layout = Layout(weights.measures, list(weights.listed))
        self._rarity = np.array(list(weights.listed.values()))
        self._centres = np.array(weights.centres)
        self._weights = {group: np.array([rows[d] for d in JUDGED]) for group, rows in weights.weights.items()}

    def predict(self, profile: ProfileText, reading: Reading, measured: Sequence[Measure]) -> Marks | None:
        """``reading``: that of the profile's text; ``measured``: its measures. ``None`` where nothing could be measured. What
        is not loaded adds nothing and takes nothing."""
        described = describe(profile, reading, measured)
        if not described.measures:
            return None
        own = self.weights.surfaces[profile.surface]
        parts = tuple(self._parts(described, measured))
        average = {d: own.intercepts.get(d, AVERAGE_MARK) for d in PROFILE_DIMENSIONS}
        dimensions = {
            d: math.fsum([average[d], *(part.points[d] for part in parts)])
            for d in PROFILE_DIMENSIONS
            if any(m.dimension == d for m in measured if m.goodness is not None)
        }
        return Marks(own.baseline, own.gain, dimensions, parts)

    def _parts(self, described: Described, measured: Sequence[Measure]) -> Iterator[Part]:
        weights = self._weights[described.group]
        values = self.layout.values(described, self._rarity)
        points = weights * np.where(np.isnan(values), 0.0, values - self._centres)
        learned = dict(zip(self.weights.measures, points[:, self.layout.blocks["measure"]].T, strict=True))
        for m in measured:
            if m.goodness is None:
                continue
            in_dimensions = _by_dimension(learned.get(m.name, np.zeros(len(JUDGED))))
            in_dimensions[m.dimension] += self.weights.checked.get(m.name, 0.0) * (m.goodness - AVERAGE_GOODNESS)
            yield Part("measure", m.name, m.dimension, m.label, in_dimensions)
        for text, section in described.texts.items():
            column = self.layout.blocks[f"{text}:shape"].start
            for name, aspect in ASPECTS.items():
                after = column + len(aspect.features)
                label = aspect.label if aspect.label.startswith("I,") else aspect.label[:1].lower() + aspect.label[1:]
                yield _part("aspect", f"{text}-{name}", text, f"{TITLES[text]}: {label}", points[:, column:after].sum(axis=1))
                column = after
            if section.pieces:
                yield from self._sentence_parts(text, section, weights)

    def _sentence_parts(self, text: Text, section: Section, weights: Floats) -> Iterator[Part]:
        """What the words of each sentence add, less its share of what average words add; those of a headline as one."""
        if text == "headline":
            everything = sum((points for _, points in self._by_sentence(text, section, weights)), np.zeros(len(JUDGED)))
            yield _part("sentence", "headline", "headline", "Wording of the headline", everything, section.span)
            return
        for number, (span, points) in enumerate(self._by_sentence(text, section, weights), start=1):
            yield _part("sentence", f"sentence-{number}", "", f"Sentence {number}", points, span)

    def _by_sentence(self, text: Text, section: Section, weights: Floats) -> Iterator[tuple[Span, Floats]]:
        blocks = {place: self.layout.blocks[f"{text}:{place}"] for place in (*PLACES[text], "word")}
        of = {place: weights[:, block] for place, block in blocks.items()}
        centre = {place: self._centres[block] for place, block in blocks.items()}
        values = self.layout.word_values(section, self._rarity)
        uses = Counter(word for sentence in section.sentences for word in sentence.words)
        for number, sentence in enumerate(section.sentences):
            share = sentence.meaning.pieces / section.pieces
            points = of["all"] @ (sentence.meaning.total / section.pieces - share * centre["all"])
            points = points - share * (of["word"] @ centre["word"])
            for word in sentence.words:
                column = self.layout.column(word)
                if column is not None:
                    points = points + of["word"][:, column] * values[column] / uses[word]
            if "first" in of and number == 0:
                points = points + of["first"] @ (sentence.meaning.mean - centre["first"])
            if "last" in of and number == len(section.sentences) - 1:
                points = points + of["last"] @ (sentence.meaning.mean - centre["last"])
            yield sentence.span, points


def _by_dimension(points: Floats) -> dict[str, float]:
    return dict.fromkeys(PROFILE_DIMENSIONS, 0.0) | dict(zip(JUDGED, map(float, points), strict=True))


def _part(kind: Any, name: str, dimension: str, label: str, points: Floats, span: Span | None = None) -> Part:
    return Part(kind, name, dimension, label, _by_dimension(points), span)
