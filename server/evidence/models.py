"""Runs: each computes an association once. The panel that it computed from is not stored, only its hash."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database.types import one_of, short
from server.evidence import limits
from server.jobs.runs import STATES, Run

PHASES = ("reading", "computing")
#: Of the errors: the unit by which social work is decided.
CLUSTERS = ("rep", "team")


class EvidenceRun(Run):
    """Its token also decides the order of the reps in its panel. Its problem is a code of ``wording.PROBLEMS``."""

    __tablename__ = "evidence_run"
    __table_args__ = (
        one_of("state", STATES), one_of("phase", PHASES), one_of("cluster", CLUSTERS), UniqueConstraint("slot"),
    )  # fmt: skip

    phase: Mapped[str] = mapped_column(short(), default="reading")
    #: Of the phase, in percent.
    progress: Mapped[int] = mapped_column(default=0)
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
    started_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
