"""Labels and measured drafts as rows of numbers: one for each mark, each mark of the whole, and each preference."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from nlp.model import DRAFT_DIMENSIONS, Surface
from nlp.quality.correction.features import Measured
from nlp.quality.correction.labels import Preference, Rating

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Standard deviation of a reader's marks around those that a perfect model would give, in points: of the labelled sets.
MARK_NOISE, WHOLE_NOISE = 22.0, 18.0

#: A draft by its surface and text.
Key = tuple[Surface, str]
#: What a point of each dimension counts in the score, by surface (``Scoring.worths``).
Worths = Mapping[Surface, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Rows:
    """``values``: scaled features of a draft, or the difference of those of two. ``worth``: what a point of each dimension
    counts in the row. ``shipped``: what the shipped weights say: a mark or a score, or a difference of scores. ``target``: the
    reader's mark, or the answer 0-1. ``noise``: standard deviation of the target; 0 for a preference. ``label``: number of
    the label. ``groups``: number of the group of the draft, twice, or of the groups of both drafts."""

    values: Floats
    worth: Floats
    shipped: Floats
    target: Floats
    noise: Floats
    label: NDArray[np.int64]
    groups: NDArray[np.int64]

    @property
    def is_pair(self) -> NDArray[np.bool_]:
        return np.asarray(self.noise == 0)

    def __len__(self) -> int:
        return len(self.target)

    def joined(self, other: Rows) -> Rows:
        return Rows(*(np.concatenate([getattr(self, one.name), getattr(other, one.name)]) for one in fields(self)))

    def take(self, chosen: NDArray[np.bool_]) -> Rows:
        return Rows(
            self.values[chosen],
            self.worth[chosen],
            self.shipped[chosen],
            self.target[chosen],
            self.noise[chosen],
            self.label[chosen],
            self.groups[chosen],
        )


def build(
    labels: Sequence[Rating | Preference],
    drafts: Mapping[Key, Measured],
    *,
    scale: Floats,
    worth: Worths,
) -> Rows:
    """Labels of drafts that are not in ``drafts`` are left out. ``scale``: of each feature."""
    lines: list[tuple[Floats, Floats, float, float, float, int, tuple[int, int]]] = []
    unit = np.eye(len(DRAFT_DIMENSIONS))
    whole = worth_vectors(worth)
    for number, label in enumerate(labels):
        if isinstance(label, Preference):
            first, second = drafts.get((label.surface, label.first)), drafts.get((label.surface, label.second))
            if first is not None and second is not None:
                difference = (first.rate * first.values - second.rate * second.values) * scale
                lead = first.score() - second.score()
                both = number_of(label.groups[0]), number_of(label.groups[1])
                lines.append((difference, whole[label.surface], lead, label.answer, 0.0, number, both))
            continue
        draft = drafts.get((label.surface, label.text))
        if draft is None:
            continue
        values = draft.values * scale
        alone = number_of(label.group), number_of(label.group)
        for column, dimension in enumerate(DRAFT_DIMENSIONS):
            if dimension in label.marks:
                mark = label.marks[dimension]
                lines.append((values, unit[column], float(draft.marks[column]), mark, MARK_NOISE, number, alone))
        if label.whole is not None:
            own = (draft.rate * values, whole[label.surface], draft.score(), label.whole, WHOLE_NOISE, number, alone)
            lines.append(own)
    if not lines:
        nothing = np.zeros(0)
        empty = np.zeros(0, dtype=np.int64)
        return Rows(np.zeros((0, len(scale))), np.zeros((0, len(unit))), nothing, nothing, nothing, empty, empty.reshape(0, 2))
    values_, worths, shipped, target, noise, numbers, groups = zip(*lines, strict=True)
    return Rows(
        np.array(values_),
        np.array(worths),
        np.array(shipped, dtype=float),
        np.array(target, dtype=float),
        np.array(noise, dtype=float),
        np.array(numbers, dtype=np.int64),
        np.array(groups, dtype=np.int64),
    )


def worth_vectors(worth: Worths) -> dict[Surface, Floats]:
    """In the order of ``DRAFT_DIMENSIONS``."""
    return {surface: np.array([own[d] for d in DRAFT_DIMENSIONS]) for surface, own in worth.items()}


def number_of(text: str) -> int:
    """The same in every process; 60 bits."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 4
