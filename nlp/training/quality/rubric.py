"""Fits the rubric of drafts to the labelled set: which measures count how much within a dimension, and which dimensions
within the score. ``make train`` writes what it finds into ``weights/rubric.json``.

Every weight is held at or above zero, so no direction that a measure's curve states can turn round, and near the weights
that were set by hand, by a ridge whose strength is chosen on folds: where two hundred drafts say little, the hand's judgement
stands. Band limits are where the judges' own bands are met best, and the interval is widened until it holds four marks in
five. Points of rules are not fitted.
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
from nlp.training import labels as judged
from nlp.training.labels import WHOLE, Judged
from nlp.training.quality.corpora import SEED

LABELS = Path(__file__).parents[1] / "labels"
FOLDS = 5
STRENGTHS = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
#: Shares of a dimension's measures, and weights of the dimensions, add up to about this.
WHOLE_SHARE = 100
#: Every dimension counts for something: a rep reads all of them.
LEAST_WEIGHT = 0.04
NARROWEST_BAND = 10
#: The interval is to hold the marks of so many drafts.
HELD_SHARE = 0.8
#: Its half-width is looked for between these percents of ``BASE_HALF_WIDTH``.
NARROWEST, WIDEST = 50, 500
#: With more, one emoji would move a score by bands.
MOST_SPREAD = 2.5

Vector = np.ndarray[Any, np.dtype[np.float64]]


class Read(NamedTuple):
    """A judged draft as the coach read it: ``measures`` name to goodness, 0-1, by dimension, those that were taken;
    ``cost`` the points of its findings (<= 0), ``costs`` the same by dimension."""

    draft: Judged
    measures: Mapping[str, Mapping[str, float]]
    cost: float
    costs: Mapping[str, float]


def read(coach: Coach, drafts: Sequence[Judged]) -> list[Read]:
    """Those of ``drafts`` that get a score."""
    found = []
    for draft in drafts:
        seen = coach.assess(Draft(draft.surface, draft.text))
        if seen.score is None:
            continue
        measures: dict[str, dict[str, float]] = {dimension: {} for dimension in DRAFT_DIMENSIONS}
        for m in seen.measures:
            if m.goodness is not None:
                measures[m.dimension][m.name] = m.goodness
        costs = dict.fromkeys(DRAFT_DIMENSIONS, 0.0)
        for part in seen.contributions:
            if part.kind == "finding":
                costs[part.dimension] += part.tenths / 10
        found.append(Read(draft, measures, sum(costs.values()), costs))
    return found


class Parts(NamedTuple):
    """What is fitted. ``shares``: dimension to measure to its share, adding up to 1. ``middles``: measure to its mean goodness.
    ``weights``: dimension to its weight, adding up to 1. ``spread``: how far distances from the baseline are stretched."""

    shares: Mapping[str, Mapping[str, float]]
    middles: Mapping[str, float]
    weights: Mapping[str, float]
    spread: float

    def dimensions(self, one: Read) -> Vector:
        """Each dimension of a draft as distance from the baseline, in points, findings left out."""
        return 100 * np.array([self._mean(one, dimension) for dimension in DRAFT_DIMENSIONS])

    def _mean(self, one: Read, dimension: str) -> float:
        taken = one.measures[dimension]
        return sum(s * (taken[m] - self.middles[m]) for m, s in self.shares[dimension].items() if m in taken)


def by_hand(scoring: Scoring, reads: Sequence[Read]) -> Parts:
    """The rubric as it was set by hand, its middles where the drafts have them."""
    rubric = scoring.rubric("linkedin-post")
    shares: dict[str, dict[str, float]] = {}
    middles: dict[str, float] = {}
    for dimension in DRAFT_DIMENSIONS:
        names = sorted({name for one in reads for name in one.measures[dimension]})
        found = {name: float(rubric.shares.get(name, 1)) for name in names}
        shares[dimension] = {name: share / sum(found.values()) for name, share in found.items()}
        taken = {name: [one.measures[dimension][name] for one in reads if name in one.measures[dimension]] for name in names}
        middles.update({name: float(np.mean(values)) for name, values in taken.items()})
    weights = scoring.weights
    total = sum(weights[d] for d in DRAFT_DIMENSIONS)
    return Parts(shares, middles, {d: weights[d] / total for d in DRAFT_DIMENSIONS}, rubric.gain / 100)


def fit(scoring: Scoring, reads: Sequence[Read], start: Parts, *, strength: float) -> Parts:
    """Shares first, each dimension's to its own marks; then weights and spread to the marks of the whole. ``strength`` is
    that of the ridge, in units of the error's own scale."""
    shares = {d: _shares(d, reads, start, strength) for d in DRAFT_DIMENSIONS}
    return _weights(scoring, reads, start._replace(shares=shares), strength)


