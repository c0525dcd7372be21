"""The job queue: enqueueing, and what an operator can see and do.

A job is inserted in the transaction that causes it. On PostgreSQL it is deferred to procrastinate in the same transaction; on
SQLite the embedded worker finds its row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, func, select, text
from sqlalchemy.orm import Session

from server.core.clock import now
from server.core.database.upsert import insert_if_absent
from server.jobs.models import Job

#: procrastinate's names of our queue and of the one task that runs a row of ``job``.
QUEUE = "repute"
TASK = "repute.run_job"

#: Runs outside of a transaction, after the job's was committed; an error fails the attempt.
Delivery = Callable[[Engine], None]
#: Does the job in its transaction. What takes long or reaches another system is returned instead.
Handler = Callable[[Session, dict[str, Any]], Delivery | None]

_DEFER = text(
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW("
    ":queue, :task, 0, NULL, NULL, jsonb_build_object('job_id', CAST(:job_id AS bigint)), CAST(:run_after AS timestamptz)"
    ")]::procrastinate_job_to_defer_v1[])"
)


class TryLater(Exception):
    """Raised by a delivery if the other system may accept it in some minutes: greylisting mail servers want five."""

    first_backoff = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class JobCounts:
    waiting: int
    failed: int


def enqueue(session: Session, kind: str, args: dict[str, Any], *, key: str, run_after: datetime | None = None) -> bool:
    """Adds a job; False if one with this ``key`` (at most 100 characters) exists, finished ones included. ``args`` contain only
    ids and codes."""
    at = run_after or now()
    is_new = insert_if_absent(session, Job, kind=kind, args=args, idempotency_key=key, state="queued", attempts=0, run_after=at)
    if is_new:
        job_id = session.scalars(select(Job.id).where(Job.idempotency_key == key)).one()
        _defer(session, job_id=job_id, run_after=at)
    return is_new


def retry(session: Session, *, job_id: int) -> bool:
    """Enqueues a failed job again, with all its attempts. False if there is no failed job with this id."""
    job = session.scalar(select(Job).where(Job.id == job_id, Job.state == "failed").with_for_update())
    if job is None:
        return False
    job.state, job.attempts, job.run_after, job.finished_at = "queued", 0, now(), None
    session.flush()
    _defer(session, job_id=job.id, run_after=job.run_after)
    return True


def is_lost(session: Session, *, key: str) -> bool:
    """Whether the job with this key, which somebody waits for, will not run by itself: it has failed in all its attempts, and
    perhaps was purged since."""
    state = session.scalar(select(Job.state).where(Job.idempotency_key == key))
    return state is None or state == "failed"


def enqueue_lost(session: Session, kind: str, args: dict[str, Any], *, key: str) -> None:
    """Enqueues a lost job again. Does nothing if it is not lost."""
    job_id = session.scalar(select(Job.id).where(Job.idempotency_key == key, Job.state == "failed"))
    if job_id is None:
        enqueue(session, kind, args, key=key)
    else:
        retry(session, job_id=job_id)


def list_unfinished(session: Session) -> list[Job]:
    """Failed jobs first, then the waiting and running ones."""
    failed_first = (Job.state != "failed", Job.run_after, Job.id)
    return list(session.scalars(select(Job).where(Job.state != "done").order_by(*failed_first)))


def count(session: Session) -> JobCounts:
    in_states = select(func.count()).select_from(Job)
    waiting = session.scalar(in_states.where(Job.state.in_(("queued", "running"))))
    failed = session.scalar(in_states.where(Job.state == "failed"))
    return JobCounts(waiting=waiting or 0, failed=failed or 0)


def purge(session: Session, *, finished_before: datetime) -> None:
    """Deletes jobs that finished long ago; their keys may be used again."""
    session.execute(delete(Job).where(Job.finished_at < finished_before))


def recurring_key(kind: str, slot: int) -> str:
    """The key of a recurring job due at ``slot`` (seconds since 1970). It makes one job, however many workers try."""
    return f"{kind}:{slot}"


def _defer(session: Session, *, job_id: int, run_after: datetime) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_DEFER, {"queue": QUEUE, "task": TASK, "job_id": job_id, "run_after": run_after})
