"""How a text sounds and how much English it asks for, as people marked sentences: linear models over
``features.of_prose``, sentence by sentence, so that an edit asks again about its own line alone."""

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

#: A shorter sentence is hardly one: the models saw few.
FEWEST_WORDS = 4


class Style(NamedTuple):
    """A learned measure: where it counts, what it is called, and its curve from value to goodness."""

    dimension: str
    unit: str
    label: str
    curve: tuple[tuple[float, float], ...]
    only: tuple[Surface, ...] = ()


STYLES: Mapping[str, Style] = {
    # Half of the sentences that experts marked lie between 3 and 4.
    "level": Style("clarity", "of 6 levels", "English the reader needs", ((2.5, 0.85), (3.5, 0.5), (4.8, 0.0))),
    "formality": Style("voice", "-3 to 3", "How formal it sounds", ((-1.5, 0.4), (-0.5, 0.6), (0.5, 0.6), (1.5, 0.4))),
    "warmth": Style("voice", "percent", "Warm sentences", ((0.0, 0.4), (30.0, 0.5), (70.0, 0.6))),
    "politeness": Style(
        "conversation",
        "percent",
        "How polite it sounds",
        ((20.0, 0.3), (50.0, 0.5), (80.0, 0.65)),
        ("linkedin-comment", "x-reply"),
    ),
}


class Ear:
    """Hears the styles whose weights it is given."""

    def __init__(self, weights: Mapping[str, LinearWeights]) -> None:
        self._weights = {name: weights[name] for name in STYLES if name in weights}

    def measure(self, reading: Reading, surface: Surface) -> tuple[Measure, ...]:
        """The mean of each style over sentences of at least four words, weighed by their words. ``goodness`` is ``None``
        where there is no such sentence, or the style does not count on ``surface``."""
        # What was heard stays with its line under this ear: there are as many as scoring versions in use.
        heard = [sentence for _, line in reading.placed_lines for sentence in line.cached(self, self._hear)]
        words = sum(count for count, _ in heard)
        found = []
        for at, name in enumerate(self._weights):
            style = STYLES[name]
            value = sum(count * marks[at] for count, marks in heard) / words if words else 0.0
            counts = words and (not style.only or surface in style.only)
            good = goodness(value, *style.curve) if counts else None
            found.append(Measure(name, style.dimension, round(value, 2), style.unit, good, style.label))
        return tuple(found)

    def _hear(self, line: Line) -> list[tuple[int, tuple[float, ...]]]:
        """For each sentence its number of words and its marks, in the order of the weights; shares in percent."""
        found = []
        for span, words in zip(line.prose_sentences, line.words_by_sentence, strict=True):
            if len(words) >= FEWEST_WORDS:
                features = of_prose(span.of(line.views.prose))
                marks = ((w.predict(features), w.link) for w in self._weights.values())
                found.append((len(words), tuple(100 * m if link == "logistic" else m for m, link in marks)))
        return found
