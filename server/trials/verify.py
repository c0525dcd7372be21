"""Checks the report of a trial, as anybody can: ``python -m server.trials.verify trial-1.json``.

Says whether the plan has its hash, the seed is the one that the plan commits to, and the lottery gives the assignment. Exit
code 1 if anything does not hold, 2 if the file is not a report of a trial that was drawn."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from server.trials.lottery import commitment, draw
from server.trials.plan import Plan, sha256


def checks(document: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """What is checked, and whether it holds. ``KeyError`` or ``ValidationError`` for a document that is no report."""
    plan, seed = Plan.model_validate(document["plan"]), document["seed"]
    assigned = {int(unit): wave for unit, wave in document["assignments"].items()}
    yield "The plan has the SHA-256 that was published when it was locked", sha256(plan.canonical()) == document["sha256"]
    yield "The seed has the SHA-256 that is in the plan", commitment(seed) == plan.seed_sha256
    yield "The seed and the list give the assignment", draw(seed, plan.strata, plan.percents) == assigned


def main(arguments: list[str]) -> int:
    try:
        document = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
        if document["seed"] is None:
            sys.stderr.write("The lottery of this trial was not drawn.\n")
            return 2
        found = list(checks(document))
    except (IndexError, OSError, ValueError, KeyError, TypeError, ValidationError):
        sys.stderr.write("Give the path of a trial's report: python -m server.trials.verify trial-1.json\n")
        return 2
    for what, holds in found:
        sys.stdout.write(f"{'yes' if holds else 'NO '}  {what}\n")
    return 0 if all(holds for _, holds in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
