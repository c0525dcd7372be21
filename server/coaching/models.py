"""What a rep chose for their coaching. No draft and no score is stored here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, one_of, short

SHARE_CHOICES = ("ask", "always", "never")


class CoachPreference(Base):
    __tablename__ = "coach_preference"
    __table_args__ = (one_of("share_choice", SHARE_CHOICES),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    #: "Count this post toward your credit?": asked each time until the rep says otherwise.
    share_choice: Mapped[str] = mapped_column(short(), default="ask")
    rules_off: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: Rules of which the rep ignored a tip at least once; the words that it was about stay on the rep's device.
    rules_ignored: Mapped[list[str]] = mapped_column(JSON, default=list)
    changed_at: Mapped[datetime] = mapped_column(default=now)
