"""Randomised trials: drafts, locked plans, the lottery's result, what happened to a trial, and analyses.

What was locked or drawn is append-only, as the credit ledger is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, one_of, short
from server.jobs.runs import STATES, Run

DRAFT_STATES = ("draft", "proposed", "locked", "discarded")
POWER_STATES = ("queued", "done", "failed")
PHASES = ("reading", "computing")
#: ``drawn``: the lottery. ``cancelled``: with a reason, at any time; what was drawn stays.
EVENTS = ("drawn", "cancelled")


class TrialDraft(Base):
    """A plan while it is prepared. If two people are required, who proposed it cannot lock it."""

    __tablename__ = "trial_draft"
    __table_args__ = (
        one_of("state", DRAFT_STATES),
        one_of("power_state", POWER_STATES),
        # At most one proposal is open.
        Index(
            "uq_trial_draft_open",
            "state",
            unique=True,
            sqlite_where=text("state = 'proposed'"),
            postgresql_where=text("state = 'proposed'"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: Names the draft in jobs: SQLite gives the id of a deleted row to the next.
    token: Mapped[str] = mapped_column(short(32), unique=True)
    state: Mapped[str] = mapped_column(short(), default="draft")
    #: A ``plan.Choices``.
    choices: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: What the trial could detect (``planning.Power``), computed by a job for these choices; None until it is done.
    power: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    power_state: Mapped[str] = mapped_column(short(), default="queued")
    #: Why it could not be computed, in one sentence.
    problem: Mapped[str | None] = mapped_column(short(300))
    #: How often the choices were changed; names the job.
    revision: Mapped[int] = mapped_column(default=1)
    edited_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    edited_at: Mapped[datetime] = mapped_column(default=now)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime | None]


class Trial(Base):
    """A locked plan. Append-only."""

    __tablename__ = "trial"
    __table_args__ = (UniqueConstraint("draft_id"), UniqueConstraint("sha256"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("trial_draft.id"))
    #: The canonical JSON of ``plan.Plan``, byte for byte as it was hashed.
    document: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(short(64))
    #: Of the lottery. Shown after the draw; the plan has its hash.
    seed: Mapped[str] = mapped_column(short(64), deferred=True)
    proposed_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    locked_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    locked_at: Mapped[datetime] = mapped_column(default=now)


class TrialAssignment(Base):
    """The wave in which a unit starts, as the lottery drew it. Append-only."""

    __tablename__ = "trial_assignment"
    __table_args__ = (UniqueConstraint("trial_id", "unit_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"))
    #: A person or a team, as the plan says.
    unit_id: Mapped[int]
    #: From 1.
    wave: Mapped[int]


class TrialEvent(Base):
    """Append-only."""

    __tablename__ = "trial_event"
    __table_args__ = (one_of("kind", EVENTS), UniqueConstraint("trial_id", "kind"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"))
    kind: Mapped[str] = mapped_column(short())
    #: Of a cancellation.
    reason: Mapped[str | None] = mapped_column(short(300))
    by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(default=now)


class TrialAnalysis(Run):
    """One computation of a trial's result, or of an early look that the plan allows. Computing again adds a row."""

    __tablename__ = "trial_analysis"
    # One at a time for each trial.
    __table_args__ = (one_of("state", STATES), one_of("phase", PHASES), UniqueConstraint("trial_id", "slot"))

    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"))
    #: Of the comparison, those that were over.
    weeks: Mapped[int]
    phase: Mapped[str] = mapped_column(short(), default="reading")
    #: Of the phase, in percent.
    progress: Mapped[int] = mapped_column(default=0)
    #: ``report.Report``: figures of groups, nobody's numbers.
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    #: SHA-256 of the numbers that it was computed from.
    data_sha256: Mapped[str | None] = mapped_column(short(64))
    started_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
