"""Queries of records."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from server.records.models import Record


def lock_records(session: Session, *, source: str, source_ids: Collection[str]) -> dict[str, Record]:
    """By their id in the source, as stored now, locked until the transaction ends; always in the same order."""
    rows = session.scalars(
        select(Record)
        .where(Record.source == source, Record.source_id.in_(source_ids))
        .order_by(Record.source_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.source_id: row for row in rows}


def sum_of_week(session: Session, *, user_id: int, kind: str, starts_at: datetime, ends_at: datetime) -> int:
    """The counts of a person's records of one kind, added up."""
    return int(
        session.scalars(
            select(func.coalesce(func.sum(Record.count), 0)).where(
                Record.user_id == user_id, Record.kind == kind, Record.occurred_at >= starts_at, Record.occurred_at < ends_at
            )
        ).one()
    )


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
