"""Activities of reps that they shared. What other systems report is in ``server.records``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.activities.fingerprint import VERSION
from server.core.clock import now
from server.core.database.types import Base, Key, one_of, short
from server.core.kinds import SOCIAL_KINDS

SOURCES = ("extension", "web")
#: ``counted``: has a ledger entry. ``held``: on hold until the rep fixes what the gate found, or somebody releases it.
#: ``duplicate``: earns nothing, because it adds too little to what already counts. ``refused``: somebody decided that it does
#: not count.
STATES = ("counted", "held", "duplicate", "refused", "withdrawn")


class Activity(Base):
    __tablename__ = "activity"
    __table_args__ = (
        one_of("kind", SOCIAL_KINDS),
        one_of("source", SOURCES),
        one_of("state", STATES),
        # An item of a source counts once.
        UniqueConstraint("user_id", "source", "external_id"),
        # Holds all that is needed to find the first item of each person that counts.
        Index("ix_activity_user_id_occurred_at_state", "user_id", "occurred_at", "state"),
        Index("ix_activity_occurred_at_kind", "occurred_at", "kind"),
        Index("ix_activity_address", "address"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[str] = mapped_column(short())
    source: Mapped[str] = mapped_column(short())
    #: The share's idempotency key.
    external_id: Mapped[str] = mapped_column(short(200))
    state: Mapped[str] = mapped_column(short(), default="counted")
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(default=now)
    url: Mapped[str | None] = mapped_column(short(2000))
    #: ``url`` as ``core.post_links`` writes it, to find the item that another system names.
    post_link: Mapped[str | None] = mapped_column(short(2000))
    #: What the URL names: the item, and the post that a comment is under (addresses.py).
    address: Mapped[str | None] = mapped_column(short(100))
    post_address: Mapped[str | None] = mapped_column(short(100))
    #: The published text that the rep chose to share; deleted on withdrawal and after the retention period.
    text: Mapped[str | None] = mapped_column(Text)
    #: As counted by ``credit.word_count``; stays when the text is deleted. None for items whose text was deleted before words
    #: were counted.
    words: Mapped[int | None]
    #: Keyed hash of the normalised text, and those of its shingles (fingerprint.py): duplicates are found without comparing
    #: texts.
    text_hash: Mapped[str | None] = mapped_column(short(64), index=True)
    shingles: Mapped[list[int] | None] = mapped_column(JSON)
    #: Of the way in which these two were computed; 1 for items of releases that did not store it.
    fingerprint_version: Mapped[int] = mapped_column(default=VERSION, server_default="1")
    #: Visible to the rep only. Managers see at most the band.
    score: Mapped[int | None]
    band: Mapped[str | None] = mapped_column(short())
    #: Visible to the rep only: name to points, 0-100. None without a score, and for items of releases that did not store it.
    dimensions: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    #: Visible to the rep only: the coach's advice, largest worth first, each with ``code``, ``message``, ``question`` and
    #: ``worth``. It may quote the text, and is deleted with it.
    advice: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    scoring_version: Mapped[str | None] = mapped_column(ForeignKey("scoring_version.hash"))
    #: Why the item is on hold or earns nothing, or counts in another week: a code, and an explanation for the rep.
    reason_code: Mapped[str | None] = mapped_column(short())
    reason: Mapped[str | None] = mapped_column(short(300))
    #: The item that this one repeats. No foreign key: SQLite cannot add one to a table, and no item is ever deleted.
    original_id: Mapped[int | None]


class TextBand(Base):
    """An index of possible near copies: texts with a hash in common are compared (fingerprint.py)."""

    __tablename__ = "text_band"
    # Also with the item, so that counting the hashes that items have in common reads the index only.
    __table_args__ = (Index("ix_text_band_hash_activity_id", "hash", "activity_id"),)

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    hash: Mapped[int] = mapped_column(BigInteger, primary_key=True)


class ItemInputs(Base):
    """What the score of an item is computed from besides the rubric (``nlp.quality.rescoring``), to try other weights, bands
    and costs on it. Visible to the rep only; deleted with the text, and some weeks after the item was published."""

    __tablename__ = "item_inputs"

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    #: ``rescoring.measured_by`` of the version that measured it.
    measured_by: Mapped[str] = mapped_column(short(64))
    #: None: the item has no score.
    inputs: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    measured_at: Mapped[datetime] = mapped_column(default=now)


class IdempotencyRecord(Base):
    """The response to the first request with a key, replayed when the request is repeated. ``body_hmac`` detects a key that is
    reused for another body. The caller is a person or an integration."""

    __tablename__ = "keyed_answer"
    __table_args__ = (
        UniqueConstraint("user_id", "key"),
        UniqueConstraint("integration_id", "key"),
        CheckConstraint("(user_id IS NULL) <> (integration_id IS NULL)", name="caller"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    integration_id: Mapped[int | None] = mapped_column(ForeignKey("integration.id"))
    key: Mapped[str] = mapped_column(short(100))
    body_hmac: Mapped[str] = mapped_column(short(64))
    status: Mapped[int]
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(default=now)
