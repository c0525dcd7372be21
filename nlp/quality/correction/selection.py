"""Which draft or pair of drafts would teach a correction most, so that readers are asked about it first.

The correction has a normal posterior. A label about one candidate narrows it, and so makes the scores of all candidates more
certain: the gain of a label is by how much it lowers the mean variance of what the correction adds to them. For a preference
the information of the answer is p (1 - p) times the square of the slope. The variance of a candidate alone is no measure: it
is largest for drafts like no other, which teach least about the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nlp.quality.correction.fit import added, probability_of
from nlp.quality.correction.rows import Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Of the labels that the posterior takes into account, the newest: the time grows with the cube of their number.
MAX_ROWS = 1_500


def gains(candidates: Rows, known: Rows, matrix: Floats, *, strength: float, slope: float) -> Floats:
    """The gain of each candidate, in squared points; only their order and ratios matter. ``known``: the rows that
    ``matrix`` was fitted to. The targets of candidates are not read."""
    covariance = _covariance(candidates, known, matrix, strength=strength, slope=slope)
    return _gains(covariance, _information(candidates, matrix, slope))


def choose(candidates: Rows, known: Rows, matrix: Floats, *, strength: float, slope: float, count: int) -> list[int]:
    """The numbers of the ``count`` candidates that teach most together, the best first: each is chosen as if those before it
    had been labelled already, so that they are not all alike."""
    covariance = _covariance(candidates, known, matrix, strength=strength, slope=slope)
    information = _information(candidates, matrix, slope)
    chosen: list[int] = []
    for _ in range(min(count, len(candidates))):
        gained = _gains(covariance, information)
        gained[chosen] = -1.0
        best = int(np.argmax(gained))
        chosen.append(best)
        row = covariance[best].copy()
        covariance -= np.outer(row, row) * (information[best] / (1 + information[best] * row[best]))
    return chosen


def _gains(covariance: Floats, information: Floats) -> Floats:
    variance = np.diagonal(covariance)
    return np.asarray(information * (covariance**2).mean(axis=1) / (1 + information * variance))


def _information(rows: Rows, matrix: Floats, slope: float) -> Floats:
    """What an answer to each row says about its value: the inverse of its variance, in points."""
    pairs = rows.is_pair
    probability = probability_of(slope * (rows.shipped + added(rows, matrix)))
    noise = np.where(pairs, 1.0, rows.noise)
    return np.where(pairs, slope**2 * probability * (1 - probability), 1 / noise**2)


def _covariance(candidates: Rows, known: Rows, matrix: Floats, *, strength: float, slope: float) -> Floats:
    """Of what the correction adds to the candidates, in squared points: the prior's, less what is known already."""
    prior = _prior(candidates, candidates, strength)
    if not len(known):
        return prior
    known = known.take(np.arange(len(known)) >= len(known) - MAX_ROWS)
    inside, across = _prior(known, known, strength), _prior(candidates, known, strength)
    inside[np.diag_indices_from(inside)] += 1 / np.maximum(_information(known, matrix, slope), 1e-12)
    return np.asarray(prior - across @ np.linalg.solve(inside, across.T))


def _prior(a: Rows, b: Rows, strength: float) -> Floats:
    return np.asarray(strength**2 * (a.worth @ b.worth.T) * (a.values @ b.values.T))
