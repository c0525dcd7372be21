"""How long the pages of a large company take: 10,000 people in three years, and a tenth of them, on PostgreSQL; a fifth of both
on SQLite. ``REPUTE_BENCH_PEOPLE`` sets another number of people.

Each page is requested one after another over HTTP from a server as deployed, after two requests that are not counted."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path

from server.migrations import schema
from server.people.models import User
from tests.bench.company import Company, fill
from tests.bench.fairness import require, temporary_postgres
from tests.bench.table import Row, row
from tests.factories import new_cookie
from tests.live import LiveServer

__all__ = ["measure", "require"]
PEOPLE = int(os.environ.get("REPUTE_BENCH_PEOPLE", "10000"))
REQUESTS = 20


def measure() -> list[Row]:
    rows: list[Row] = []
    for database, share in (("PostgreSQL", 1.0), ("SQLite", 0.2)):
        smaller = _measure(database, int(PEOPLE * share / 10))
        rows += smaller.values()
        larger = _measure(database, int(PEOPLE * share), against=smaller)
        rows += larger.values()
    return rows


def _measure(database: str, people: int, against: dict[str, Row] | None = None) -> dict[str, Row]:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="repute-bench-"))
        url = stack.enter_context(temporary_postgres()) if database == "PostgreSQL" else ""
        server = LiveServer(Path(folder), database_url=url)
        schema.upgrade(server.engine)
        started = time.monotonic()
        company = fill(server.engine, people=people)
        print(f"  {database}, {people} people: filled in {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
        stack.callback(server.stop)
        server.start()
        found = {}
        for name, user, path in _pages(company):
            case = f"{name}, {people} people, {database}"
            timings = list(_timings(server, new_cookie(server.engine, user), path))
            found[name] = row("scale", case, "ms", timings, against=against[name] if against else None)
        return found


def _pages(company: Company) -> Iterator[tuple[str, User, str]]:
    yield "team of 20", company.manager, f"/team?team={company.team_id}"
    yield "region of 1,000", company.regional_manager, f"/team?team={company.region_id}"
    yield "company", company.head, f"/team?team={company.company_id}"
    yield "rep, as the manager sees it", company.manager, f"/team/rep/{company.rep.id}"
    yield "rep's own page", company.rep, "/me"
    yield "statement", company.rep, "/me/credit"


def _timings(server: LiveServer, cookie: str, path: str) -> Iterator[float]:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=300)
    for number in range(REQUESTS + 2):
        started = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": f"repute={cookie}"})
        response = connection.getresponse()
        response.read()
        assert response.status == 200, (path, response.status)
        if number >= 2:
            yield (time.perf_counter() - started) * 1000
    connection.close()
