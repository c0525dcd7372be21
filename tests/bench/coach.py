"""The cost of one assessment, for drafts of 280, 1,000 and 3,000 characters.

Measured with empty caches, compared with the pipeline alone, and after a one-word edit, compared with Harper on the same
texts. Calls for one size are interleaved, so that other load on the machine affects all of them alike. Also measured: time and
memory to load the pipeline, and throughput over many drafts in words per second."""

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
    """``text`` with an additional word in the middle, different for each ``number``."""
    middle = text.index(" ", len(text) // 2)
    return f"{text[:middle]} word{'abcdefghij'[number % 10]}{'klmnopqrst'[number // 10 % 10]}{text[middle:]}"


def measure() -> list[Row]:
    coach, nlp = Coach(), language.load()
    rows: list[Row] = []
    with Harper() as harper:
        for size in SIZES:
            rows += _rows_for_size(coach, nlp, harper, size)
    return [*rows, *_measure_loading(), _measure_throughput(nlp)]


def _rows_for_size(coach: Coach, nlp: Any, harper: Harper, size: int) -> list[Row]:
    text = text_of(size)

    def pipeline(_number: int) -> object:
        with nlp.memory_zone():
            return len(nlp(text))

    def uncached(_number: int) -> object:
        language.clear_cache()
        return coach.assess(Draft("linkedin-post", text))

    def after_an_edit(number: int) -> object:
        coach.assess(Draft("linkedin-post", text))
        started = time.perf_counter()
        coach.assess(Draft("linkedin-post", edited(text, number)))
        return (time.perf_counter() - started) * 1000

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
    pipeline_row = row("coach", f"pipeline alone, {size} characters", "ms", timings["pipeline"])
    uncached_row = row("coach", f"assess, empty caches, {size} characters", "ms", timings["uncached"], against=pipeline_row)
    harper_repeated = row("coach", f"Harper, {size} characters, repeated text", "ms", timings["harper"])
    harper_new = row("coach", f"Harper, {size} characters, new text", "ms", timings["harper new"])
    harper_edited = row("coach", f"Harper after a one-word edit, {size} characters", "ms", timings["harper edit"])
    edit_rows = [
        row("coach", f"assess after a one-word edit, {size} characters", "ms", timings["edit"], against=harper_row)
        for harper_row in (harper_new, harper_repeated, harper_edited)
    ]
    return [
        pipeline_row,
        uncached_row,
        harper_new,
        harper_repeated,
        harper_edited,
        *edit_rows,
        row("coach", f"assess after a one-word edit, {size} characters", "ms", timings["edit"], against=uncached_row),
    ]


def _interleaved(calls: dict[str, Callable[[int], object]]) -> dict[str, list[float]]:
    """Milliseconds per call; each round makes every call once. A call that returns a float has measured its own time."""
    timings: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(WARM_UP + SAMPLES):
        for name, call in calls.items():
            started = time.perf_counter()
            result = call(number)
            elapsed = (time.perf_counter() - started) * 1000
            if number >= WARM_UP:
                timings[name].append(result if isinstance(result, float) else elapsed)
    return timings


def _measure_loading() -> list[Row]:
    cost = speed.loading()
    return [
        row("coach", "nlp.language.load(), a new process", "s", cost.loading),
        row("coach", "importing nlp.language, a new process", "s", cost.importing),
        row("coach", "memory of that process after loading", "MB", cost.memory),
    ]


def _measure_throughput(nlp: Any, drafts: int = 200) -> Row:
    texts = [text_of(1_000, number=10 * i) for i in range(drafts)]
    case = f"nlp.pipe over {drafts} drafts of 1,000 characters, one core"
    return row("coach", case, "words/s", speed.words_per_second(nlp, texts))
