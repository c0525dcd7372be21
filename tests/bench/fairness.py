"""What a colleague notices while one rep sends the costliest texts on eight connections, on each database.

The rep sends again as soon as a call is answered, whatever the answer. Idle figures and figures under load come from the same
server, two processes as deployed by default, so the ratio does not depend on the machine."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from nlp.model import MAX_DRAFT_UNITS
from tests.bench.http import TEXT
from tests.bench.table import MissingPrerequisiteError, Row, row
from tests.databases import POSTGRES_URL
from tests.live import LiveServer

DATABASES = ("SQLite", "PostgreSQL")
CONNECTIONS = 8
SECONDS = 20.0
#: Between two calls of the colleague, who pauses while typing.
PAUSE_S = 0.1


def require() -> None:
    try:
        psycopg.connect(POSTGRES_URL, connect_timeout=2).close()
    except psycopg.OperationalError:
        raise MissingPrerequisiteError("The benchmark fairness needs PostgreSQL at REPUTE_TEST_POSTGRES_URL.") from None


def measure() -> list[Row]:
    rows: list[Row] = []
    for database in DATABASES:
        # The rate limit as deployed.
        with running(database, assess_per_minute=240) as server:
            rows += _measure_server(server, database)
    return rows


@contextmanager
def running(database: str, *, assess_per_minute: int) -> Iterator[LiveServer]:
    """A server with a database of its own."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="repute-bench-"))
        url = stack.enter_context(temporary_postgres()) if database == "PostgreSQL" else ""
        overrides = {"assess_per_minute": assess_per_minute}
        server = LiveServer(Path(folder), database_url=url, overrides=overrides).prepare()
        stack.callback(server.stop)
        yield server.start()


@contextmanager
def temporary_postgres() -> Iterator[str]:
    name = f"repute_bench_{secrets.token_hex(6)}"
    with psycopg.connect(POSTGRES_URL, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield make_url(POSTGRES_URL).set(database=name).render_as_string(hide_password=False)
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _measure_server(server: LiveServer, database: str) -> list[Row]:
    rep = server.pair(server.add_rep())
    colleagues = [server.pair(server.add_rep()) for _ in range(2)]
    idle = _watch(server, colleagues[0])
    stop, answers = threading.Event(), Counter[int]()
    threads = [threading.Thread(target=_attack, args=(server, rep, stop, answers)) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    try:
        loaded = _watch(server, colleagues[1])
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    rows = []
    for name in ("assess", "/healthz"):
        before = row("fairness", f"{database}: {name}, idle", "ms", idle[name])
        after = row("fairness", f"{database}: {name}, under load", "ms", loaded[name], against=before)
        p95_ratio = after.p95 / before.p95
        rows += [before, after, row("fairness", f"{database}: {name}, p95 under load / idle", "", [p95_ratio])]
    rows += [row("fairness", f"{database}: rep's answers {status}", "", [n]) for status, n in sorted(answers.items())]
    rows.append(row("fairness", f"{database}: colleague's calls refused", "", loaded["refused"]))
    rows.append(row("fairness", f"{database}: load of the machine", "", [os.getloadavg()[0]]))
    return rows


def _watch(server: LiveServer, token: str) -> dict[str, list[float]]:
    """Milliseconds of the colleague's calls; each draft differs, as while typing."""
    timings: dict[str, list[float]] = {"assess": [], "/healthz": []}
    refused = Counter[str]()
    # The first calls warm up both processes.
    for number in range(4):
        _call(server, "POST", "/api/v1/assess", token, f"{TEXT} {number}")
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        number = len(timings["assess"])
        for name, method, path in (("assess", "POST", "/api/v1/assess"), ("/healthz", "GET", "/healthz")):
            started = time.perf_counter()
            status = _call(server, method, path, token, f"{TEXT} And {secrets.token_hex(3)} {number}.")
            timings[name].append((time.perf_counter() - started) * 1000)
            refused[name] += status != 200
        time.sleep(PAUSE_S)
    timings["refused"] = [refused.total()]
    return timings


def _attack(server: LiveServer, token: str, stop: threading.Event, answers: Counter[int]) -> None:
    number = 0
    while not stop.is_set():
        number += 1
        # Another text each time, so that nothing of it is cached.
        text = "".join(f"{mark}{secrets.token_hex(1)[0]}" for mark in ("[", ".", '"', "(") for _ in range(MAX_DRAFT_UNITS // 8))
        try:
            status = _call(server, "POST", "/api/v1/assess", token, text[: MAX_DRAFT_UNITS - 10])
        except (OSError, HTTPException):
            status = 0
        answers[status] += 1


def _call(server: LiveServer, method: str, path: str, token: str, text: str) -> int:
    # A connection per call: one that is kept alive stays with the process that accepted it.
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        body = json.dumps({"surface": "x-post", "text": text}) if method == "POST" else None
        connection.request(method, path, body, headers if body else {})
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()
