"""The worker that runs our jobs, on the engine that suits the database."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from types import FrameType

from sqlalchemy import Engine

from server.jobs.distributed import DistributedWorker, Intervals
from server.jobs.embedded import EmbeddedWorker
from server.jobs.handlers import HANDLERS, RECURRING
from server.jobs.queue import Handler


def run(
    engine: Engine,
    handlers: Mapping[str, Handler] = HANDLERS,
    recurring: Mapping[str, str] = RECURRING,
    intervals: Intervals | None = None,
) -> None:
    """Runs jobs until SIGTERM or SIGINT, and finishes the current job before it returns."""
    if engine.dialect.name == "postgresql":
        DistributedWorker(engine, handlers, recurring, intervals).run()
        return
    worker = EmbeddedWorker(engine, handlers, recurring)

    def request_stop(_number: int, _frame: FrameType | None) -> None:
        worker.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, request_stop)
    worker.run()


def embedded(engine: Engine) -> EmbeddedWorker:
    return EmbeddedWorker(engine, HANDLERS, RECURRING)
