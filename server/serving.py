"""Starting what serves: gunicorn alone for production, gunicorn and the worker together for the demonstration."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from server.core.settings import Settings, SettingsError

CONFIGURATION = Path(__file__).with_name("gunicorn_conf.py")
KEY_FILE = "secret_key"
#: Where the demonstration's log lines go, so that the links stay in sight.
LOG_FILE = "server.log"
POLL_SECONDS = 0.2
#: Longer than gunicorn's own grace, then a process that hangs is killed.
STOP_SECONDS = 40


def gunicorn_command() -> list[str]:
    return [sys.executable, "-m", "gunicorn", "--config", str(CONFIGURATION)]


def environment(settings: Settings) -> dict[str, str]:
    """The variables for processes of these settings; makes and empties the folder where they share their metrics."""
    metrics = settings.data.resolve() / "metrics"
    # Files of dead processes are never removed by anybody else.
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir(parents=True)
    return os.environ | {
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
        "REPUTE_SECRET_KEY": settings.secret_key.get_secret_value(),
    }


def serve(settings: Settings) -> None:
    """Becomes gunicorn."""
    os.execve(sys.executable, gunicorn_command(), environment(settings))  # noqa: S606 (our own command)


def demonstration_key(folder: Path) -> str:
    """The secret key of the demonstration: made once, readable by its owner only."""
    path = folder / KEY_FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text().strip()


def check_port(settings: Settings) -> None:
    """``SettingsError`` when somebody else listens there; gunicorn would retry in silence."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((settings.host, settings.port))
        except OSError as error:
            raise SettingsError(
                f"REPUTE_PORT {settings.port} cannot be used ({error.strerror}): set PORT to a free one."
            ) from None


def run_together(settings: Settings, when_ready: Callable[[], None]) -> int:
    """gunicorn and the worker until Ctrl-C or until one of them ends; the exit code. ``when_ready`` is called once requests are
    answered."""
    check_port(settings)
    with _stopping() as stop, (settings.data / LOG_FILE).open("ab") as log:
        variables = environment(settings)
        # Their own sessions: Ctrl-C reaches this process alone, which then stops them in order.
        processes = {
            name: subprocess.Popen(command, env=variables, stdout=log, start_new_session=True)
            for name, command in (("gunicorn", gunicorn_command()), ("worker", [sys.executable, "-m", "server", "worker"]))
        }
        announced = False
        try:
            while not stop():
                ended = [name for name, process in processes.items() if process.poll() is not None]
                if ended:
                    print(f"{ended[0]} has ended unexpectedly; stopping.", file=sys.stderr)  # noqa: T201
                    return 1
                if not announced and _answers(settings):
                    when_ready()
                    announced = True
                time.sleep(POLL_SECONDS)
            return 0
        finally:
            _end(list(processes.values()))


@contextmanager
def _stopping() -> Iterator[Callable[[], bool]]:
    asked = False

    def ask(_number: int, _frame: object) -> None:
        nonlocal asked
        asked = True

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _answers(settings: Settings) -> bool:
    with socket.socket() as probe:
        probe.settimeout(POLL_SECONDS)
        return probe.connect_ex(("127.0.0.1", settings.port)) == 0


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
