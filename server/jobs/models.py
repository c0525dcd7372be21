"""Jobs, enqueued in the transaction that causes them: a job exists if and only if that transaction committed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, one_of, short


class Job(Base):
    """What the job is and what became of it. On PostgreSQL, procrastinate decides when and where it runs; on SQLite,
    ``run_after`` does."""

    __tablename__ = "job"
    __table_args__ = (
        one_of("state", ("queued", "running", "done", "failed")),
        UniqueConstraint("idempotency_key"),
        Index("ix_job_state_run_after", "state", "run_after"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(short())
    #: Only ids and codes, never texts.
    args: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    idempotency_key: Mapped[str] = mapped_column(short(100))
    state: Mapped[str] = mapped_column(short(), default="queued")
    #: Attempts begun, counted before the job runs, so that one that kills its process counts too.
    attempts: Mapped[int] = mapped_column(default=0)
    run_after: Mapped[datetime] = mapped_column(default=now)
    #: Class name of the error, never its message.
    last_error: Mapped[str | None] = mapped_column(short(100))
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
