"""Records of calls, leads, meetings and other work that other systems sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, short
from server.rollups import sources


class Record(Base):
    """One row of another system, as it was last sent. Of a deleted one only ``source``, ``source_id`` and ``version`` are left,
    so that an older version that arrives late does not bring it back."""

    __tablename__ = "record"
    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        CheckConstraint(
            "(deleted_at IS NULL AND user_id IS NOT NULL AND kind IS NOT NULL AND occurred_at IS NOT NULL) OR "
            "(deleted_at IS NOT NULL AND user_id IS NULL AND kind IS NULL AND occurred_at IS NULL)",
            name="deleted",
        ),
        # Covers the queries of weekly numbers, which then read no rows.
        Index("ix_record_numbers", "user_id", "occurred_at", "kind", "count", "value"),
        Index("ix_record_kind_occurred_at", "kind", "occurred_at"),
        Index("ix_record_changed_at", "changed_at"),
        # Few records name a post.
        Index(
            "ix_record_social_source",
            "user_id",
            sqlite_where=text("social_source IS NOT NULL"),
            postgresql_where=text("social_source IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: The system that it came from, and its id there.
    source: Mapped[str] = mapped_column(short())
    source_id: Mapped[str] = mapped_column(short(200))
    #: Its owner.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: Which metrics it belongs to: those with this ``record_kind``.
    kind: Mapped[str | None] = mapped_column(ForeignKey("metric.key"))
    #: A record may stand for several, such as the calls of a day.
    count: Mapped[int] = mapped_column(default=1)
    #: In whole units of the organisation's currency.
    value: Mapped[int | None]
    #: When it was done: this day decides about week and team.
    occurred_at: Mapped[datetime | None]
    #: When it first arrived here, and when it last changed here.
    recorded_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    #: For what time a meeting was booked.
    booked_for: Mapped[datetime | None]
    #: Kept only if the organisation allows, and for as long as texts of shared items.
    subject: Mapped[str | None] = mapped_column(short(300))
    url: Mapped[str | None] = mapped_column(short(2000))
    #: The post that the other system names as the source, as ``core.post_links`` writes it; kept for as long as ``url``.
    social_source: Mapped[str | None] = mapped_column(short(2000))
    #: When the other system last changed it, if it says so.
    version: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


def _summed_records(user_ids: list[int]) -> Select[*tuple[Any, ...]]:
    value = func.coalesce(Record.value, 0)
    return select(Record.user_id, Record.occurred_at, Record.kind, Record.count, value).where(Record.user_id.in_(user_ids))


def _added(record: Record) -> sources.Change | None:
    if record.user_id is None or record.occurred_at is None or record.kind is None:
        return None
    return sources.Change(record.user_id, record.occurred_at, record.kind, record.count, record.value or 0)


sources.register(sources.Source(Record, _summed_records, _added))
