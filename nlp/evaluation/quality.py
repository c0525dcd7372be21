"""How good the learned weights of the score are, beside the simplest thing that could have done it."""

from __future__ import annotations

from pathlib import Path

from nlp.coach import Coach
from nlp.evaluation import fairness
from nlp.evaluation.card import Table
from nlp.evaluation.metrics import accuracy, auc, bootstrap, calibration_error, spearman
from nlp.quality import bait, pairs
from nlp.quality.scoring import Scoring
from nlp.quality.train import read_bait, read_wording


def measure(scoring: Scoring, corpora: Path) -> Table:
    """What was measured, the figure with its 95 % interval, and on what."""
    _, posts = read_bait(corpora)
    marks = [bait.probability(text, scoring.learned("bait")) for text in posts.texts]
    shortness = [-float(len(text)) for text in posts.texts]
    is_bait = [float(grade > 0.5) for grade in posts.grades]
    on_posts = f"{len(posts.texts):,} held-out posts"

    _, dev = read_wording(corpora)
    weights = scoring.learned("wording")
    chances = [pairs.probability_a(weights, a, b) for a, b in zip(dev.a, dev.b, strict=True)]
    longer = [0.5 + 0.25 * ((len(a) > len(b)) - (len(a) < len(b))) for a, b in zip(dev.a, dev.b, strict=True)]
    wins = [float(win) for win in dev.a_wins]
    on_pairs = f"{len(wins):,} held-out pairs"

    swaps = fairness.name_swaps(Coach(scoring))
    on_swaps = f"{swaps.pairs} pairs of texts"
    rows = [
        ("bait: Spearman with the mean mark", str(bootstrap(spearman, marks, posts.grades)), on_posts),
        ("bait: Spearman of shortness alone", str(bootstrap(spearman, shortness, posts.grades)), on_posts),
        ("bait: AUC, mark above 0.5", str(bootstrap(auc, marks, is_bait)), on_posts),
        ("bait: AUC of shortness alone", str(bootstrap(auc, shortness, is_bait)), on_posts),
        ("wording: accuracy", str(bootstrap(accuracy, chances, wins)), on_pairs),
        ("wording: accuracy of the longer", str(bootstrap(accuracy, longer, wins)), on_pairs),
        ("wording: calibration error", str(bootstrap(calibration_error, chances, wins)), on_pairs),
        ("names swapped: mean difference of groups, points", f"{swaps.mean:.2f} (limit {fairness.MEAN_LIMIT:.0f})", on_swaps),
        ("names swapped: largest single, points", f"{swaps.worst} (limit {fairness.SINGLE_LIMIT})", on_swaps),
    ]
    return Table(("measured", "figure (95 % interval)", "on"), rows)
