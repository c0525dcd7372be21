"""The organisation, its team tree, its people and their targets. Names and e-mail addresses are stored only here."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, one_of, short

ROLES = ("rep", "manager", "admin")
CREDIT_MODES = ("bands", "checks", "blind")
#: What allows managers to see data about individuals.
BASES = ("works-agreement", "notice")
#: Metrics that can have a target.
METRICS = ("call", "lead-followed-up", "meeting", "credit")


class Organisation(Base):
    """A single row: one deployment per organisation."""

    __tablename__ = "organisation"
    __table_args__ = (one_of("credit_mode", CREDIT_MODES),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(short(200))
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    #: How quality affects credit (TRUST.md T2). ``bands`` needs ``overseer`` and acknowledged notices.
    credit_mode: Mapped[str] = mapped_column(short(), default="blind")
    #: Name of the person accountable for quality bands that affect credit.
    overseer: Mapped[str | None] = mapped_column(short(200))
    #: Managers see no data about individuals; on until an admin records the works agreement or the notice.
    team_only: Mapped[bool] = mapped_column(default=True)
    #: Version of the current notice to staff; a rep's items earn credit only after the rep has acknowledged it.
    notice_version: Mapped[str] = mapped_column(short(), default="2026-11")
    #: Whether a second admin must activate a new scoring version.
    two_person: Mapped[bool] = mapped_column(default=True)
    quiet_required: Mapped[bool] = mapped_column(default=False)
    #: Words of the organisation's business that never count as protected talk, lower case and sorted.
    trade_words: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    #: An IANA time zone, in which days and weeks begin.
    time_zone: Mapped[str] = mapped_column(short(), default="UTC")
    #: What allows managers to see data about individuals, and its date; both None while ``team_only`` is on.
    team_only_basis: Mapped[str | None] = mapped_column(short())
    team_only_basis_on: Mapped[date | None]
    #: Whether posts count toward credit for people who have not chosen themselves: ``ask`` each time, or ``never``.
    default_share_choice: Mapped[str] = mapped_column(short(), default="ask")
    #: Texts of shared items; their numbers stay (TRUST.md T82). A month is 30.5 days.
    text_retention_months: Mapped[int] = mapped_column(default=13)
    #: Records of who viewed whose page (TRUST.md T85).
    view_retention_months: Mapped[int] = mapped_column(default=12)
    #: Ended sessions, used links and finished jobs (TRUST.md T86).
    access_retention_days: Mapped[int] = mapped_column(default=30)
    #: Time to download an export; after that it has to be requested again.
    export_days: Mapped[int] = mapped_column(default=7)
    #: When an administrator hid the finished setup checklist.
    setup_dismissed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Team(Base):
    __tablename__ = "team"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(short(200))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)


class User(Base):
    __tablename__ = "user_account"
    __table_args__ = (one_of("role", ROLES), UniqueConstraint("email"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: Lower case.
    email: Mapped[str] = mapped_column(short(254))
    name: Mapped[str] = mapped_column(short(200))
    role: Mapped[str] = mapped_column(short())
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    #: argon2id; None if the user signs in with one-time links only.
    password_hash: Mapped[str | None] = mapped_column(short(255))
    is_active: Mapped[bool] = mapped_column(default=True)
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    started_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class StaffNotice(Base):
    """A published version of the notice to staff, with what the organisation adds to the product's own text. The version that
    Repute brings has no row."""

    __tablename__ = "staff_notice"

    version: Mapped[str] = mapped_column(short(), primary_key=True)
    addition: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(default=now)


class Acknowledgement(Base):
    """A user acknowledged one version of the notice to staff."""

    __tablename__ = "acknowledgement"
    __table_args__ = (UniqueConstraint("user_id", "notice_version"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    notice_version: Mapped[str] = mapped_column(short())
    at: Mapped[datetime] = mapped_column(default=now)


class Target(Base):
    """A weekly target for each person in a team, valid from ``valid_from`` (a Monday) until the next row's."""

    __tablename__ = "target"
    __table_args__ = (one_of("metric", METRICS), UniqueConstraint("team_id", "metric", "valid_from"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    metric: Mapped[str] = mapped_column(short())
    per_week: Mapped[int]
    valid_from: Mapped[date]
