"""Queries of records."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session

from server.records.models import Record

TABLE = cast(Table, Record.__table__)


def lock_records(session: Session, *, source: str, source_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The columns of each, by its id in the source, as stored now, locked until the transaction ends; always in the same
    order."""
    found = select(*TABLE.columns).where(Record.source == source, Record.source_id.in_(source_ids))
    rows = session.execute(found.order_by(Record.source_id).with_for_update())
    return {row["source_id"]: dict(row) for row in rows.mappings()}


def insert_records(session: Session, records: Sequence[dict[str, Any]]) -> None:
    """Each has all columns but the key."""
    if records:
        # One prepared statement: psycopg takes twice as long to read one with the values of all rows.
        session.execute(insert(TABLE), records)


def update_records(session: Session, records: Sequence[dict[str, Any]]) -> None:
    """Each has all columns."""
    if records:
        values = [{"of_id": record["id"]} | {name: record[name] for name in record if name != "id"} for record in records]
        session.execute(update(TABLE).where(TABLE.c.id == bindparam("of_id")), values)


def sums_of_week(
    session: Session, *, user_ids: Collection[int], starts_at: datetime, ends_at: datetime
) -> dict[tuple[int, str], int]:
    """By person and kind, the counts of records added up."""
    rows = session.execute(
        select(Record.user_id, Record.kind, func.sum(Record.count))
        .where(Record.user_id.in_(user_ids), Record.occurred_at >= starts_at, Record.occurred_at < ends_at)
        .group_by(Record.user_id, Record.kind)
    )
    return {(user_id, kind): int(count) for user_id, kind, count in rows if user_id is not None and kind is not None}


def has_records(session: Session, *, kind: str) -> bool:
    return session.scalar(select(Record.id).where(Record.kind == kind).limit(1)) is not None


def any_record(session: Session) -> bool:
    return session.scalar(select(Record.id).limit(1)) is not None


def last_change_at(session: Session) -> datetime | None:
    """When a record was last stored or changed; None if there is none."""
    return session.scalar(select(func.max(Record.changed_at)))


def records_of(session: Session, *, user_id: int) -> Sequence[Record]:
    """A person's records, oldest first."""
    return session.scalars(select(Record).where(Record.user_id == user_id).order_by(Record.occurred_at, Record.id)).all()


def forget_texts(session: Session, *, user_id: int | None = None, before: datetime | None = None) -> int:
    """Deletes subject lines and links, also those to posts, of one person's records or of those before a moment; returns of how
    many."""
    statement = update(Record).where(
        or_(*(column.is_not(None) for column in (Record.subject, Record.url, Record.social_source)))
    )
    if user_id is not None:
        statement = statement.where(Record.user_id == user_id)
    if before is not None:
        statement = statement.where(Record.occurred_at < before)
    return len(session.execute(statement.values(subject=None, url=None, social_source=None).returning(Record.id)).all())


def forget_subjects(session: Session) -> None:
    session.execute(update(Record).where(Record.subject.is_not(None)).values(subject=None))
