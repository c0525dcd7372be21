"""How often the comparison of two wordings is right, how well its probabilities are calibrated, and what abstaining gains."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nlp.evaluation.card import Table
from nlp.evaluation.metrics import accuracy, bootstrap, calibration_error
from nlp.quality import pairs
from nlp.quality.linear import sigmoid
from nlp.quality.scoring import Scoring
from nlp.training.quality import corpora as sets
from nlp.training.quality.corpora import Pairs
from nlp.training.quality.learned import ON_OPENINGS, out_of_fold_scores

#: Distances from an even probability within which no answer is given.
MARGINS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
BINS = np.linspace(0.5, 1, 6)


class Answers(NamedTuple):
    """Probabilities that the first wording of each pair wins, and whether it did. ``longer``: the same by length alone."""

    name: str
    on: str
    probabilities: list[float]
    wins: list[float]
    longer: list[float]


def measure(scoring: Scoring, corpora: Path) -> list[Table]:
    """Accuracy and calibration error; the calibration curve; coverage and accuracy by margin."""
    both = [_posts(scoring, corpora), *_openings(scoring, corpora)]
    return [_right(both), _curve(both), _coverage(both)]


def _posts(scoring: Scoring, corpora: Path) -> Answers:
    _, dev = sets.wording(corpora)
    weights = scoring.learned("wording")
    assert weights is not None  # noqa: S101 the packaged version has them all
    probabilities = [pairs.probability_a(weights, a, b) for a, b in zip(dev.a, dev.b, strict=True)]
    return Answers("posts on X", "dev pairs", probabilities, list(map(float, dev.a_wins)), _longer(dev))


def _openings(scoring: Scoring, corpora: Path) -> list[Answers]:
    pairs_of_openings = sets.openings(corpora)
    weights = scoring.learned("opening")
    assert weights is not None  # noqa: S101 the packaged version has them all
    probabilities = [sigmoid(weights.temper * score) for score in out_of_fold_scores(pairs_of_openings, ON_OPENINGS).tolist()]
    longer = _longer(pairs_of_openings)
    answers = []
    for least in (sets.SURE_Z, 2.58):
        sure = [i for i, squared in enumerate(pairs_of_openings.weights) if squared > least * least]
        on = f"pairs with z above {least:.2f}, folds by story"
        wins = [float(pairs_of_openings.a_wins[i]) for i in sure]
        answers.append(Answers("openings", on, [probabilities[i] for i in sure], wins, [longer[i] for i in sure]))
    return answers


def _longer(pairs_of_texts: Pairs) -> list[float]:
    lengths = ((len(a), len(b)) for a, b in zip(pairs_of_texts.a, pairs_of_texts.b, strict=True))
    return [0.5 + 0.25 * ((a > b) - (a < b)) for a, b in lengths]


def _right(every: Sequence[Answers]) -> Table:
    rows = [
        (
            about.name,
            str(bootstrap(accuracy, about.probabilities, about.wins)),
            str(bootstrap(accuracy, about.longer, about.wins)),
            str(bootstrap(calibration_error, about.probabilities, about.wins)),
            f"{len(about.wins):,} {about.on}",
        )
        for about in every
    ]
    heads = ("pairs", "accuracy (95 % interval)", "the longer one", "calibration error", "on")
    return Table(heads, rows, "Which of two wordings")


def _curve(every: Sequence[Answers]) -> Table:
    rows = []
    for low, high in pairwise(BINS):
        cells = [f"{low:.0%} to {high:.0%}"]
        for about in every:
            sure, right = _calls(about)
            inside = (sure >= low) & ((sure < high) | (high == 1))
            count = int(inside.sum())
            figures = f"{sure[inside].mean():.0%} predicted, {right[inside].mean():.0%} right ({count:,})" if count else "none"
            cells.append(figures)
        rows.append(cells)
    heads = ("probability given", *(f"{about.name}, {about.on}" for about in every))
    return Table(heads, rows, "Calibration: how many answers with such a probability were right")


def _coverage(every: Sequence[Answers]) -> Table:
    rows = []
    for margin in MARGINS:
        cells = [f"{margin:.2f}"]
        for about in every:
            sure, right = _calls(about)
            called = sure >= 0.5 + margin
            cells.append(f"{called.mean():.0%} answered, {right[called].mean():.1%} right" if called.any() else "none answered")
        rows.append(cells)
    heads = ("undecided within", *(f"{about.name}, {about.on}" for about in every))
    return Table(heads, rows, "What abstaining gains")


def _calls(about: Answers) -> tuple[np.ndarray, np.ndarray]:
    probabilities, wins = np.array(about.probabilities), np.array(about.wins)
    return np.maximum(probabilities, 1 - probabilities), (probabilities > 0.5) == (wins > 0.5)
