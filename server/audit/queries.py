"""Queries of the audit log and its seals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from server.audit.models import AuditEntry, AuditSeal

ENTRY_COLUMNS = tuple(AuditEntry.__table__.columns)


def filtered_entries(
    session: Session, *, action: str, person: int | None, before: int | None, limit: int
) -> Sequence[AuditEntry]:
    """Newest first, with a lower id than ``before``. ``person``: what they did and what was done to them."""
    return session.scalars(_filter(select(AuditEntry), action=action, person=person, before=before).limit(limit)).all()


def count_entries(session: Session, *, action: str = "", person: int | None = None) -> int:
    matching = _filter(select(AuditEntry.id), action=action, person=person, before=None).subquery()
    return session.scalars(select(func.count()).select_from(matching)).one()


def _filter(query: Select[Any], *, action: str, person: int | None, before: int | None) -> Select[Any]:
    if action:
        query = query.where(AuditEntry.action == action)
    if person is not None:
        is_about = and_(AuditEntry.object_type == "user", AuditEntry.object_id == str(person))
        query = query.where(or_(AuditEntry.actor_id == person, is_about))
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return query.order_by(AuditEntry.id.desc())


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
    return [dict(row) for row in rows.mappings()]


def count_unsealed(session: Session, *, after: int) -> int:
    return session.scalars(select(func.count()).select_from(AuditEntry).where(AuditEntry.id > after)).one()
