"""Latency and throughput of ``POST /api/v1/assess`` through gunicorn, for one and for many concurrent clients."""

from __future__ import annotations

import json
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

from tests.bench.table import Row, row
from tests.live import LiveServer

CLIENTS = (1, 8, 32)
#: Per client. Enough for a p95 with one client, yet seconds rather than minutes with 32.
CALLS = {1: 120, 8: 30, 32: 10}
#: 269 characters, the length of a post on X.
TEXT = (
    "Last Tuesday a plant manager in Ulm showed me 14 minutes of waiting at one valve. Nobody had measured it before. "
    "We moved one sensor by two metres, and the line has not stopped since. Small things, seen by the people who work there. "
    "What did your team notice this week?"
)


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="repute-bench-") as folder:
        server = LiveServer(Path(folder)).prepare()
        try:
            server.start()
            rows: list[Row] = []
            for clients in CLIENTS:
                timings, seconds = _run_clients(server, clients)
                plural = "client" if clients == 1 else "clients"
                first = rows[0] if rows else None
                rows.append(row("http", f"assess 269 characters, {clients} {plural}", "ms", timings, against=first))
                rate = len(timings) / seconds
                rows.append(row("http", f"assessments per second, {clients} {plural}", "1/s", [rate]))
            return rows
        finally:
            server.stop()


def _run_clients(server: LiveServer, clients: int) -> tuple[list[float], float]:
    """Milliseconds of each call, and seconds for all calls together."""
    tokens = [server.pair(server.add_rep()) for _ in range(clients)]
    timings: list[float] = []
    barrier = threading.Barrier(clients + 1)

    def client(token: str) -> None:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
        _call(connection, token)  # opens the connection and warms up the worker
        barrier.wait()
        for _ in range(CALLS[clients]):
            started = time.perf_counter()
            _call(connection, token)
            timings.append((time.perf_counter() - started) * 1000)
        connection.close()

    threads = [threading.Thread(target=client, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    barrier.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    if len(timings) != clients * CALLS[clients]:
        raise RuntimeError("a client failed; see its output above")
    return timings, time.perf_counter() - started


def _call(connection: HTTPConnection, token: str) -> None:
    body = json.dumps({"surface": "x-post", "text": TEXT})
    connection.request("POST", "/api/v1/assess", body, {"Content-Type": "application/json", "Authorization": f"Bearer {token}"})
    response = connection.getresponse()
    content = response.read()
    if response.status != 200:
        raise RuntimeError(f"{response.status} {content!r}")
