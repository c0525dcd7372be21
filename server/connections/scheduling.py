"""When a connection is read next, and when it is not."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.connections import queries
from server.connections.models import Connection
from server.core.clock import now
from server.core.weeks import Calendar
from server.jobs.queue import enqueue

#: A run without a sign of life for as long after its next job was due is continued by another job.
LOST_AFTER = timedelta(hours=1)
#: Daily runs begin at this hour of the organisation's day, before people look at their numbers.
DAILY_AT = time(4)
MAX_BACKOFF = timedelta(hours=6)
MAX_MESSAGE = 500


def enqueue_step(session: Session, connection: Connection, *, at: datetime | None = None) -> None:
    """Makes all earlier jobs of the connection void."""
    connection.step += 1
    connection.due_at = (at or now()) + LOST_AFTER
    session.flush()
    enqueue(
        session, queries.STEP_JOB, {"token": connection.token, "step": connection.step},
        key=f"{queries.STEP_JOB}:{connection.token}:{connection.step}", run_after=at,
    )  # fmt: skip


def next_run_at(schedule: str, *, started_at: datetime, calendar: Calendar) -> datetime:
    if schedule == "hourly":
        return max(now(), started_at + timedelta(hours=1))
    today = calendar.day_of(now())
    moments = (datetime.combine(today + timedelta(days=days), DAILY_AT, calendar.zone) for days in (0, 1))
    return next(moment for moment in moments if moment > now())


def backoff(first: timedelta, *, failures: int) -> timedelta:
    """Doubles with each failure in a row, from ``first`` on."""
    doubled: timedelta = first * 2 ** min(failures - 1, 20)
    return min(doubled, max(first, MAX_BACKOFF))


def pause(session: Session, connection: Connection, *, code: str, message: str) -> None:
    """Until an administrator acts. Ends the open run."""
    connection.state, connection.due_at = "paused", None
    connection.problem_code, connection.problem = code, message[:MAX_MESSAGE]
    connection.step += 1
    run = queries.open_run(session, connection_id=connection.id)
    if run is not None:
        run.finished_at = now()
    audit.record(
        session, action="connection.paused", object_type="connection", object_id=connection.source, reason_code=code
    )  # fmt: skip
