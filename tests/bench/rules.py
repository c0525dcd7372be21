"""What rules cost over 3,000 characters: our whole catalogue and two styles as published, beside Harper and proselint on the
same texts in the same run, each text new to all of them. ``rules`` alone is on a text that was parsed before."""

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
from nlp.rules import styles
from nlp.rules.vale import Linter
from tests.bench.harper import Harper
from tests.bench.table import Row, row

ROOT = Path(__file__).parents[2]
PUBLISHED = Path(os.environ.get("REPUTE_CONFORMANCE", ROOT.parent / "shared" / "conformance")) / "vale-styles"
STYLES = ("write-good", "Microsoft")
SAMPLES, WARM_UP, SIZE = 40, 8, 3_000


def measure() -> list[Row]:
    CheckRegistry().register_many(__register__)
    catalogue = rules.packaged()
    loaded = tuple(rule for style in STYLES for rule in styles.load(PUBLISHED / style).rules)
    linter = Linter(loaded)
    taken: dict[str, list[float]] = {name: [] for name in ("parse", "ours", "theirs", "harper", "proselint")}
    with Harper() as harper:
        for number in range(WARM_UP + SAMPLES):
            text = text_of(SIZE, number=1_000 * number)
            language.forget()
            clock = [time.perf_counter()]
            reading = language.read(text)
            clock.append(time.perf_counter())
            rules.find(reading, "linkedin-post", catalogue)
            clock.append(time.perf_counter())
            linter.run(text)
            clock.append(time.perf_counter())
            LintFile(source="draft", content=text).lint()
            clock.append(time.perf_counter())
            spans = [(after - before) * 1000 for before, after in pairwise(clock)]
            if number >= WARM_UP:
                for name, value in zip(("parse", "ours", "theirs", "proselint"), spans, strict=True):
                    taken[name].append(value)
                taken["harper"].append(harper.lint(text)[0])
            else:
                harper.lint(text)
    both = [a + b for a, b in zip(taken["ours"], taken["theirs"], strict=True)]
    whole = [a + b for a, b in zip(both, taken["parse"], strict=True)]
    harper_row = row("rules", f"Harper, {SIZE} characters", "ms", taken["harper"])
    proselint_row = row("rules", f"proselint, {SIZE} characters", "ms", taken["proselint"])
    published = f"{' and '.join(STYLES)} ({len(loaded)} rules)"
    return [
        harper_row,
        proselint_row,
        row("rules", "parsing the same", "ms", taken["parse"], against=harper_row),
        row("rules", f"our catalogue ({len(catalogue)} rules)", "ms", taken["ours"], against=harper_row),
        row("rules", published, "ms", taken["theirs"], against=harper_row),
        *(row("rules", "catalogue and styles", "ms", both, against=other) for other in (harper_row, proselint_row)),
        *(row("rules", "the same with parsing", "ms", whole, against=other) for other in (harper_row, proselint_row)),
    ]
