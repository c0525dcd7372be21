"""``python -m nlp.training --corpora DIR``: rebuild all shipped weights. The result is deterministic."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from nlp.training import sources
from nlp.training.language import steps
from nlp.training.quality import learned


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0 on success, 1 if a step failed, 2 if corpora are missing or an argument is wrong."""
    options = _parser().parse_args(arguments)
    language, quality = (options.only in (None, part) for part in ("language", "quality"))
    try:
        sources.require(options.corpora, (*sources.LANGUAGE * language, *sources.QUALITY * quality))
        if options.step:
            steps.run_step(options.step, options.corpora, options.work)
            return 0
        if language and (failed := steps.run_all(options.corpora, options.work)):
            print(f"Step {failed} failed; see its output above.", file=sys.stderr)
            return 1
        if quality:
            options.out.mkdir(parents=True, exist_ok=True)
            learned.fit_all(options.corpora, options.out)
    except sources.CorporaMissingError as error:
        print(error, file=sys.stderr)
        return 2
    except FileNotFoundError as error:
        print(f"File not found: {error.filename}. nlp/training/SOURCES.md lists the layout.", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m nlp.training", description="Rebuild all shipped weights.")
    parser.add_argument("--corpora", type=Path, default=sources.DEFAULT, help="folder of the training corpora")
    parser.add_argument("--only", choices=("language", "quality"), help="train only this part")
    parser.add_argument("--work", type=Path, default=Path("var/train"), help="folder for intermediate files")
    parser.add_argument("--out", type=Path, default=learned.WEIGHTS, help="output folder for the weights of the quality part")
    parser.add_argument("--step", choices=steps.STEPS, help="run only this step of the language part")
    return parser


if __name__ == "__main__":
    sys.exit(main())
