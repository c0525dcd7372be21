"""Evaluates the comparison of two wordings: accuracy, calibration, and what abstaining gains."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nlp.evaluation.card import Table
from nlp.evaluation.metrics import accuracy, bootstrap, calibration_error
from nlp.quality import pairs
from nlp.quality.scoring import Scoring
from nlp.training.quality import corpora as sets
from nlp.training.quality.corpora import Pairs
from nlp.training.quality.pairs import ON_OPENINGS
from nlp.training.quality.wordings import stack

#: Distances from a probability of one half within which no answer is given.
MARGINS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
BINS = np.linspace(0.5, 1, 6)


class Answers(NamedTuple):
    """Probabilities that the first wording of each pair wins, and whether it did; ``longer`` are those of the baseline that
    prefers the longer wording."""

    name: str
    on: str
    probabilities: list[float]
    wins: list[float]
    longer: list[float]


def measure(scoring: Scoring, corpora: Path) -> list[Table]:
    """Accuracy and calibration error; the calibration curve; coverage and accuracy by margin."""
    answers = [_posts(scoring, corpora), *_openings(corpora)]
    return [_accuracy(answers), _calibration(answers), _coverage(answers)]


def _posts(scoring: Scoring, corpora: Path) -> Answers:
    """By the shipped weights, which were not fitted to these pairs."""
    _, dev = sets.wording(corpora)
    weights = scoring.learned("wording")
    assert weights is not None  # noqa: S101 the packaged version has them all
    probabilities = [
        pairs.probability_a(weights, scoring.wordings.get("wording"), a, b) for a, b in zip(dev.a, dev.b, strict=True)
    ]
    return Answers("posts on X", "dev pairs", probabilities, list(map(float, dev.a_wins)), _longer(dev))


def _openings(corpora: Path) -> list[Answers]:
    """By models fitted on the other folds, since the shipped weights were fitted to all pairs."""
    pairs_of_openings = sets.openings(corpora)
    probabilities = stack(pairs_of_openings, ON_OPENINGS).probabilities
    longer = _longer(pairs_of_openings)
    answers = []
    for min_z in (sets.SURE_Z, 2.58):
        sure = [i for i, squared in enumerate(pairs_of_openings.weights) if squared > min_z * min_z]
        subset = f"pairs with z above {min_z:.2f}, folds by story"
        wins = [float(pairs_of_openings.a_wins[i]) for i in sure]
        answers.append(Answers("openings", subset, [probabilities[i] for i in sure], wins, [longer[i] for i in sure]))
    return answers


def _longer(pairs_of_texts: Pairs) -> list[float]:
    lengths = ((len(a), len(b)) for a, b in zip(pairs_of_texts.a, pairs_of_texts.b, strict=True))
    return [0.5 + 0.25 * ((a > b) - (a < b)) for a, b in lengths]


def _accuracy(all_answers: Sequence[Answers]) -> Table:
    rows = [
        (
            answers.name,
            str(bootstrap(accuracy, answers.probabilities, answers.wins)),
            str(bootstrap(accuracy, answers.longer, answers.wins)),
            str(bootstrap(calibration_error, answers.probabilities, answers.wins)),
            f"{len(answers.wins):,} {answers.on}",
        )
        for answers in all_answers
    ]
    heads = ("pairs", "accuracy (95 % interval)", "the longer one", "calibration error", "on")
    return Table(heads, rows, "Which of two wordings")


def _calibration(all_answers: Sequence[Answers]) -> Table:
    rows = []
    for low, high in pairwise(BINS):
        cells = [f"{low:.0%} to {high:.0%}"]
        for answers in all_answers:
            confidence, correct = _calls(answers)
            inside = (confidence >= low) & ((confidence < high) | (high == 1))
            count = int(inside.sum())
            figures = (
                f"{confidence[inside].mean():.0%} predicted, {correct[inside].mean():.0%} right ({count:,})"
                if count
                else "none"
            )
            cells.append(figures)
        rows.append(cells)
    heads = ("probability given", *(f"{answers.name}, {answers.on}" for answers in all_answers))
    return Table(heads, rows, "Calibration: how many answers with such a probability were right")


def _coverage(all_answers: Sequence[Answers]) -> Table:
    rows = []
    for margin in MARGINS:
        cells = [f"{margin:.2f}"]
        for answers in all_answers:
            confidence, correct = _calls(answers)
            called = confidence >= 0.5 + margin
            cells.append(
                f"{called.mean():.0%} answered, {correct[called].mean():.1%} right" if called.any() else "none answered"
            )
        rows.append(cells)
    heads = ("undecided within", *(f"{answers.name}, {answers.on}" for answers in all_answers))
    return Table(heads, rows, "What abstaining gains")


def _calls(answers: Answers) -> tuple[np.ndarray, np.ndarray]:
    probabilities, wins = np.array(answers.probabilities), np.array(answers.wins)
    return np.maximum(probabilities, 1 - probabilities), (probabilities > 0.5) == (wins > 0.5)
