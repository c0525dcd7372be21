import io
import subprocess
import sys

import pytest

from nlp.__main__ import main


@pytest.fixture
def call(monkeypatch):
    """Runs the command in this process, to save the start-up time; input and output are bytes."""

    def run(*arguments, stdin=b""):
        data = stdin if isinstance(stdin, bytes) else stdin.encode()
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            code = main(list(arguments))
        out.flush()
        err.flush()
        return subprocess.CompletedProcess(arguments, code, out.buffer.getvalue(), err.buffer.getvalue())

    return run
