"""A profile as the features of its marks: those of headline and About apart.

On X the bio takes the place of the About. Its first sentence counts as the headline in the measures alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from nlp.language.meaning import width
from nlp.quality import features
from nlp.quality.marks.aspects import FEATURES
from nlp.quality.marks.described import Sentence, sentences_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nlp.language import Reading
    from nlp.model import Measure, Span
    from nlp.profiles import ProfileText

    Floats = NDArray[np.float64]

Text = Literal["headline", "about"]
#: The sections that each text is taken from.
SECTIONS: Mapping[Text, tuple[str, ...]] = {"headline": ("headline",), "about": ("about", "bio")}
#: Where a vector is taken from: all sentences of a text, its first, its last.
PLACES: Mapping[Text, tuple[str, ...]] = {"headline": ("all",), "about": ("all", "first", "last")}
Group = Literal["both", "headline", "about", "bio"]
#: Profiles that share weights: by which texts there are to read.
GROUPS: tuple[Group, ...] = ("both", "headline", "about", "bio")


class Section(NamedTuple):
    """A text of a profile. ``shape``: features of ``aspects.FEATURES``."""

    span: Span
    shape: Mapping[str, float]
    sentences: tuple[Sentence, ...]

    @property
    def words(self) -> frozenset[str]:
        return frozenset(word for sentence in self.sentences for word in sentence.words)

    @property
    def pieces(self) -> int:
        return sum(sentence.meaning.pieces for sentence in self.sentences)


class Described(NamedTuple):
    """``measures``: name to goodness, without those that have none. ``texts``: those that are not empty."""

    group: Group
    measures: Mapping[str, float]
    texts: Mapping[Text, Section]


def describe(profile: ProfileText, reading: Reading, measured: Sequence[Measure]) -> Described:
    """``reading``: that of the profile's text. ``measured``: its measures."""
    texts: dict[Text, Section] = {}
    for name, sections in SECTIONS.items():
        for span in profile.spans(*sections)[:1]:
            placed = [(start, line) for start, line in reading.placed_lines if span.start <= start < span.end]
            shape = features.of_lines("\n".join(line.views.english for _, line in placed), (line for _, line in placed))
            texts[name] = Section(span, {name: shape[name] for name in FEATURES if name in shape}, sentences_of(placed))
    good = {m.name: m.goodness for m in measured if m.goodness is not None}
    return Described(_group(profile, texts), good, texts)


def _group(profile: ProfileText, texts: Mapping[Text, Section]) -> Group:
    if profile.surface == "x-profile":
        return "bio"
    # With neither, only measures of other sections are left.
    return next(iter(texts)) if len(texts) == 1 else "both"


class Layout:
    """Where each feature stands in a vector: ``measures`` first, then for each text its shape, vectors and words."""

    def __init__(self, measures: Sequence[str], words: Sequence[str]) -> None:
        self.measures, self.words = list(measures), list(words)
        self._column = {word: i for i, word in enumerate(self.words)}
        self.blocks: dict[str, slice] = {}
        self.size = 0
        self._add("measure", len(self.measures))
        for text, places in PLACES.items():
            self._add(f"{text}:shape", len(FEATURES))
            for place in places:
                self._add(f"{text}:{place}", width())
            self._add(f"{text}:word", len(self.words))

    def _add(self, name: str, count: int) -> None:
        self.blocks[name] = slice(self.size, self.size + count)
        self.size += count

    def values(self, described: Described, rarity: Floats) -> Floats:
        """The features of a profile; not a number where there is nothing to measure. ``rarity``: that of each word."""
        row = np.full(self.size, np.nan)
        row[self.blocks["measure"]] = [described.measures.get(name, np.nan) for name in self.measures]
        for text, section in described.texts.items():
            row[self.blocks[f"{text}:shape"]] = [section.shape.get(name, 0.0) for name in FEATURES]
            if section.pieces:
                row[self.blocks[f"{text}:word"]] = self.word_values(section, rarity)
                first, last = section.sentences[0].meaning.mean, section.sentences[-1].meaning.mean
                total = sum((sentence.meaning.total for sentence in section.sentences), np.zeros(width()))
                by_place = {"all": total / section.pieces, "first": first, "last": last}
                for place in PLACES[text]:
                    row[self.blocks[f"{text}:{place}"]] = by_place[place]
        return row

    def word_values(self, section: Section, rarity: Floats) -> Floats:
        """The rarity of each listed word that occurs, scaled to a length of 1."""
        values = np.zeros(len(self.words))
        present = sorted(self._column[word] for word in section.words if word in self._column)
        values[present] = rarity[present]
        return values / (float(np.linalg.norm(values)) or 1.0)

    def column(self, word: str) -> int | None:
        return self._column.get(word)
