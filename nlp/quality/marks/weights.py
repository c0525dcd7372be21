"""The learned weights of the marks, as data that is stored with a scoring version."""

from __future__ import annotations

from collections.abc import Mapping

from nlp.language.meaning import width
from nlp.model import DRAFT_DIMENSIONS, DRAFT_SURFACES
from nlp.quality.linear import Finite
from nlp.quality.marks.aspects import FEATURES
from nlp.quality.marks.flow import FLOW
from nlp.quality.stored import Row, StoredWeights, SurfaceWeights

#: Surfaces that share weights: readers judge a comment and a reply alike.
GROUPS: Mapping[str, str] = {
    "linkedin-post": "linkedin-post",
    "linkedin-comment": "reply",
    "x-post": "x-post",
    "x-reply": "reply",
}
#: Where a sentence vector is taken from: all sentences, the first, the last.
PLACES = ("mean", "first", "last")


class MarkWeights(StoredWeights):
    """The mark of a dimension, 0-100, is ``intercept + sum of weight * (feature - centre)``. ``dense``: group of surfaces to
    dimension to one weight for each measure, each missing measure and each feature of shape and flow. ``vectors``: the same
    for the components of ``PLACES``. ``words``: dimension to one weight for each of ``listed``, whose values are their rarity,
    scaled to a length of 1. ``tag_logs``: see ``flow``."""

    measures: list[str]
    listed: dict[str, Finite]
    centres: Row
    vector_centres: Row
    word_centres: Row
    dense: dict[str, dict[str, Row]]
    vectors: dict[str, dict[str, Row]]
    words: dict[str, Row]
    surfaces: dict[str, SurfaceWeights]
    tag_logs: dict[str, Finite]

    def problem(self) -> str:
        """One line on the first part that is missing or has the wrong length; empty if all fit together."""
        dense = 2 * len(self.measures) + len(FEATURES) + len(FLOW)
        vector, words = len(PLACES) * width(), len(self.listed)
        lengths = [("centres", self.centres, dense), ("vector_centres", self.vector_centres, vector)]
        lengths.append(("word_centres", self.word_centres, words))
        for group in sorted(set(GROUPS.values())):
            for dimension in DRAFT_DIMENSIONS:
                lengths.append((f"dense.{group}.{dimension}", self.dense.get(group, {}).get(dimension, []), dense))
                lengths.append((f"vectors.{group}.{dimension}", self.vectors.get(group, {}).get(dimension, []), vector))
        lengths += [(f"words.{dimension}", self.words.get(dimension, []), words) for dimension in DRAFT_DIMENSIONS]
        for name, row, length in lengths:
            if len(row) != length:
                return f"{name}: must have {length} numbers"
        for surface in DRAFT_SURFACES:
            if surface not in self.surfaces or set(self.surfaces[surface].intercepts) != set(DRAFT_DIMENSIONS):
                return f"surfaces.{surface}: must have an intercept for each dimension"
        return ""
