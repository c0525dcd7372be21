"""The cost of rules on 3,000 characters: our whole catalogue and two published styles, compared with Harper and proselint.

All check the same texts in the same run, and each text is new to each of them. Rules are timed on parsed text; parsing has its
own row."""

from __future__ import annotations

import os
import time
from itertools import pairwise
from pathlib import Path

from proselint.checks import __register__
from proselint.registry import CheckRegistry
from proselint.tools import LintFile

from nlp import language, rules
from nlp.evaluation.speed import text_of
from nlp.rules.vale import Linter, styles
from tests.bench import harper as harper_process
from tests.bench.harper import Harper
from tests.bench.table import MissingPrerequisiteError, Row, row

ROOT = Path(__file__).parents[2]
PUBLISHED = Path(os.environ.get("REPUTE_CONFORMANCE", ROOT.parent / "shared" / "conformance")) / "vale-styles"
STYLES = ("write-good", "Microsoft")
SAMPLES, WARM_UP, SIZE = 40, 8, 3_000


def require() -> None:
    """Raises MissingPrerequisiteError unless Harper and the published styles are installed."""
    harper_process.require()
    if missing := [style for style in STYLES if not (PUBLISHED / style).is_dir()]:
        raise MissingPrerequisiteError(
            f"Vale style {missing[0]} not found in {PUBLISHED}: set REPUTE_CONFORMANCE to the folder that contains vale-styles/"
        )


def measure() -> list[Row]:
    CheckRegistry().register_many(__register__)
    catalogue = rules.packaged()
    loaded = tuple(rule for style in STYLES for rule in styles.load(PUBLISHED / style).rules)
    linter = Linter(loaded)
    timings: dict[str, list[float]] = {name: [] for name in ("parse", "catalogue", "styles", "harper", "proselint")}
    with Harper() as harper:
        for number in range(WARM_UP + SAMPLES):
            text = text_of(SIZE, number=1_000 * number)
            language.clear_cache()
            ticks = [time.perf_counter()]
            reading = language.read(text)
            ticks.append(time.perf_counter())
            rules.find(reading, "linkedin-post", catalogue)
            ticks.append(time.perf_counter())
            linter.run(text)
            ticks.append(time.perf_counter())
            LintFile(source="draft", content=text).lint()
            ticks.append(time.perf_counter())
            elapsed = [(after - before) * 1000 for before, after in pairwise(ticks)]
            if number >= WARM_UP:
                for name, value in zip(("parse", "catalogue", "styles", "proselint"), elapsed, strict=True):
                    timings[name].append(value)
                timings["harper"].append(harper.lint(text)[0])
            else:
                harper.lint(text)
    rules_total = [a + b for a, b in zip(timings["catalogue"], timings["styles"], strict=True)]
    with_parsing = [a + b for a, b in zip(rules_total, timings["parse"], strict=True)]
    harper_row = row("rules", f"Harper, {SIZE} characters", "ms", timings["harper"])
    proselint_row = row("rules", f"proselint, {SIZE} characters", "ms", timings["proselint"])
    styles_label = f"{' and '.join(STYLES)} ({len(loaded)} rules)"
    return [
        harper_row,
        proselint_row,
        row("rules", f"parsing, {SIZE} characters", "ms", timings["parse"], against=harper_row),
        row("rules", f"our catalogue ({len(catalogue)} rules)", "ms", timings["catalogue"], against=harper_row),
        row("rules", styles_label, "ms", timings["styles"], against=harper_row),
        *(
            row("rules", "catalogue and styles", "ms", rules_total, against=reference)
            for reference in (harper_row, proselint_row)
        ),
        *(
            row("rules", "catalogue and styles, with parsing", "ms", with_parsing, against=reference)
            for reference in (harper_row, proselint_row)
        ),
    ]
