"""The metrics that the model cards report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import rankdata
from sklearn.metrics import cohen_kappa_score, roc_auc_score

Numbers = Sequence[float]
#: Bootstrap resamples.
DRAWS = 1000
BINS = 10
ALMOST_ZERO = 1e-9


class Figure(NamedTuple):
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


def spearman(predicted: Numbers, true: Numbers) -> float:
    """Spearman's rank correlation, -1 to 1; 0 where either side is constant."""
    if len(set(predicted)) < 2 or len(set(true)) < 2:
        return 0.0
    return float(np.corrcoef(rankdata(predicted), rankdata(true))[0, 1])


def partial_spearman(predicted: Numbers, true: Numbers, fixed: Numbers) -> float:
    """Spearman's rank correlation of ``predicted`` and ``true`` with ``fixed`` held constant, -1 to 1: what their ranks have in
    common beyond what both share with its ranks. 0 where ``fixed`` determines either."""
    of_predicted, of_true = spearman(predicted, fixed), spearman(true, fixed)
    rest = (1 - of_predicted**2) * (1 - of_true**2)
    if rest < ALMOST_ZERO:
        return 0.0
    return float((spearman(predicted, true) - of_predicted * of_true) / np.sqrt(rest))


def mean_absolute_error(predicted: Numbers, true: Numbers) -> float:
    """Mean absolute error, in the unit of the marks."""
    return float(np.abs(np.asarray(predicted) - np.asarray(true)).mean())


def kappa(predicted: Numbers, true: Numbers) -> float:
    """Cohen's kappa with quadratic weights over numbered classes: 1 is full agreement, 0 is chance (Cohen 1968,
    https://doi.org/10.1037/h0026256)."""
    return float(cohen_kappa_score(predicted, true, weights="quadratic"))


def auc(predicted: Numbers, positive: Numbers) -> float:
    """Area under the ROC curve: the probability that a positive ranks above a negative, 0-1; 0.5 for a single class."""
    if len(set(positive)) < 2:
        return 0.5
    return float(roc_auc_score(positive, predicted))


def accuracy(probability: Numbers, positive: Numbers) -> float:
    """Share of correct predictions, 0-1; a probability of 0.5 counts as half correct."""
    correct = [0.5 if p == 0.5 else float((p > 0.5) == bool(y)) for p, y in zip(probability, positive, strict=True)]
    return sum(correct) / len(correct)


def calibration_error(probability: Numbers, positive: Numbers) -> float:
    """Expected calibration error over ten bins of equal width, 0-1 (Guo et al. 2017, https://arxiv.org/abs/1706.04599)."""
    p, y = np.asarray(probability, dtype=float), np.asarray(positive, dtype=float)
    bins = np.minimum((p * BINS).astype(int), BINS - 1)
    return float(sum(abs(p[bins == b].mean() - y[bins == b].mean()) * (bins == b).mean() for b in set(bins.tolist())))


def bootstrap(metric: Callable[..., float], *columns: Numbers, draws: int = DRAWS, seed: int = 1) -> Figure:
    """``metric`` of ``columns`` of equal length, with the 2.5 and 97.5 percentiles over ``draws`` resamples of their rows."""
    arrays = [np.asarray(column, dtype=float) for column in columns]
    count = len(arrays[0])
    random = np.random.default_rng(seed)
    samples: list[Any] = [random.integers(0, count, count) for _ in range(draws)]
    values = [metric(*(array[sample].tolist() for array in arrays)) for sample in samples]
    low, high = np.percentile(values, [2.5, 97.5])
    return Figure(metric(*columns), float(low), float(high))
