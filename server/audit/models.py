"""The audit log, its seals, and the profile views. Only ids and codes, so that erasing a person never changes the audit log."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, short


class AuditEntry(Base):
    """Append-only. If an entry cannot be written, the action it describes fails too."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    #: A user; None when the system itself or an integration acted.
    actor_id: Mapped[int | None]
    #: For an integration ``integration:`` and its id.
    role: Mapped[str | None] = mapped_column(short())
    action: Mapped[str] = mapped_column(short())
    object_type: Mapped[str] = mapped_column(short())
    object_id: Mapped[str] = mapped_column(short(100))
    reason_code: Mapped[str | None] = mapped_column(short())
    request_id: Mapped[str | None] = mapped_column(short(64))
    #: What a setting was before and what it is now: ``{"two_person": [true, false]}``. No names and no texts of people.
    changes: Mapped[dict[str, list[Any]] | None] = mapped_column(JSON(none_as_null=True))


class AuditSeal(Base):
    """A hash over a range of entries and the previous seal, so that later changes are detected."""

    __tablename__ = "audit_seal"
    # The chain does not branch.
    __table_args__ = (UniqueConstraint("previous_sha256"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    first_entry_id: Mapped[int]
    last_entry_id: Mapped[int]
    sha256: Mapped[str] = mapped_column(short(64))
    previous_sha256: Mapped[str] = mapped_column(short(64))
    sealed_at: Mapped[datetime] = mapped_column(default=now)


class ProfileView(Base):
    """Somebody viewed a page about a rep. One row per viewer, page and day, which the rep can see."""

    __tablename__ = "look"
    __table_args__ = (UniqueConstraint("viewer_id", "subject_id", "page", "day"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    viewer_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    page: Mapped[str] = mapped_column(short())
    day: Mapped[date]
