"""How many posts a second 16 reps share, end to end, on each database: read, judged, credited and stored.

The clients run in a process of their own, on the same machine as the server."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection

from tests.bench.fairness import DATABASES, require, running
from tests.bench.strangers import WORDS
from tests.bench.table import Row, row

__all__ = ["measure", "require"]
CLIENTS = 16
#: Of each client, before those that count: every worker has then loaded the coach.
WARM_UP = 5
SECONDS = 20.0


def measure() -> list[Row]:
    rows: list[Row] = []
    for database in DATABASES:
        # Without the limit of one rep, which 16 who never pause would reach.
        with running(database, assess_per_minute=1_000_000) as server:
            tokens = [server.pair(server.add_rep()) for _ in range(CLIENTS)]
            command = [sys.executable, "-m", "tests.bench.sharing", str(server.port)]
            output = subprocess.run(command, input=json.dumps(tokens), capture_output=True, text=True, check=True).stdout
        timings = json.loads(output)
        rows.append(row("sharing", f"share, {CLIENTS} clients, {database}", "ms", timings))
        rows.append(row("sharing", f"shares per second, {CLIENTS} clients, {database}", "1/s", [len(timings) / SECONDS]))
    return rows


def run_clients(port: int, tokens: list[str]) -> list[float]:
    """Milliseconds of each share that was answered in time."""
    timings: list[float] = []
    barrier = threading.Barrier(len(tokens))
    failures: list[Exception] = []

    def client(token: str) -> None:
        try:
            shares = _share(port, token)
            for _ in range(WARM_UP):
                next(shares)
            barrier.wait()
            end = time.monotonic() + SECONDS
            while True:
                milliseconds = next(shares)
                if time.monotonic() > end:
                    break
                timings.append(milliseconds)
        except (OSError, RuntimeError) as error:
            failures.append(error)
            barrier.abort()

    threads = [threading.Thread(target=client, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return timings


def _share(port: int, token: str) -> Iterator[float]:
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    while True:
        text = " ".join(secrets.choice(WORDS) for _ in range(40)).capitalize() + "."
        body = json.dumps({"surface": "x-post", "text": text, "occurred_at": datetime.now(UTC).isoformat()})
        started = time.perf_counter()
        connection.request("POST", "/api/v1/shares", body, headers | {"Idempotency-Key": uuid.uuid4().hex})
        response = connection.getresponse()
        content = response.read()
        if response.status not in {200, 201}:
            raise RuntimeError(f"{response.status} {content!r}")
        yield (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    print(json.dumps(run_clients(int(sys.argv[1]), json.load(sys.stdin))))
