"""The cost of the pipeline: time and memory to load it, and words processed per second."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from spacy.language import Language
from threadpoolctl import threadpool_limits

from nlp import language
from nlp.evaluation.card import Table
from nlp.language.pipeline import WEIGHTS

#: Runs in a separate process: seconds to import and to load, and the resident memory afterwards, in megabytes.
_LOADING = """
import time
began = time.perf_counter()
from nlp import language
imported = time.perf_counter()
language.load()
loaded = time.perf_counter()
memory = int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6
print(imported - began, loaded - imported, memory)
"""
#: Our own sentences. A text is made of these in turn, each with its own number, so that no sentence occurs twice.
SENTENCES = (
    "Last quarter a logistics buyer asked me why our quote was 14% above the next one.",
    "I had no good answer, so I spent two mornings on her loading dock and counted.",
    "Nine pallets in a hundred came back with a torn label, and each one cost her team 25 minutes.",
    "We are thrilled to leverage best-in-class synergies to move the needle for our clients!",
    "What would you have measured first?",
    "The change took four weeks, and returns fell to three in a hundred.\n\n",
)


class Loading(NamedTuple):
    """Per run: seconds to import ``nlp.language``, seconds of ``load()``, megabytes of resident memory after both."""

    importing: list[float]
    loading: list[float]
    memory: list[float]


def text_of(characters: int, *, number: int = 0) -> str:
    """A draft of exactly ``characters`` characters, its sentences numbered from ``number``."""
    parts: list[str] = []
    length = 0
    while length < characters:
        part = f"{SENTENCES[number % len(SENTENCES)]} ({number}) "
        parts.append(part)
        length += len(part)
        number += 1
    return "".join(parts)[:characters]


def loading(runs: int = 5) -> Loading:
    """Measures loading in ``runs`` new processes."""
    command = [sys.executable, "-c", _LOADING]
    outputs = [subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() for _ in range(runs)]
    return Loading(*([float(value) for value in column] for column in zip(*outputs, strict=True)))


def words_per_second(nlp: Language, texts: Sequence[str], *, runs: int = 3) -> list[float]:
    """Words per second over ``nlp.pipe``, on one core, one value per run."""
    rates = []
    with threadpool_limits(1, "blas"):
        for _ in range(runs):
            start = time.perf_counter()
            with nlp.memory_zone():
                words = sum(sum(token.text[0].isalnum() for token in doc) for doc in nlp.pipe(texts))
            rates.append(words / (time.perf_counter() - start))
    return rates


def measure() -> Table:
    cost = loading()
    rate = median(words_per_second(language.load(), [text_of(1_000, number=10 * i) for i in range(200)]))
    size = sum(path.stat().st_size for path in WEIGHTS.rglob("*") if path.is_file()) / 1e6
    rows = [
        ("size of the weights", f"{size:.1f} MB"),
        ("`nlp.language.load()` in a new process", f"{median(cost.loading):.2f} s"),
        ("importing `nlp.language` before that", f"{median(cost.importing):.2f} s"),
        ("memory of that process", f"{median(cost.memory):.0f} MB"),
        ("`nlp.pipe` over 200 drafts of 1,000 characters, one core", f"{rate:,.0f} words per second"),
    ]
    return Table(("speed and size, on the machine that measured", "figure"), rows)
