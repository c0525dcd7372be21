"""Training runs: each fits a correction of the scoring to the organisation's labels, in steps that survive a kill."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database.types import Base, Key, one_of, short
from server.jobs.runs import STATES, Run

PHASES = ("measuring", "fitting", "checking")
#: What came of a run that is done. ``refused``: the gate found a loss beyond a limit. ``overridden``: a person said why it is
#: wanted all the same. ``no-gain``: no correction agreed better with unseen labels than the shipped weights.
RESULTS = ("passed", "refused", "overridden", "no-gain")


class TrainingRun(Run):
    __tablename__ = "training_run"
    __table_args__ = (one_of("state", STATES), one_of("phase", PHASES), one_of("result", RESULTS), UniqueConstraint("slot"))

    phase: Mapped[str] = mapped_column(short(), default="measuring")
    #: Number of the job that goes on with it.
    step: Mapped[int] = mapped_column(default=0)
    texts: Mapped[int] = mapped_column(default=0)
    texts_done: Mapped[int] = mapped_column(default=0)
    #: Of the fit, in percent.
    fitted: Mapped[int] = mapped_column(default=0)
    #: The champion when the run was started.
    base_hash: Mapped[str] = mapped_column(ForeignKey("scoring_version.hash"))
    #: SHA-256 of the labels that were used, and how many, once they were fitted.
    labels_hash: Mapped[str | None] = mapped_column(short(64))
    ratings: Mapped[int] = mapped_column(default=0)
    preferences: Mapped[int] = mapped_column(default=0)
    #: ``report.Report``: numbers, no words of a draft.
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    #: ``nlp``'s ``CorrectionWeights``.
    correction: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    result: Mapped[str | None] = mapped_column(short())
    #: Why a result that the gate refused is wanted all the same.
    reason: Mapped[str | None] = mapped_column(short(300))
    version_hash: Mapped[str | None] = mapped_column(ForeignKey("scoring_version.hash"))
    started_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    @property
    def job_name(self) -> str:
        return f"{self.token}:{self.step}"


class TrainingText(Base):
    """What was measured of a text, without its words; deleted when the run ends."""

    __tablename__ = "training_text"
    __table_args__ = (UniqueConstraint("run_id", "key"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("training_run.id"))
    #: SHA-256 of the surface and the text.
    key: Mapped[str] = mapped_column(short(64))
    #: ``nlp``'s ``Measured``, packed; empty for a text that has no score.
    measured: Mapped[bytes | None] = mapped_column(LargeBinary)