def predicted(scoring: Scoring, parts: Parts, reads: Sequence[Read]) -> Vector:
    """Scores, not rounded: the sum of ``rubric.py``."""
    emphasis = _emphasis(scoring, reads)
    weighed = emphasis * np.array([parts.weights[d] for d in DRAFT_DIMENSIONS])
    x = np.array([parts.dimensions(one) for one in reads])
    means = (weighed * x).sum(axis=1) / weighed.sum(axis=1)
    return np.asarray(np.clip(BASELINE + parts.spread * means + np.array([one.cost for one in reads]), 0, 100))


def _shares(dimension: str, reads: Sequence[Read], hand: Parts, strength: float) -> dict[str, float]:
    """Least squares of the marks, 1-5 as 0-100, on the measures and the points of the findings, none below zero and near
    ``hand``: its measures in the proportions they had, its size the one that fits best."""
    start = hand.shares[dimension]
    names = list(start)
    marked = [(one, mark) for one in reads if (mark := one.draft.mark(dimension)) is not None]
    rows = [one for one, _ in marked]
    marks = np.array([25 * (mark - 1) for _, mark in marked])
    # What was not taken stands in the middle, as it does in the score.
    x = np.array([[100 * (one.measures[dimension].get(m, hand.middles[m]) - hand.middles[m]) for m in names] for one in rows])
    costs = np.array([one.costs[dimension] for one in rows])
    x, y = x - x.mean(axis=0), marks - marks.mean()
    costs = (costs - costs.mean())[:, None]
    by_hand = np.array([start[name] for name in names])
    size = lsq_linear(np.hstack([(x @ by_hand)[:, None], costs]), y, bounds=(0, np.inf)).x[0] or 1.0
    # A measure's own spread scales its ridge, so that one which hardly moves is not set free.
    ridge = np.sqrt(strength * len(rows)) * np.sqrt((x**2).mean() or 1.0)
    pull = np.hstack([ridge * np.eye(len(names)), np.zeros((len(names), 1))])
    left = np.vstack([np.hstack([x, costs]), pull])
    right = np.concatenate([y, ridge * size * by_hand])
    found = lsq_linear(left, right, bounds=(0, np.inf)).x[: len(names)]
    total = found.sum()
    return {name: float(value / total) for name, value in zip(names, found, strict=True)} if total > 0 else dict(start)


def _weights(scoring: Scoring, reads: Sequence[Read], parts: Parts, strength: float) -> Parts:
    y = _wholes(reads)
    start = np.array([parts.weights[d] for d in DRAFT_DIMENSIONS])
    x = np.array([parts.dimensions(one) for one in reads])
    emphasis = _emphasis(scoring, reads)
    cost = np.array([one.cost for one in reads])

    def loss(values: Vector) -> float:
        weights, spread = values[:-1], values[-1]
        weighed = emphasis * weights
        said = BASELINE + spread * (weighed * x).sum(axis=1) / weighed.sum(axis=1) + cost
        ridge = strength * float((((weights - start) / start.mean()) ** 2).mean())
        return float(((said - y) ** 2).mean()) / float(y.var()) + ridge

    found = minimize(
        loss,
        np.append(start, parts.spread),
        method="SLSQP",
        bounds=[(LEAST_WEIGHT, 1)] * len(start) + [(0.5, MOST_SPREAD)],
        constraints={"type": "eq", "fun": lambda values: values[:-1].sum() - 1},
    ).x
    weights = dict(zip(DRAFT_DIMENSIONS, (float(w) for w in found[:-1]), strict=True))
    return parts._replace(weights=weights, spread=float(found[-1]))


def _wholes(reads: Sequence[Read]) -> Vector:
    return np.array([one.draft.mark(WHOLE) for one in reads], dtype=float)


def _emphasis(scoring: Scoring, reads: Sequence[Read]) -> Vector:
    weights = scoring.weights
    rubrics = [scoring.rubric(one.draft.surface).weights for one in reads]
    return np.array([[rubric[d] / weights[d] if weights[d] else 0.0 for d in DRAFT_DIMENSIONS] for rubric in rubrics])


def chosen(scoring: Scoring, reads: Sequence[Read], start: Parts) -> float:
    """The greatest strength whose squared error on unseen folds is within one standard error of the least (Breiman et al.
    1984, Classification and Regression Trees, section 3.4.3)."""
    folds = [*KFold(FOLDS, shuffle=True, random_state=SEED).split(np.arange(len(reads)))]

    def errors(strength: float) -> Vector:
        missed = []
        for seen, unseen in folds:
            parts = fit(scoring, [reads[i] for i in seen], start, strength=strength)
            some = [reads[i] for i in unseen]
            missed.append(
                (predicted(scoring, parts, some) - np.array([one.draft.mark(WHOLE) for one in some], dtype=float)) ** 2
            )
        return np.concatenate(missed)

    found = {strength: errors(strength) for strength in STRENGTHS}
    least = min(found.values(), key=np.mean)
    limit = least.mean() + least.std(ddof=1) / np.sqrt(len(least))
    return max(strength for strength, missed in found.items() if missed.mean() <= limit)


