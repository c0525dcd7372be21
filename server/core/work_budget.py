"""Bounds the processor time that one person's requests may take, so that allowed but costly requests leave time for others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable


class WorkBudget:
    """A token bucket per person, in seconds of processor time: ``burst`` at first, refilled at ``rate`` seconds per second.
    Work is charged when it is done, so a balance may become negative and a full one allows work of any length. Thread-safe."""

    def __init__(self, *, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._mutex = threading.Lock()
        #: When each person's balance is or was full again. Whoever is missing has a full balance.
        self._full_at: dict[Hashable, float] = {}
        self._prune_at = 0.0

    def wait(self, person: Hashable) -> float:
        """Seconds until ``person`` may start new work; 0 if at once."""
        with self._mutex:
            missing = max(self._full_at.get(person, 0.0) - self._clock(), 0.0) * self._rate
            return max(missing - self._burst, 0.0) / self._rate

    def charge(self, person: Hashable, seconds: float) -> None:
        with self._mutex:
            at = self._clock()
            self._full_at[person] = max(self._full_at.get(person, 0.0), at) + seconds / self._rate
            if at >= self._prune_at:
                self._full_at = {someone: full for someone, full in self._full_at.items() if full > at}
                self._prune_at = at + self._burst / self._rate
