"""Fits the learned measures of quality: sparse linear models over the features of a text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import sklearn
from scipy import sparse
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GroupKFold, KFold, cross_val_predict

from nlp.quality.features import FIRST, WORD, of_post, of_prose
from nlp.quality.linear import LinearWeights, write
from nlp.training.language.syntax import LEFT_OUT
from nlp.training.language.syntax import TRAIN as TREEBANKS
from nlp.training.language.treebanks import read_trees, written
from nlp.training.quality import corpora as data
from nlp.training.quality import rubric
from nlp.training.quality.corpora import SEED, Graded, Pairs

WEIGHTS = Path(__file__).parents[2] / "quality" / "weights"
FOLDS = 5
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
FEWEST_USES = 12
#: A feature has to stand in so many texts.
FEWEST_TEXTS = 8
#: Numbers are brought to this spread, words stay 0 or 1: so a rare word is held back more than a number that always speaks.
SPREAD = 0.15
#: So near that the digits which are kept are the same each time.
TOLERANCE = 1e-10
#: Enough digits that no prediction moves by a thousandth.
DIGITS = 5
#: Chosen on the dev parts and folds, among a few values each that differ by less than a point.
BAIT_PENALTY, STYLE_PENALTY = 10.0, 30.0
WORDING_STRENGTH, OPENING_STRENGTH, POLITE_STRENGTH = 0.03, 0.02, 0.1
#: Openings: a word has to stand in so many headlines.
FEWEST_HEADLINES = 20

Rows = Sequence[Mapping[str, float]]
Vector = np.ndarray[Any, np.dtype[np.float64]]


class Design(NamedTuple):
    """``matrix``: one row a text, one column a name, each value times its ``scale``."""

    names: list[str]
    scale: Vector
    matrix: sparse.csr_matrix

    def weights(self, coefficients: Vector) -> dict[str, float]:
        """For the values as they are read off a text; what rounds to nothing is left out."""
        rounded = zip(self.names, np.round(coefficients * self.scale, DIGITS), strict=True)
        return {name: float(weight) for name, weight in rounded if weight}


def design(rows: Rows, *, fewest: int = FEWEST_TEXTS, without: str = "") -> Design:
    """Features that stand in at least ``fewest`` of the rows, those beginning with ``without`` left out."""
    seen = Counter(name for row in rows for name in row)
    names = sorted(name for name, count in seen.items() if count >= fewest and not (without and name.startswith(without)))
    place = {name: i for i, name in enumerate(names)}
    cells = [(i, place[name], value) for i, row in enumerate(rows) for name, value in row.items() if name in place]
    down, across, values = zip(*cells, strict=True)
    raw = sparse.csr_matrix((values, (down, across)), shape=(len(rows), len(names)))
    squares = np.asarray(raw.multiply(raw).mean(axis=0)).ravel() - np.square(np.asarray(raw.mean(axis=0)).ravel())
    spread = np.sqrt(np.maximum(squares, 1e-12))
    scale = np.array([1.0 if name.startswith((WORD, FIRST)) else SPREAD / spread[i] for i, name in enumerate(names)])
    return Design(names, scale, sparse.csr_matrix(raw @ sparse.diags(scale)))


def fit_bait(train: Graded) -> LinearWeights:
    """Ridge regression of the raters' mean mark."""
    made = design([of_post(text) for text in train.texts])
    model = Ridge(alpha=BAIT_PENALTY, tol=TOLERANCE).fit(made.matrix, train.grades)
    return _weights(made, model.coef_, float(model.intercept_), data.BAIT, rows=len(train.texts), link="share")


def fit_graded(train: Graded, about: data.About) -> LinearWeights:
    """Ridge regression of a grade that sentences were given."""
    made = design([of_prose(text) for text in train.texts])
    model = Ridge(alpha=STYLE_PENALTY, tol=TOLERANCE).fit(made.matrix, train.grades)
    return _weights(made, model.coef_, float(model.intercept_), about, rows=len(train.texts), link="number")


def fit_told_apart(train: Graded, about: data.About) -> LinearWeights:
    """Logistic regression of which of two kinds a text is; grades are 0 and 1."""
    made = design([of_prose(text) for text in train.texts])
    model = LogisticRegression(C=POLITE_STRENGTH, solver="newton-cholesky", tol=TOLERANCE).fit(made.matrix, train.grades)
    return _weights(made, model.coef_[0], float(model.intercept_[0]), about, rows=len(train.texts), link="logistic")


class PairsPlan(NamedTuple):
    """How a model of pairs is fitted: see ``design`` for the last two."""

    strength: float
    fewest: int = FEWEST_TEXTS
    without: str = ""


ON_WORDING = PairsPlan(WORDING_STRENGTH)
#: The first word is left out: headlines that open with the same word were often written for one story.
ON_OPENINGS = PairsPlan(OPENING_STRENGTH, FEWEST_HEADLINES, FIRST)


