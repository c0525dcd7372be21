"""Adds a correction to the weights of the marks. The result is a linear model of the same form, so explanations add up to the
marks as before, and assessing takes no longer."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from nlp.model import DRAFT_DIMENSIONS
from nlp.quality.correction.weights import CorrectionWeights
from nlp.quality.marks.weights import PLACES, MarkWeights


def corrected(weights: MarkWeights, correction: CorrectionWeights) -> MarkWeights:
    """The weights with the correction. ``correction.levels`` are not part of them: every draft gets those."""
    mixed = np.eye(len(DRAFT_DIMENSIONS)) + _matrix(correction.marks)
    dense, vectors = _matrix(correction.dense), _matrix(correction.vectors)
    rest = np.zeros((len(DRAFT_DIMENSIONS), (len(PLACES) - 1) * vectors.shape[1]))
    return weights.model_copy(
        update={
            "dense": {group: _rows(mixed @ _matrix(rows) + dense) for group, rows in weights.dense.items()},
            "vectors": {
                group: _rows(mixed @ _matrix(rows) + np.hstack([vectors, rest])) for group, rows in weights.vectors.items()
            },
            "words": _rows(mixed @ _matrix(weights.words)),
        }
    )


def _matrix(rows: Mapping[str, list[float]]) -> np.ndarray:
    return np.array([rows[dimension] for dimension in DRAFT_DIMENSIONS], dtype=float)


def _rows(matrix: np.ndarray) -> dict[str, list[float]]:
    return {dimension: row.tolist() for dimension, row in zip(DRAFT_DIMENSIONS, matrix, strict=True)}
