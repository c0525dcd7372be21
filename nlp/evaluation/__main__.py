"""``python -m nlp.evaluation --corpora DIR``: measure the shipped weights, print the tables, write the model cards."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from nlp.evaluation import card, pipeline, posts, quality, speed
from nlp.evaluation.card import Table
from nlp.quality.scoring import load_scoring
from nlp.training import sources

NLP = Path(__file__).parents[1]


def _language(corpora: Path) -> list[Table]:
    return [*pipeline.measure(corpora), *posts.measure(), speed.measure()]


def _quality(corpora: Path) -> list[Table]:
    return quality.measure(load_scoring(), corpora)


MEASURED: dict[str, Callable[[Path], list[Table]]] = {"language": _language, "quality": _quality}
#: The folders below --corpora that each part reads.
NEEDED = {
    "language": ("ud_english_ewt", "ud_english_gum_open", "broad_twitter_corpus", "wnut17", "uner_english_ewt"),
    "quality": sources.QUALITY,
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m nlp.evaluation", description="Measure the shipped weights.")
    parser.add_argument("--corpora", type=Path, default=sources.DEFAULT, help="folder of the training corpora")
    parser.add_argument("--only", choices=MEASURED, help="one model card alone")
    options = parser.parse_args(arguments)
    parts = [options.only] if options.only else [*MEASURED]
    try:
        sources.require(options.corpora, tuple(name for part in parts for name in NEEDED[part]))
    except sources.CorporaMissingError as error:
        print(error, file=sys.stderr)
        return 2
    for name in parts:
        tables = MEASURED[name](options.corpora)
        print("\n\n".join(table.as_text() for table in tables))
        path = NLP / name / "README.md"
        card.write(path, tables)
        print(f"\nModel card written: {path.relative_to(NLP.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
