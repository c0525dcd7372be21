"""Assessments of the last minutes, so that a draft that is shared right after it was assessed is not assessed again.

Kept in the memory of this process alone, without the draft, under a hash with a key that ends with the process. Tips still
quote words."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from nlp import Assessment, Draft

#: From the last pause in typing until the item is published and shared.
LIFETIME_S = 600.0
#: A worker serves some dozen people who write at the same time. Each draft that they pause in takes a place.
CAPACITY = 256


@dataclass
class RecentAssessments:
    """One for each process. ``clock``: monotonic seconds. Thread-safe."""

    capacity: int = CAPACITY
    clock: Callable[[], float] = time.monotonic
    _key: bytes = field(default_factory=lambda: os.urandom(32))
    #: With the time at which each was made, oldest first.
    _kept: OrderedDict[bytes, tuple[float, Assessment]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, draft: Draft, assessment: Assessment, *, switched_off: Collection[str] = ()) -> None:
        """Does nothing if the assessment is not the one that sharing the draft needs, in which no tip is left out."""
        if switched_off or draft.read_anyway or draft.near_copy:
            return
        with self._lock:
            name = self._name(draft, assessment.scoring_version)
            self._kept[name] = (self.clock(), replace(assessment, text=""))
            self._kept.move_to_end(name)
            self._forget()

    def find(self, draft: Draft, *, version: str) -> Assessment | None:
        """The assessment of this draft under a scoring version."""
        with self._lock:
            self._forget()
            kept = self._kept.get(self._name(draft, version))
        return None if kept is None else replace(kept[1], text=draft.text)

    def _forget(self) -> None:
        expired = self.clock() - LIFETIME_S
        while self._kept and (len(self._kept) > self.capacity or next(iter(self._kept.values()))[0] < expired):
            self._kept.popitem(last=False)

    def _name(self, draft: Draft, version: str) -> bytes:
        parts = (version, draft.surface, *draft.trade_words, draft.text)
        # With the length of each part, so that no two lists of parts are alike.
        data = b"".join(b"%d:%b" % (len(part), part) for part in (one.encode("utf-8", "surrogatepass") for one in parts))
        return hashlib.blake2b(data, key=self._key, digest_size=16).digest()


recent = RecentAssessments()
