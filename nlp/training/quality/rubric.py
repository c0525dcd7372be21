"""Fits the rubric of drafts to the labelled set: how much each measure counts within its dimension, and each dimension within
the score. ``make train`` writes the result to ``nlp/quality/weights/rubric.json``.

Weights are non-negative, so the direction of a measure's curve cannot be reversed. A ridge penalty, whose strength is chosen by
cross-validation, pulls them towards the weights set by hand, which apply where two hundred drafts say little. Band limits are
chosen for the best agreement with the judges' bands, and the interval is widened until it covers four marks in five.
Points of rules are not fitted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import lsq_linear, minimize
from sklearn.metrics import cohen_kappa_score
from sklearn.model_selection import KFold

from nlp.coach import Coach
from nlp.model import BANDS, DRAFT_DIMENSIONS, Draft
from nlp.quality.rubric import BASE_HALF_WIDTH, BASELINE
from nlp.quality.scoring import FORMAT, Scoring, load_scoring, packaged
from nlp.training import labels
from nlp.training.labels import WHOLE, LabelledDraft
from nlp.training.quality.corpora import SEED

LABELS = Path(labels.__file__).parent
FOLDS = 5
STRENGTHS = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
#: The sum, before rounding, of the shares of a dimension's measures, and of the weights of the dimensions.
TOTAL = 100
#: Every dimension counts, because reps see all of them.
MIN_WEIGHT = 0.04
#: Points between two band limits.
MIN_BAND_WIDTH = 10
#: Share of drafts whose mark the interval is to cover.
INTERVAL_COVERAGE = 0.8
#: Bounds of its half-width, in percent of ``BASE_HALF_WIDTH``.
MIN_INTERVAL_SCALE, MAX_INTERVAL_SCALE = 50, 500
#: With a higher gain, one emoji would move a score by a band or more.
MIN_GAIN, MAX_GAIN = 0.5, 2.5
#: Drafts that a band needs for its precision to be stated.
MIN_DRAFTS_IN_BAND = 5

Vector = np.ndarray[Any, np.dtype[np.float64]]


class MeasuredDraft(NamedTuple):
    """A labelled draft as the coach measured it. ``measures`` maps dimension to measure to goodness, 0-1, for measures that
    count; ``cost`` is the sum of the points of its findings (<= 0), ``costs`` the same by dimension."""

    labelled: LabelledDraft
    measures: Mapping[str, Mapping[str, float]]
    cost: float
    costs: Mapping[str, float]


def measure(coach: Coach, drafts: Sequence[LabelledDraft]) -> list[MeasuredDraft]:
    """Measures the ``drafts``; those without a score are left out."""
    measured = []
    for draft in drafts:
        assessment = coach.assess(Draft(draft.surface, draft.text))
        if assessment.score is None:
            continue
        measures: dict[str, dict[str, float]] = {dimension: {} for dimension in DRAFT_DIMENSIONS}
        for m in assessment.measures:
            if m.goodness is not None:
                measures[m.dimension][m.name] = m.goodness
        costs = dict.fromkeys(DRAFT_DIMENSIONS, 0.0)
        for contribution in assessment.contributions:
            if contribution.kind == "finding":
                costs[contribution.dimension] += contribution.tenths / 10
        measured.append(MeasuredDraft(draft, measures, sum(costs.values()), costs))
    return measured


class Parameters(NamedTuple):
    """What is fitted. ``shares``: dimension to measure to share, adding up to 1 per dimension. ``means``: measure to mean
    goodness. ``weights``: dimension to weight, adding up to 1. ``gain``: factor on distances from the baseline."""

    shares: Mapping[str, Mapping[str, float]]
    means: Mapping[str, float]
    weights: Mapping[str, float]
    gain: float

    def dimensions(self, draft: MeasuredDraft) -> Vector:
        """Each dimension of a draft as a distance from the baseline, in points, without findings."""
        return 100 * np.array([self._mean(draft, dimension) for dimension in DRAFT_DIMENSIONS])

    def _mean(self, draft: MeasuredDraft, dimension: str) -> float:
        goodness = draft.measures[dimension]
        return sum(s * (goodness[m] - self.means[m]) for m, s in self.shares[dimension].items() if m in goodness)


def initial(scoring: Scoring, drafts: Sequence[MeasuredDraft]) -> Parameters:
    """The rubric as set by hand, with the drafts' own means."""
    rubric = scoring.rubric("linkedin-post")
    shares: dict[str, dict[str, float]] = {}
    means: dict[str, float] = {}
    for dimension in DRAFT_DIMENSIONS:
        names = sorted({name for draft in drafts for name in draft.measures[dimension]})
        by_hand = {name: float(rubric.shares.get(name, 1)) for name in names}
        shares[dimension] = {name: share / sum(by_hand.values()) for name, share in by_hand.items()}
        goodness = {
            name: [draft.measures[dimension][name] for draft in drafts if name in draft.measures[dimension]] for name in names
        }
        means.update({name: float(np.mean(values)) for name, values in goodness.items()})
    weights = scoring.weights
    total = sum(weights[d] for d in DRAFT_DIMENSIONS)
    return Parameters(shares, means, {d: weights[d] / total for d in DRAFT_DIMENSIONS}, rubric.gain / 100)


