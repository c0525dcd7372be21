"""What one assessment costs, for drafts of 280, 1,000 and 3,000 characters: from nothing beside the bare pipeline, and after a
one-word edit beside Harper on the same texts. All calls of a size take turns, so that what else the machine does meets all
alike. Then what a process pays once: time and memory to load the pipeline, and words a second of many drafts in a row."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from nlp import Coach, Draft, language
from nlp.evaluation import speed
from nlp.evaluation.speed import text_of
from tests.bench.harper import Harper
from tests.bench.table import Row, row

SAMPLES, WARM_UP = 40, 8
SIZES = (280, 1_000, 3_000)


def edited(text: str, number: int) -> str:
    """``text`` with one more word in its middle, another one each time."""
    middle = text.index(" ", len(text) // 2)
    return f"{text[:middle]} word{'abcdefghij'[number % 10]}{'klmnopqrst'[number // 10 % 10]}{text[middle:]}"


def measure() -> list[Row]:
    coach, bare = Coach(), language.load()
    rows: list[Row] = []
    with Harper() as harper:
        for size in SIZES:
            rows += _one_size(coach, bare, harper, size)
    return [*rows, *_loading(), _throughput(bare)]


def _one_size(coach: Coach, bare: Any, harper: Harper, size: int) -> list[Row]:
    text = text_of(size)

    def pipeline(_number: int) -> object:
        with bare.memory_zone():
            return len(bare(text))

    def from_nothing(_number: int) -> object:
        language.forget()
        return coach.assess(Draft("linkedin-post", text))

    def after_an_edit(number: int) -> object:
        coach.assess(Draft("linkedin-post", text))
        began = time.perf_counter()
        coach.assess(Draft("linkedin-post", edited(text, number)))
        return (time.perf_counter() - began) * 1000

    taken = _in_turn(
        {
            "pipeline": pipeline,
            "whole": from_nothing,
            "edit": after_an_edit,
            "harper": lambda _: harper.lint(text)[0],
            "harper new": lambda number: harper.lint(text_of(size, number=1_000 * (number + 1)))[0],
            "harper edit": lambda number: harper.lint(edited(text, number))[0],
        }
    )
    alone = row("coach", f"pipeline alone, {size} characters", "ms", taken["pipeline"])
    whole = row("coach", f"assess from nothing, {size} characters", "ms", taken["whole"], against=alone)
    same = row("coach", f"Harper, the same {size} characters again", "ms", taken["harper"])
    new = row("coach", f"Harper, {size} characters it has not seen", "ms", taken["harper new"])
    after = row("coach", f"Harper after a one-word edit, {size} characters", "ms", taken["harper edit"])
    edit = [
        row("coach", f"assess after a one-word edit, {size} characters", "ms", taken["edit"], against=r)
        for r in (new, same, after)
    ]
    return [
        alone,
        whole,
        new,
        same,
        after,
        *edit,
        row("coach", f"the same edit, {size} characters", "ms", taken["edit"], against=whole),
    ]


def _in_turn(calls: dict[str, Callable[[int], object]]) -> dict[str, list[float]]:
    """Milliseconds of each call, all of them in turn; a call that answers a number of its own is believed."""
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(WARM_UP + SAMPLES):
        for name, call in calls.items():
            began = time.perf_counter()
            answer = call(number)
            passed = (time.perf_counter() - began) * 1000
            if number >= WARM_UP:
                taken[name].append(answer if isinstance(answer, float) else passed)
    return taken


def _loading() -> list[Row]:
    paid = speed.loading()
    return [
        row("coach", "nlp.language.load(), a new process", "s", paid.loading),
        row("coach", "importing nlp.language before it", "s", paid.importing),
        row("coach", "memory of that process after it", "MB", paid.memory),
    ]


def _throughput(bare: Any, drafts: int = 200) -> Row:
    texts = [text_of(1_000, number=10 * i) for i in range(drafts)]
    case = f"nlp.pipe over {drafts} drafts of 1,000 characters, one core"
    return row("coach", case, "words/s", speed.words_a_second(bare, texts))
