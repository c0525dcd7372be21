"""Whether background jobs are being run, on both engines."""

from __future__ import annotations

import fcntl
import os

from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from server.core.clock import now
from server.jobs.models import Job

#: PostgreSQL: a worker without a heartbeat for as long is dead; it sends one every ten seconds.
DEAD_AFTER_SECONDS = 30
_LIVE_WORKERS = text(
    "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => :seconds)"
)


def count_workers(session: Session) -> int:
    """On SQLite 1 or 0: one process at a time runs the jobs."""
    engine = session.get_bind()
    assert isinstance(engine, Engine)  # noqa: S101 (sessions are opened on an engine)
    if engine.dialect.name == "postgresql":
        return int(session.scalar(_LIVE_WORKERS, {"seconds": DEAD_AFTER_SECONDS}) or 0)
    return int(_is_locked(worker_lock(engine)))


def overdue_seconds(session: Session) -> float:
    """How long the job that is due first has been waiting; 0 if none is due."""
    due_since = session.scalar(select(func.min(Job.run_after)).where(Job.state == "queued"))
    return max(0.0, (now() - due_since).total_seconds()) if due_since else 0.0


def worker_lock(engine: Engine) -> str:
    """SQLite: the file that the process which runs the jobs keeps locked."""
    return f"{engine.url.database}-worker"


def _is_locked(path: str) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        # Shared, so that two that ask at once do not see each other.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
