"""Fits what letters and meaning add to the comparison of two wordings; ``make train`` writes
``nlp/quality/weights/wordings.json``."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import NamedTuple

import numpy as np
import sklearn
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from nlp.quality.letters import BUCKETS
from nlp.quality.linear import sigmoid
from nlp.quality.wordings import StudyWeights, WordingWeights, describe
from nlp.training.quality import corpora as sets
from nlp.training.quality.corpora import Pairs
from nlp.training.quality.design import DIGITS, Vector
from nlp.training.quality.pairs import ON_OPENINGS, ON_WORDING, PairSettings, out_of_fold_scores, unseen_scores

#: Inverse strength of regularisation, chosen by folds. Vectors are scaled to a standard deviation of 1, buckets are 0 or 1.
C = 0.003
SOLVER_TOLERANCE = 1e-3
LEVELS = 127
TASK = "Which of two posts on X was passed on more, and which of two headlines was clicked more: letters and meaning"
SOURCE = f"{sets.WORDING.source}; {sets.OPENING.source}; word vectors distilled from all-MiniLM-L6-v2, Wang et al. 2020"
LICENCE = f"{sets.WORDING.licence}; {sets.OPENING.licence}"


class Stack(NamedTuple):
    """The scores of both models for pairs that they were not fitted to, and the factors by which they add up to log-odds."""

    counted: Vector
    added: Vector
    factors: tuple[float, float]

    @property
    def scores(self) -> Vector:
        """The log-odds for ``a``."""
        return self.factors[0] * self.counted + self.factors[1] * self.added

    @property
    def probabilities(self) -> list[float]:
        return [sigmoid(score) for score in self.scores.tolist()]


def stack(train: Pairs, settings: PairSettings) -> Stack:
    """``settings``: of the model of counted features."""
    x, _ = _differences(train)
    return _stack(train, settings, x)


def fit_study(train: Pairs, settings: PairSettings) -> StudyWeights:
    """Fits letters and meaning by themselves and adds their score to that of the counted features, by factors that are fitted
    on folds which neither model has seen."""
    x, std = _differences(train)
    stacked = _stack(train, settings, x)
    model = _model().fit(x, train.a_wins, sample_weight=np.array(train.weights))
    counted, added = stacked.factors
    coefficients = model.coef_[0] * added / counted
    letters, meaning = coefficients[:BUCKETS], coefficients[BUCKETS:] / std
    step = float(np.abs(letters).max()) / LEVELS
    sure, wins = np.array(train.sure), np.array(train.a_wins)
    correct = ((stacked.scores > 0) == wins)[sure]
    return StudyWeights(
        letters=base64.b64encode(np.round(letters / step).astype(np.int8).tobytes()).decode("ascii"),
        step=step,
        meaning=[round(float(weight), DIGITS) for weight in meaning],
        temper=round(counted, DIGITS),
        measured={"accuracy": round(float(correct.mean()), 3), "rows": float(sure.sum())},
    )


def write(corpora: Path, out: Path) -> None:
    """Dev pairs of posts on X are left out, so that they can still be evaluated on."""
    posts, openings = sets.wording(corpora)[0], sets.openings(corpora)
    weights = WordingWeights(
        task=TASK,
        source=SOURCE,
        licence=LICENCE,
        fitted_with=f"scikit-learn {sklearn.__version__}",
        rows=len(posts.a) + len(openings.a),
        studies={"wording": fit_study(posts, ON_WORDING), "opening": fit_study(openings, ON_OPENINGS)},
    )
    (out / "wordings.json").write_text(weights.model_dump_json(indent=1) + "\n", encoding="utf-8")


def _model() -> LogisticRegression:
    return LogisticRegression(C=C, fit_intercept=False, solver="liblinear", tol=SOLVER_TOLERANCE, max_iter=300)


def _stack(train: Pairs, settings: PairSettings, x: sparse.csr_matrix) -> Stack:
    counted, added = out_of_fold_scores(train, settings), unseen_scores(_model(), x, train)
    sure = np.array(train.sure)
    both = LogisticRegression(C=np.inf, fit_intercept=False, solver="newton-cholesky").fit(
        np.column_stack([counted, added])[sure], np.array(train.a_wins)[sure]
    )
    return Stack(counted, added, (float(both.coef_[0][0]), float(both.coef_[0][1])))


def _differences(train: Pairs) -> tuple[sparse.csr_matrix, Vector]:
    """One row per pair: its buckets, then its vectors in standard deviations, which are returned as well."""
    texts = sorted({*train.a, *train.b})
    row = {text: i for i, text in enumerate(texts)}
    described = [describe(text) for text in texts]
    cells = [(i, bucket) for i, one in enumerate(described) for bucket in sorted(one.buckets)]
    rows, columns = zip(*cells, strict=True)
    letters = sparse.csr_matrix((np.ones(len(cells)), (rows, columns)), shape=(len(texts), BUCKETS))
    vectors = np.array([one.vector for one in described])
    std: Vector = np.maximum(vectors.std(axis=0), 1e-6)
    matrix = sparse.hstack([letters, sparse.csr_matrix(vectors / std)]).tocsr()
    return matrix[[row[text] for text in train.a]] - matrix[[row[text] for text in train.b]], std
