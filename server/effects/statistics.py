"""Figures about two lists of scores of the same texts: how they are distributed, and how well they agree with readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

Numbers = np.ndarray[Any, np.dtype[Any]]

#: Ranges of ten points: 0-9, ..., 90-100.
BINS = 10
#: Resamples of an interval. The draws are seeded, so the same change has the same interval again.
DRAWS = 500
#: Standard errors on either side of an estimate that cover 95 %.
STANDARD_ERRORS = 1.96


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its 95 % interval."""

    value: float
    low: float
    high: float


def histogram(scores: Numbers) -> tuple[int, ...]:
    """How many scores are in each range of ten points."""
    return tuple(np.bincount(np.minimum(scores // 10, BINS - 1).astype(int), minlength=BINS).tolist())


def spearman(scores: Numbers, marks: Numbers) -> float:
    """Spearman's rank correlation, -1 to 1; 0 where either side is constant."""
    return float(_correlations(_ranks(scores[None, :]), _ranks(marks[None, :]))[0])


def spearman_change(before: Numbers, after: Numbers, marks: Numbers) -> Interval:
    """Spearman's correlation of ``after`` with ``marks`` less that of ``before``, over resamples of the texts."""
    draws = _draws(len(marks))
    of_marks = _ranks(marks[draws])
    changes = _correlations(_ranks(after[draws]), of_marks) - _correlations(_ranks(before[draws]), of_marks)
    low, high = np.percentile(changes, [2.5, 97.5])
    return Interval(spearman(after, marks) - spearman(before, marks), float(low), float(high))


def adjusted_differences(
    scores: Numbers, marks: Numbers, groups: Sequence[str], surfaces: Sequence[str], *, reference: str
) -> dict[str, Interval]:
    """Group to the mean difference of its scores from those of the ``reference`` group at equal marks on the same surface:
    ordinary least squares of scores on marks, surfaces and groups."""
    others = sorted(set(groups) - {reference})
    places = sorted(set(surfaces))[1:]
    columns = [np.ones(len(scores)), marks]
    columns += [np.array([surface == place for surface in surfaces], dtype=float) for place in places]
    columns += [np.array([group == other for group in groups], dtype=float) for other in others]
    design = np.column_stack(columns)
    inverse = np.linalg.pinv(design.T @ design)
    estimates = inverse @ design.T @ scores
    rest = scores - design @ estimates
    variance = float(rest @ rest) / max(1, len(scores) - design.shape[1])
    errors = np.sqrt(np.maximum(0.0, variance * np.diag(inverse)))
    found = {}
    for position, other in enumerate(others, start=len(columns) - len(others)):
        value, half = float(estimates[position]), STANDARD_ERRORS * float(errors[position])
        found[other] = Interval(value, value - half, value + half)
    return found


@cache
def _draws(count: int) -> Numbers:
    return np.random.default_rng(1).integers(0, count, (DRAWS, count))


def _ranks(values: Numbers) -> Numbers:
    """The rank of each value in its row, ties at their mean. Counted by value: marks come in halves, scores in whole points."""
    codes = np.rint(values * 2).astype(np.int64)
    width = int(codes.max()) + 1
    rows = np.arange(len(codes))[:, None]
    counts = np.bincount((codes + rows * width).ravel(), minlength=len(codes) * width).reshape(len(codes), width)
    middles = np.cumsum(counts, axis=1) - (counts - 1) / 2
    return np.take_along_axis(middles, codes, axis=1)


def _correlations(first: Numbers, second: Numbers) -> Numbers:
    """Of each row."""
    first, second = first - first.mean(axis=1, keepdims=True), second - second.mean(axis=1, keepdims=True)
    scale = np.sqrt((first**2).sum(axis=1) * (second**2).sum(axis=1))
    return np.where(scale > 0, (first * second).sum(axis=1) / np.where(scale > 0, scale, 1.0), 0.0)
