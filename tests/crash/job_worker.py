"""The job worker of a server on PostgreSQL, a process of its own that a test may kill."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys

from tests.live import ROOT, LiveServer


class JobWorker:
    def __init__(self, server: LiveServer) -> None:
        self._log = server.folder / "jobs.log"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "server", "worker"],
                cwd=ROOT, env=server.environment, start_new_session=True, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def assert_running(self) -> None:
        """Without it, a test would wait for jobs that nobody runs."""
        assert self._process.poll() is None, f"the job worker exited with {self._process.returncode}: {self.log[-3000:]}"

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):  # it has exited
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
