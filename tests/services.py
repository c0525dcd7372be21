"""A PostgreSQL and a Redis of a test's own, in a temporary folder, which the test may stop, kill and suspend.

The shared ones of ``conftest.py`` are faster to come by, but other tests run on them."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from tests.live import free_port

#: Only bounds failures.
SECONDS = 120
#: Where Debian puts what it leaves off the path.
POSTGRES_FOLDERS = "/usr/lib/postgresql/*/bin"
POSTGRES_USER = "postgres"
#: A stop that is not clean must lose nothing, so every commit reaches the disk. The rest keeps a start short.
POSTGRES_OPTIONS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "logging_collector": "off",
}


def wait_until(condition: Callable[[], object], what: str, seconds: float = SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} seconds: {what}"
        time.sleep(0.05)


def _postgres_program(name: str) -> str:
    on_path = shutil.which(name)
    if on_path is not None:
        return on_path
    # The newest version first.
    found = sorted(Path("/").glob(f"{POSTGRES_FOLDERS.lstrip('/')}/{name}"), key=lambda path: int(path.parts[-3]))
    if not found:
        pytest.skip(f"PostgreSQL's {name} is missing")
    return str(found[-1])


class PrivatePostgres:
    """``url`` stays the same across stops and starts."""

    def __init__(self) -> None:
        self._pg_ctl = _postgres_program("pg_ctl")
        self.port = free_port()
        self.url = f"postgresql://{POSTGRES_USER}@127.0.0.1:{self.port}/postgres"
        # PostgreSQL refuses to run as root.
        self._user = None
        if os.geteuid() == 0:
            try:
                self._user = pwd.getpwnam(POSTGRES_USER)
            except KeyError:
                pytest.skip(f"PostgreSQL cannot run as root, and there is no user {POSTGRES_USER}")
        # Not in pytest's own folder, which other users cannot enter.
        self.folder = Path(tempfile.mkdtemp(prefix="repute-postgres-"))
        if self._user is not None:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        self.data = self.folder / "data"
        self._run(
            _postgres_program("initdb"), "-D", self.data, "-U", POSTGRES_USER, "-A", "trust", "-E", "UTF8", "--no-locale", "-N"
        )
        with (self.data / "postgresql.auto.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in (POSTGRES_OPTIONS | {"port": self.port}).items())

    def _run(self, *command: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        user = {} if self._user is None else {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        result = subprocess.run(
            [str(part) for part in command],
            cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS, check=False, **user,
        )  # fmt: skip
        assert result.returncode == 0 or not check, f"{command[0]}: {result.stdout}{result.stderr}"
        return result

    def start(self) -> PrivatePostgres:
        """Returns when it accepts connections, recovery included."""
        self._run(self._pg_ctl, "-D", self.data, "-l", self.folder / "log", "-w", "-t", str(SECONDS), "start")
        return self

    def stop(self, mode: str = "fast") -> None:
        """``immediate`` ends all processes without a checkpoint, as a crash does; ``fast`` ends connections first."""
        self._run(self._pg_ctl, "-D", self.data, "-m", mode, "-w", "-t", str(SECONDS), "stop")

    def is_ready(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def remove(self) -> None:
        self._run(self._pg_ctl, "-D", self.data, "-m", "immediate", "-w", "stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


class PrivateRedis:
    """Keeps nothing on disk. A hung one is suspended: it accepts connections and answers nothing."""

    def __init__(self) -> None:
        program = shutil.which("redis-server")
        if program is None:
            pytest.skip("redis-server is missing")
        self._program = program
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> PrivateRedis:
        self._process = subprocess.Popen(
            [self._program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_until(self.is_ready, "Redis answers")
        return self

    def is_ready(self) -> bool:
        with redis.Redis.from_url(self.url, socket_timeout=1, socket_connect_timeout=1) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False

    def suspend(self) -> None:
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def stop(self) -> None:
        """SIGKILL, which also ends a suspended process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextlib.contextmanager
def private_postgres() -> Iterator[PrivatePostgres]:
    service = PrivatePostgres()
    try:
        yield service.start()
    finally:
        service.remove()


@contextlib.contextmanager
def private_redis() -> Iterator[PrivateRedis]:
    service = PrivateRedis()
    try:
        yield service.start()
    finally:
        service.stop()
