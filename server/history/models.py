"""A rep's private history: what they published before, as their own archives say, and how it scores today.

Nobody but the rep reads these tables: no manager, no administrator, no total and no formula."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, one_of, short

KINDS = ("linkedin-post", "linkedin-comment", "linkedin-profile", "x-post", "x-reply")
#: ``preview``: read and waiting for the rep's decision. ``scoring``: confirmed.
STATES = ("preview", "scoring", "done")
#: Which texts the rep keeps: none; those that can still count toward credit, until they no longer can; all.
TEXT_CHOICES = ("none", "recent", "all")


class ArchiveImport(Base):
    """A person's latest archive. The file itself is never stored."""

    __tablename__ = "archive_import"
    __table_args__ = (one_of("state", STATES), one_of("texts", TEXT_CHOICES))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), unique=True)
    #: Names this import in jobs: SQLite gives the id of a deleted row to the next.
    token: Mapped[str] = mapped_column(short(32), unique=True)
    state: Mapped[str] = mapped_column(short())
    texts: Mapped[str] = mapped_column(short(), default="none")
    #: What was found: numbers, dates and names of files, no words of the items (``summary.py``).
    summary: Mapped[dict[str, Any]] = mapped_column(JSON)
    total: Mapped[int]
    processed: Mapped[int] = mapped_column(default=0)
    #: Number of the job that scores next.
    step: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    #: After this, entries that are not scored yet are deleted.
    expires_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ArchiveEntry(Base):
    """An item that waits for the rep's decision, or to be scored; then its row is deleted."""

    __tablename__ = "archive_entry"
    __table_args__ = (one_of("kind", KINDS),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("archive_import.id"), index=True)
    key: Mapped[str] = mapped_column(short())
    kind: Mapped[str] = mapped_column(short())
    published_at: Mapped[datetime]
    url: Mapped[str | None] = mapped_column(short(2000))
    text: Mapped[str] = mapped_column(Text)
    #: Of a profile.
    sections: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class HistoryItem(Base):
    __tablename__ = "history_item"
    __table_args__ = (
        one_of("kind", KINDS),
        # An item that is in several archives is stored once.
        UniqueConstraint("user_id", "key"),
        Index("ix_history_item_user_id_published_at", "user_id", "published_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    key: Mapped[str] = mapped_column(short())
    kind: Mapped[str] = mapped_column(short())
    published_at: Mapped[datetime]
    url: Mapped[str | None] = mapped_column(short(2000))
    score: Mapped[int | None]
    band: Mapped[str | None] = mapped_column(short())
    #: Name to points, 0-100.
    dimensions: Mapped[dict[str, int]] = mapped_column(JSON)
    #: Why there is no score, or what it leaves out: a code of ``nlp``'s notes, such as ``not-english``.
    note: Mapped[str | None] = mapped_column(short())
    scoring_version: Mapped[str] = mapped_column(ForeignKey("scoring_version.hash"))
    #: Only if the rep chose to keep it; without sentences that are protected talk.
    text: Mapped[str | None] = mapped_column(Text)
    #: When the text is deleted, if it is kept only until the item can no longer count.
    text_until: Mapped[datetime | None]
