"""Queries of the audit log and its seals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import RowMapping, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from server.audit.models import AuditEntry, AuditSeal

ENTRY_COLUMNS = tuple(AuditEntry.__table__.columns)


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """``person``: what they did and what was done to them. ``first_day`` and ``last_day`` are days in UTC, both included."""

    action: str = ""
    person: int | None = None
    first_day: date | None = None
    last_day: date | None = None


def filtered_entries(session: Session, matching: EntryFilter, *, limit: int, before: int | None = None) -> Sequence[AuditEntry]:
    """Newest first, with a lower id than ``before``."""
    query = _filter(select(AuditEntry), matching)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit)).all()


def count_entries(session: Session, matching: EntryFilter) -> int:
    ids = _filter(select(AuditEntry.id), matching).subquery()
    return session.scalars(select(func.count()).select_from(ids)).one()


def _filter(query: Select[Any], matching: EntryFilter) -> Select[Any]:
    if matching.action:
        query = query.where(AuditEntry.action == matching.action)
    if matching.person is not None:
        is_about = and_(AuditEntry.object_type == "user", AuditEntry.object_id == str(matching.person))
        query = query.where(or_(AuditEntry.actor_id == matching.person, is_about))
    if matching.first_day is not None:
        query = query.where(AuditEntry.at >= datetime.combine(matching.first_day, time(), UTC))
    if matching.last_day is not None:
        # Compared by its last moment, because the day after the last possible date does not exist.
        query = query.where(AuditEntry.at <= datetime.combine(matching.last_day, time.max, UTC))
    return query


def recorded_actions(session: Session) -> Sequence[str]:
    return session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)).all()


def newest_seal(session: Session) -> AuditSeal | None:
    return session.scalar(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1))


def seals_after(session: Session, *, seal_id: int = 0) -> Sequence[AuditSeal]:
    """In the order of the chain."""
    return session.scalars(select(AuditSeal).where(AuditSeal.id > seal_id).order_by(AuditSeal.id)).all()


def entry_rows(session: Session, *, after: int, until: int, limit: int | None = None) -> list[dict[str, Any]]:
    """Entries as plain rows, in the order of their ids: ``after`` is excluded, ``until`` is included."""
    table = AuditEntry.__table__
    rows = session.execute(
        select(*ENTRY_COLUMNS).where(table.c.id > after, table.c.id <= until).order_by(table.c.id).limit(limit)
    )
    return [_as_sealed(row) for row in rows.mappings()]


def _as_sealed(row: RowMapping) -> dict[str, Any]:
    """Without ``changes`` where there are none, as in entries that were sealed before the column existed."""
    return {name: value for name, value in row.items() if name != "changes" or value is not None}


def count_unsealed(session: Session, *, after: int) -> int:
    return session.scalars(select(func.count()).select_from(AuditEntry).where(AuditEntry.id > after)).one()
