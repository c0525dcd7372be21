"""A live server as deployed: gunicorn with its workers and its own data folder, which tests start, kill and restart."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.core.settings import Settings
from server.migrations import schema
from server.people.models import User
from server.security import operations, personal_tokens
from tests.factories import make_team, make_token, make_user

ROOT = Path(__file__).parents[1]
SECRET = "a key for live tests that nobody else uses"
METRICS_TOKEN = "a token for live tests"
#: Only bounds failures: a cold start loads the language pipeline, possibly on a busy machine.
START_SECONDS = 300

#: Below the ephemeral port range, and a separate block for each test process, so that no other process takes a port meanwhile.
_ports = iter(range(10_000 + os.getpid() % 22 * 1_000, 32_000))


def free_port() -> int:
    """A port that nothing listens on and that this process does not return again."""
    for port in _ports:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no free port")


def _revealed(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


@dataclass
class LiveServer:
    """``users``: after ``prepare``, one user of each role, all in one team."""

    folder: Path
    database_url: str = ""
    redis_url: str = ""
    overrides: dict[str, Any] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    users: dict[str, User] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        values = {
            "data": self.folder, "database_url": self.database_url, "redis_url": self.redis_url,
            "secret_key": SECRET, "metrics_token": METRICS_TOKEN, "port": self.port, "assess_per_minute": 1_000_000,
        }  # fmt: skip
        self.settings = Settings(**(values | self.overrides))
        self.engine = make_engine(self.settings.sqlalchemy_url)

    @property
    def base_url(self) -> str:
        return self.settings.origin

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {f"REPUTE_{name.upper()}": _revealed(value) for name, value in self.settings.model_dump().items()}

    def prepare(self) -> LiveServer:
        """Creates the tables, a rep, a manager and an admin."""
        schema.upgrade(self.engine)
        with unit_of_work(self.engine) as session:
            team = make_team(session)
            self.users = {role: make_user(session, role=role, team=team) for role in ("rep", "manager", "admin")}
        return self

    def start(self) -> LiveServer:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "server", "serve"],
                cwd=ROOT,
                env=self.environment,
                start_new_session=True,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait_until_ready()
        return self

    @property
    def log(self) -> Path:
        return self.folder / "live.log"

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                break
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.base_url}/readyz", timeout=START_SECONDS):  # noqa: S310 (our own)
                # The first worker responds before the master has started the others.
                if len(self.workers()) == self.settings.workers:
                    return
            time.sleep(0.1)
        raise AssertionError(f"the server did not start:\n{self.log.read_text()}")

    def workers(self) -> list[int]:
        """The process ids of gunicorn's workers."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return [int(number) for number in children.read_text().split()]

    def kill_worker(self) -> None:
        os.kill(self.workers()[0], signal.SIGKILL)

    def kill_master(self) -> None:
        """kill -9 of gunicorn's master alone."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._process = None

    def events(self) -> list[str]:
        """The events that the server has logged."""
        lines = self.log.read_text().splitlines()
        return [json.loads(line)["event"] for line in lines if line.startswith("{")]

    def kill(self) -> None:
        """kill -9 of gunicorn's master and all its workers at once."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(START_SECONDS)
            self._process = None
        self.engine.dispose()

    def login_link(self, role: str) -> str:
        with unit_of_work(self.engine) as session:
            return self.base_url + operations.create_link(session, user_id=self.users[role].id)

    def pair(self, user: User | None = None) -> str:
        """An access token for ``user``, by default the rep."""
        with unit_of_work(self.engine) as session:
            return make_token(session, user=user or self.users["rep"])

    def personal_token(self) -> str:
        """A token for an editor of the rep."""
        with unit_of_work(self.engine) as session:
            return personal_tokens.add(session, user_id=self.users["rep"].id, label="Editor", months=1)

    def add_rep(self) -> User:
        with unit_of_work(self.engine) as session:
            return make_user(session, team=make_team(session))

    def command(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """``python -m server ...`` with this server's settings, overridden by ``variables``."""
        return subprocess.run(
            [sys.executable, "-m", "server", *arguments],
            cwd=ROOT, env=self.environment | variables, capture_output=True, text=True, timeout=START_SECONDS, check=False,
        )  # fmt: skip
