"""A cache of results by text, bounded in size and in time."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

#: Seconds after its last use until an entry expires: long enough for a pause while writing, short enough that nobody's
#: text is retained.
TIME_TO_LIVE_S = 600.0

Value = TypeVar("Value")


class TextCache(Generic[Value]):
    """A least-recently-used cache with a time to live, keyed by text. Entries unused for ``time_to_live`` seconds are
    dropped on the next call, and the least recently used ones once all keys together exceed ``limit`` characters.
    Thread-safe."""

    def __init__(
        self, limit: int, *, time_to_live: float = TIME_TO_LIVE_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.limit = limit
        self.characters = 0
        self._time_to_live = time_to_live
        self._clock = clock
        #: Text to (value, time of last use), least recently used first.
        self._entries: OrderedDict[str, tuple[Value, float]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, text: str) -> Value | None:
        with self._lock:
            now = self._clock()
            self._evict(now)
            entry = self._entries.get(text)
            if entry is None:
                return None
            self._entries[text] = (entry[0], now)
            self._entries.move_to_end(text)
            return entry[0]

    def put(self, text: str, value: Value) -> None:
        """Store ``value``. A text longer than a tenth of the limit is not cached: it would evict too much."""
        if len(text) * 10 > self.limit:
            return
        with self._lock:
            now = self._clock()
            if text not in self._entries:
                self.characters += len(text)
            self._entries[text] = (value, now)
            self._entries.move_to_end(text)
            self._evict(now)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self.characters = 0

    def get_or_compute(self, texts: Sequence[str], compute: Callable[[list[str]], Sequence[Value]]) -> list[Value]:
        """The value of each of ``texts``. ``compute`` is called at most once, with all texts that are not cached."""
        values = {text: self.get(text) for text in dict.fromkeys(texts)}
        missing = [text for text, value in values.items() if value is None]
        if missing:
            for text, value in zip(missing, compute(missing), strict=True):
                values[text] = value
                self.put(text, value)
        return [values[text] for text in texts]  # type: ignore[misc]

    def _evict(self, now: float) -> None:
        while self._entries:
            text, (_, last_used) = next(iter(self._entries.items()))
            if self.characters <= self.limit and last_used + self._time_to_live > now:
                return
            del self._entries[text]
            self.characters -= len(text)
