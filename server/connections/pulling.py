"""One job's reading of a source: a few pages, each stored in a transaction of its own."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from server.connections import queries
from server.connections.applying import Applier
from server.connections.models import Connection, ConnectionRun
from server.connections.owners import MAX_OWNERS, store_owners
from server.connections.report import Report
from server.connections.scheduling import MAX_MESSAGE, backoff, enqueue_step, next_run_at, pause
from server.connections.source import Context, Owner, Page, Source, SourceError
from server.core import metrics
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.logs import log
from server.people.queries import get_calendar

#: Of one job. On SQLite one worker runs all jobs, and mail must not wait for long.
PAGES_PER_STEP = 10
SECONDS_PER_STEP = 20.0
#: The task of a run that reads the CRM's users; the others are streams.
OWNERS = "owners"


@dataclass(frozen=True, slots=True)
class Task:
    """``key``: of a stream, or ``OWNERS``."""

    key: str
    cursor: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What one job does. ``step`` and ``pages``: of the connection when the job began."""

    token: str
    step: int
    pages: int
    source: type[Source]
    credentials: dict[str, str]
    context: Context
    since: date
    counts_only: bool
    tasks: tuple[Task, ...]


class Superseded(Exception):
    """The connection was paused, changed or removed, or another attempt has stored something."""


def pull(engine: Engine, *, plan: Plan) -> None:
    """Reads until the job's share is done, the run is complete, or something goes wrong."""
    work = _Work(engine, plan)
    try:
        with closing(plan.source(plan.credentials, plan.context)) as source:
            for task in plan.tasks:
                if task.key == OWNERS:
                    work.store_owners(list(islice(source.owners(), MAX_OWNERS)))
                    return
                if not work.read(source, task):
                    return
            if not plan.tasks:
                work.finish()
    except SourceError as error:
        metrics.CONNECTION_ERRORS.labels(source=plan.source.name, code=error.code).inc()
        log.warning("connection-error", source=plan.source.name, code=error.code)
        work.store_problem(error)
    except Superseded:
        log.info("connection-step-superseded", source=plan.source.name, step=plan.step)


class _Work:
    def __init__(self, engine: Engine, plan: Plan) -> None:
        self._engine = engine
        self._plan = plan
        self._pages = plan.pages
        self._deadline = time.monotonic() + SECONDS_PER_STEP

    def read(self, source: Source, task: Task) -> bool:
        """Returns whether the stream is complete."""
        with closing(self._pages_of(source, task)) as pages:
            for page in pages:
                is_share_done = self._pages - self._plan.pages + 1 >= PAGES_PER_STEP or time.monotonic() > self._deadline
                self._store_page(task.key, page, is_share_done=is_share_done)
                if is_share_done:
                    return False
                if page.is_last:
                    return True
        return True

    def _pages_of(self, source: Source, task: Task) -> Generator[Page]:
        yield from source.pages(
            task.key, since=self._plan.since, cursor=task.cursor, counts_only=self._plan.counts_only
        )  # fmt: skip

    def _store_page(self, key: str, page: Page, *, is_share_done: bool) -> None:
        with self._transaction() as (session, connection, run):
            setting = queries.streams_of(session, connection_id=connection.id).get(key)
            if setting is None:
                raise Superseded
            report = Report.model_validate(run.report)
            stream = next(one for one in self._plan.source.streams if one.key == key)
            import_id = f"{connection.source} run {run.id}, {key}, page {connection.pages}"
            Applier(session, connection, stream, setting, report).apply(page, import_id=import_id)
            setting.cursor = page.cursor
            if setting.complete_at is None:
                setting.rows_read += len(page.rows)
                setting.rows_left = page.remaining
            if page.is_last:
                setting.is_reread = False
                setting.complete_at = setting.complete_at or now()
                run.remaining = [one for one in run.remaining if one != key]
            run.report = report.model_dump(mode="json")
            if not run.remaining:
                self._finish(session, connection, run)
            elif is_share_done:
                enqueue_step(session, connection)

    def store_owners(self, owners: list[Owner]) -> None:
        """The streams are read by the next job, which begins with the cursors as they are then."""
        with self._transaction() as (session, connection, run):
            store_owners(session, connection, owners)
            run.remaining = [one for one in run.remaining if one != OWNERS]
            if run.remaining:
                enqueue_step(session, connection)
            else:
                self._finish(session, connection, run)

    def finish(self) -> None:
        with self._transaction() as (session, connection, run):
            self._finish(session, connection, run)

    def _finish(self, session: Session, connection: Connection, run: ConnectionRun) -> None:
        run.finished_at = now()
        calendar = get_calendar(session)
        connection.due_at = next_run_at(connection.schedule, started_at=run.started_at, calendar=calendar)

    def store_problem(self, error: SourceError) -> None:
        try:
            with self._transaction(is_progress=False) as (session, connection, run):
                report = Report.model_validate(run.report)
                report.add_problem(error.message)
                run.report = report.model_dump(mode="json")
                if error.retry_after is None:
                    pause(session, connection, code=error.code, message=error.message)
                    return
                connection.failures += 1
                connection.problem_code, connection.problem = error.code, error.message[:MAX_MESSAGE]
                # What a rate limit says is exact; other errors may last.
                is_exact = error.code == "rate-limit"
                wait = error.retry_after if is_exact else backoff(error.retry_after, failures=connection.failures)
                enqueue_step(session, connection, at=now() + max(wait, timedelta(seconds=1)))
        except Superseded:
            log.info("connection-step-superseded", source=self._plan.source.name, step=self._plan.step)

    @contextmanager
    def _transaction(self, *, is_progress: bool = True) -> Iterator[tuple[Session, Connection, ConnectionRun]]:
        """With the connection locked. Raises ``Superseded`` unless this job may still change it."""
        with unit_of_work(self._engine) as session:
            connection = queries.lock_connection(session, token=self._plan.token)
            if connection is None or connection.state != "active":
                raise Superseded
            if (connection.step, connection.pages) != (self._plan.step, self._pages):
                raise Superseded
            run = queries.open_run(session, connection_id=connection.id)
            if run is None:
                raise Superseded
            connection.pages += 1
            if is_progress:
                connection.failures, connection.problem_code, connection.problem = 0, None, None
            yield session, connection, run
        self._pages += 1
