"""Measures transactions that write: how long they take, and on SQLite how long they wait for the only writer's lock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event

from server.core import metrics

_STARTED = "write_started"


def measure_writes(engine: Engine) -> None:
    """Call it before other listeners of ``begin``, whose time then counts too."""
    event.listen(engine, "begin", _start)
    event.listen(engine, "commit", _finish)
    event.listen(engine, "rollback", _forget)


@contextmanager
def waiting_for_lock() -> Iterator[None]:
    """Around the statement that takes SQLite's write lock."""
    started = time.perf_counter()
    metrics.WRITES_WAITING.inc()
    try:
        yield
    finally:
        metrics.WRITES_WAITING.dec()
        metrics.WRITE_WAIT_SECONDS.observe(time.perf_counter() - started)


def writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("writes", True))


def _start(connection: Connection) -> None:
    if writes(connection):
        connection.info[_STARTED] = time.perf_counter()


def _finish(connection: Connection) -> None:
    started = connection.info.pop(_STARTED, None)
    if started is not None:
        # Called before the commit itself: waiting for the disk is not included.
        metrics.WRITE_SECONDS.observe(time.perf_counter() - started)


def _forget(connection: Connection) -> None:
    connection.info.pop(_STARTED, None)
