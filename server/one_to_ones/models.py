"""One-to-ones of a manager with a person: notes, praise, agreed actions, and the talking points that were used."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, one_of, short

#: Who does what was agreed.
OWNERS = ("person", "manager")


class OneToOne(Base):
    __tablename__ = "one_to_one"
    __table_args__ = (
        UniqueConstraint("user_id", "manager_id", "held_on"),
        Index("ix_one_to_one_manager_id", "manager_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    manager_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    held_on: Mapped[date]
    #: Whether the person reads notes and actions, as the organisation chose when this was first saved. A later change of the
    #: setting neither discloses what was written for the manager alone nor takes away what the person could read.
    is_shared: Mapped[bool]
    notes: Mapped[str] = mapped_column(Text, default="")
    #: The person always reads it.
    praise: Mapped[str] = mapped_column(Text, default="")
    #: Grows with each change, so that a page that was opened before it cannot overwrite it unseen.
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime] = mapped_column(default=now)


class AgreedAction(Base):
    __tablename__ = "agreed_action"
    __table_args__ = (one_of("owner", OWNERS),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    one_to_one_id: Mapped[int] = mapped_column(ForeignKey("one_to_one.id"), index=True)
    text: Mapped[str] = mapped_column(short(300))
    owner: Mapped[str] = mapped_column(short())
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]


class UsedPoint(Base):
    """A talking point that was talked about: ``reason``, ``subject`` and ``value`` as in ``scorecards.views.TalkingPoint``,
    ``week`` the last week that it was about."""

    __tablename__ = "used_point"
    __table_args__ = (UniqueConstraint("one_to_one_id", "reason", "subject"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    one_to_one_id: Mapped[int] = mapped_column(ForeignKey("one_to_one.id"))
    reason: Mapped[str] = mapped_column(short())
    subject: Mapped[str] = mapped_column(short(200))
    #: As it stood on the page.
    title: Mapped[str] = mapped_column(short(200))
    week: Mapped[date]
    value: Mapped[int]
