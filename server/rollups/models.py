"""Weekly sums of what people did. They repeat what the records and the credit ledger say, and can be rebuilt from them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database.types import Base, short

#: In no team on that day.
NO_TEAM = 0


class PersonWeek(Base):
    """What a person did in a week, or in the part of it that lies in one month, while in one team: the sums of one kind."""

    __tablename__ = "person_week"
    __table_args__ = (
        # Covers the queries of a team's people.
        Index("ix_person_week_team", "starts_on", "team_id", "user_id", "kind", "count", "value"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    #: As ``weeks.part_of_week``.
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    #: Of that time, by the memberships as they are recorded now; ``NO_TEAM`` without one. Not a foreign key because of that.
    team_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: A kind of records, or ``standard_metrics.LEDGER_METRIC`` for the credit ledger.
    kind: Mapped[str] = mapped_column(short(), primary_key=True)
    #: Of records, the sum of their counts; of the ledger, the number of entries.
    count: Mapped[int]
    #: Of records, the sum of their values; of the ledger, points.
    value: Mapped[int]


class TeamWeek(Base):
    """The sums of ``PersonWeek`` for the people of one team."""

    __tablename__ = "team_week"

    team_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(short(), primary_key=True)
    count: Mapped[int]
    value: Mapped[int]
    #: How many people have a number other than zero.
    people: Mapped[int]


class RollupState(Base):
    """One row: whether the sums are complete."""

    __tablename__ = "rollup_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: The time zone whose days and weeks they follow.
    zone: Mapped[str] = mapped_column(short())
    #: While they are rebuilt, the person with this id and those after are still to do; None when they are complete.
    next_user_id: Mapped[int | None]
