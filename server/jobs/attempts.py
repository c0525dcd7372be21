"""One attempt at a job, on both engines.

The attempt is counted and committed before the job runs. What the job writes is committed together with its state ``done``.
So the effects of a job in our own database happen exactly once, however often it is delivered: a second delivery finds it done,
or finds its row locked by the attempt that is still running.

What reaches another system (``Delivery``) happens between that transaction and the one that marks the job done, so that no lock
is held meanwhile. It may happen twice if its process is killed in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.logs import log
from server.jobs.models import Job
from server.jobs.queue import Handler, TryLater

#: After this many, a person has to investigate.
MAX_ATTEMPTS = 5
#: Doubled with each attempt: 10 s, 20 s, 40 s, 80 s.
FIRST_BACKOFF = timedelta(seconds=10)
#: Recorded as the error of an attempt whose process ended without reporting.
INTERRUPTED = "Interrupted"
#: PostgreSQL ends the transaction of a job that makes no query for this long, so that another worker can take over when a host
#: is paused or gone.
IDLE_TIMEOUT_SECONDS = 60.0
LOCK_NOT_AVAILABLE = "55P03"


class StillRunning(Exception):
    """Another worker's attempt is still running."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """``retry_at`` is None if nothing is left to do."""

    state: str
    retry_at: datetime | None = None


def run_attempt(
    engine: Engine, handlers: Mapping[str, Handler], *, job_id: int, idle_timeout: float = IDLE_TIMEOUT_SECONDS
) -> Outcome:
    """Runs the job unless it has finished. Raises ``StillRunning`` if another attempt is running."""
    with unit_of_work(engine) as session:
        attempt = _begin(session, job_id=job_id)
        if attempt is None:
            return _outcome(session, job_id=job_id)
    try:
        with unit_of_work(engine) as session:
            _limit_idle_time(session, idle_timeout)
            job = _lock(session, job_id=job_id)
            # Another attempt may have been started since, if this process was paused.
            if job is None or (job.state, job.attempts) != ("running", attempt):
                return _outcome(session, job_id=job_id)
            deliver = handlers[job.kind](session, job.args)
            if deliver is None:
                _finish(job)
        if deliver is not None:
            deliver(engine)
            _finish_delivered(engine, job_id=job_id, attempt=attempt)
    except StillRunning:
        raise
    except Exception as error:  # noqa: BLE001 (an error in one job must not stop the worker)
        log.warning("job-attempt-failed", job=job_id, attempt=attempt, error=type(error).__name__)
        backoff = error.first_backoff if isinstance(error, TryLater) else FIRST_BACKOFF
        return fail(engine, job_id=job_id, attempt=attempt, error=type(error).__name__, first_backoff=backoff)
    log.info("job-done", kind=job.kind, job=job_id, attempt=attempt)
    return Outcome("done")


def _finish(job: Job) -> None:
    job.state, job.last_error, job.finished_at = "done", None, now()


def _finish_delivered(engine: Engine, *, job_id: int, attempt: int) -> None:
    """Leaves the job to a newer attempt if there is one."""
    with unit_of_work(engine) as session:
        job = _lock(session, job_id=job_id)
        if job is not None and (job.state, job.attempts) == ("running", attempt):
            _finish(job)


def fail(
    engine: Engine,
    *,
    job_id: int,
    attempt: int | None = None,
    error: str = INTERRUPTED,
    first_backoff: timedelta = FIRST_BACKOFF,
) -> Outcome:
    """Ends a failed attempt: schedules the next one, or marks the job failed after ``MAX_ATTEMPTS``. Changes nothing if the job
    is no longer running, or no longer in this ``attempt``. Raises ``StillRunning`` if its transaction is still open."""
    with unit_of_work(engine) as session:
        job = _lock(session, job_id=job_id)
        if job is not None and job.state == "running" and attempt in (None, job.attempts):
            _end_attempt(job, error=error, first_backoff=first_backoff)
        return _outcome(session, job_id=job_id)


def _begin(session: Session, *, job_id: int) -> int | None:
    """Counts an attempt and returns its number; None if the job has finished or used up its attempts."""
    job = _lock(session, job_id=job_id)
    if job is None or job.state in ("done", "failed"):
        return None
    if job.attempts >= MAX_ATTEMPTS:
        _end_attempt(job, error=INTERRUPTED)
        return None
    job.state = "running"
    job.attempts += 1
    return job.attempts


def _end_attempt(job: Job, *, error: str, first_backoff: timedelta = FIRST_BACKOFF) -> None:
    job.last_error = error[:100]
    if job.attempts >= MAX_ATTEMPTS:
        job.state, job.finished_at = "failed", now()
        log.error("job-failed", kind=job.kind, job=job.id, attempts=job.attempts, error=job.last_error)
    else:
        job.state, job.run_after = "queued", now() + first_backoff * 2 ** (job.attempts - 1)


def _outcome(session: Session, *, job_id: int) -> Outcome:
    session.flush()
    job = session.get(Job, job_id)
    if job is None or job.state in ("done", "failed"):
        return Outcome(job.state if job else "done")
    # Another attempt is running: look again later.
    return Outcome(job.state, job.run_after if job.state == "queued" else now() + FIRST_BACKOFF)


def _lock(session: Session, *, job_id: int) -> Job | None:
    """The job, locked until the transaction ends. On SQLite, the transaction already is the only writer."""
    try:
        return session.scalar(select(Job).where(Job.id == job_id).with_for_update(nowait=True))
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            raise StillRunning from None
        raise


def _limit_idle_time(session: Session, seconds: float) -> None:
    if session.get_bind().dialect.name == "postgresql":
        setting = {"milliseconds": str(int(seconds * 1000))}
        session.execute(text("SELECT set_config('idle_in_transaction_session_timeout', :milliseconds, true)"), setting)
