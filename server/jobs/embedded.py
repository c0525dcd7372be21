"""The worker on SQLite: one loop in one process on the host, chosen by a lock on a file.

There is one worker, so jobs need no leases: when the loop starts, jobs found running were interrupted."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from croniter import croniter
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError

from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.logs import describe_error, log
from server.jobs.attempts import fail, run_attempt
from server.jobs.models import Job
from server.jobs.queue import Handler, enqueue, recurring_key
from server.jobs.status import worker_lock

POLL_SECONDS = 1.0
#: After an unexpected error, such as a full disk.
ERROR_WAIT_SECONDS = 5.0


class EmbeddedWorker:
    """``recurring``: kinds of jobs and when they run, in cron's notation."""

    def __init__(self, engine: Engine, handlers: Mapping[str, Handler], recurring: Mapping[str, str]) -> None:
        self._engine = engine
        self._handlers = handlers
        self._recurring = recurring
        self._last_slots: dict[str, datetime] = {}
        self._stop = threading.Event()

    def start_thread(self) -> threading.Thread:
        thread = threading.Thread(target=self.run, name="jobs")
        thread.start()
        return thread

    def stop(self) -> None:
        """Makes ``run`` return after the current job."""
        self._stop.set()

    def run(self) -> None:
        """Waits until no other process runs this database's jobs, then runs them until ``stop`` is called."""
        with _only_worker(self._engine, self._stop) as is_only_worker:
            if not is_only_worker:
                return
            log.info("worker-started", kinds=sorted(self._handlers))
            while not self._stop.is_set():
                try:
                    self._fail_interrupted_jobs()
                    while not self._stop.is_set():
                        self.run_due_jobs()
                        self._stop.wait(POLL_SECONDS)
                except OperationalError as error:
                    log.error("database-unavailable", error=type(error).__name__)
                    self._stop.wait(ERROR_WAIT_SECONDS)
                except Exception as error:  # noqa: BLE001 (the thread must live as long as its process)
                    log.error("unexpected-error", **describe_error(error))
                    self._stop.wait(ERROR_WAIT_SECONDS)
            log.info("worker-stopped")

    def run_due_jobs(self) -> None:
        self._enqueue_recurring_jobs(at=now())
        while not self._stop.is_set():
            # Read first: polling must not take the write lock.
            with unit_of_work(self._engine, writes=False) as session:
                due = select(Job.id).where(Job.state == "queued", Job.run_after <= now())
                job_id = session.scalar(due.order_by(Job.run_after, Job.id).limit(1))
            if job_id is None:
                return
            run_attempt(self._engine, self._handlers, job_id=job_id)

    def _enqueue_recurring_jobs(self, *, at: datetime) -> None:
        """Enqueues the recurring jobs of the current time slots, once each."""
        for kind, cron in self._recurring.items():
            slot = datetime.fromtimestamp(croniter(cron, at.timestamp()).get_prev(float), UTC)
            if slot > self._last_slots.get(kind, datetime.min.replace(tzinfo=UTC)):
                with unit_of_work(self._engine) as session:
                    enqueue(session, kind, {}, key=recurring_key(kind, int(slot.timestamp())))
                self._last_slots[kind] = slot

    def _fail_interrupted_jobs(self) -> None:
        with unit_of_work(self._engine, writes=False) as session:
            interrupted = session.scalars(select(Job.id).where(Job.state == "running")).all()
        for job_id in interrupted:
            fail(self._engine, job_id=job_id)


@contextmanager
def _only_worker(engine: Engine, stop: threading.Event) -> Iterator[bool]:
    """Waits for the lock on the database's worker; False if stopped meanwhile. The lock ends with its process."""
    descriptor = os.open(worker_lock(engine), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        is_waiting = False
        while not stop.is_set():
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if not is_waiting:
                    is_waiting = True
                    log.info("worker-waiting", reason="another process already runs the jobs of this database")
                stop.wait(POLL_SECONDS)
            else:
                yield True
                return
        yield False
    finally:
        os.close(descriptor)
