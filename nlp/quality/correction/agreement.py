"""How well scores agree with what readers said, before and after a correction, with 95 % intervals over resampled groups.

Both sides are compared on the same resamples, so that the interval of the difference is not wider than it need be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

DRAWS, SEED = 1000, 1
#: Bounds of the probabilities that are counted together.
BINS = (0.5, 0.6, 0.7, 0.8, 0.9)

#: The metric of (predicted, true).
Metric = Callable[["Floats", "Floats"], float]


class Change(NamedTuple):
    """A figure before and after, and the difference with its 95 % interval, on so many labels."""

    before: float
    after: float
    low: float
    high: float
    labels: int

    @property
    def difference(self) -> float:
        return self.after - self.before


class Bin(NamedTuple):
    """Preferences whose favourite had a probability from ``lowest`` on: how many, the mean probability, and the share in which
    the reader agreed."""

    lowest: float
    number: int
    given: float
    right: float


def compare(metric: Metric, before: Floats, after: Floats, true: Floats, groups: Numbers) -> Change:
    """``groups``: of each label, two columns. Groups are resampled as a whole; a pair of two groups counts as often as the
    product of how often each was drawn (the vertex bootstrap of Snijders and Borgatti, Connections 22(2), 1999)."""
    if not len(true):
        return Change(0.0, 0.0, 0.0, 0.0, 0)
    names, place = np.unique(groups, return_inverse=True)
    first, second = place.reshape(groups.shape).T
    random = np.random.default_rng(SEED)
    differences = []
    for _ in range(DRAWS):
        drawn = np.bincount(random.integers(0, len(names), len(names)), minlength=len(names))
        chosen = np.repeat(np.arange(len(true)), np.where(first == second, drawn[first], drawn[first] * drawn[second]))
        differences.append(metric(after[chosen], true[chosen]) - metric(before[chosen], true[chosen]))
    low, high = np.percentile(differences, [2.5, 97.5])
    return Change(metric(before, true), metric(after, true), float(low), float(high), len(true))


def pair_accuracy(lead: Floats, answer: Floats) -> float:
    """Share of preferences in which the draft that is ahead is the one that was preferred, 0-1; without a lead, half. Answers
    without a preference do not count."""
    decided = answer != 0.5
    if not decided.any():
        return 0.5
    right = np.sign(lead[decided]) * np.sign(answer[decided] - 0.5)
    return float(((right + 1) / 2).mean())


def spearman(predicted: Floats, true: Floats) -> float:
    """Spearman's rank correlation, -1 to 1; 0 where either side is constant."""
    a, b = ranks(predicted), ranks(true)
    if not len(a) or a.std() == 0 or b.std() == 0:
        return 0.0
    return float(((a - a.mean()) * (b - b.mean())).mean() / (a.std() * b.std()))


def ranks(values: Floats) -> Floats:
    """From 1; equal values share the mean of their ranks."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place])


def calibration(probability: Floats, answer: Floats) -> list[Bin]:
    """``probability``: that the first draft is preferred. Answers without a preference count as half right."""
    favoured = np.maximum(probability, 1 - probability)
    right = np.where(probability >= 0.5, answer, 1 - answer)
    number = np.digitize(favoured, BINS) - 1
    found = []
    for i, lowest in enumerate(BINS):
        inside = number == i
        if inside.any():
            found.append(Bin(lowest, int(inside.sum()), float(favoured[inside].mean()), float(right[inside].mean())))
    return found


def calibration_error(bins: list[Bin]) -> float:
    """Mean distance of the probability given from the share that was right, 0-1, weighted by count."""
    total = sum(one.number for one in bins)
    return sum(one.number * abs(one.given - one.right) for one in bins) / total if total else 0.0
