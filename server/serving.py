"""Starts the server: gunicorn alone in production, gunicorn with a worker, if it needs one, for the demonstration."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from server.core import metrics_files
from server.core.settings import Settings, SettingsError

CONFIGURATION = Path(__file__).with_name("gunicorn_conf.py")
KEY_FILE = "secret_key"
METRICS_TOKEN_FILE = "metrics_token"  # noqa: S105 (a file name)
#: The demonstration logs to a file, so that the sign-in links stay visible.
LOG_FILE = "server.log"
POLL_SECONDS = 0.2
#: Longer than gunicorn's graceful timeout; afterwards, a hanging process is killed.
STOP_TIMEOUT_SECONDS = 40


def gunicorn_command() -> list[str]:
    return [sys.executable, "-m", "gunicorn", "--config", str(CONFIGURATION)]


def process_environment(settings: Settings) -> dict[str, str]:
    """Environment variables of the server's processes. Also creates an empty folder where they share their metrics."""
    return os.environ | {
        "PROMETHEUS_MULTIPROC_DIR": str(metrics_files.empty_folder(settings.data)),
        "REPUTE_METRICS_TOKEN": settings.metrics_token.get_secret_value(),
        "REPUTE_SECRET_KEY": settings.secret_key.get_secret_value(),
    }


def reloading_command(settings: Settings) -> list[str]:
    """Flask's development server, which restarts when a Python file changes. Its debugger stays off: it executes code that
    the browser sends."""
    return [
        *(sys.executable, "-m", "flask", "--app", "server.wsgi:application", "--debug", "run", "--no-debugger"),
        *("--host", settings.host, "--port", str(settings.port)),
    ]


def serve(settings: Settings) -> None:
    """Replaces this process with gunicorn."""
    os.execve(sys.executable, gunicorn_command(), process_environment(settings))  # noqa: S606 (our own command)


def demonstration_secret(folder: Path, name: str) -> str:
    """A secret of the demonstration, generated once in a file that only its owner can read."""
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text().strip()


def check_port(settings: Settings) -> None:
    """Raises ``SettingsError`` if the port is in use; gunicorn would retry silently."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise SettingsError(
                f"REPUTE_PORT {settings.port} cannot be used ({error.strerror}): set it to a free port (with `make run`: PORT)."
            ) from None


def run_together(settings: Settings, when_ready: Callable[[], None], *, reload: bool = False) -> int:
    """Runs gunicorn and the worker until Ctrl-C or until one of them exits; returns the exit code. Calls ``when_ready`` when
    the server accepts connections. ``reload`` replaces gunicorn with Flask's development server, which runs no jobs itself."""
    check_port(settings)
    with _stop_requested() as stop, (settings.data / LOG_FILE).open("ab") as log:
        variables = process_environment(settings)
        commands = {"flask": reloading_command(settings)} if reload else {"gunicorn": gunicorn_command()}
        if reload or not settings.sqlalchemy_url.startswith("sqlite"):
            commands["worker"] = [sys.executable, "-m", "server", "worker"]
        # Separate sessions: Ctrl-C reaches only this process, which then stops all of them.
        processes = {
            name: subprocess.Popen(command, env=variables, stdout=log, start_new_session=True)
            for name, command in commands.items()
        }
        announced = False
        try:
            while not stop():
                exited = [name for name, process in processes.items() if process.poll() is not None]
                if exited:
                    print(f"{exited[0]} exited unexpectedly; stopping.", file=sys.stderr)  # noqa: T201
                    return 1
                if not announced and _accepts_connections(settings):
                    when_ready()
                    announced = True
                time.sleep(POLL_SECONDS)
            return 0
        finally:
            _terminate(list(processes.values()))


@contextmanager
def _stop_requested() -> Iterator[Callable[[], bool]]:
    requested = False

    def request_stop(_number: int, _frame: object) -> None:
        nonlocal requested
        requested = True

    previous = {number: signal.signal(number, request_stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: requested
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _accepts_connections(settings: Settings) -> bool:
    with socket.socket() as probe:
        probe.settimeout(POLL_SECONDS)
        return probe.connect_ex(("127.0.0.1", settings.port)) == 0


def _terminate(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_TIMEOUT_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
