"""The weights of a correction, as data that is stored with a scoring version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from nlp.language.meaning import width
from nlp.model import DRAFT_DIMENSIONS, DRAFT_SURFACES
from nlp.quality.linear import Finite
from nlp.quality.marks.aspects import FEATURES
from nlp.quality.marks.flow import FLOW
from nlp.quality.stored import Row, StoredWeights


class CorrectionWeights(StoredWeights):
    """What is added to the mark of each dimension, 0-100. ``marks``: for each point that the shipped mark of every dimension
    lies above that of the average draft. ``dense``: for each unit of ``features`` above its centre. ``vectors``: the same for
    the mean sentence vector. ``levels``: surface to dimension to points that every draft gets. ``slope``: log-odds that a
    reader prefers a draft, for each point of its lead. ``labels``: SHA-256 of the labels it was fitted to."""

    features: list[str]
    marks: dict[str, Row]
    dense: dict[str, Row]
    vectors: dict[str, Row]
    levels: dict[str, dict[str, Finite]]
    slope: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)]
    labels: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

    def problem(self) -> str:
        """One line on the first part that is unknown, missing or has the wrong length; empty if all fit together."""
        lengths = (("marks", self.marks, len(DRAFT_DIMENSIONS)), ("dense", self.dense, len(self.features)))
        for name, rows, length in (*lengths, ("vectors", self.vectors, width())):
            if unknown := sorted(set(rows) - set(DRAFT_DIMENSIONS)):
                return f"{name}.{unknown[0]}: is unknown"
            for dimension in DRAFT_DIMENSIONS:
                if len(rows.get(dimension, [])) != length:
                    return f"{name}.{dimension}: must have {length} numbers"
        if unknown := sorted(set(self.levels) - set(DRAFT_SURFACES)):
            return f"levels.{unknown[0]}: is unknown"
        for surface in DRAFT_SURFACES:
            if set(self.levels.get(surface, {})) != set(DRAFT_DIMENSIONS):
                return f"levels.{surface}: must have a number for each dimension"
        return ""

    def problem_with(self, names: Sequence[str]) -> str:
        """As ``problem``, against the ``dense_names`` of the marks that are corrected."""
        if unknown := [name for name in self.features if name not in set(names)]:
            return f"features.{unknown[0]}: is unknown"
        return "" if self.features == list(names) else "features: must be those of the marks, in their order"

    def carried_over(self, names: Sequence[str]) -> CorrectionWeights | None:
        """The same correction for marks with other features, ``names``; ``None`` if one that it needs no longer exists."""
        place = {name: column for column, name in enumerate(self.features)}
        used = {name for rows in self.dense.values() for name, weight in zip(self.features, rows, strict=False) if weight}
        if self.problem() or not used <= set(names):
            return None
        dense = {
            dimension: [row[place[name]] if name in place else 0.0 for name in names] for dimension, row in self.dense.items()
        }
        return self.model_copy(update={"features": list(names), "dense": dense})


def dense_names(measures: Sequence[str]) -> list[str]:
    """The names of the features that belong to no sentence, in the order of ``described.dense``."""
    return [
        *(f"measure:{name}" for name in measures),
        *(f"missing:{name}" for name in measures),
        *(f"shape:{name}" for name in FEATURES),
        *(f"flow:{name}" for name in FLOW),
    ]