class _Differences(NamedTuple):
    made: Design
    x: sparse.csr_matrix
    y: np.ndarray[Any, np.dtype[np.int64]]
    weights: Vector
    model: LogisticRegression


def unseen(train: Pairs, plan: PairsPlan) -> Vector:
    """For each pair what a model says that was fitted on the other folds: above 0 for ``a``."""
    return _unseen(_differences(train, plan), train)


def fit_pairs(train: Pairs, plan: PairsPlan, about: data.About) -> LinearWeights:
    """Logistic regression on differences without an intercept, so that order carries nothing; its temper is fitted on
    predictions for groups it did not see."""
    found = _differences(train, plan)
    scores = _unseen(found, train)
    sure = np.array(train.sure)

    def loss(temper: float) -> float:
        return float(np.logaddexp(0, -temper * (scores * (2 * found.y - 1))[sure]).mean())

    temper = float(minimize_scalar(loss, bounds=(0.1, 10), method="bounded").x)
    found.model.fit(found.x, found.y, sample_weight=found.weights)
    right = ((scores > 0) == found.y)[sure]
    return _weights(
        found.made,
        found.model.coef_[0],
        0.0,
        about,
        rows=len(found.y),
        link="logistic",
        temper=round(temper, DIGITS),
        measured={"accuracy": round(float(right.mean()), 3), "rows": float(sure.sum())},
    )


def _differences(train: Pairs, plan: PairsPlan) -> _Differences:
    texts = sorted({*train.a, *train.b})
    place = {text: i for i, text in enumerate(texts)}
    made = design([of_post(text) for text in texts], fewest=plan.fewest, without=plan.without)
    x = made.matrix[[place[text] for text in train.a]] - made.matrix[[place[text] for text in train.b]]
    model = LogisticRegression(C=plan.strength, fit_intercept=False, solver="newton-cholesky", tol=TOLERANCE)
    return _Differences(made, x, np.array(train.a_wins, dtype=int), np.array(train.weights), model)


def _unseen(found: _Differences, train: Pairs) -> Vector:
    several = len(set(train.groups)) < len(train.groups)
    splits = (GroupKFold if several else KFold)(FOLDS, shuffle=True, random_state=SEED)
    scores: Vector = cross_val_predict(
        found.model,
        found.x,
        found.y,
        groups=train.groups if several else None,
        cv=splits,
        params={"sample_weight": found.weights},
        method="decision_function",
    )
    return scores


def common_words(corpora: Path) -> list[str]:
    """What ``vocabulary.txt`` holds: words of twelve uses and more in the treebanks that the pipeline learned from, names left
    out."""
    uses: Counter[str] = Counter()
    as_names: Counter[str] = Counter()
    for name in TREEBANKS:
        for tree in read_trees(corpora / name):
            if tree.genre not in LEFT_OUT:
                uses.update(word.lower().replace("’", "'") for word in _LETTERS.findall(written(tree)))
                as_names.update(word.lower() for word, kind in zip(tree.words, tree.pos, strict=True) if kind == "PROPN")
    often = (word for word, count in uses.items() if count >= FEWEST_USES and 2 * as_names[word] < count)
    return sorted(word for word in often if len(word) > 1 or word in ("a", "i"))


def _weights(
    made: Design, coefficients: Vector, intercept: float, about: data.About, *, rows: int, link: Any, **more: Any
) -> LinearWeights:
    return LinearWeights(
        task=about.task,
        source=about.source,
        licence=about.licence,
        fitted_with=f"scikit-learn {sklearn.__version__}",
        seed=SEED,
        rows=rows,
        link=link,
        intercept=round(intercept, DIGITS),
        weights=made.weights(coefficients),
        **more,
    )


#: How every learned model is fitted, by its name.
FITS: Mapping[str, Callable[[Path], LinearWeights]] = {
    "bait": lambda corpora: fit_bait(data.bait(corpora)[0]),
    "wording": lambda corpora: fit_pairs(data.wording(corpora)[0], ON_WORDING, data.WORDING),
    "opening": lambda corpora: fit_pairs(data.openings(corpora), ON_OPENINGS, data.OPENING),
    "formality": lambda corpora: fit_graded(data.formality(corpora)[0], data.FORMALITY),
    "level": lambda corpora: fit_graded(data.level(corpora)[0], data.LEVEL),
    "politeness": lambda corpora: fit_told_apart(data.politeness(corpora)[0], data.POLITENESS),
    "warmth": lambda corpora: fit_told_apart(data.warmth(corpora)[0], data.WARMTH),
}


def fit_all(corpora: Path, out: Path) -> None:
    """Fits every learned measure and then the rubric, and writes one JSON file each into ``out``."""
    for name, fit in FITS.items():
        write(out / f"{name}.json", fit(corpora))
    rubric.write(out / "rubric.json")
