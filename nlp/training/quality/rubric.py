"""Fits the rubric of drafts to the labelled sets: the marks of the dimensions (``marks.py``), and how much each dimension
counts for the whole. ``make train`` writes the results to ``nlp/quality/weights/rubric.json`` and ``marks.json``.

Band limits are chosen for the best agreement with the judges' bands, and the interval is widened until it covers four marks in
five, both on scores of drafts that the fit had not seen. Points of rules are not fitted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import lsq_linear
from sklearn.metrics import cohen_kappa_score

from nlp.coach import Coach
from nlp.model import BANDS, DRAFT_DIMENSIONS, DRAFT_SURFACES, Surface
from nlp.quality.marks.weights import GROUPS, MarkWeights
from nlp.quality.rubric import BASE_HALF_WIDTH, BASELINE
from nlp.quality.scoring import FORMAT, load_scoring, packaged
from nlp.training import labels
from nlp.training.labels import hash_of
from nlp.training.quality import marks
from nlp.training.quality.marks import Fitted, Row

LABELS = Path(labels.__file__).parent
FOLDS = 5
#: The surface whose weights are listed; those of the others are given as a percentage of them.
MAIN: Surface = "linkedin-post"
#: The sum, before rounding, of the weights of the dimensions, and the least of each: reps see all of them.
TOTAL, MIN_WEIGHT = 100, 6
MAX_EMPHASIS = 300
#: Strength of the pull of the weights towards equal ones, relative to the number of drafts.
STRENGTH = 100.0
#: Points between two band limits.
MIN_BAND_WIDTH = 10
#: Share of drafts whose mark the interval is to cover.
INTERVAL_COVERAGE = 0.8
#: Bounds of its half-width, in percent of ``BASE_HALF_WIDTH``.
MIN_INTERVAL_SCALE, MAX_INTERVAL_SCALE = 50, 500
#: Drafts that a band needs for its precision to be stated.
MIN_DRAFTS_IN_BAND = 5

Vector = np.ndarray[Any, np.dtype[np.float64]]


class Weights(NamedTuple):
    """``weights``: dimension to weight, ``emphasis``: surface to dimension to percent of it, ``gains``: surface to percent; as
    in the rubric."""

    weights: dict[str, int]
    emphasis: dict[Surface, dict[str, int]]
    gains: dict[Surface, int]

    def worth(self, surface: Surface) -> Vector:
        """What a point of each dimension is worth in the score."""
        own = np.array([self.weights[d] * self.emphasis.get(surface, {}).get(d, 100) for d in DRAFT_DIMENSIONS], dtype=float)
        return np.asarray(self.gains[surface] / 100 * own / own.sum())


def fit_weights(found: Sequence[Row]) -> Weights:
    """Regresses the marks of the whole on those of the dimensions, for each group of surfaces."""
    by_group = {group: _worth([row for row in found if GROUPS[row.surface] == group]) for group in set(GROUPS.values())}
    main = by_group[GROUPS[MAIN]]
    weights = {d: max(MIN_WEIGHT, round(TOTAL * share)) for d, share in zip(DRAFT_DIMENSIONS, main / main.sum(), strict=True)}
    emphasis: dict[Surface, dict[str, int]] = {}
    gains: dict[Surface, int] = {}
    for surface in DRAFT_SURFACES:
        worth = by_group[GROUPS[surface]]
        gains[surface] = round(100 * float(worth.sum()))
        if GROUPS[surface] != GROUPS[MAIN]:
            shares = zip(DRAFT_DIMENSIONS, worth / worth.sum(), strict=True)
            emphasis[surface] = {d: min(MAX_EMPHASIS, round(100 * TOTAL * share / weights[d])) for d, share in shares}
    return Weights(weights, emphasis, gains)


def _worth(found: Sequence[Row]) -> Vector:
    """Non-negative least squares, pulled towards equal weights. A mark that does not apply is set to its mean."""
    means = {d: np.mean([row.marks[d] for row in found if d in row.marks]) for d in DRAFT_DIMENSIONS}
    x = np.array([[row.marks.get(d, means[d]) - means[d] for d in DRAFT_DIMENSIONS] for row in found])
    y = np.array([row.whole for row in found])
    weight = np.array([row.weight for row in found])
    root = np.sqrt(weight)
    count = len(DRAFT_DIMENSIONS)
    pull = np.sqrt(STRENGTH * len(found))
    left = np.vstack([x * root[:, None], pull * np.eye(count)])
    right = np.concatenate([(y - np.average(y, weights=weight)) * root, np.full(count, pull / count)])
    return np.asarray(lsq_linear(left, right, bounds=(0, np.inf)).x)


class Model(NamedTuple):
    weights: Weights
    fitted: Fitted
    baselines: dict[Surface, int]

    def scores(self, found: Sequence[Row]) -> Vector:
        """Scores, not rounded, by the formula of ``nlp/quality/rubric.py``."""
        return np.asarray(np.clip(self._sums(found) + np.array([self.baselines[row.surface] / 10 for row in found]), 0, 100))

    def _sums(self, found: Sequence[Row]) -> Vector:
        predicted = marks.marks(self.fitted, found)
        lines = zip(found, predicted, strict=True)
        return np.array(
            [self.weights.worth(row.surface) @ (line - self._average(row.surface)) + row.cost for row, line in lines]
        )

    def _average(self, surface: Surface) -> Vector:
        return np.array([self.fitted.intercepts[surface][d] for d in DRAFT_DIMENSIONS])


def fit(found: Sequence[Row], logs: dict[str, float]) -> Model:
    weights = fit_weights(found)
    fitted = marks.fit([_without_costs(row, weights) for row in found], marks.vocabulary(found, logs))
    model = Model(weights, fitted, dict.fromkeys(DRAFT_SURFACES, 0))
    rest = np.array([row.whole for row in found]) - model._sums(found)  # noqa: SLF001
    baselines: dict[Surface, int] = {}
    for surface in DRAFT_SURFACES:
        own = [i for i, row in enumerate(found) if row.surface == surface]
        baselines[surface] = round(10 * float(np.average(rest[own], weights=[found[i].weight for i in own])))
    return model._replace(baselines=baselines)


def _without_costs(row: Row, weights: Weights) -> Row:
    """The row with the marks that it would have without what its findings cost, which the score takes off again."""
    worth = dict(zip(DRAFT_DIMENSIONS, weights.worth(row.surface), strict=True))
    return row._replace(marks={d: mark - row.costs.get(d, 0.0) / float(worth[d]) for d, mark in row.marks.items()})


def unseen_scores(found: Sequence[Row], logs: dict[str, float]) -> Vector:
    """The score of each draft by a model that was fitted on the other folds; a conversation is in one fold."""
    folds = np.array([hash_of(f"fold {row.group}") % FOLDS for row in found])
    scores = np.zeros(len(found))
    for fold in range(FOLDS):
        inside = [i for i in range(len(found)) if folds[i] == fold]
        model = fit([found[i] for i in range(len(found)) if folds[i] != fold], logs)
        scores[inside] = model.scores([found[i] for i in inside])
    return scores


class Result(NamedTuple):
    rubric: dict[str, Any]
    weights: MarkWeights


def fitted_rubric() -> Result:
    """What ``weights/rubric.json`` and ``weights/marks.json`` hold: the rubric of ``labels/by_hand.json``, fitted to the drafts
    that are not held out."""
    by_hand = json.loads((LABELS / "by_hand.json").read_text(encoding="utf-8"))
    # Without marks: only the measures and the findings of this version are used.
    coach = Coach(load_scoring({"format": FORMAT, "learned": packaged(), "rubric": by_hand}))
    drafts = [draft for draft in labels.drafts() if not draft.is_held_out]
    logs = marks.tag_logs(drafts)
    found = marks.rows(coach, drafts, tag_logs=logs)
    model = fit(found, logs)
    scores = np.floor(unseen_scores(found, logs) + 0.5)
    # Model answers are left out: their bands are not those of the feed.
    like_feed = [i for i, row in enumerate(found) if row.weight == 1]
    points, wholes = scores[like_feed], np.array([found[i].whole for i in like_feed])
    limits = fit_bands(by_hand["bands"], points, wholes)
    rubric: dict[str, Any] = {
        **by_hand,
        "weights": {**by_hand["weights"], **model.weights.weights},
        "emphasis": {**by_hand["emphasis"], **model.weights.emphasis},
        "drafts": {
            "bands": limits,
            "spread": 100,
            "doubt": interval_scale(points, wholes),
            "agreed": band_precision(by_hand["bands"], limits, points, wholes),
        },
    }
    return Result(rubric, marks.as_weights(model.fitted, model.baselines, model.weights.gains, len(found)))


def fit_bands(marked: Mapping[str, int], points: Vector, wholes: Vector) -> dict[str, int]:
    """The limits at which the bands of the scores agree best with those of the judges, whose limits are ``marked``; none is
    narrower than ``MIN_BAND_WIDTH``."""
    true = _marked_bands(marked, wholes)

    def agreement(limits: Iterable[int]) -> float:
        return float(cohen_kappa_score(np.digitize(points, list(limits)), true, weights="quadratic"))

    steps = range(BASELINE - 20, BASELINE + 40)
    wide = [(a, b, c) for a, b, c in combinations(steps, 3) if b - a >= MIN_BAND_WIDTH and c - b >= MIN_BAND_WIDTH]
    return dict(zip(marked, max(wide, key=agreement), strict=True))


def band_precision(marked: Mapping[str, int], limits: Mapping[str, int], points: Vector, wholes: Vector) -> dict[str, int]:
    """For each band, the percentage of drafts with a score in it that the judges put there too; 0 for too few drafts."""
    predicted, true = np.digitize(points, sorted(limits.values())), _marked_bands(marked, wholes)
    return {
        band: round(100 * float(np.mean(true[predicted == number] == number)))
        if (predicted == number).sum() >= MIN_DRAFTS_IN_BAND
        else 0
        for number, band in enumerate(BANDS)
    }


def _marked_bands(marked: Mapping[str, int], wholes: Vector) -> Vector:
    """The numbers of the judges' bands."""
    return np.asarray(np.digitize(np.floor(wholes + 0.5), sorted(marked.values())))


def interval_scale(points: Vector, wholes: Vector) -> int:
    """The percentage of ``BASE_HALF_WIDTH`` at which the interval around a score covers ``INTERVAL_COVERAGE`` of the judges'
    marks."""

    def coverage(percent: int) -> float:
        half = percent / 100 * BASE_HALF_WIDTH
        return float(np.mean((np.floor(points - half) <= wholes) & (wholes <= np.ceil(points + half))))

    scales = range(MIN_INTERVAL_SCALE, MAX_INTERVAL_SCALE)
    return next((percent for percent in scales if coverage(percent) >= INTERVAL_COVERAGE), MAX_INTERVAL_SCALE)


def write(out: Path) -> None:
    """Writes the fitted rubric and marks to the folder ``out``."""
    result = fitted_rubric()
    (out / "rubric.json").write_text(json.dumps(result.rubric, indent=2) + "\n", encoding="utf-8")
    marks.write(result.weights, out / "marks.json")
