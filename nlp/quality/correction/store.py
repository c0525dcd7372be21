"""A fitted correction in the form that is stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from nlp.language.meaning import width
from nlp.model import DRAFT_DIMENSIONS, DRAFT_SURFACES
from nlp.quality.correction.weights import CorrectionWeights, dense_names

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Significant digits.
DIGITS = 5
TASK = "What readers of the organisation add to the marks of a draft, in points of each dimension"
SOURCE = "Labels of the organisation's own readers"
LICENCE = "The organisation's own"


def as_weights(
    matrix: Floats, scale: Floats, *, measures: Sequence[str], slope: float, labels: str, count: int
) -> CorrectionWeights:
    """``matrix``: dimensions x scaled features. ``labels``: SHA-256 of the labels. ``count``: how many."""
    unscaled = matrix * scale
    dense = dense_names(measures)
    ends = np.cumsum([len(DRAFT_DIMENSIONS), len(dense), width()])
    marks, measured, vectors, levels = np.split(unscaled, ends, axis=1)
    return CorrectionWeights(
        task=TASK,
        source=SOURCE,
        licence=LICENCE,
        fitted_with=f"numpy {np.__version__}",
        rows=count,
        features=dense,
        marks=_rows(marks),
        dense=_rows(measured),
        vectors=_rows(vectors),
        levels={
            surface: {dimension: _rounded(levels[i, column]) for i, dimension in enumerate(DRAFT_DIMENSIONS)}
            for column, surface in enumerate(DRAFT_SURFACES)
        },
        slope=_rounded(slope),
        labels=labels,
    )


def _rows(matrix: Floats) -> dict[str, list[float]]:
    return {
        dimension: [_rounded(value) for value in row] for dimension, row in zip(DRAFT_DIMENSIONS, matrix.tolist(), strict=True)
    }


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
