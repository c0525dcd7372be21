"""What a rep did: shared items, and what the CRM counted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, one_of, short

SOCIAL_KINDS = ("linkedin-post", "linkedin-comment", "x-post", "x-reply", "linkedin-profile", "x-profile")
SALES_KINDS = ("call", "lead-followed-up", "meeting", "deal")
SOURCES = ("extension", "web", "crm")
#: ``counted``: has its entry. ``held``: waits until what the gate names is mended. ``duplicate``: earns nothing.
STATES = ("counted", "held", "duplicate", "withdrawn")


class Activity(Base):
    __tablename__ = "activity"
    __table_args__ = (
        one_of("kind", SOCIAL_KINDS + SALES_KINDS),
        one_of("source", SOURCES),
        one_of("state", STATES),
        # One source item earns once.
        UniqueConstraint("user_id", "source", "external_id"),
        Index("ix_activity_user_id_occurred_at", "user_id", "occurred_at"),
        Index("ix_activity_occurred_at_kind", "occurred_at", "kind"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    #: The team at the time: moving a person does not move their past.
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    kind: Mapped[str] = mapped_column(short())
    source: Mapped[str] = mapped_column(short())
    #: The share's key, or the CRM's record id.
    external_id: Mapped[str] = mapped_column(short(200))
    state: Mapped[str] = mapped_column(short(), default="counted")
    #: How many of them (CRM rows may come as daily sums).
    count: Mapped[int] = mapped_column(default=1)
    #: Value of a deal in whole currency units.
    value: Mapped[int | None]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(default=now)
    url: Mapped[str | None] = mapped_column(short(2000))
    #: Published text that the rep chose to share; cleared on withdrawal and after the retention time.
    text: Mapped[str | None] = mapped_column(Text)
    #: Keyed hash of the normalised text, and keyed shingle hashes: duplicates are found without reading anybody's text.
    text_hash: Mapped[str | None] = mapped_column(short(64), index=True)
    shingles: Mapped[list[int] | None] = mapped_column(JSON)
    #: Private to the rep; only the band crosses to the manager.
    score: Mapped[int | None]
    band: Mapped[str | None] = mapped_column(short())
    scoring_version: Mapped[str | None] = mapped_column(ForeignKey("scoring_version.hash"))
    #: Why it is held or a duplicate: a code and the words for the rep.
    reason_code: Mapped[str | None] = mapped_column(short())
    reason: Mapped[str | None] = mapped_column(short(300))


class TextBand(Base):
    """Finds what is nearly the same text by equality: two texts that share one of their bands are compared (fingerprint.py)."""

    __tablename__ = "text_band"

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    hash: Mapped[int] = mapped_column(BigInteger, primary_key=True, index=True)


class KeyedAnswer(Base):
    """The first answer to a keyed write, given again to every repetition. ``body_hmac`` tells a repetition from a reuse."""

    __tablename__ = "keyed_answer"
    __table_args__ = (UniqueConstraint("user_id", "key"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    key: Mapped[str] = mapped_column(short(100))
    body_hmac: Mapped[str] = mapped_column(short(64))
    status: Mapped[int]
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(default=now)
