"""The job queue: enqueueing, claiming, and finishing exactly once.

A job is inserted in the transaction that causes it, and its results are committed with its state ``done``. When a worker
dies, its lease expires and another worker starts the job again; nothing of the first attempt was committed. So the effects of
a job in our own database happen exactly once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event, or_, select, update
from sqlalchemy.orm import Session

from server.core.clock import now
from server.core.database.upsert import insert_if_absent
from server.jobs.models import Job
from server.jobs.notifier import WorkerNotifier

LEASE = timedelta(seconds=60)
#: After this many, a person has to investigate.
MAX_ATTEMPTS = 5
#: Doubled with each attempt: 10 s, 20 s, 40 s, 80 s.
FIRST_BACKOFF = timedelta(seconds=10)

Handler = Callable[[Session, dict[str, Any]], None]


def enqueue(session: Session, kind: str, args: dict[str, Any], *, key: str, run_after: datetime | None = None) -> bool:
    """Adds a job; False if one with this ``key`` (at most 100 characters) exists. ``args`` contain only ids and codes.
    Wakes the worker after the commit if ``Session.info`` has a ``worker_notifier``, as it has in a request."""
    is_new = insert_if_absent(
        session, Job, kind=kind, args=args, idempotency_key=key, state="queued", attempts=0, run_after=run_after or now()
    )
    notifier: WorkerNotifier | None = session.info.get("worker_notifier")
    if is_new and notifier is not None:
        event.listen(session, "after_commit", lambda _session: notifier.notify(), once=True)
    return is_new


def claim(session: Session, *, owner: str, at: datetime) -> Job | None:
    """Leases to ``owner`` the most overdue job, which may be a running one whose lease has expired."""
    due = (
        select(Job.id)
        .where(
            or_(
                (Job.state == "queued") & (Job.run_after <= at),
                (Job.state == "running") & (Job.lease_until < at),
            )
        )
        .order_by(Job.run_after, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    job_id = session.scalar(due)
    if job_id is None:
        return None
    return session.scalars(
        update(Job)
        .where(Job.id == job_id)
        .values(state="running", attempts=Job.attempts + 1, lease_owner=owner, lease_until=at + LEASE)
        .returning(Job)
    ).one()


def renew(session: Session, *, job_id: int, owner: str, at: datetime) -> bool:
    """Extends the lease; False if another worker has it now."""
    leased = update(Job).where(Job.id == job_id, Job.lease_owner == owner, Job.state == "running")
    return session.execute(leased.values(lease_until=at + LEASE).returning(Job.id)).first() is not None


def finish(session: Session, *, job_id: int, owner: str, at: datetime) -> bool:
    """Marks the job done, in the same transaction as its writes. False if another worker has the lease now: then this
    attempt must be rolled back."""
    leased = update(Job).where(Job.id == job_id, Job.lease_owner == owner, Job.state == "running")
    done = leased.values(state="done", finished_at=at, lease_until=None, lease_owner=None, last_error=None)
    return session.execute(done.returning(Job.id)).first() is not None


def fail(session: Session, *, job_id: int, owner: str, at: datetime, error: str) -> None:
    """Schedules a retry, or marks the job failed after ``MAX_ATTEMPTS``. ``error`` is the class name of the error."""
    job = session.scalar(select(Job).where(Job.id == job_id, Job.lease_owner == owner, Job.state == "running"))
    if job is None:
        return
    job.last_error = error[:100]
    job.lease_until = job.lease_owner = None
    if job.attempts >= MAX_ATTEMPTS:
        job.state, job.finished_at = "failed", at
    else:
        job.state, job.run_after = "queued", at + FIRST_BACKOFF * 2 ** (job.attempts - 1)
