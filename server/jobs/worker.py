"""The worker: claims a job, does it and marks it done in one transaction, renews the lease meanwhile.

``kill -9`` at any moment loses nothing: what the job wrote was not committed, its lease runs out, and the next worker that
looks does it again."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Mapping
from types import FrameType

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.logs import log
from server.core.settings import Settings
from server.jobs import queue as operations
from server.jobs.handlers import HANDLERS, put_down_regular
from server.jobs.models import Job
from server.jobs.notifier import Bell
from server.jobs.queue import LEASE, Handler

LOOK_EVERY_SECONDS = 1.0
#: Regular work comes in slots of minutes at least; looking costs a write.
REGULAR_EVERY_SECONDS = 30.0
PAUSE_WITHOUT_DATABASE_SECONDS = 5.0
RENEW_EVERY_SECONDS = LEASE.total_seconds() / 3


class LeaseLost(Exception):
    """Somebody else has the job now; this try must leave nothing."""


def run(engine: Engine, settings: Settings) -> None:
    """Works until SIGTERM or SIGINT; a job that was begun is finished first."""
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    bell = Bell(settings.redis_url)
    owner = f"{socket.gethostname()}:{os.getpid()}"
    log.info("worker-started", kinds=sorted(HANDLERS))
    regular_at = 0.0
    try:
        while not stop.is_set():
            try:
                if time.monotonic() >= regular_at:
                    regular_at = time.monotonic() + REGULAR_EVERY_SECONDS
                    with unit_of_work(engine) as session:
                        put_down_regular(session, at=now())
                while not stop.is_set() and work_once(engine, owner=owner):
                    pass
            except OperationalError as error:
                log.error("database-away", error=type(error).__name__)
                stop.wait(PAUSE_WITHOUT_DATABASE_SECONDS)
            if not bell.wait(LOOK_EVERY_SECONDS):
                stop.wait(LOOK_EVERY_SECONDS)
    finally:
        bell.close()
    log.info("worker-stopped")


def work_once(engine: Engine, *, owner: str, handlers: Mapping[str, Handler] = HANDLERS) -> bool:
    """Does one job if one is due; whether there was one."""
    with unit_of_work(engine) as session:
        job = operations.claim(session, owner=owner, at=now())
    if job is None:
        return False
    try:
        with _kept_leased(engine, job, owner), Session(engine, expire_on_commit=False) as session, session.begin():
            handlers[job.kind](session, job.args)
            if not operations.finish(session, job_id=job.id, owner=owner, at=now()):
                raise LeaseLost  # noqa: TRY301 (the way to roll back what the job wrote)
    except Exception as error:  # noqa: BLE001 (whatever a job does wrong, the next one is done)
        log.warning("job-failed", kind=job.kind, job=job.id, attempt=job.attempts, error=type(error).__name__)
        with unit_of_work(engine) as session:
            operations.fail(session, job_id=job.id, owner=owner, at=now(), error=type(error).__name__)
    else:
        log.info("job-done", kind=job.kind, job=job.id, attempt=job.attempts)
    return True


class _kept_leased:  # noqa: N801 (reads as what it does where it is used)
    """Renews the lease from a thread for as long as the job runs.

    On SQLite a job that writes holds the one writer's place, so a renewal waits with everybody else; there a job must be
    shorter than its lease, and only the worker's death lets the lease run out."""

    def __init__(self, engine: Engine, job: Job, owner: str) -> None:
        self._engine, self._job, self._owner = engine, job, owner
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._renew, daemon=True)

    def __enter__(self) -> None:
        if self._engine.dialect.name == "postgresql":
            self._thread.start()

    def __exit__(self, *_error: object) -> None:
        self._done.set()
        if self._thread.is_alive():
            self._thread.join()

    def _renew(self) -> None:
        while not self._done.wait(RENEW_EVERY_SECONDS):
            with unit_of_work(self._engine) as session:
                if not operations.renew(session, job_id=self._job.id, owner=self._owner, at=now()):
                    return
