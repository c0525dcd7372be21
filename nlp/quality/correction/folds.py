"""How strong the correction may be, chosen by what it says of labels that it was not fitted to; no correction is among the
choices.

Folds are of drafts: a rating is checked by a correction that has seen nothing about its draft, and a preference by one that has
seen nothing about its first draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
    folds = rows.drafts % FOLDS
    plus = {strength: np.zeros(len(rows)) for strength in STRENGTHS}
    for fold in range(FOLDS):
        inside = folds[:, 0] == fold
        # Nothing about a draft of this fold is used, nor anything of a group that is checked.
        is_known = ~(folds == fold).any(axis=1) & ~np.isin(rows.group, rows.group[inside])
        training, unseen = rows.take(is_known), rows.take(inside)
        matrix: Floats | None = None
        for number, strength in enumerate(STRENGTHS):
            if strength:
                matrix = fit(_held(training, anchors), strength=strength, start=matrix)
                plus[strength][inside] = added(unseen, matrix)
            progress((fold * len(STRENGTHS) + number + 1) / (FOLDS + 1) / len(STRENGTHS))
    losses = {strength: row_losses(rows, own, _slope(rows, own)) for strength, own in plus.items()}
    strength = _choose(losses)
    shape = (rows.worth.shape[1], rows.values.shape[1])
    matrix = fit(_held(rows, anchors), strength=strength) if strength else np.zeros(shape)
    progress(1.0)
    means = {one: float(values.mean()) if len(values) else 0.0 for one, values in losses.items()}
    return Fitted(matrix, strength, _slope(rows, plus[0.0]), _slope(rows, plus[strength]), plus[strength], means)


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
