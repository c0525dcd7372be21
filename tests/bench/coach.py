"""The cost of one assessment, for drafts of 280, 1,000 and 3,000 characters.

Measured with empty caches beside the bare pipeline, and after a one-word edit beside Harper on the same texts. The calls for
one size take turns, so that other load on the machine affects all of them alike. Then what a process pays once (time and
memory to load the pipeline) and the throughput over many drafts, in words per second."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from nlp import Coach, Draft, language
from nlp.evaluation import speed
from nlp.evaluation.speed import text_of
from tests.bench import harper as harper_process
from tests.bench.harper import Harper
from tests.bench.table import Row, row

SAMPLES, WARM_UP = 40, 8
SIZES = (280, 1_000, 3_000)

require = harper_process.require


def edited(text: str, number: int) -> str:
    """``text`` with one more word in the middle, a different one for each ``number``."""
    middle = text.index(" ", len(text) // 2)
    return f"{text[:middle]} word{'abcdefghij'[number % 10]}{'klmnopqrst'[number // 10 % 10]}{text[middle:]}"


def measure() -> list[Row]:
    coach, bare = Coach(), language.load()
    rows: list[Row] = []
    with Harper() as harper:
        for size in SIZES:
            rows += _rows_for_size(coach, bare, harper, size)
    return [*rows, *_loading(), _throughput(bare)]


def _rows_for_size(coach: Coach, bare: Any, harper: Harper, size: int) -> list[Row]:
    text = text_of(size)

    def pipeline(_number: int) -> object:
        with bare.memory_zone():
            return len(bare(text))

    def uncached(_number: int) -> object:
        language.clear_cache()
        return coach.assess(Draft("linkedin-post", text))

    def after_an_edit(number: int) -> object:
        coach.assess(Draft("linkedin-post", text))
        began = time.perf_counter()
        coach.assess(Draft("linkedin-post", edited(text, number)))
        return (time.perf_counter() - began) * 1000

    timings = _interleaved(
        {
            "pipeline": pipeline,
            "uncached": uncached,
            "edit": after_an_edit,
            "harper": lambda _: harper.lint(text)[0],
            "harper new": lambda number: harper.lint(text_of(size, number=1_000 * (number + 1)))[0],
            "harper edit": lambda number: harper.lint(edited(text, number))[0],
        }
    )
    alone = row("coach", f"pipeline alone, {size} characters", "ms", timings["pipeline"])
    uncached_row = row("coach", f"assess, nothing cached, {size} characters", "ms", timings["uncached"], against=alone)
    same = row("coach", f"Harper, the same {size} characters again", "ms", timings["harper"])
    new = row("coach", f"Harper, {size} characters it has not seen", "ms", timings["harper new"])
    after = row("coach", f"Harper after a one-word edit, {size} characters", "ms", timings["harper edit"])
    edit = [
        row("coach", f"assess after a one-word edit, {size} characters", "ms", timings["edit"], against=r)
        for r in (new, same, after)
    ]
    return [
        alone,
        uncached_row,
        new,
        same,
        after,
        *edit,
        row("coach", f"the same edit, {size} characters", "ms", timings["edit"], against=uncached_row),
    ]


def _interleaved(calls: dict[str, Callable[[int], object]]) -> dict[str, list[float]]:
    """Milliseconds of each call, one after the other in every round. A call that returns a float has timed itself."""
    timings: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(WARM_UP + SAMPLES):
        for name, call in calls.items():
            began = time.perf_counter()
            answer = call(number)
            elapsed = (time.perf_counter() - began) * 1000
            if number >= WARM_UP:
                timings[name].append(answer if isinstance(answer, float) else elapsed)
    return timings


def _loading() -> list[Row]:
    cost = speed.loading()
    return [
        row("coach", "nlp.language.load(), a new process", "s", cost.loading),
        row("coach", "importing nlp.language before it", "s", cost.importing),
        row("coach", "memory of that process after it", "MB", cost.memory),
    ]


def _throughput(bare: Any, drafts: int = 200) -> Row:
    texts = [text_of(1_000, number=10 * i) for i in range(drafts)]
    case = f"nlp.pipe over {drafts} drafts of 1,000 characters, one core"
    return row("coach", case, "words/s", speed.words_per_second(bare, texts))
