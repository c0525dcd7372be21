"""``python -m tests.crash.outages``: prints the table of the last outage drills from var/outages.json."""

from __future__ import annotations

import json
import sys

from tests.crash.traffic import SUMMARY


def as_text() -> str:
    lines = []
    for drill, result in json.loads(SUMMARY.read_text()).items():
        away, normal = result["seconds_away"], result["seconds_to_normal"]
        lines.append(
            f"{drill}: {result['acknowledged']} acknowledged, {result['lost']} lost, {result['doubled']} doubled, "
            f"away {away} s, normal after {normal} s"
        )
        for phase, calls in result["seen"].items():
            seen = (f"{call} " + "/".join(f"{n}x{s}" for s, n in statuses.items()) for call, statuses in calls.items())
            lines += [f"  {phase:<7} " + ", ".join(seen)]
    return "\n".join(lines)


if __name__ == "__main__":
    if not SUMMARY.exists():
        sys.exit("No drills yet: run `python -m pytest tests/crash/test_outages.py`.")
    print(as_text())
