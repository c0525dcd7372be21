"""How often the comparison of two wordings is right, how well its chances are calibrated, and what abstaining buys."""

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
from nlp.training.quality import corpora as data
from nlp.training.quality.corpora import Pairs
from nlp.training.quality.learned import ON_OPENINGS, unseen

#: A call nearer to even than this is left undecided.
LEVELS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
BINS = np.linspace(0.5, 1, 6)


class Answers(NamedTuple):
    """The chance that the named side wins, and whether it did; ``longer`` is the same from length alone."""

    name: str
    on: str
    chances: list[float]
    wins: list[float]
    longer: list[float]


def measure(scoring: Scoring, corpora: Path) -> list[Table]:
    """Accuracy and calibration error; the calibration curve; coverage and accuracy by level of abstention."""
    both = [_posts(scoring, corpora), *_openings(scoring, corpora)]
    return [_right(both), _curve(both), _coverage(both)]


def _posts(scoring: Scoring, corpora: Path) -> Answers:
    _, dev = data.wording(corpora)
    weights = scoring.learned("wording")
    assert weights is not None  # noqa: S101 the packaged version has them all
    chances = [pairs.probability_a(weights, a, b) for a, b in zip(dev.a, dev.b, strict=True)]
    return Answers("posts on X", "dev pairs", chances, list(map(float, dev.a_wins)), _longer(dev))


def _openings(scoring: Scoring, corpora: Path) -> list[Answers]:
    every = data.openings(corpora)
    weights = scoring.learned("opening")
    assert weights is not None  # noqa: S101 the packaged version has them all
    chances = [sigmoid(weights.temper * score) for score in unseen(every, ON_OPENINGS).tolist()]
    longer = _longer(every)
    found = []
    for least in (data.SURE_Z, 2.58):
        sure = [i for i, squared in enumerate(every.weights) if squared > least * least]
        on = f"pairs with z above {least:.2f}, folds by story"
        wins = [float(every.a_wins[i]) for i in sure]
        found.append(Answers("openings", on, [chances[i] for i in sure], wins, [longer[i] for i in sure]))
    return found


def _longer(some: Pairs) -> list[float]:
    lengths = ((len(a), len(b)) for a, b in zip(some.a, some.b, strict=True))
    return [0.5 + 0.25 * ((a > b) - (a < b)) for a, b in lengths]


def _right(every: Sequence[Answers]) -> Table:
    rows = [
        (
            about.name,
            str(bootstrap(accuracy, about.chances, about.wins)),
            str(bootstrap(accuracy, about.longer, about.wins)),
            str(bootstrap(calibration_error, about.chances, about.wins)),
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
            cells.append(f"{sure[inside].mean():.0%} said, {right[inside].mean():.0%} right ({count:,})" if count else "none")
        rows.append(cells)
    heads = ("chance given", *(f"{about.name}, {about.on}" for about in every))
    return Table(heads, rows, "Calibration: of the answers given with such a chance, how many were right")


def _coverage(every: Sequence[Answers]) -> Table:
    rows = []
    for level in LEVELS:
        cells = [f"{level:.2f}"]
        for about in every:
            sure, right = _calls(about)
            called = sure >= 0.5 + level
            cells.append(f"{called.mean():.0%} answered, {right[called].mean():.1%} right" if called.any() else "none answered")
        rows.append(cells)
    heads = ("undecided within", *(f"{about.name}, {about.on}" for about in every))
    return Table(heads, rows, "What abstaining buys")


def _calls(about: Answers) -> tuple[np.ndarray, np.ndarray]:
    chances, wins = np.array(about.chances), np.array(about.wins)
    return np.maximum(chances, 1 - chances), (chances > 0.5) == (wins > 0.5)
