"""Copies of drafts that lack one thing that a reader needs, with the marks that are left to them by rule, not by judgement."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

Keep = Callable[[str, float], float]

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*\s*|\n+")
#: A draft with fewer sentences or words has no order to lose.
MIN_SENTENCES, MIN_WORDS = 5, 12
#: Share of its distance from the average that a mark keeps without the order of the sentences.
WITHOUT_ORDER = 0.5
AVERAGE = 40.0
#: Marks of words without order.
SALAD = 6.0


def corrupted(text: str, *, seed: str) -> Iterator[tuple[str, Keep]]:
    """A text with its sentences in another order, and one with its words in another order. ``seed``: makes the order
    reproducible."""
    order = random.Random(seed)
    sentences = [part for part in _SENTENCE.findall(text) if part.strip()]
    if len(sentences) >= MIN_SENTENCES:
        breaks = [part[len(part.rstrip()) :] or " " for part in sentences]
        shuffled = [part.strip() for part in sentences]
        while shuffled == [part.strip() for part in sentences]:
            order.shuffle(shuffled)
        yield "".join(map(str.__add__, shuffled, breaks)).strip(), _without_order
    words = text.split()
    if len(words) >= MIN_WORDS:
        order.shuffle(words)
        yield " ".join(words), lambda _name, mark: min(mark, SALAD)


def _without_order(name: str, mark: float) -> float:
    # Figures and names are still there, and so is the layout.
    if name in ("specificity", "form"):
        return mark
    return AVERAGE + WITHOUT_ORDER * (mark - AVERAGE) if mark > AVERAGE else mark