def fit(scoring: Scoring, drafts: Sequence[MeasuredDraft], start: Parameters, *, strength: float) -> Parameters:
    """Fits the shares of each dimension to its marks, then weights and gain to the marks of the whole. ``strength`` is that of
    the ridge penalty, relative to the variance of what is fitted."""
    shares = {d: _shares(d, drafts, start, strength) for d in DRAFT_DIMENSIONS}
    return _weights(scoring, drafts, start._replace(shares=shares), strength)


def predict(scoring: Scoring, parameters: Parameters, drafts: Sequence[MeasuredDraft]) -> Vector:
    """Scores, not rounded, by the formula of ``nlp/quality/rubric.py``."""
    emphasis = _emphasis(scoring, drafts)
    weighted = emphasis * np.array([parameters.weights[d] for d in DRAFT_DIMENSIONS])
    x = np.array([parameters.dimensions(draft) for draft in drafts])
    means = (weighted * x).sum(axis=1) / weighted.sum(axis=1)
    return np.asarray(np.clip(BASELINE + parameters.gain * means + np.array([draft.cost for draft in drafts]), 0, 100))


def _shares(dimension: str, drafts: Sequence[MeasuredDraft], by_hand: Parameters, strength: float) -> dict[str, float]:
    """Non-negative least squares of the marks, 1-5 scaled to 0-100, on the measures and the points of the findings, pulled
    towards the proportions of ``by_hand`` at the scale that fits best."""
    start = by_hand.shares[dimension]
    names = list(start)
    marked = [(draft, mark) for draft in drafts if (mark := draft.labelled.mark(dimension)) is not None]
    rows = [draft for draft, _ in marked]
    marks = np.array([25 * (mark - 1) for _, mark in marked])
    # A measure without a value is set to its mean, as in the score.
    x = np.array(
        [[100 * (draft.measures[dimension].get(m, by_hand.means[m]) - by_hand.means[m]) for m in names] for draft in rows]
    )
    costs = np.array([draft.costs[dimension] for draft in rows])
    x, y = x - x.mean(axis=0), marks - marks.mean()
    costs = (costs - costs.mean())[:, None]
    proportions = np.array([start[name] for name in names])
    size = lsq_linear(np.hstack([(x @ proportions)[:, None], costs]), y, bounds=(0, np.inf)).x[0] or 1.0
    # One ridge for all measures, scaled by their spread, so that a measure which hardly varies cannot take any weight.
    ridge = np.sqrt(strength * len(rows)) * np.sqrt((x**2).mean() or 1.0)
    penalty = np.hstack([ridge * np.eye(len(names)), np.zeros((len(names), 1))])
    left = np.vstack([np.hstack([x, costs]), penalty])
    right = np.concatenate([y, ridge * size * proportions])
    solution = lsq_linear(left, right, bounds=(0, np.inf)).x[: len(names)]
    total = solution.sum()
    return {name: float(value / total) for name, value in zip(names, solution, strict=True)} if total > 0 else dict(start)


def _weights(scoring: Scoring, drafts: Sequence[MeasuredDraft], parameters: Parameters, strength: float) -> Parameters:
    y = _wholes(drafts)
    start = np.array([parameters.weights[d] for d in DRAFT_DIMENSIONS])
    x = np.array([parameters.dimensions(draft) for draft in drafts])
    emphasis = _emphasis(scoring, drafts)
    cost = np.array([draft.cost for draft in drafts])

    def loss(values: Vector) -> float:
        weights, gain = values[:-1], values[-1]
        weighted = emphasis * weights
        scores = BASELINE + gain * (weighted * x).sum(axis=1) / weighted.sum(axis=1) + cost
        ridge = strength * float((((weights - start) / start.mean()) ** 2).mean())
        return float(((scores - y) ** 2).mean()) / float(y.var()) + ridge

    solution = minimize(
        loss,
        np.append(start, parameters.gain),
        method="SLSQP",
        bounds=[(MIN_WEIGHT, 1)] * len(start) + [(MIN_GAIN, MAX_GAIN)],
        constraints={"type": "eq", "fun": lambda values: values[:-1].sum() - 1},
    ).x
    weights = dict(zip(DRAFT_DIMENSIONS, (float(w) for w in solution[:-1]), strict=True))
    return parameters._replace(weights=weights, gain=float(solution[-1]))


