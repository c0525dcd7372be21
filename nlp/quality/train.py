"""Fits the shipped weights anew: ``python -m nlp.quality.train --corpora DIR``. The same corpora give the same files."""

from __future__ import annotations

import argparse
import gzip
import html
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

import numpy as np
import sklearn
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import KFold, cross_val_predict

from nlp.quality.features import FEATURES, features
from nlp.quality.linear import LinearWeights

WEIGHTS = Path(__file__).parent / "weights"
SEED = 20261124
DEV_SHARE = 0.2
#: Chosen on the dev parts; between 100 and 3,000, and 0.0003 and 0.003, the results differ by less than a point.
BAIT_PENALTY = 1000.0
WORDING_STRENGTH = 0.001
#: Enough digits that no prediction moves by a thousandth.
DIGITS = 6


class Graded(NamedTuple):
    """Texts with a grade each, 0-1."""

    texts: list[str]
    grades: list[float]


class Pairs(NamedTuple):
    """``a`` did better than ``b`` where ``a_wins``."""

    a: list[str]
    b: list[str]
    a_wins: list[bool]


def open_text(path: Path) -> IO[str]:
    """A corpus file, plain or gzipped."""
    if not path.exists():
        path = path.with_name(path.name + ".gz")
    opener = gzip.open if path.suffix == ".gz" else open
    return cast("IO[str]", opener(path, "rt", encoding="utf-8", newline=""))


def read_bait(corpora: Path) -> tuple[Graded, Graded]:
    """Train and dev posts with the mean mark of five raters. A repeated text is one post with its mean mark, so none
    stands on both sides."""
    marks: dict[str, list[float]] = {}
    with open_text(corpora / "webis_clickbait17" / "train.jsonl") as lines:
        for line in lines:
            row = json.loads(line)
            text = row["post_text"] if isinstance(row["post_text"], str) else " ".join(row["post_text"])
            marks.setdefault(html.unescape(text).strip(), []).append(float(row["truth_mean"]))
    texts = sorted(text for text in marks if text)
    random.Random(SEED).shuffle(texts)  # noqa: S311 a split, not a secret
    cut = round(len(texts) * DEV_SHARE)

    def graded(some: list[str]) -> Graded:
        return Graded(some, [sum(marks[text]) / len(marks[text]) for text in some])

    return graded(texts[cut:]), graded(texts[:cut])


def read_wording(corpora: Path) -> tuple[Pairs, Pairs]:
    """Train and dev pairs of posts."""
    folder = corpora / "tweet_wording_pairs"
    return _read_pairs(folder / "retweet_train.json"), _read_pairs(folder / "retweet_val.json")


def matrix(texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """One row a text, one column a feature."""
    rows = (features(text) for text in texts)
    return np.array([[row[name] for name in FEATURES] for row in rows])


def fit_bait(train: Graded) -> LinearWeights:
    """Ridge regression on standardised features."""
    x = matrix(train.texts)
    scale = _scale(x)
    centre = x.mean(axis=0)
    model = Ridge(alpha=BAIT_PENALTY).fit((x - centre) / scale, train.grades)
    return LinearWeights(
        task="Mean mark for click-bait of a post's text, 0-1",
        source="Webis Clickbait Corpus 2017, Potthast et al. 2018",
        licence="CC BY 4.0 believed, not confirmed",
        fitted_with=f"scikit-learn {sklearn.__version__}",
        seed=SEED,
        rows=len(train.texts),
        link="share",
        intercept=round(float(model.intercept_), DIGITS),
        weights=_named(model.coef_ / scale),
        centres=_named(centre),
    )


def fit_wording(train: Pairs, dev: Pairs) -> LinearWeights:
    """Logistic regression on differences without an intercept, so that order carries nothing; its temper is fitted on
    predictions for folds it did not see. ``measured`` is taken on ``dev``."""
    x = matrix(train.a) - matrix(train.b)
    y = np.array(train.a_wins, dtype=int)
    scale = _scale(x)
    model = LogisticRegression(C=WORDING_STRENGTH, fit_intercept=False, max_iter=1000)
    folds = KFold(5, shuffle=True, random_state=SEED)
    unseen = cross_val_predict(model, x / scale, y, cv=folds, method="decision_function")

    def loss(temper: float) -> float:
        return float(np.logaddexp(0, -temper * unseen * (2 * y - 1)).mean())

    temper = float(minimize_scalar(loss, bounds=(0.1, 10), method="bounded").x)
    model.fit(x / scale, y)
    coefficients = model.coef_[0] / scale
    right = ((matrix(dev.a) - matrix(dev.b)) @ coefficients > 0) == np.array(dev.a_wins)
    return LinearWeights(
        task="Which of two posts on X by one author with one link was passed on more",
        source="Tan, Lee and Pang 2014, in HypoGeniC, Zhou et al. 2024",
        licence="small linear weights only; no text of the set is included",
        fitted_with=f"scikit-learn {sklearn.__version__}",
        seed=SEED,
        rows=len(y),
        link="logistic",
        intercept=0.0,
        temper=round(temper, DIGITS),
        weights=_named(coefficients),
        centres=dict.fromkeys(FEATURES, 0.0),
        measured={"accuracy": round(float(right.mean()), 3), "rows": float(len(right))},
    )


def write(name: str, weights: LinearWeights, *, folder: Path = WEIGHTS) -> None:
    text = json.dumps(weights.model_dump(mode="json"), indent=1, ensure_ascii=False, allow_nan=False)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m nlp.quality.train", description="Fit the shipped weights anew.")
    parser.add_argument("--corpora", type=Path, required=True, help="folder of the training corpora")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="folder for the weights")
    options = parser.parse_args(arguments)
    try:
        bait_train, _ = read_bait(options.corpora)
        wording_train, wording_dev = read_wording(options.corpora)
    except OSError as error:
        print(f"--corpora: {error.filename} cannot be read", file=sys.stderr)  # noqa: T201 a command line
        return 2
    write("bait", fit_bait(bait_train), folder=options.out)
    write("wording", fit_wording(wording_train, wording_dev), folder=options.out)
    return 0


def _read_pairs(path: Path) -> Pairs:
    with open_text(path) as file:
        data = json.load(file)
    a = [html.unescape(text) for text in data["first_tweet"]]
    b = [html.unescape(text) for text in data["second_tweet"]]
    return Pairs(a, b, [label == "first" for label in data["label"]])


def _scale(x: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    scale: np.ndarray[Any, np.dtype[np.float64]] = x.std(axis=0)
    scale[scale == 0] = 1
    return scale


def _named(numbers: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, float]:
    return {name: round(float(number), DIGITS) for name, number in zip(FEATURES, numbers, strict=True)}


if __name__ == "__main__":
    sys.exit(main())
