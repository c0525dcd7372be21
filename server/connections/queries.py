"""Queries of connections."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from server.connections.models import Connection, ConnectionOwner, ConnectionRun, ConnectionStream
from server.jobs.models import Job
from server.people.models import User
from server.records.models import Record

#: The kind of the jobs of connections, and the beginning of their keys.
STEP_JOB = "connections.step"
#: Characters of a user's id in a CRM.
MAX_OWNER_ID = 100


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """What decides whether a row changes a record. ``email``: of its owner."""

    email: str | None = None
    kind: str | None = None
    count: int = 1
    value: int | None = None
    occurred_at: datetime | None = None
    version: datetime | None = None
    is_deleted: bool = False


def all_connections(session: Session) -> Sequence[Connection]:
    return session.scalars(select(Connection).order_by(Connection.source)).all()


def lock_connections(session: Session) -> Sequence[Connection]:
    return session.scalars(select(Connection).order_by(Connection.id).with_for_update()).all()


def get_connection(session: Session, *, source: str) -> Connection | None:
    return session.scalar(select(Connection).where(Connection.source == source))


def lock_connection(
    session: Session, *, source: str | None = None, token: str | None = None
) -> Connection | None:  # fmt: skip
    """By its source or its token, as stored now, locked until the transaction ends."""
    which = Connection.source == source if source is not None else Connection.token == token
    return session.scalar(select(Connection).where(which).with_for_update().execution_options(populate_existing=True))


def due_connections(session: Session, *, at: datetime) -> Sequence[str]:
    """Their tokens."""
    is_due = Connection.state.in_(("active", "removing")) & (Connection.due_at <= at)
    return session.scalars(select(Connection.token).where(is_due).order_by(Connection.id)).all()


def streams_of(session: Session, *, connection_id: int) -> dict[str, ConnectionStream]:
    rows = session.scalars(select(ConnectionStream).where(ConnectionStream.connection_id == connection_id))
    return {row.key: row for row in rows}


def owners_of(session: Session, *, connection_id: int) -> dict[str, ConnectionOwner]:
    """By their id in the CRM."""
    rows = session.scalars(
        select(ConnectionOwner).where(ConnectionOwner.connection_id == connection_id).order_by(ConnectionOwner.name)
    )
    return {row.owner_id: row for row in rows}


def owners_of_person(session: Session, *, user_id: int, email: str) -> list[tuple[str, ConnectionOwner]]:
    """Users of any CRM that are matched with the person or have their address, with the source."""
    is_theirs = (ConnectionOwner.user_id == user_id) | (ConnectionOwner.email == email.lower())
    rows = session.execute(
        select(Connection.source, ConnectionOwner)
        .join(Connection, Connection.id == ConnectionOwner.connection_id)
        .where(is_theirs)
        .order_by(Connection.source, ConnectionOwner.owner_id)
    )
    return [(source, owner) for source, owner in rows]


def open_run(session: Session, *, connection_id: int) -> ConnectionRun | None:
    return session.scalar(
        select(ConnectionRun)
        .where(ConnectionRun.connection_id == connection_id, ConnectionRun.finished_at.is_(None))
        .order_by(ConnectionRun.id.desc())
        .limit(1)
    )


def latest_runs(session: Session, *, connection_id: int, limit: int) -> Sequence[ConnectionRun]:
    return session.scalars(
        select(ConnectionRun).where(ConnectionRun.connection_id == connection_id).order_by(ConnectionRun.id.desc()).limit(limit)
    ).all()


def next_job_at(session: Session, connection: Connection) -> datetime | None:
    """When the job that may read next is due; None if there is none."""
    key = f"{STEP_JOB}:{connection.token}:{connection.step}"
    return session.scalar(select(Job.run_after).where(Job.idempotency_key == key, Job.state.in_(("queued", "running"))))


def last_finished_at(session: Session, *, connection_id: int) -> datetime | None:
    return session.scalar(select(func.max(ConnectionRun.finished_at)).where(ConnectionRun.connection_id == connection_id))


def _is_live(source: str) -> ColumnElement[bool]:
    return (Record.source == source) & Record.deleted_at.is_(None)


def count_records(session: Session, *, source: str) -> int:
    return session.scalar(select(func.count()).select_from(Record).where(_is_live(source))) or 0


def stored_records(session: Session, *, source: str, source_ids: Collection[str]) -> dict[str, StoredRecord]:
    """By their ids, deleted ones included."""
    rows = session.execute(
        select(
            Record.source_id, User.email, Record.kind, Record.count.label("number"), Record.value,
            Record.occurred_at, Record.version, Record.deleted_at,
        )
        .outerjoin(User, User.id == Record.user_id)
        .where(Record.source == source, Record.source_id.in_(source_ids))
    )  # fmt: skip
    return {
        row.source_id: StoredRecord(
            row.email, row.kind, row.number, row.value, row.occurred_at, row.version, row.deleted_at is not None
        )
        for row in rows
    }


def ids_with_prefix(session: Session, *, source: str, prefix: str, after: str, limit: int) -> Sequence[str]:
    """Of records that are not deleted, in order, from the one after ``after`` on."""
    return session.scalars(
        select(Record.source_id)
        .where(_is_live(source), Record.source_id.startswith(prefix, autoescape=True), Record.source_id > after)
        .order_by(Record.source_id)
        .limit(limit)
    ).all()


def ids_of_days(
    session: Session, *, source: str, prefix: str, starts_at: datetime, ends_at: datetime
) -> Sequence[str]:  # fmt: skip
    """Of records that are not deleted and occurred in ``[starts_at, ends_at)``."""
    return session.scalars(
        select(Record.source_id).where(
            _is_live(source),
            Record.source_id.startswith(prefix, autoescape=True),
            Record.occurred_at >= starts_at,
            Record.occurred_at < ends_at,
        )
    ).all()
