"""The worker on PostgreSQL: procrastinate's, on any number of hosts.

procrastinate delivers jobs, wakes workers by LISTEN/NOTIFY, keeps retry times and recurring jobs, and notices dead workers by
their heartbeat. It deletes a job when nothing is left to do: our ``job`` table says what became of it."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import procrastinate
import psycopg
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition, Job, Status
from procrastinate.worker import Worker
from psycopg.conninfo import make_conninfo
from psycopg_pool import PoolTimeout
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from server.core.clock import now
from server.core.database.libpq import connection_parameters
from server.core.database.session import unit_of_work
from server.core.logs import log
from server.jobs.attempts import FIRST_BACKOFF, IDLE_TIMEOUT_SECONDS, Outcome, StillRunning, fail, run_attempt
from server.jobs.queue import QUEUE, TASK, Handler, enqueue, recurring_key

#: How late a recurring job may start if no worker ran when it was due.
MAX_DELAY = timedelta(days=1)
CONNECT_TIMEOUT_SECONDS = 5.0
DATABASE_ERRORS = (ConnectorException, OperationalError, PoolTimeout)


@dataclass(frozen=True, slots=True)
class Intervals:
    """In seconds. A worker without a heartbeat for ``dead_after`` is dead, and its jobs are retried."""

    poll: float = 5.0
    heartbeat: float = 10.0
    dead_after: float = 30.0
    recover: float = 10.0
    idle_timeout: float = IDLE_TIMEOUT_SECONDS
    reconnect: float = 5.0


class _Failed(Exception):
    """The job has no attempts left."""


class _Retry(Exception):
    def __init__(self, at: datetime) -> None:
        self.at = at


class _RetryStrategy(procrastinate.BaseRetryStrategy):
    """The job's row says when it is retried. Without an answer from the database, it is delivered again soon."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> procrastinate.RetryDecision | None:
        if isinstance(exception, _Failed):
            return None
        return procrastinate.RetryDecision(retry_at=exception.at if isinstance(exception, _Retry) else now() + FIRST_BACKOFF)


class DistributedWorker:
    """``recurring``: kinds of jobs and when they run, in cron's notation."""

    def __init__(
        self,
        engine: Engine,
        handlers: Mapping[str, Handler],
        recurring: Mapping[str, str],
        intervals: Intervals | None = None,
    ) -> None:
        self._engine = engine
        self._handlers = handlers
        self._recurring = recurring
        self._intervals = intervals or Intervals()
        #: procrastinate's ids of the jobs that this process is running.
        self._running: set[int] = set()

    def run(self) -> None:
        """Runs jobs until SIGTERM or SIGINT, and finishes the current job before it returns."""
        # Its messages quote errors, which may quote a person's text. Ours name the type alone.
        for name in ("procrastinate", "psycopg.pool"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        asyncio.run(self._run())

    async def _run(self) -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        log.info("worker-started", kinds=sorted(self._handlers))
        while not stop.is_set():
            try:
                await self._run_until_stopped_or_disconnected(stop)
            except DATABASE_ERRORS as error:
                log.error("database-unavailable", error=type(error).__name__)
            if not stop.is_set():
                await asyncio.wait([asyncio.ensure_future(stop.wait())], timeout=self._intervals.reconnect)
        log.info("worker-stopped")

    async def _run_until_stopped_or_disconnected(self, stop: asyncio.Event) -> None:
        app = self._create_app()
        async with app.open_async():
            worker = Worker(
                app,
                queues=[QUEUE],
                name=f"{socket.gethostname()}:{os.getpid()}",
                fetch_job_polling_interval=self._intervals.poll,
                delete_jobs=DeleteJobCondition.ALWAYS,
                install_signal_handlers=False,
                update_heartbeat_interval=self._intervals.heartbeat,
                stalled_worker_timeout=self._intervals.dead_after,
            )
            work = asyncio.create_task(worker.run())  # type: ignore[no-untyped-call]
            others = [asyncio.create_task(self._recover_lost_jobs(app, worker)), asyncio.create_task(stop.wait())]
            try:
                await asyncio.wait([work, *others], return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in others:
                    task.cancel()
                # Its cancellation lets the current job finish.
                work.cancel()
                results = await asyncio.gather(work, *others, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    def _create_app(self) -> procrastinate.App:
        connector = procrastinate.PsycopgConnector(
            conninfo=make_conninfo("", **connection_parameters(self._engine.url)),
            min_size=1,
            max_size=4,
            timeout=CONNECT_TIMEOUT_SECONDS,
        )
        app = procrastinate.App(connector=connector, periodic_defaults={"max_delay": MAX_DELAY.total_seconds()})
        app.task(name=TASK, queue=QUEUE, retry=_RetryStrategy(), pass_context=True)(self._run_job)
        for kind, cron in self._recurring.items():
            task = app.task(name=f"repute.enqueue.{kind}", queue=QUEUE, retry=_RetryStrategy())(self._make_enqueue(kind))
            app.periodic(cron=cron)(task)
        return app

    def _run_job(self, context: procrastinate.JobContext, job_id: int) -> None:
        assert context.job.id is not None  # noqa: S101 (it was read from the database)
        self._running.add(context.job.id)
        try:
            outcome = run_attempt(self._engine, self._handlers, job_id=job_id, idle_timeout=self._intervals.idle_timeout)
        except StillRunning:
            outcome = Outcome("running", now() + FIRST_BACKOFF)
        finally:
            self._running.discard(context.job.id)
        if outcome.retry_at is not None:
            raise _Retry(outcome.retry_at)
        if outcome.state == "failed":
            raise _Failed

    def _make_enqueue(self, kind: str) -> Callable[[int], None]:
        def enqueue_recurring(timestamp: int) -> None:
            with unit_of_work(self._engine) as session:
                enqueue(session, kind, {}, key=recurring_key(kind, timestamp))

        return enqueue_recurring

    async def _recover_lost_jobs(self, app: procrastinate.App, worker: Worker) -> None:
        """Ends the attempts of dead workers, and those of this one whose end it could not store."""
        suspects: set[int] = set()
        while True:
            await asyncio.sleep(self._intervals.recover)
            if worker.worker_id is None:
                continue  # not registered yet
            stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=self._intervals.dead_after)
            own = await app.job_manager.list_jobs_async(status=Status.DOING.value, worker_id=worker.worker_id)
            # One that has just been fetched or has just ended is not lost, so it has to be seen twice.
            unattended = {job.id: job for job in own if job.id not in self._running}
            lost = {job.id: job for job in stalled} | {id_: job for id_, job in unattended.items() if id_ in suspects}
            suspects = {id_ for id_ in unattended if id_ is not None}
            await self._end_attempts(app, lost.values())

    async def _end_attempts(self, app: procrastinate.App, lost: Iterable[Job]) -> None:
        for job in lost:
            outcome = Outcome("queued", now())
            if job.task_name == TASK:
                try:
                    outcome = await asyncio.to_thread(fail, self._engine, job_id=int(str(job.task_kwargs["job_id"])))
                except StillRunning:
                    continue  # its host is paused, or only its heartbeat is late
            try:
                if outcome.retry_at is not None:
                    await app.job_manager.retry_job(job, retry_at=outcome.retry_at)
                else:
                    await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
            except ConnectorException as error:
                # Another worker was faster.
                if not isinstance(error.__cause__, psycopg.errors.RaiseException):
                    raise
