"""Finds the rows of an append-only table that a seal may cover: a range in which no row can still appear.

Ids are assigned before rows are committed, so the highest visible id says nothing about lower ones. On SQLite the caller's
transaction is the only writer. On PostgreSQL every transaction that inserts holds a lock on the table until it ends; once those
that held it when the highest id was read have ended, no lower id can appear. Writers never wait for the seal, and reading
``pg_locks`` needs no privilege on the table."""

from __future__ import annotations

import time

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from server.core.database.types import Base

#: A transaction that runs longer is waited for in the next run.
MAX_WAIT_SECONDS = 5.0
POLL_SECONDS = 0.05

_WRITERS = text(
    "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND relation = CAST(:table AS regclass) AND pid IS DISTINCT FROM pg_backend_pid()"
)


def closed_up_to(session: Session, table: type[Base], *, max_wait: float = MAX_WAIT_SECONDS) -> int:
    """The highest id up to which no row can still appear; 0 if a writer is still at work or another process seals now."""
    id_column = table.__table__.columns["id"]
    if session.get_bind().dialect.name != "postgresql":
        return session.scalar(select(func.max(id_column))) or 0
    name = table.__tablename__
    if not session.scalar(text("SELECT pg_try_advisory_xact_lock(hashtext(:name))"), {"name": f"seal:{name}"}):
        return 0
    newest_id = session.scalar(select(func.max(id_column))) or 0
    writers = set(session.scalars(_WRITERS, {"table": name}))
    deadline = time.monotonic() + max_wait
    while writers:
        if time.monotonic() >= deadline:
            return 0
        time.sleep(POLL_SECONDS)
        writers &= set(session.scalars(_WRITERS, {"table": name}))
    return newest_id
