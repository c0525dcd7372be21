"""Harper, the grammar checker that runs on the writer's own device, on the same texts as our coach.

It runs in a Node process with its default rules and dialect. Node measures only Harper's call, so that neither the pipe nor
JSON counts against it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.bench.table import MissingPrerequisiteError

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_suffix(".mjs")
PACKAGE = ROOT / "extension/node_modules/harper.js"
#: The first unknown word takes Harper two seconds, later ones milliseconds: start-up cost, not part of a call.
WARM_UP_TEXT = "The kotrimada has come."
#: It exits at the end of its input.
STOP_TIMEOUT_S = 10


def require() -> None:
    """Raises MissingPrerequisiteError unless Node and the package are installed."""
    if shutil.which("node") is None:
        raise MissingPrerequisiteError("Node not found on the PATH: run make extension")
    if not PACKAGE.is_dir():
        raise MissingPrerequisiteError(f"{PACKAGE.relative_to(ROOT)} not found: run make extension")


class Harper:
    """A context manager for one process, ready when entered. Its first calls are slow, until V8 has optimised the code."""

    def __enter__(self) -> Self:
        require()
        command = ["node", str(PROGRAM)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        try:
            self.lint(WARM_UP_TEXT)  # returns when the binary is loaded and the dictionary is built
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop()

    def lint(self, text: str) -> tuple[float, int]:
        """Harper's time for ``text`` in milliseconds, and its number of findings."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(json.dumps({"text": text}) + "\n")
            stdin.flush()
            line = stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise RuntimeError("Harper's process has exited; see its output above")
        result = json.loads(line)
        return result["milliseconds"], result["lints"]

    def _stop(self) -> None:
        try:
            self._process.communicate(timeout=STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
