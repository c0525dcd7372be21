"""How long a rep waits to share a post while strangers guess passwords on ``/sign-in``, compared with a quiet server.

The strangers come from 25 addresses, one connection each, and send the next attempt as soon as the last is answered. They keep
within this machine, so they also take processor time that real strangers would not."""

from __future__ import annotations

import json
import re
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.parse
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from tests.bench.table import MissingPrerequisiteError, Row, row
from tests.databases import POSTGRES_URL
from tests.live import LiveServer

ADDRESSES = 25
SHARES = 150
#: Ordinary words, drawn at random so that no post is a near copy of another.
WORDS = (
    "valve", "pump", "factory", "winter", "Ulm", "Leeds", "night", "shift", "buyer", "invoice", "carton", "pallet", "budget",
    "review", "forklift", "gasket", "sensor", "supplier", "warehouse", "minutes", "question", "visit", "drawing", "repair",
    "manual", "engineer", "driver", "truck", "schedule", "harbour", "contract", "training", "safety", "noise", "coffee",
)  # fmt: skip


def require() -> None:
    try:
        psycopg.connect(_postgres_url(), connect_timeout=2).close()
    except psycopg.OperationalError:
        raise MissingPrerequisiteError("PostgreSQL is unreachable: set REPUTE_TEST_POSTGRES_URL.") from None


def measure() -> list[Row]:
    rows: list[Row] = []
    for name, open_database in (("SQLite", _sqlite), ("PostgreSQL", _postgres)):
        with tempfile.TemporaryDirectory(prefix="repute-bench-") as folder, open_database() as url:
            server = LiveServer(Path(folder), database_url=url, overrides={"proxies": 1}).prepare()
            try:
                server.start()
                rows += _measure_server(server, name)
            finally:
                server.stop()
    return rows


def _measure_server(server: LiveServer, database: str) -> list[Row]:
    token = server.pair(server.add_rep())
    _share_posts(server, token, 10)  # warms up both workers
    idle = row("strangers", f"share, {database}, quiet", "ms", _share_posts(server, token, SHARES))
    with _strangers(server) as count_attempts:
        timings = _share_posts(server, server.pair(server.add_rep()), SHARES)
        attempts = count_attempts()
    attacked = row("strangers", f"share, {database}, strangers", "ms", timings, against=idle)
    return [
        idle,
        attacked,
        row("strangers", f"p95 with strangers / p95 quiet, {database}", "x", [attacked.p95 / idle.p95]),
        row("strangers", f"attempts per second, {database}", "1/s", [attempts]),
    ]


def _share_posts(server: LiveServer, token: str, number: int) -> list[float]:
    """Milliseconds of each share; one connection, one after another."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=120)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}", "X-Forwarded-For": "198.51.100.7"}
    timings = []
    for _ in range(number):
        text = " ".join(secrets.choice(WORDS) for _ in range(40)).capitalize() + "."
        body = json.dumps({"surface": "x-post", "text": text, "occurred_at": datetime.now(UTC).isoformat()})
        started = time.perf_counter()
        connection.request("POST", "/api/v1/shares", body, headers | {"Idempotency-Key": uuid.uuid4().hex})
        response = connection.getresponse()
        content = response.read()
        timings.append((time.perf_counter() - started) * 1000)
        if response.status not in {200, 201}:
            raise RuntimeError(f"{response.status} {content!r}")
    connection.close()
    return timings


@contextmanager
def _strangers(server: LiveServer) -> Iterator:
    """Attempts run in a process of their own; yields a function that returns how many are answered in a second."""
    command = [sys.executable, "-m", "tests.bench.strangers", str(server.port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()  # they have begun
        started = time.perf_counter()

        def count() -> float:
            seconds = time.perf_counter() - started
            process.terminate()
            return int(process.communicate()[0].split()[-1]) / seconds

        try:
            yield count
        finally:
            process.terminate()


def attack(port: int) -> None:
    """Sends attempts from all addresses until terminated, then prints their number."""
    import selectors
    import signal
    import socket

    form, cookie = _load_form(port)
    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(True))
    selector, attempts = selectors.DefaultSelector(), 0
    requests = []
    for number in range(ADDRESSES):
        fields = {"csrf_token": form, "email": f"person{number}@example.com", "password": "not this one 77"}
        body = urllib.parse.urlencode(fields)
        requests.append(
            f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Forwarded-For: 203.0.113.{number + 1}\r\n"
            f"Cookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\nConnection: keep-alive\r\n\r\n{body}".encode()
        )

    def connect(number: int) -> None:
        sock = socket.create_connection(("127.0.0.1", port))
        sock.sendall(requests[number])
        selector.register(sock, selectors.EVENT_READ, (number, bytearray()))

    for number in range(ADDRESSES):
        connect(number)
    print("begun", flush=True)
    while not stop:
        for key, _ in selector.select(0.2):
            sock, (number, received) = key.fileobj, key.data
            chunk = sock.recv(65536)
            received += chunk
            head, separator, body = bytes(received).partition(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head) if separator else None
            if not chunk:
                selector.unregister(sock)
                sock.close()
                connect(number)
            elif length and len(body) >= int(length[1]):
                attempts += 1
                received.clear()
                sock.sendall(requests[number])
    print(attempts, flush=True)


def _load_form(port: int) -> tuple[str, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/sign-in")
    response = connection.getresponse()
    cookie = (response.getheader("Set-Cookie") or "").partition(";")[0]
    token = re.search(r'name="csrf_token" value="([^"]+)"', response.read().decode())
    connection.close()
    if token is None:
        raise RuntimeError("the sign-in form has no CSRF token")
    return token[1], cookie


@contextmanager
def _sqlite() -> Iterator[str]:
    yield ""


@contextmanager
def _postgres() -> Iterator[str]:
    url, name = _postgres_url(), f"repute_bench_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _postgres_url() -> str:
    return POSTGRES_URL.replace("postgresql+psycopg://", "postgresql://")


if __name__ == "__main__":
    attack(int(sys.argv[1]))
