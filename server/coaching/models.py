"""Coaching preferences of reps. No drafts and no scores are stored here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, true
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, one_of, short

SHARE_CHOICES = ("ask", "always", "never")


class CoachPreference(Base):
    __tablename__ = "coach_preference"
    __table_args__ = (one_of("share_choice", SHARE_CHOICES),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    #: Whether published items count toward credit: ``ask`` each time, ``always`` or ``never``.
    share_choice: Mapped[str] = mapped_column(short(), default="ask")
    rules_off: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: Rules with a tip that the rep ignored at least once. The text of the tip's finding stays on the rep's device.
    rules_ignored: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: Whether the rep wants suggested wordings, where the organisation has them.
    wording_help: Mapped[bool] = mapped_column(default=True, server_default=true())
    changed_at: Mapped[datetime] = mapped_column(default=now)