def _wholes(drafts: Sequence[MeasuredDraft]) -> Vector:
    return np.array([draft.labelled.mark(WHOLE) for draft in drafts], dtype=float)


def _emphasis(scoring: Scoring, drafts: Sequence[MeasuredDraft]) -> Vector:
    weights = scoring.weights
    rubrics = [scoring.rubric(draft.labelled.surface).weights for draft in drafts]
    return np.array([[rubric[d] / weights[d] if weights[d] else 0.0 for d in DRAFT_DIMENSIONS] for rubric in rubrics])


def choose_strength(scoring: Scoring, drafts: Sequence[MeasuredDraft], start: Parameters) -> float:
    """The greatest strength whose squared error on unseen folds is within one standard error of the least (Breiman et al.
    1984, Classification and Regression Trees, section 3.4.3)."""
    folds = [*KFold(FOLDS, shuffle=True, random_state=SEED).split(np.arange(len(drafts)))]

    def errors(strength: float) -> Vector:
        squared_errors = []
        for train, held_out in folds:
            parameters = fit(scoring, [drafts[i] for i in train], start, strength=strength)
            test = [drafts[i] for i in held_out]
            squared_errors.append((predict(scoring, parameters, test) - _wholes(test)) ** 2)
        return np.concatenate(squared_errors)

    by_strength = {strength: errors(strength) for strength in STRENGTHS}
    best = min(by_strength.values(), key=np.mean)
    limit = best.mean() + best.std(ddof=1) / np.sqrt(len(best))
    return max(strength for strength, squared in by_strength.items() if squared.mean() <= limit)


def fitted_rubric() -> dict[str, Any]:
    """What ``weights/rubric.json`` holds: the rubric of ``labels/by_hand.json``, fitted to the drafts that are not held out."""
    document = {"format": FORMAT, "learned": packaged()}
    by_hand_rubric = json.loads((LABELS / "by_hand.json").read_text(encoding="utf-8"))
    scoring = load_scoring({**document, "rubric": by_hand_rubric})
    drafts = measure(Coach(scoring), [draft for draft in labels.drafts() if not draft.is_held_out])
    start = initial(scoring, drafts)
    parameters = fit(scoring, drafts, start, strength=choose_strength(scoring, drafts, start))
    weights = {d: round(TOTAL * weight) for d, weight in parameters.weights.items()}
    shares = {m: round(TOTAL * share) for d in DRAFT_DIMENSIONS for m, share in parameters.shares[d].items()}
    rubric: dict[str, Any] = {
        **by_hand_rubric,
        "weights": {**by_hand_rubric["weights"], **weights},
        "shares": {**by_hand_rubric["shares"], **shares},
        "middles": {name: round(100 * mean) for name, mean in parameters.means.items()},
        "drafts": {
            "bands": by_hand_rubric["bands"],
            "spread": round(100 * parameters.gain),
            "doubt": 100,
            "agreed": dict.fromkeys(BANDS, 0),
        },
    }
    # Bands and interval do not change a score, so one set of scores serves both.
    marked, points, wholes = by_hand_rubric["bands"], _scores(document, rubric, drafts), _wholes(drafts)
    limits = fit_bands(marked, points, wholes)
    precision = band_precision(marked, limits, points, wholes)
    rubric["drafts"] |= {"bands": limits, "doubt": interval_scale(points, wholes), "agreed": precision}
    return rubric


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


def _scores(document: Mapping[str, Any], rubric: Mapping[str, Any], drafts: Sequence[MeasuredDraft]) -> Vector:
    coach = Coach(load_scoring({**document, "rubric": rubric}))
    return np.array([coach.assess(Draft(draft.labelled.surface, draft.labelled.text)).score or 0 for draft in drafts])


def write(path: Path) -> None:
    """Writes the fitted rubric to ``path``."""
    path.write_text(json.dumps(fitted_rubric(), indent=2) + "\n", encoding="utf-8")
