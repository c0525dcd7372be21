"""``python -m nlp.evaluation --corpora DIR``: measure the shipped weights, print the tables and update the model cards."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from nlp.coach import Coach
from nlp.evaluation import card, corrections, pipeline, posts, quality, recall, speed
from nlp.evaluation.card import Table
from nlp.evaluation.gates.measure import measure as measure_gates
from nlp.quality.scoring import load_scoring
from nlp.training import sources

NLP = Path(__file__).parents[1]


def _language(corpora: Path) -> list[Table]:
    return [*pipeline.measure(corpora), *posts.measure(), speed.measure()]


def _quality(corpora: Path) -> list[Table]:
    return quality.measure(load_scoring(), corpora)


def _rules(_corpora: Path) -> list[Table]:
    coach = Coach()
    return [*measure_gates(coach), *recall.measure(coach)]


def _correction(_corpora: Path) -> list[Table]:
    return corrections.measure(Coach())


MEASURE_BY_PART: dict[str, Callable[[Path], list[Table]]] = {
    "language": _language,
    "quality": _quality,
    "rules": _rules,
    "quality/correction": _correction,
}
#: The folders below --corpora that each part reads.
REQUIRED = {
    "language": ("ud_english_ewt", "ud_english_gum_open", "broad_twitter_corpus", "wnut17", "uner_english_ewt"),
    "quality": sources.QUALITY,
    "rules": (),
    "quality/correction": (),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0 on success, 2 if corpora are missing or an argument is wrong."""
    parser = argparse.ArgumentParser(prog="python -m nlp.evaluation", description="Measure the shipped weights.")
    parser.add_argument("--corpora", type=Path, default=sources.DEFAULT, help="folder of the training corpora")
    parser.add_argument("--only", choices=MEASURE_BY_PART, help="update only this model card")
    options = parser.parse_args(arguments)
    parts = [options.only] if options.only else [*MEASURE_BY_PART]
    try:
        sources.require(options.corpora, tuple(name for part in parts for name in REQUIRED[part]))
    except sources.CorporaMissingError as error:
        print(error, file=sys.stderr)
        return 2
    for name in parts:
        tables = MEASURE_BY_PART[name](options.corpora)
        print("\n\n".join(table.as_text() for table in tables))
        path = NLP / name / "README.md"
        card.write(path, tables)
        print(f"\nUpdated model card: {path.relative_to(NLP.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
