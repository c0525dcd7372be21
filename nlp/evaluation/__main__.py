"""``python -m nlp.evaluation --corpora DIR``: measure the shipped weights, print the table, write the model card."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from nlp.coach import Coach
from nlp.evaluation import fairness
from nlp.evaluation.metrics import accuracy, auc, bootstrap, calibration_error, spearman
from nlp.quality import bait, pairs
from nlp.quality.features import FEATURES
from nlp.quality.scoring import Scoring, load_scoring
from nlp.quality.train import read_bait, read_wording

CARD = Path(__file__).parents[1] / "quality" / "README.md"
START, END = "<!-- measured: begin -->", "<!-- measured: end -->"

Row = tuple[str, str, str]


def measure(scoring: Scoring, corpora: Path) -> list[Row]:
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
    return [
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


def card(text: str, rows: Sequence[Row]) -> str:
    """``text`` with the part between the marks replaced by the table."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    table = "\n".join(
        ["| measured | figure (95 % interval) | on |", "| --- | --- | --- |", *(f"| {' | '.join(r)} |" for r in rows)]
    )
    return f"{before}{START}\n{table}\n{END}{after}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m nlp.evaluation", description="Measure the shipped weights.")
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"), help="folder of the training corpora")
    options = parser.parse_args(arguments)
    try:
        rows = measure(load_scoring(), options.corpora)
    except OSError as error:
        print(f"--corpora: {error.filename} cannot be read", file=sys.stderr)
        return 2
    for name, figure, on in rows:
        print(f"{name:50} {figure:28} {on}")
    CARD.write_text(card(CARD.read_text(encoding="utf-8"), rows), encoding="utf-8")
    print(f"{len(FEATURES)} features; card written: {CARD.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
