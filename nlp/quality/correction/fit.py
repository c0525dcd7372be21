"""Fits a correction: ratings by least squares, preferences by the Bradley-Terry model, together.

The correction is a matrix: what each scaled feature adds to each dimension. Its entries have a normal prior around zero, which
are the shipped weights, so few labels move little. Newton's method with conjugate gradients; nothing is random.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nlp.quality.correction.rows import Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Log-odds that a reader prefers a draft for each point of its lead: expected before there are labels, and how far, as a factor
#: of e, it may be from that.
SLOPE, SLOPE_SPREAD = 0.06, 1.0
_SLOPES = np.geomspace(0.002, 0.5, 111)
MAX_NEWTON, MAX_GRADIENTS = 25, 200
TOLERANCE = 1e-6
#: Steps of conjugate gradients end at this share of the first residual.
INNER_TOLERANCE = 1e-3


def fit(rows: Rows, *, strength: float, slope: float = SLOPE, start: Floats | None = None) -> Floats:
    """The correction, dimensions x features. ``strength``: standard deviation of the prior of each entry, above 0. ``start``:
    where to begin; the result does not depend on it."""
    shape = (rows.worth.shape[1], rows.values.shape[1])
    matrix = np.zeros(shape) if start is None else start.copy()
    if not len(rows):
        return np.zeros(shape)
    before = _loss(rows, matrix, strength, slope)
    for _ in range(MAX_NEWTON):
        gradient, curvature = _derivatives(rows, matrix, slope)
        gradient += matrix / strength**2
        step = _solve(rows, curvature, gradient, strength)
        size = 1.0
        while (after := _loss(rows, matrix - size * step, strength, slope)) > before and size > 1e-4:
            size /= 2
        if after >= before:
            break
        matrix = matrix - size * step
        if before - after < TOLERANCE * (1 + abs(before)):
            break
        before = after
    return matrix


def added(rows: Rows, matrix: Floats) -> Floats:
    """What the correction adds to each row: points of a mark or of the score, or of the lead."""
    return np.asarray(((rows.values @ matrix.T) * rows.worth).sum(axis=1))


def fit_slope(lead: Floats, answer: Floats) -> float:
    """The slope under which preferences are likeliest, with a prior around ``SLOPE``. ``lead``: points by which the first draft
    is ahead. ``answer``: 0-1."""
    logs = np.array([_log_loss(slope * lead, answer).sum() for slope in _SLOPES])
    prior = 0.5 * (np.log(_SLOPES / SLOPE) / SLOPE_SPREAD) ** 2
    return float(_SLOPES[int(np.argmin(logs + prior))])


def row_losses(rows: Rows, plus: Floats, slope: float) -> Floats:
    """Negative log-likelihood of each row, up to a constant, where ``plus`` is added to what the shipped weights say."""
    value = rows.shipped + plus
    pairs = rows.is_pair
    noise = np.where(pairs, 1.0, rows.noise)
    return np.where(pairs, _log_loss(slope * value, rows.target), 0.5 * ((value - rows.target) / noise) ** 2)


def _log_loss(odds: Floats, answer: Floats) -> Floats:
    return np.asarray(np.logaddexp(0.0, odds) - answer * odds)


def _loss(rows: Rows, matrix: Floats, strength: float, slope: float) -> float:
    penalty = 0.5 * float((matrix**2).sum()) / strength**2
    return float(row_losses(rows, added(rows, matrix), slope).sum()) + penalty


def _derivatives(rows: Rows, matrix: Floats, slope: float) -> tuple[Floats, Floats]:
    """The gradient of the likelihood, and its second derivative by what is added to each row."""
    value = rows.shipped + added(rows, matrix)
    pairs = rows.is_pair
    noise = np.where(pairs, 1.0, rows.noise)
    probability = probability_of(slope * value)
    first = np.where(pairs, slope * (probability - rows.target), (value - rows.target) / noise**2)
    second = np.where(pairs, slope**2 * probability * (1 - probability), 1 / noise**2)
    return (rows.worth * first[:, None]).T @ rows.values, second


def probability_of(odds: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(odds / 2)))


def _solve(rows: Rows, curvature: Floats, gradient: Floats, strength: float) -> Floats:
    """The Newton step, by conjugate gradients."""

    def product(direction: Floats) -> Floats:
        weighted = rows.worth * (curvature * added(rows, direction))[:, None]
        return np.asarray(weighted.T @ rows.values + direction / strength**2)

    step = np.zeros_like(gradient)
    residual = gradient.copy()
    direction = residual.copy()
    square = float((residual**2).sum())
    limit = square * INNER_TOLERANCE**2
    for _ in range(MAX_GRADIENTS):
        if square <= limit or square == 0.0:
            break
        image = product(direction)
        length = square / float((direction * image).sum())
        step += length * direction
        residual -= length * image
        after = float((residual**2).sum())
        direction = residual + after / square * direction
        square = after
    return step
