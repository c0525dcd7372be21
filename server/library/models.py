"""Shared items that their author lets the team read as examples."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key


class TeamExample(Base):
    """The author's consent for one item. The row is deleted when they withdraw it, and with the item's text."""

    __tablename__ = "team_example"

    activity_id: Mapped[int] = mapped_column(Key, ForeignKey("activity.id"), primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    given_at: Mapped[datetime] = mapped_column(default=now)
