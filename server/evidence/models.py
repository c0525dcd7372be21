"""Runs: each computes an association once. The panel that it computed from is not stored, only its hash."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, one_of, short
from server.evidence import limits

STATES = ("queued", "running", "cancelling", "cancelled", "done", "failed")
OPEN_STATES = ("queued", "running", "cancelling")
PHASES = ("reading", "computing")
#: Of the errors: the unit by which social work is decided.
CLUSTERS = ("rep", "team")


class EvidenceRun(Base):
    __tablename__ = "evidence_run"
    __table_args__ = (
        one_of("state", STATES), one_of("phase", PHASES), one_of("cluster", CLUSTERS), UniqueConstraint("slot"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: Names this run in jobs, and decides the order of the reps in its panel.
    token: Mapped[str] = mapped_column(short(32), unique=True)
    state: Mapped[str] = mapped_column(short(), default="queued")
    phase: Mapped[str] = mapped_column(short(), default="reading")
    #: Of the phase, in percent.
    progress: Mapped[int] = mapped_column(default=0)
    #: 1 while the run is open, so that there is one at a time; then empty.
    slot: Mapped[int | None] = mapped_column(default=1)
    #: Key of a metric. Not a foreign key: a metric that nobody uses can be deleted.
    outcome: Mapped[str] = mapped_column(short())
    #: Weeks from the social work to the outcome.
    lag: Mapped[int] = mapped_column(default=limits.DEFAULT_LAG)
    cluster: Mapped[str] = mapped_column(short(), default="rep")
    #: Keys of metrics.
    controls: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: SHA-256 of the panel as CSV.
    data_hash: Mapped[str | None] = mapped_column(short(64))
    #: ``panel.Facts``: numbers of the panel, nobody's.
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    #: ``report.Result``.
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    #: Why the run failed: a code of ``wording.PROBLEMS``.
    problem: Mapped[str | None] = mapped_column(short())
    started_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
