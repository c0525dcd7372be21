"""``python -m nlp.evaluation --corpora DIR``: measure the shipped weights, print the tables, write the model cards."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from nlp.evaluation import card, pipeline, posts, quality, speed
from nlp.evaluation.card import Table
from nlp.quality.scoring import load_scoring

ROOM = Path(__file__).parents[1]


def _language(corpora: Path) -> list[Table]:
    return [*pipeline.measure(corpora), *posts.measure(), speed.measure()]


def _quality(corpora: Path) -> list[Table]:
    return quality.measure(load_scoring(), corpora)


MEASURED: dict[str, Callable[[Path], list[Table]]] = {"language": _language, "quality": _quality}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m nlp.evaluation", description="Measure the shipped weights.")
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"), help="folder of the training corpora")
    parser.add_argument("--only", choices=MEASURED, help="one card alone")
    options = parser.parse_args(arguments)
    for name in [options.only] if options.only else MEASURED:
        try:
            tables = MEASURED[name](options.corpora)
        except OSError as error:
            print(f"--corpora: {error.filename} cannot be read", file=sys.stderr)
            return 2
        print("\n\n".join(table.for_a_screen() for table in tables))
        path = ROOM / name / "README.md"
        card.write(path, tables)
        print(f"\ncard written: {path.relative_to(ROOM.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
