"""Texts as a matrix of features, and fitted coefficients as the weights that are stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import sklearn
from scipy import sparse

from nlp.quality.features import FIRST, WORD
from nlp.quality.linear import LinearWeights
from nlp.training.quality import corpora as sets
from nlp.training.quality.corpora import SEED

#: Minimum number of texts in which a feature occurs.
MIN_TEXTS = 8
#: Standard deviation that numeric features are scaled to; words stay 0 or 1, so rare words are penalised more than numbers.
NUMBER_STD = 0.15
#: Solver tolerance, small enough that the stored digits are the same in every run.
TOLERANCE = 1e-10
#: Decimal places of a weight: rounding changes no prediction by as much as 0.001.
DIGITS = 5

Rows = Sequence[Mapping[str, float]]
Vector = np.ndarray[Any, np.dtype[np.float64]]


class Design(NamedTuple):
    """The features of many texts. ``matrix`` has one row per text and one column per name, each value times its ``scale``."""

    names: list[str]
    scale: Vector
    matrix: sparse.csr_matrix

    def weights(self, coefficients: Vector) -> dict[str, float]:
        """The weights for unscaled values, rounded, without zeros."""
        rounded = zip(self.names, np.round(coefficients * self.scale, DIGITS), strict=True)
        return {name: float(weight) for name, weight in rounded if weight}


def design(rows: Rows, *, min_texts: int = MIN_TEXTS, exclude: str = "") -> Design:
    """The features that occur in at least ``min_texts`` rows, without those whose name begins with ``exclude``."""
    seen = Counter(name for row in rows for name in row)
    names = sorted(name for name, count in seen.items() if count >= min_texts and not (exclude and name.startswith(exclude)))
    column = {name: i for i, name in enumerate(names)}
    cells = [(i, column[name], value) for i, row in enumerate(rows) for name, value in row.items() if name in column]
    row_numbers, column_numbers, values = zip(*cells, strict=True)
    raw = sparse.csr_matrix((values, (row_numbers, column_numbers)), shape=(len(rows), len(names)))
    squares = np.asarray(raw.multiply(raw).mean(axis=0)).ravel() - np.square(np.asarray(raw.mean(axis=0)).ravel())
    std = np.sqrt(np.maximum(squares, 1e-12))
    scale = np.array([1.0 if name.startswith((WORD, FIRST)) else NUMBER_STD / std[i] for i, name in enumerate(names)])
    return Design(names, scale, sparse.csr_matrix(raw @ sparse.diags(scale)))


def as_weights(
    features: Design, coefficients: Vector, intercept: float, about: sets.About, *, rows: int, link: Any, **options: Any
) -> LinearWeights:
    """The fitted model in the form that is stored."""
    return LinearWeights(
        task=about.task,
        source=about.source,
        licence=about.licence,
        fitted_with=f"scikit-learn {sklearn.__version__}",
        seed=SEED,
        rows=rows,
        link=link,
        intercept=round(intercept, DIGITS),
        weights=features.weights(coefficients),
        **options,
    )
