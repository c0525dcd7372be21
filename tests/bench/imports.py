"""Imports a file of a million calls through the pages of a live server: reading, checking, importing, the same file again, and
a corrected one with a kill in the middle. On SQLite and on PostgreSQL, with the default settings.

``REPUTE_BENCH_ROWS`` sets another number of rows. It takes some fifteen minutes and runs only when it is named."""

from __future__ import annotations

import csv
import io
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from sqlalchemy import func, select

from server.core.database.session import unit_of_work
from server.imports.models import ImportFile
from server.imports.steps import STEP_JOB
from server.jobs.models import Job
from server.people.models import User
from server.records.models import Record
from tests.bench.table import Row, row
from tests.crash.job_worker import JobWorker
from tests.factories import make_team, make_user
from tests.import_client import ImportClient
from tests.live import LiveServer
from tests.services import private_postgres, wait_until

ROWS = int(os.environ.get("REPUTE_BENCH_ROWS", "1_000_000"))
PEOPLE = 500
#: One row in so many is given to somebody else in the corrected file.
CORRECTED_ONE_IN = 100
COLUMNS = ("Record ID", "Call Title", "Activity date", "Activity assigned to", "Call outcome", "Last modified date")
FIRST = datetime(2025, 11, 24, 8)  # noqa: DTZ001 (as HubSpot exports it)
PERIOD_MINUTES = 500_000
WAIT_SECONDS = 3_600


def measure() -> list[Row]:
    rows = []
    for database in ("SQLite", "PostgreSQL"):
        with _running(database) as bench:
            rows += bench.run()
    return rows


@contextmanager
def _running(database: str) -> Iterator[_Bench]:
    with tempfile.TemporaryDirectory(prefix="repute-bench-") as folder:
        if database == "SQLite":
            server = LiveServer(Path(folder)).prepare()
            try:
                yield _Bench(database, server.start())
            finally:
                server.stop()
            return
        with private_postgres() as postgres:
            server = LiveServer(Path(folder), database_url=postgres.url).prepare()
            bench = _Bench(database, server.start(), JobWorker(server))
            try:
                yield bench
            finally:
                if bench.worker:
                    bench.worker.kill()
                server.stop()


class _Bench:
    """``worker``: on PostgreSQL, the process that runs the jobs; on SQLite the server does."""

    def __init__(self, database: str, server: LiveServer, worker: JobWorker | None = None) -> None:
        self.worker = worker
        self._database = database
        self._server = server
        self._rows: list[Row] = []
        with unit_of_work(server.engine) as session:
            team = make_team(session)
            self._people = [make_user(session, team=team).email for _ in range(PEOPLE)]
        self._client = ImportClient(server)

    def run(self) -> list[Row]:
        idle = self._peaks()
        first = _file(self._people)
        self._import(first, "first file")
        for process, peak in self._peaks().items():
            self._add(f"peak memory of the {process}", "MB", peak)
            self._add(f"of that, before the first file: {process}", "MB", idle[process])
        self._add("longest job", "s", self._longest_job())
        results = self._import(first, "same file again")
        assert results == {"unchanged": ROWS}, results
        results = self._import(_file(self._people, corrected=True), "corrected file, killed half-way", kill=True)
        corrected = len(range(0, ROWS, CORRECTED_ONE_IN))
        assert results == {"corrected": corrected, "unchanged": ROWS - corrected}, results
        self._check_records()
        return self._rows

    def _import(self, content: bytes, label: str, *, kill: bool = False) -> dict[str, int]:
        started = time.perf_counter()
        file_id = self._client.upload(content)
        self._add(f"{label}: read {len(content) / 1e6:.0f} MB", "s", time.perf_counter() - started)
        for verb, state in (("check", "checked"), ("import", "done")):
            started = time.perf_counter()
            self._client.start(file_id, verb)
            if kill and verb == "import":
                wait_until(lambda: self._file(file_id).lines_done >= ROWS // 2, "half of it is imported", WAIT_SECONDS)
                self._kill()
            wait_until(lambda: self._file(file_id).state == state, f"the file is {state}", WAIT_SECONDS)  # noqa: B023
            self._add(f"{label}: {verb}", "s", time.perf_counter() - started)
        return {name: count for name, count in self._file(file_id).report["results"].items() if count}

    def _file(self, file_id: int) -> ImportFile:
        return self._client.file(file_id)

    def _kill(self) -> None:
        if self.worker is None:
            self._server.kill()
            self._server.start()
        else:
            self.worker.kill()
            self.worker = JobWorker(self._server)

    def _check_records(self) -> None:
        """What is stored is what the corrected file says of each person."""
        expected = Counter(_owner(self._people, number, corrected=True) for number in range(ROWS))
        counts = select(User.email, func.sum(Record.count)).join(User, User.id == Record.user_id).group_by(User.email)
        with unit_of_work(self._server.engine, writes=False) as session:
            stored = {email: int(count) for email, count in session.execute(counts)}
        assert stored == expected, "the records are not those of the file"

    def _longest_job(self) -> float:
        """The longest time from the end of one step to the end of the next."""
        ends = select(Job.finished_at).where(Job.kind == STEP_JOB, Job.state == "done").order_by(Job.id)
        with unit_of_work(self._server.engine, writes=False) as session:
            found = [at for at in session.scalars(ends) if at is not None]
        steps = len(found) // 2  # of the check, and as many of the import
        spans = [(b - a).total_seconds() for part in (found[:steps], found[steps:]) for a, b in pairwise(part)]
        return max(spans, default=0.0)

    def _peaks(self) -> dict[str, float]:
        """The largest of gunicorn's processes, and the job worker if it is a process of its own; in megabytes."""
        peaks = {"server's largest process": max(_peak(pid) for pid in self._server.workers())}
        if self.worker is not None:
            peaks["job worker"] = _peak(self.worker.pid)
        return peaks

    def _add(self, case: str, unit: str, value: float) -> None:
        self._rows.append(row("imports", f"{self._database}, {ROWS:,} rows, {case}", unit, [value]))
        print(self._rows[-1].case, round(value, 2), unit, flush=True)


def _file(people: list[str], *, corrected: bool = False) -> bytes:
    """An export of HubSpot's calls of a year."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for number in range(ROWS):
        at = FIRST + timedelta(minutes=number * PERIOD_MINUTES // ROWS)
        is_corrected = corrected and number % CORRECTED_ONE_IN == 0
        changed = at + timedelta(days=1) if is_corrected else at
        owner = _owner(people, number, corrected=corrected)
        writer.writerow([number, "Call about pumps", f"{at:%Y-%m-%d %H:%M}", owner, "Connected", f"{changed:%Y-%m-%d %H:%M}"])
    return text.getvalue().encode()


def _owner(people: list[str], number: int, *, corrected: bool) -> str:
    return people[(number * 7 + (corrected and number % CORRECTED_ONE_IN == 0)) % len(people)]


def _peak(pid: int) -> float:
    """VmHWM: the most memory that the process has held at once, shared pages included."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024
