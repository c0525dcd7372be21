"""A queue for work that takes long: nobody waits behind all the work of somebody else.

People take turns. One person has one piece of work in progress at a time and few waiting, and long work never takes all
places, so that short work goes on beside it."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Hashable, Iterator
from contextlib import contextmanager


class QueueTimeoutError(Exception):
    """No place became free in time."""


class TooManyWaitingError(Exception):
    """This person's earlier work is still in progress or waiting."""


class _Ticket:
    def __init__(self, *, is_long: bool) -> None:
        self.is_long = is_long
        self.granted = threading.Event()


class FairQueue:
    """``places`` pieces of work at a time, ``long_places`` of them long. Each person may have ``per_person`` pieces of work in
    progress and waiting, and waits at most ``timeout`` seconds for a place. Thread-safe."""

    def __init__(self, *, places: int, long_places: int, per_person: int, timeout: float) -> None:
        self.timeout = timeout
        self._places = places
        self._long_places = long_places
        self._per_person = per_person
        self._mutex = threading.Lock()
        self._running: dict[Hashable, _Ticket] = {}
        #: Waiting tickets by person, the person whose turn comes next first.
        self._waiting: OrderedDict[Hashable, deque[_Ticket]] = OrderedDict()

    @property
    def waiting(self) -> int:
        with self._mutex:
            return sum(map(len, self._waiting.values()))

    @contextmanager
    def place(self, person: Hashable, *, is_long: bool = False) -> Iterator[None]:
        """Waits for a place and holds it. ``TooManyWaitingError`` at once; ``QueueTimeoutError`` after ``timeout``."""
        ticket = _Ticket(is_long=is_long)
        with self._mutex:
            tickets = self._waiting.get(person, ())
            if (person in self._running) + len(tickets) >= self._per_person:
                raise TooManyWaitingError
            self._waiting.setdefault(person, deque()).append(ticket)
            self._grant()
        if not ticket.granted.wait(self.timeout):
            with self._mutex:
                # It may have been granted since.
                if not ticket.granted.is_set():
                    self._remove(person, ticket)
                    raise QueueTimeoutError
        try:
            yield
        finally:
            with self._mutex:
                del self._running[person]
                self._grant()

    def _grant(self) -> None:
        """Gives free places to those whose turn it is; each moves to the end of the line."""
        for person in list(self._waiting):
            if len(self._running) >= self._places:
                return
            ticket = self._waiting[person][0]
            long_running = sum(running.is_long for running in self._running.values())
            if person in self._running or (ticket.is_long and long_running >= self._long_places):
                continue
            self._remove(person, ticket)
            if person in self._waiting:
                self._waiting.move_to_end(person)
            self._running[person] = ticket
            ticket.granted.set()

    def _remove(self, person: Hashable, ticket: _Ticket) -> None:
        tickets = self._waiting[person]
        tickets.remove(ticket)
        if not tickets:
            del self._waiting[person]
