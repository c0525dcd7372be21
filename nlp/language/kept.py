"""What was found of a text, kept for a while in memory so that it need not be found again."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

#: A draft is forgotten so many seconds after it was last read: a pause for thought, not a record of what was written.
FORGET_AFTER = 600.0

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """A mapping of texts to what was found of them. It forgets what was not asked for within ``forget_after`` seconds, at the
    next call, and the longest unused when all texts together have more than ``limit`` characters. Threads may share it."""

    def __init__(self, limit: int, *, forget_after: float = FORGET_AFTER, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self.characters = 0
        self._forget_after = forget_after
        self._clock = clock
        #: In the order of last use, with its time.
        self._values: OrderedDict[str, tuple[Value, float]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, text: str) -> Value | None:
        with self._lock:
            now = self._clock()
            self._drop(now)
            kept = self._values.get(text)
            if kept is None:
                return None
            self._values[text] = (kept[0], now)
            self._values.move_to_end(text)
            return kept[0]

    def put(self, text: str, value: Value) -> None:
        """A text longer than a tenth of the limit is not kept: it would push out too much."""
        if len(text) * 10 > self.limit:
            return
        with self._lock:
            now = self._clock()
            if text not in self._values:
                self.characters += len(text)
            self._values[text] = (value, now)
            self._values.move_to_end(text)
            self._drop(now)

    def clear(self) -> None:
        with self._lock:
            self._values.clear()
            self.characters = 0

    def through(self, texts: Sequence[str], find: Callable[[list[str]], Sequence[Value]]) -> list[Value]:
        """The value of each of ``texts``; ``find`` is asked once, for all that are not kept."""
        known = {text: self.get(text) for text in dict.fromkeys(texts)}
        missing = [text for text, value in known.items() if value is None]
        if missing:
            for text, value in zip(missing, find(missing), strict=True):
                known[text] = value
                self.put(text, value)
        return [known[text] for text in texts]  # type: ignore[misc]

    def _drop(self, now: float) -> None:
        while self._values:
            text, (_, used) = next(iter(self._values.items()))
            if self.characters <= self.limit and used + self._forget_after > now:
                return
            del self._values[text]
            self.characters -= len(text)
