import io
import subprocess
import sys

import pytest

from nlp.__main__ import main


@pytest.fixture
def call(monkeypatch):
    """Run the command in this process, which saves the start-up; bytes in and out."""

    def answer(*arguments, stdin=b""):
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

    return answer
