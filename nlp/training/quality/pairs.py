"""Fits the comparison of two wordings by their counted features: which of a pair of texts did better."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, KFold, cross_val_predict

from nlp.quality.features import FIRST, of_post
from nlp.quality.linear import LinearWeights
from nlp.training.quality import corpora as sets
from nlp.training.quality.corpora import SEED, Pairs
from nlp.training.quality.design import DIGITS, MIN_TEXTS, TOLERANCE, Design, Vector, as_weights, design

FOLDS = 5
#: Inverse strengths of regularisation, chosen by folds from a few values each; their results differ by less than a point.
WORDING_C, OPENING_C = 0.03, 0.02
#: Minimum number of headlines in which a feature occurs, for openings.
MIN_HEADLINES = 20


class PairSettings(NamedTuple):
    """How a model of pairs is fitted. ``c`` is the inverse strength of regularisation; for the others see ``design``."""

    c: float
    min_texts: int = MIN_TEXTS
    exclude: str = ""


ON_WORDING = PairSettings(WORDING_C)
#: Without the first word: headlines that open with the same word were often written for one story.
ON_OPENINGS = PairSettings(OPENING_C, MIN_HEADLINES, FIRST)


class _Differences(NamedTuple):
    features: Design
    x: sparse.csr_matrix
    y: np.ndarray[Any, np.dtype[np.int64]]
    weights: Vector
    model: LogisticRegression


def out_of_fold_scores(train: Pairs, settings: PairSettings) -> Vector:
    """The score of each pair by a model that was fitted on the other folds; above 0 for ``a``."""
    return _out_of_fold_scores(_differences(train, settings), train)


def fit_pairs(train: Pairs, settings: PairSettings, about: sets.About) -> LinearWeights:
    """Logistic regression on differences of features, without an intercept, so that the order of a pair does not matter. The
    temperature is fitted on predictions for groups that the model did not see."""
    differences = _differences(train, settings)
    scores = _out_of_fold_scores(differences, train)
    sure = np.array(train.sure)

    def loss(temperature: float) -> float:
        return float(np.logaddexp(0, -temperature * (scores * (2 * differences.y - 1))[sure]).mean())

    temperature = float(minimize_scalar(loss, bounds=(0.1, 10), method="bounded").x)
    differences.model.fit(differences.x, differences.y, sample_weight=differences.weights)
    correct = ((scores > 0) == differences.y)[sure]
    return as_weights(
        differences.features,
        differences.model.coef_[0],
        0.0,
        about,
        rows=len(differences.y),
        link="logistic",
        temper=round(temperature, DIGITS),
        measured={"accuracy": round(float(correct.mean()), 3), "rows": float(sure.sum())},
    )


def _differences(train: Pairs, settings: PairSettings) -> _Differences:
    texts = sorted({*train.a, *train.b})
    row = {text: i for i, text in enumerate(texts)}
    features = design([of_post(text) for text in texts], min_texts=settings.min_texts, exclude=settings.exclude)
    x = features.matrix[[row[text] for text in train.a]] - features.matrix[[row[text] for text in train.b]]
    model = LogisticRegression(C=settings.c, fit_intercept=False, solver="newton-cholesky", tol=TOLERANCE)
    return _Differences(features, x, np.array(train.a_wins, dtype=int), np.array(train.weights), model)


def _out_of_fold_scores(differences: _Differences, train: Pairs) -> Vector:
    return unseen_scores(differences.model, differences.x, train)


def unseen_scores(model: LogisticRegression, x: sparse.csr_matrix, train: Pairs) -> Vector:
    """The score of each pair, a row of ``x``, by ``model`` fitted on the other folds. Pairs of one group are in one fold."""
    grouped = len(set(train.groups)) < len(train.groups)
    splits = (GroupKFold if grouped else KFold)(FOLDS, shuffle=True, random_state=SEED)
    scores: Vector = cross_val_predict(
        model,
        x,
        np.array(train.a_wins, dtype=int),
        groups=train.groups if grouped else None,
        cv=splits,
        params={"sample_weight": np.array(train.weights)},
        method="decision_function",
    )
    return scores
