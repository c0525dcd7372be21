"""Harper, the grammar checker that runs where the text is, on the texts that our coach is measured with.

It runs in a Node of its own with its rules and its dialect as they come. The clock is read on Node's side, around its call
and nothing else, so that neither the pipe nor JSON counts against it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_suffix(".mjs")
PACKAGE = ROOT / "extension/node_modules/harper.js"
#: The first word of this kind costs it two seconds, later ones milliseconds: that is start-up, and not a call to be measured.
FIRST = "The kotrimada has come."
#: From its end of input; it has nothing left to do then.
STOP_SECONDS = 10


class Harper:
    """One process for all texts. Ready when ``with`` is entered; its first calls are slow until V8 has optimised the code."""

    def __enter__(self) -> Self:
        node = shutil.which("node")
        if node is None or not PACKAGE.is_dir():
            missing = "Node is not on the PATH" if node is None else f"{PACKAGE.relative_to(ROOT)} is not there"
            raise RuntimeError(f"{missing}: run make extension")
        command = [node, str(PROGRAM)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        try:
            self.lint(FIRST)  # answered once the binary is loaded and the dictionary built
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop()

    def lint(self, text: str) -> tuple[float, int]:
        """The milliseconds that Harper took over ``text``, and how many remarks it had."""
        to, back = self._process.stdin, self._process.stdout
        assert to is not None
        assert back is not None
        try:
            to.write(json.dumps({"text": text}) + "\n")
            to.flush()
            line = back.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise RuntimeError("Harper's process has ended; its reason stands above")
        answer = json.loads(line)
        return answer["milliseconds"], answer["lints"]

    def _stop(self) -> None:
        try:
            self._process.communicate(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
