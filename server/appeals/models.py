"""Appeals of reps, and how each ended. What was asked and answered in words is kept apart, so that it can be erased."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, one_of, short

#: ``credit``: the rep contests what an item earned. ``explanation``: the rep asks how its score or band came about.
KINDS = ("credit", "explanation")
#: ``withdrawn`` by the rep; the others are answers. ``reversed`` and ``new-entry`` come with a decision about the credit.
OUTCOMES = ("withdrawn", "stands", "reversed", "new-entry", "explained")


class Appeal(Base):
    """Append-only. Open until it has an ``AppealClosing``, the rep withdraws the item, or the rep leaves."""

    __tablename__ = "appeal"
    __table_args__ = (
        one_of("kind", KINDS),
        # Of two appeals about the same thing at once, one is refused.
        UniqueConstraint("activity_id", "kind", "number"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    #: The live entry at that time; None if the item earned none.
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entry.id"))
    kind: Mapped[str] = mapped_column(short())
    #: 1, 2, 3 ... for each item and kind; only the last one can be open.
    number: Mapped[int]
    #: How many decisions there were about the item. Whoever made the last of them may not answer.
    decisions_before: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(default=now)
    #: The day by which it should be answered.
    due_on: Mapped[date]


class AppealClosing(Base):
    """Append-only: an appeal ends once."""

    __tablename__ = "appeal_closing"
    __table_args__ = (one_of("outcome", OUTCOMES), UniqueConstraint("decision_id"))

    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(short())
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    #: As whom the person acted: ``rep``, ``manager``, ``admin`` or ``overseer``.
    role: Mapped[str] = mapped_column(short())
    at: Mapped[datetime] = mapped_column(default=now)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("credit_decision.id"))


class AppealText(Base):
    """The rep's words and the answer. Deleted when the rep withdraws the appeal, is erased, and after the retention period."""

    __tablename__ = "appeal_text"

    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), primary_key=True)
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
