"""How strong the correction may be, chosen by what it says of labels that it was not fitted to; no correction is among the
choices.

Folds are of groups of drafts: a label is checked by a correction that has seen no label of any draft of its groups, neither of
its first draft's nor of its second draft's. Preferences between two folds are therefore checked by a correction that was fitted
to the other three."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np

from nlp.quality.correction.fit import SLOPE, added, fit, fit_slope, row_losses
from nlp.quality.correction.rows import Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FOLDS = 5
#: Standard deviations of the prior, in points of a mark for each scaled feature; 0 is no correction.
STRENGTHS = (0.0, 0.5, 1.0, 2.0, 4.0)
#: Standard errors.
PATIENCE = 0.5


@dataclass(frozen=True, slots=True)
class Fitted:
    """``matrix``: dimensions x scaled features. ``plus``: what corrections that were fitted to the other folds add to each row.
    ``slope_before``, ``slope``: log-odds for each point, without and with the correction, on folds that it has not seen.
    ``losses``: the mean loss of unseen rows by strength."""

    matrix: Floats
    strength: float
    slope_before: float
    slope: float
    plus: Floats
    losses: dict[float, float]


def fit_by_folds(rows: Rows, *, anchors: Rows | None = None, progress: Callable[[float], None] = lambda _share: None) -> Fitted:
    """``anchors``: rows that every fit is also held to (``anchors.py``). ``progress`` is called with the share that is done,
    0-1, and may raise to stop."""
    folds = np.sort(fold_numbers(rows.groups), axis=1)
    checks = [both for both in combinations_with_replacement(range(FOLDS), 2) if (folds == both).all(axis=1).any()]
    plus = {strength: np.zeros(len(rows)) for strength in STRENGTHS}
    for check, both in enumerate(checks):
        inside = (folds == both).all(axis=1)
        training, unseen = rows.take(np.all(np.isin(folds, both, invert=True), axis=1)), rows.take(inside)
        matrix: Floats | None = None
        for number, strength in enumerate(STRENGTHS):
            if strength:
                matrix = fit(_held(training, anchors), strength=strength, start=matrix)
                plus[strength][inside] = added(unseen, matrix)
            progress((check * len(STRENGTHS) + number + 1) / (len(checks) + 1) / len(STRENGTHS))
    losses = {strength: row_losses(rows, own, _slope(rows, own)) for strength, own in plus.items()}
    strength = _choose(losses)
    shape = (rows.worth.shape[1], rows.values.shape[1])
    matrix = fit(_held(rows, anchors), strength=strength) if strength else np.zeros(shape)
    progress(1.0)
    means = {one: float(values.mean()) if len(values) else 0.0 for one, values in losses.items()}
    return Fitted(matrix, strength, _slope(rows, plus[0.0]), _slope(rows, plus[strength]), plus[strength], means)


def fold_numbers(groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """The fold of each group, 0 to ``FOLDS`` - 1, in the shape of ``groups``: the largest groups first, each into the fold that
    has the fewest drafts so far. With fewer groups than folds, some folds are empty."""
    names, place, counts = np.unique(groups, return_inverse=True, return_counts=True)
    fold_of = np.zeros(len(names), dtype=np.int64)
    sizes = np.zeros(FOLDS, dtype=np.int64)
    for group in np.lexsort((names, -counts)).tolist():
        fold_of[group] = int(np.argmin(sizes))
        sizes[fold_of[group]] += counts[group]
    return np.asarray(fold_of[place].reshape(groups.shape))


def _held(rows: Rows, anchors: Rows | None) -> Rows:
    return rows if anchors is None or not len(rows) else rows.joined(anchors)


def _choose(losses: dict[float, Floats]) -> float:
    """The weakest correction that is not clearly worse than the best: within ``PATIENCE`` standard errors of it."""
    if not len(losses[0.0]):
        return 0.0
    best = min(losses, key=lambda strength: (float(losses[strength].sum()), strength))
    for strength, own in losses.items():
        worse = own - losses[best]
        if worse.sum() <= PATIENCE * worse.std() * np.sqrt(len(worse)):
            return strength
    return best


def _slope(rows: Rows, plus: Floats) -> float:
    pairs = rows.is_pair
    return fit_slope((rows.shipped + plus)[pairs], rows.target[pairs]) if pairs.any() else SLOPE