def fitted_rubric() -> dict[str, Any]:
    """The rubric of ``labels/by_hand.json`` with what the drafts that are not held out say, as ``weights/rubric.json`` holds
    it."""
    document = {"format": FORMAT, "learned": packaged()}
    by_hand_rubric = json.loads((LABELS / "by_hand.json").read_text(encoding="utf-8"))
    scoring = load_scoring({**document, "rubric": by_hand_rubric})
    reads = read(Coach(scoring), [draft for draft in judged.drafts() if not draft.held])
    start = by_hand(scoring, reads)
    parts = fit(scoring, reads, start, strength=chosen(scoring, reads, start))
    drafted = {d: round(WHOLE_SHARE * weight) for d, weight in parts.weights.items()}
    shares = {m: round(WHOLE_SHARE * share) for d in DRAFT_DIMENSIONS for m, share in parts.shares[d].items()}
    found: dict[str, Any] = {
        **by_hand_rubric,
        "weights": {**by_hand_rubric["weights"], **drafted},
        "shares": {**by_hand_rubric["shares"], **shares},
        "middles": {name: round(100 * middle) for name, middle in parts.middles.items()},
        "drafts": {
            "bands": by_hand_rubric["bands"],
            "spread": round(100 * parts.spread),
            "doubt": 100,
            "agreed": dict.fromkeys(BANDS, 0),
        },
    }
    # Bands and interval do not change a score, so that they can be found from the same ones.
    marked, points, wholes = by_hand_rubric["bands"], _scores(document, found, reads), _wholes(reads)
    limits = bands(marked, points, wholes)
    found["drafts"] |= {"bands": limits, "doubt": doubt(points, wholes), "agreed": agreed(marked, limits, points, wholes)}
    return found


def bands(marked: Mapping[str, int], points: Vector, wholes: Vector) -> dict[str, int]:
    """The limits under which the bands of the scores agree best with those of the judges, whose limits are ``marked``; none
    narrower than ``NARROWEST_BAND``."""
    true = _marked_bands(marked, wholes)

    def agreement(limits: Iterable[int]) -> float:
        return float(cohen_kappa_score(np.digitize(points, list(limits)), true, weights="quadratic"))

    steps = range(BASELINE - 20, BASELINE + 40)
    wide = [(a, b, c) for a, b, c in combinations(steps, 3) if b - a >= NARROWEST_BAND and c - b >= NARROWEST_BAND]
    return dict(zip(marked, max(wide, key=agreement), strict=True))


def agreed(marked: Mapping[str, int], limits: Mapping[str, int], points: Vector, wholes: Vector) -> dict[str, int]:
    """For each band, of 100 drafts with such a score, how many the judges put into it; under five such drafts, 0."""
    said, true = np.digitize(points, sorted(limits.values())), _marked_bands(marked, wholes)
    return {
        band: round(100 * float(np.mean(true[said == number] == number))) if (said == number).sum() >= 5 else 0
        for number, band in enumerate(BANDS)
    }


def _marked_bands(marked: Mapping[str, int], wholes: Vector) -> Vector:
    """The judges' bands, numbered."""
    return np.asarray(np.digitize(np.floor(wholes + 0.5), sorted(marked.values())))


def doubt(points: Vector, wholes: Vector) -> int:
    """At how many percent of ``BASE_HALF_WIDTH`` the interval around a score holds ``HELD_SHARE`` of the judges' marks."""

    def held(percent: int) -> float:
        half = percent / 100 * BASE_HALF_WIDTH
        return float(np.mean((np.floor(points - half) <= wholes) & (wholes <= np.ceil(points + half))))

    return next((percent for percent in range(NARROWEST, WIDEST) if held(percent) >= HELD_SHARE), WIDEST)


def _scores(document: Mapping[str, Any], rubric: Mapping[str, Any], reads: Sequence[Read]) -> Vector:
    coach = Coach(load_scoring({**document, "rubric": rubric}))
    return np.array([coach.assess(Draft(one.draft.surface, one.draft.text)).score or 0 for one in reads])


def write(path: Path) -> None:
    """Writes the fitted rubric to ``path``."""
    path.write_text(json.dumps(fitted_rubric(), indent=2) + "\n", encoding="utf-8")
