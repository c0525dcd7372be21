"""The worker claims a job, then runs it and marks it done in one transaction, renewing the lease meanwhile.

``kill -9`` at any moment loses nothing: the job's writes were not committed, its lease expires, and the next worker to poll
runs it again."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.logs import log
from server.core.settings import Settings
from server.jobs import queue
from server.jobs.handlers import HANDLERS, enqueue_recurring_jobs
from server.jobs.models import Job
from server.jobs.notifier import WorkerNotifier
from server.jobs.queue import LEASE, Handler

POLL_SECONDS = 1.0
#: Recurring jobs have intervals of minutes, and each check costs a write.
RECURRING_CHECK_SECONDS = 30.0
DATABASE_RETRY_SECONDS = 5.0
RENEW_SECONDS = LEASE.total_seconds() / 3


class LeaseLost(Exception):
    """Another worker has the job now; this attempt must be rolled back."""


def run(engine: Engine, settings: Settings) -> None:
    """Runs jobs until SIGTERM or SIGINT, and finishes the current job before it returns."""
    stop = threading.Event()

    def request_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, request_stop)
    notifier = WorkerNotifier(settings.redis_url)
    owner = f"{socket.gethostname()}:{os.getpid()}"
    log.info("worker-started", kinds=sorted(HANDLERS))
    next_recurring_check = 0.0
    try:
        while not stop.is_set():
            try:
                if time.monotonic() >= next_recurring_check:
                    next_recurring_check = time.monotonic() + RECURRING_CHECK_SECONDS
                    with unit_of_work(engine) as session:
                        enqueue_recurring_jobs(session, at=now())
                while not stop.is_set() and run_next_job(engine, owner=owner):
                    pass
            except OperationalError as error:
                log.error("database-unavailable", error=type(error).__name__)
                stop.wait(DATABASE_RETRY_SECONDS)
            if not notifier.wait(POLL_SECONDS):
                stop.wait(POLL_SECONDS)
    finally:
        notifier.close()
    log.info("worker-stopped")


def run_next_job(engine: Engine, *, owner: str, handlers: Mapping[str, Handler] = HANDLERS) -> bool:
    """Runs one job if any is due; returns whether there was one."""
    with unit_of_work(engine) as session:
        job = queue.claim(session, owner=owner, at=now())
    if job is None:
        return False
    try:
        with _lease_renewal(engine, job, owner), Session(engine, expire_on_commit=False) as session, session.begin():
            handlers[job.kind](session, job.args)
            if not queue.finish(session, job_id=job.id, owner=owner, at=now()):
                raise LeaseLost  # noqa: TRY301 (rolls back what the job wrote)
    except Exception as error:  # noqa: BLE001 (an error in one job must not stop the worker)
        log.warning("job-failed", kind=job.kind, job=job.id, attempt=job.attempts, error=type(error).__name__)
        with unit_of_work(engine) as session:
            queue.fail(session, job_id=job.id, owner=owner, at=now(), error=type(error).__name__)
    else:
        log.info("job-done", kind=job.kind, job=job.id, attempt=job.attempts)
    return True


@contextmanager
def _lease_renewal(engine: Engine, job: Job, owner: str) -> Iterator[None]:
    """Renews the job's lease from a thread while the job runs.

    Not on SQLite: there the job is the single writer, and a renewal would wait for it. A job on SQLite must therefore finish
    within its lease."""
    if engine.dialect.name != "postgresql":
        yield
        return
    done = threading.Event()
    thread = threading.Thread(target=_renew_until, args=(done, engine, job, owner), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _renew_until(done: threading.Event, engine: Engine, job: Job, owner: str) -> None:
    while not done.wait(RENEW_SECONDS):
        with unit_of_work(engine) as session:
            if not queue.renew(session, job_id=job.id, owner=owner, at=now()):
                return
