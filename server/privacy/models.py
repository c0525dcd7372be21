"""Notices acknowledged, who looked at whom, exports, and the audit log (ids and codes only, so erasure never touches it)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, short


class Acknowledgement(Base):
    __tablename__ = "acknowledgement"
    __table_args__ = (UniqueConstraint("user_id", "notice_version"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    notice_version: Mapped[str] = mapped_column(short())
    at: Mapped[datetime] = mapped_column(default=now)


class Look(Base):
    """Somebody opened a page about a rep. One row a viewer, page and day; the rep can read it."""

    __tablename__ = "look"
    __table_args__ = (UniqueConstraint("viewer_id", "subject_id", "page", "day"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    viewer_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    page: Mapped[str] = mapped_column(short())
    day: Mapped[date]


class DataExport(Base):
    """Everything about one rep, made by a job, fetched by that rep, deleted when it expires."""

    __tablename__ = "data_export"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    requested_at: Mapped[datetime] = mapped_column(default=now)
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    document: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class AuditEntry(Base):
    """Append-only. A write that fails stops the action it describes."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    #: None for the system itself.
    actor_id: Mapped[int | None]
    role: Mapped[str | None] = mapped_column(short())
    action: Mapped[str] = mapped_column(short())
    object_type: Mapped[str] = mapped_column(short())
    object_id: Mapped[str] = mapped_column(short(100))
    reason_code: Mapped[str | None] = mapped_column(short())
    request_id: Mapped[str | None] = mapped_column(short(64))
