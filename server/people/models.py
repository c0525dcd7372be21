"""The organisation, its team tree, its people, who was in which team when, absences, targets and time allowances. Names and
e-mail addresses are stored only here."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, one_of, short

ROLES = ("rep", "manager", "admin")
CREDIT_MODES = ("bands", "checks", "blind")
#: Who reads the notes of a one-to-one: the manager and the person, or the manager alone.
NOTE_READERS = ("both", "manager")
#: What allows managers to see data about individuals.
BASES = ("works-agreement", "notice")
#: Whether a metric moves before results do, or is a result.
TIMINGS = ("leading", "lagging")
UNITS = ("count", "money")
#: ``workdays``: a fifth of the weekly target for each workday that the person was there; ``whole``: the same in every week in
#: which they were there at all.
TARGET_KINDS = ("none", "workdays", "whole")
#: Why somebody is away. Illness is health data, so it has no kind of its own.
LEAVE_KINDS = ("holiday", "long-leave", "other")


class Organisation(Base):
    """A single row: one deployment per organisation."""

    __tablename__ = "organisation"
    __table_args__ = (one_of("credit_mode", CREDIT_MODES), one_of("note_readers", NOTE_READERS))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(short(200))
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    #: How quality affects credit (TRUST.md T2). ``bands`` needs ``overseer`` and acknowledged notices.
    credit_mode: Mapped[str] = mapped_column(short(), default="blind")
    #: Name of the person accountable for quality bands that affect credit.
    overseer: Mapped[str | None] = mapped_column(short(200))
    #: The overseer's account, if they have one: they then answer appeals.
    overseer_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: Within how many working days an appeal should be answered.
    answer_days: Mapped[int] = mapped_column(default=10, server_default="10")
    #: Managers see no data about individuals; on until an admin records the works agreement or the notice.
    team_only: Mapped[bool] = mapped_column(default=True)
    #: Version of the current notice to staff; a rep's items earn credit only after the rep has acknowledged it.
    notice_version: Mapped[str] = mapped_column(short(), default="2026-12.9")
    #: Whether a second admin must confirm a new scoring version or credit policy.
    two_person: Mapped[bool] = mapped_column(default=True)
    quiet_required: Mapped[bool] = mapped_column(default=False)
    #: Words of the organisation's business that never count as protected talk, lower case and sorted.
    trade_words: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    #: Origins of web pages and apps that may call LanguageTool's API from a browser, sorted (``people/origins.py``).
    editor_origins: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    #: Other sites on which the extension may coach, by origin (``people/sites.py``).
    coached_sites: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list, server_default="[]")
    #: An IANA time zone, in which days and weeks begin.
    time_zone: Mapped[str] = mapped_column(short(), default="UTC")
    #: Whose public holidays apply where neither the team nor a team above it has a region; as in ``Team``.
    region: Mapped[str | None] = mapped_column(short(100))
    #: Whether managers may set the time allowance of their teams.
    managers_set_time: Mapped[bool] = mapped_column(default=False, server_default=false())
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
    #: Who reads the notes and actions of one-to-ones that are written from now on; earlier ones keep their readers.
    note_readers: Mapped[str] = mapped_column(short(), default="both", server_default="both")
    #: Notes, praise, actions and used talking points of one-to-ones.
    note_retention_months: Mapped[int] = mapped_column(default=12, server_default="12")
    #: Time to download an export; after that it has to be requested again.
    export_days: Mapped[int] = mapped_column(default=7)
    #: ISO 4217 code of all amounts of money.
    currency: Mapped[str] = mapped_column(short(3), default="EUR", server_default="EUR")
    #: Whether subject lines of imported records are kept.
    keep_subjects: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: How often people who were invited by mail and have not signed in are reminded, ever, and after how many days each time.
    reminders: Mapped[int] = mapped_column(default=1)
    reminder_days: Mapped[int] = mapped_column(default=4)
    #: Whether people get a digest of their week by mail, which each can stop.
    weekly_digest: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: When an administrator hid the finished setup checklist.
    setup_dismissed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Team(Base):
    __tablename__ = "team"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(short(200))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    #: Whose public holidays apply, besides those of all regions; None to inherit it from the team above. The code of a place
    #: (``places.py``), such as ``DE-BY``, or a name that the administrator chose.
    region: Mapped[str | None] = mapped_column(short(100))


class User(Base):
    __tablename__ = "user_account"
    __table_args__ = (one_of("role", ROLES), UniqueConstraint("email"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: Lower case.
    email: Mapped[str] = mapped_column(short(254))
    name: Mapped[str] = mapped_column(short(200))
    #: What the person may do now. What counts toward a team follows the role of the membership.
    role: Mapped[str] = mapped_column(short())
    #: argon2id; None if the user signs in with one-time links only.
    password_hash: Mapped[str | None] = mapped_column(short(255))
    is_active: Mapped[bool] = mapped_column(default=True)
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    #: The first day at the organisation. A new hire's targets grow from this day.
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


class Membership(Base):
    """A person was in a team, in a role, on all days from ``starts_on`` to ``ends_on``, both included; without ``ends_on``,
    until further notice. A person is in at most one team on any day."""

    __tablename__ = "membership"
    __table_args__ = (
        one_of("role", ROLES),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="interval"),
        UniqueConstraint("user_id", "starts_on"),
        Index(
            "uq_membership_open",
            "user_id",
            unique=True,
            sqlite_where=text("ends_on IS NULL"),
            postgresql_where=text("ends_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    role: Mapped[str] = mapped_column(short())
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Leave(Base):
    """A person is away on all days from ``starts_on`` to ``ends_on``, both included; without ``ends_on``, until further
    notice."""

    __tablename__ = "leave"
    __table_args__ = (
        one_of("kind", LEAVE_KINDS),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="interval"),
        UniqueConstraint("user_id", "starts_on"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    kind: Mapped[str] = mapped_column(short())


class Holiday(Base):
    """A public holiday; an empty ``region`` means everywhere. A deleted one stays as a row, so that adding the holidays of a
    place again does not bring it back."""

    __tablename__ = "holiday"
    __table_args__ = (UniqueConstraint("day", "region"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    day: Mapped[date]
    name: Mapped[str] = mapped_column(short(200))
    region: Mapped[str] = mapped_column(short(100), default="")
    is_deleted: Mapped[bool] = mapped_column(default=False, server_default=false())


class Target(Base):
    """A weekly target for one person, for each rep in a team, or for everybody in a role; from ``valid_from`` (a Monday) until
    the next row with the same scope. A target of 0 ends it."""

    __tablename__ = "target"
    __table_args__ = (
        one_of("role", ROLES),
        CheckConstraint(
            "(user_id IS NOT NULL AND team_id IS NULL AND role IS NULL) OR (user_id IS NULL AND team_id IS NOT NULL "
            "AND role IS NULL) OR (user_id IS NULL AND team_id IS NULL AND role IS NOT NULL)",
            name="scope",
        ),
        UniqueConstraint("user_id", "metric", "valid_from"),
        UniqueConstraint("team_id", "metric", "valid_from"),
        UniqueConstraint("role", "metric", "valid_from"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    role: Mapped[str | None] = mapped_column(short())
    metric: Mapped[str] = mapped_column(ForeignKey("metric.key"))
    per_week: Mapped[int]
    valid_from: Mapped[date]
    #: Percent of the target in each of a new hire's first weeks; 100 after them.
    ramp: Mapped[list[int]] = mapped_column(JSON, default=list)


class WeightSet(Base):
    """How much each metric's attainment of its target counts in the scorecard's one number, from ``valid_from`` (a Monday)
    until the next row. Without weights, there is no such number."""

    __tablename__ = "weight_set"
    __table_args__ = (UniqueConstraint("valid_from"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    valid_from: Mapped[date]
    #: Percent by metric, from 1 to 100, adding up to 100; empty from when there is no such number any more.
    weights: Mapped[dict[str, int]] = mapped_column(JSON)
    #: Whether more than the target counts as the target.
    is_capped: Mapped[bool] = mapped_column(default=False)


class TimeAllowance(Base):
    """Time that the organisation allows each person of a team for social work, from ``valid_from`` (a Monday) until the team's
    next row; 0 minutes end it. It is a statement to the team: nothing compares it with what anybody does."""

    __tablename__ = "time_allowance"
    __table_args__ = (
        CheckConstraint("minutes_per_week >= 0", name="minutes"),
        UniqueConstraint("team_id", "valid_from"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    minutes_per_week: Mapped[int]
    valid_from: Mapped[date]


class Metric(Base):
    """A number that scorecards show per person and week. The product brings some (standard_metrics.py); administrators add
    others."""

    __tablename__ = "metric"
    __table_args__ = (one_of("timing", TIMINGS), one_of("unit", UNITS), one_of("target_kind", TARGET_KINDS))

    #: Stands in imports, targets and exports, and never changes.
    key: Mapped[str] = mapped_column(short(), primary_key=True)
    #: As within a sentence: demo held, demos held.
    singular: Mapped[str] = mapped_column(short())
    plural: Mapped[str] = mapped_column(short())
    timing: Mapped[str] = mapped_column(short())
    unit: Mapped[str] = mapped_column(short())
    #: The kind of the records that it is computed from: their number if ``unit`` is ``count``, their value if it is ``money``.
    #: Usually its own key; None for the metric that the credit ledger gives.
    record_kind: Mapped[str | None] = mapped_column(short())
    #: Whether the records of a week are added up; otherwise the last one of the week is that week's number.
    sums: Mapped[bool] = mapped_column(default=True)
    target_kind: Mapped[str] = mapped_column(short())
    #: The metric that this one should lead to, as leads do to meetings.
    converts_to: Mapped[str | None] = mapped_column(short())
    #: What to ask in a one-to-one after a rise and after a fall; None for a general question.
    growth_question: Mapped[str | None] = mapped_column(short(200))
    decline_question: Mapped[str | None] = mapped_column(short(200))
    on_team_page: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]
    archived_at: Mapped[datetime | None]

    @property
    def title(self) -> str:
        """For headings: Demos held."""
        return self.plural[:1].upper() + self.plural[1:]

    def noun(self, number: int) -> str:
        return self.singular if number == 1 else self.plural
