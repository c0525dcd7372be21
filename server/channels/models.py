"""Channels of Slack and Teams that get the totals of each week, and the messages that were sent to them or are to be sent."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, one_of, short

SERVICES = ("slack", "teams")


class Channel(Base):
    """One of each service."""

    __tablename__ = "channel"
    __table_args__ = (one_of("service", SERVICES),)

    service: Mapped[str] = mapped_column(short(), primary_key=True)
    #: The parts of the address (``addresses.py``) as JSON, encrypted: whoever knows them can write to the channel.
    address: Mapped[str] = mapped_column(Text)
    #: The last characters of the address, by which an administrator recognises it.
    ending: Mapped[str] = mapped_column(short())
    set_at: Mapped[datetime] = mapped_column(default=now)


class ChannelMessage(Base):
    """One message to one channel. Its text is written when it is sent, and not stored."""

    __tablename__ = "channel_message"
    #: SQLite would give the id of a deleted message, which the key of its job contains, to the next one.
    __table_args__ = (
        one_of("service", SERVICES),
        # A channel gets one message about a week. Tests have no week.
        UniqueConstraint("service", "week"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    service: Mapped[str] = mapped_column(short())
    #: The Monday of the week that it is about; None for a test.
    week: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    #: Committed before it leaves: what may have arrived is never sent again.
    started_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    #: Why the last attempt failed: a code of ``failures.py``. None while it waits and after it was sent.
    failure: Mapped[str | None] = mapped_column(short())
    failed_at: Mapped[datetime | None]
