"""How a text sounds and what level of English it needs, learned from sentences that people rated: linear models over
``features.of_prose``, sentence by sentence, so that an edit only affects the scores of its line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from nlp.measures.curves import goodness
from nlp.model import Measure, Surface
from nlp.quality.features import of_prose

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.line import Line
    from nlp.quality.linear import LinearWeights

#: The models were fitted on few shorter sentences.
MIN_WORDS = 4


class Style(NamedTuple):
    """A learned measure: its dimension, unit and label, its curve from value to goodness, and the surfaces where it counts
    (everywhere if there are none)."""

    dimension: str
    unit: str
    label: str
    curve: tuple[tuple[float, float], ...]
    only: tuple[Surface, ...] = ()


STYLES: Mapping[str, Style] = {
    # Half of the sentences that experts rated lie between 3 and 4.
    "level": Style("clarity", "of 6", "Level of English needed", ((2.5, 0.85), (3.5, 0.5), (4.8, 0.0))),
    "formality": Style("voice", "-3 to 3", "Formality", ((-1.5, 0.4), (-0.5, 0.6), (0.5, 0.6), (1.5, 0.4))),
    "warmth": Style("voice", "percent", "Warmth", ((0.0, 0.4), (30.0, 0.5), (70.0, 0.6))),
    "politeness": Style(
        "conversation",
        "percent",
        "Politeness",
        ((20.0, 0.3), (50.0, 0.5), (80.0, 0.65)),
        ("linkedin-comment", "x-reply"),
    ),
}


class StyleScorer:
    """Measures the styles for which it has weights."""

    def __init__(self, weights: Mapping[str, LinearWeights]) -> None:
        self._weights = {name: weights[name] for name in STYLES if name in weights}

    def measure(self, reading: Reading, surface: Surface) -> tuple[Measure, ...]:
        """The mean of each style over sentences of at least four words, weighted by their words. ``goodness`` is ``None``
        where there is no such sentence, or the style does not count on ``surface``."""
        # Cached with the line under this scorer: there are as many scorers as scoring versions in use.
        sentences = [scored for _, line in reading.placed_lines for scored in line.cached(self, self._score_sentences)]
        words = sum(count for count, _ in sentences)
        measures = []
        for i, name in enumerate(self._weights):
            style = STYLES[name]
            value = sum(count * scores[i] for count, scores in sentences) / words if words else 0.0
            counts = words and (not style.only or surface in style.only)
            good = goodness(value, *style.curve) if counts else None
            measures.append(Measure(name, style.dimension, round(value, 2), style.unit, good, style.label))
        return tuple(measures)

    def _score_sentences(self, line: Line) -> list[tuple[int, tuple[float, ...]]]:
        """For each sentence of the line its number of words and its scores, in the order of the weights; probabilities in
        percent."""
        sentences = []
        for span, words in zip(line.prose_sentences, line.words_by_sentence, strict=True):
            if len(words) >= MIN_WORDS:
                features = of_prose(span.of(line.views.prose))
                scores = ((w.predict(features), w.link) for w in self._weights.values())
                sentences.append((len(words), tuple(100 * s if link == "logistic" else s for s, link in scores)))
        return sentences
