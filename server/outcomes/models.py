"""The ledgers of outcomes: append-only facts in numbers and codes, and apart from them the texts, which can be deleted.

An outcome is never points. It is on the ledger ``response`` (a buyer replied) or ``sourced`` (a lead, a meeting ... came of the
item), and neither is added to the other or to effort (TRUST.md C9)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, one_of, short

RESPONSE, SOURCED = LEDGERS = ("response", "sourced")
REPLY = "reply"
#: ``other``: a record of a metric that the organisation added.
SOURCED_KINDS = ("lead", "meeting", "opportunity", "deal", "other")
#: How it is known that a result came of the item, strongest first.
GRADES = ("tracked-link", "buyer", "crm", "judgement")
#: Who said so: the rep, or another system whose record names the item.
ORIGINS = ("rep", "crm")
#: What happens to an outcome, each at most once. A later one in this order prevails over an earlier one.
EVENTS = ("approved", "declined", "withdrawn")

MAX_NOTE_LENGTH = 500
MAX_REASON_LENGTH = 500


class Outcome(Base):
    """One statement, never changed. A correction is another outcome that replaces it."""

    __tablename__ = "outcome"
    __table_args__ = (
        one_of("ledger", LEDGERS),
        one_of("kind", (REPLY, *SOURCED_KINDS)),
        one_of("grade", GRADES),
        one_of("origin", ORIGINS),
        CheckConstraint("(ledger = 'response' AND kind = 'reply') OR (ledger = 'sourced' AND kind <> 'reply')", name="of_kind"),
        CheckConstraint("(ledger = 'response') = (grade IS NULL)", name="graded"),
        CheckConstraint("record_id IS NULL OR ledger = 'sourced'", name="linked"),
        CheckConstraint("origin = 'rep' OR record_id IS NOT NULL", name="named_by"),
        UniqueConstraint("user_id", "key"),
        # An outcome is corrected at most once; a further correction corrects the correction.
        UniqueConstraint("replaces_id"),
        Index("ix_outcome_user_id_occurred_on", "user_id", "occurred_on"),
        Index("ix_outcome_activity_id", "activity_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: Whose item it is.
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    ledger: Mapped[str] = mapped_column(short())
    kind: Mapped[str] = mapped_column(short())
    grade: Mapped[str | None] = mapped_column(short())
    origin: Mapped[str] = mapped_column(short(), default="rep")
    #: The record of another system that it is, if any; ``OutcomeRecord`` says whether it still is.
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    #: In the organisation's time zone.
    occurred_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(default=now)
    #: Sent with the form, so that sending it twice states one outcome.
    key: Mapped[str] = mapped_column(short(100))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("outcome.id"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class OutcomeEvent(Base):
    """An outcome was approved or declined by a person, or withdrawn."""

    __tablename__ = "outcome_event"
    __table_args__ = (one_of("event", EVENTS), UniqueConstraint("outcome_id", "event"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcome.id"))
    event: Mapped[str] = mapped_column(short())
    #: Of a withdrawal: ``withdrawn``, ``corrected``, or ``item-withdrawn``.
    reason_code: Mapped[str | None] = mapped_column(short())
    recorded_at: Mapped[datetime] = mapped_column(default=now)
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class OutcomeText(Base):
    """The evidence, and the reason of whoever declined it: deleted with the texts of items, on withdrawal and on erasure."""

    __tablename__ = "outcome_text"

    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcome.id"), primary_key=True, autoincrement=False)
    url: Mapped[str | None] = mapped_column(short(2000))
    note: Mapped[str | None] = mapped_column(short(MAX_NOTE_LENGTH))
    reason: Mapped[str | None] = mapped_column(short(MAX_REASON_LENGTH))


class OutcomeRecord(Base):
    """A record is the outcome of at most one item. The row goes when the outcome is declined or withdrawn, or when the record
    belongs to somebody else now and is an outcome of theirs."""

    __tablename__ = "outcome_record"
    __table_args__ = (UniqueConstraint("outcome_id"),)

    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True, autoincrement=False)
    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcome.id"))
