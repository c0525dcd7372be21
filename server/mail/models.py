"""Messages that were sent or are to be sent: to whom and why, never their text, links or addresses."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, one_of, short

KINDS = ("invitation", "reminder", "sign-in-link", "test", "digest", "appeal-opened", "appeal-answered")


class MailMessage(Base):
    """One message to one person. One job sends it, and writes its text at that time."""

    __tablename__ = "mail_message"
    #: SQLite would give the id of a deleted message, which the key of its job contains, to the next one.
    __table_args__ = (
        one_of("kind", KINDS),
        # A person gets one digest of a week. Other kinds have no week, and any number of them may be sent.
        UniqueConstraint("user_id", "week"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(short())
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    #: Who invited the person; None for other kinds, and after that person was erased.
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    #: The Monday of the week that a digest is about; None for other kinds.
    week: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    #: When the mail server accepted it.
    sent_at: Mapped[datetime | None]
    #: Why the last attempt failed: a code of ``failures.py``. None while it waits and after it was sent.
    failure: Mapped[str | None] = mapped_column(short())
    failed_at: Mapped[datetime | None]
    #: The mail server's reply in numbers, such as ``550 5.1.1``: its words may contain anything.
    reply: Mapped[str | None] = mapped_column(short())
