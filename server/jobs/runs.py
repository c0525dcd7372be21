"""Runs: what takes too long for a request, and what somebody follows, cancels or tries again. A run is a row; its jobs work on
it outside of transactions until it has a result, fails or is cancelled.

While a run is open, its jobs write only progress and what they can go on with, so a worker that is killed loses little: the
next attempt starts from what is stored."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import Engine, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.database.types import Base, Key, short
from server.core.problems import not_found
from server.jobs import queue
from server.jobs.queue import Delivery

STATES = ("queued", "running", "cancelling", "cancelled", "done", "failed")
OPEN_STATES = ("queued", "running", "cancelling")
#: How often progress is stored, and whether the run was cancelled is looked at.
PROGRESS_SECONDS = 1.0


class Stopped(Exception):
    """The run was cancelled, has ended, or belongs to another worker now."""


class Failed(Exception):
    """Trying again would not help. ``args[0]``: the run's ``problem``."""


class Run(Base):
    """The columns that each kind of runs has. Its table limits ``state`` and ``slot``."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: Names the run in jobs: SQLite gives the id of a deleted row to the next.
    token: Mapped[str] = mapped_column(short(32), unique=True)
    state: Mapped[str] = mapped_column(short(), default="queued")
    #: 1 while the run is open, so that there is one at a time; then empty.
    slot: Mapped[int | None] = mapped_column(default=1)
    #: Why it failed.
    problem: Mapped[str | None] = mapped_column(short(300))
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]

    @property
    def job_name(self) -> str:
        """Of the job that goes on with it."""
        return self.token


R = TypeVar("R", bound=Run)


def _keep(_session: Session, _run: object) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Runs(Generic[R]):
    """One kind of runs. ``job``: the kind of its jobs. ``clean_up``: deletes what only an open run needs."""

    table: type[R]
    job: str
    clean_up: Callable[[Session, R], None] = _keep

    def lock(self, session: Session, *, run_id: int) -> R:
        """404 if there is none with this id."""
        run = session.scalar(select(self.table).where(self.table.id == run_id).with_for_update())
        if run is None:
            raise not_found()
        return run

    def enqueue(self, session: Session, run: R) -> None:
        session.flush()
        queue.enqueue(session, self.job, {"token": run.token}, key=self._key(run))

    def is_stuck(self, session: Session, run: R) -> bool:
        """Whether no job will go on with the open run."""
        return run.state in OPEN_STATES and queue.is_lost(session, key=self._key(run))

    def cancel(self, session: Session, run: R) -> bool:
        """Stops a run within a second or two; nothing of it is kept. False if it has ended or somebody has cancelled it."""
        if run.state not in OPEN_STATES:
            return False
        is_first = run.state != "cancelling"
        if self.is_stuck(session, run):
            # No job would notice.
            self.finish(session, run, state="cancelled")
        else:
            run.state = "cancelling"
            session.flush()
        return is_first

    def resume(self, session: Session, run: R) -> None:
        """Goes on with a stuck run. Does nothing otherwise."""
        if self.is_stuck(session, run):
            queue.enqueue_lost(session, self.job, {"token": run.token}, key=self._key(run))

    def finish(self, session: Session, run: R, *, state: str, problem: str | None = None) -> None:
        run.state, run.slot, run.problem, run.finished_at = state, None, problem, now()
        self.clean_up(session, run)
        session.flush()

    def run_job(self, session: Session, *, token: str, work: Callable[[Engine, str], None]) -> Delivery | None:
        """The handler of the jobs. ``work`` may raise ``Stopped`` and ``Failed``."""
        run = self._by_token(session, token)
        if run is None or run.state not in OPEN_STATES:
            return None
        if run.state == "cancelling":
            self.finish(session, run, state="cancelled")
            return None
        run.state = "running"
        return lambda engine: self._work(engine, token, work)

    def running(self, session: Session, token: str, *, for_update: bool = True) -> R:
        """Raises ``Stopped`` if the run is not running any more."""
        run = self._by_token(session, token, for_update=for_update)
        if run is None or run.state != "running":
            raise Stopped
        return run

    def reporter(self, engine: Engine, token: str, store: Callable[[R, float], None]) -> Callable[[float], None]:
        """Of progress from 0 to 1, which ``store`` writes to the run about every second. Raises ``Stopped`` once the run is
        cancelled."""
        due = 0.0

        def report(share: float) -> None:
            nonlocal due
            if time.monotonic() < due:
                return
            due = time.monotonic() + PROGRESS_SECONDS
            with unit_of_work(engine) as session:
                store(self.running(session, token), share)

        return report

    def _work(self, engine: Engine, token: str, work: Callable[[Engine, str], None]) -> None:
        try:
            try:
                work(engine, token)
            except Failed as failure:
                with unit_of_work(engine) as session:
                    self.finish(session, self.running(session, token), state="failed", problem=failure.args[0])
        except Stopped:
            with unit_of_work(engine) as session:
                run = self._by_token(session, token)
                if run is not None and run.state == "cancelling":
                    self.finish(session, run, state="cancelled")

    def _by_token(self, session: Session, token: str, *, for_update: bool = True) -> R | None:
        query = select(self.table).where(self.table.token == token)
        return session.scalar(query.with_for_update() if for_update else query)

    def _key(self, run: R) -> str:
        return f"{self.job}:{run.job_name}"
