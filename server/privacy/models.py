"""Exports of everything that is stored about a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key


class DataExport(Base):
    """An export of everything about one person: created by a job, downloaded by that person, deleted when it expires."""

    __tablename__ = "data_export"
    __table_args__ = (
        # A person has at most one export in progress.
        Index(
            "uq_data_export_in_progress",
            "user_id",
            unique=True,
            sqlite_where=text("ready_at IS NULL"),
            postgresql_where=text("ready_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    requested_at: Mapped[datetime] = mapped_column(default=now)
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    document: Mapped[dict[str, Any] | None] = mapped_column(JSON)
