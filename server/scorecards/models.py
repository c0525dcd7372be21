"""Targets that the scorecard compares with."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database.types import Base, Key, one_of, short

METRICS = ("call", "lead-followed-up", "meeting", "credit")


class Target(Base):
    """What one person of a team is to reach in a week, from ``valid_from`` (a Monday) until the next row."""

    __tablename__ = "target"
    __table_args__ = (one_of("metric", METRICS), UniqueConstraint("team_id", "metric", "valid_from"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    metric: Mapped[str] = mapped_column(short())
    per_week: Mapped[int]
    valid_from: Mapped[date]
