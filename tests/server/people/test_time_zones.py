"""Time zones come from the ``tzdata`` package where the system has no files, as in small container images."""

from __future__ import annotations

import subprocess
import sys


def test_zones_are_found_without_the_systems_files():
    program = (
        "from zoneinfo import TZPATH, ZoneInfo; from server.people import time_zones;"
        "print(TZPATH, ZoneInfo('Pacific/Auckland').key, len(time_zones.names()) > 400, time_zones.validated('Europe/Berlin'))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONTZPATH": "", "PYTHONPATH": "."}, capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == ["()", "Pacific/Auckland", "True", "Europe/Berlin"]
