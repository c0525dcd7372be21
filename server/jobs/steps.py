"""Long work in steps, each a job of its own, so that progress is visible and a killed worker loses one step."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")

#: Of one step, which holds SQLite's only write lock.
MAX_SECONDS = 0.5


def step_of(items: Iterable[Item]) -> Iterator[Item]:
    """The items that one step gets to: at least the first, and no more once ``MAX_SECONDS`` have passed."""
    deadline = time.monotonic() + MAX_SECONDS
    for item in items:
        yield item
        if time.monotonic() > deadline:
            return
