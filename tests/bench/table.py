"""Benchmark results: one row per figure, printing them as a table and saving them as JSON."""

from __future__ import annotations

import json
import statistics
from dataclasses import asdict, dataclass
from pathlib import Path


class MissingPrerequisiteError(Exception):
    """A prerequisite of a benchmark is not installed. The message is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """``median`` and ``p95`` in ``unit``; ``ratio`` is against the row named ``against``, measured in the same run."""

    bench: str
    case: str
    unit: str
    median: float
    p95: float
    samples: int
    against: str = ""
    ratio: float | None = None


def row(bench: str, case: str, unit: str, values: list[float], *, against: Row | None = None) -> Row:
    median = statistics.median(values)
    ratio = None if against is None or against.median == 0 else round(median / against.median, 2)
    p95 = sorted(values)[max(0, round(len(values) * 0.95) - 1)]
    return Row(bench, case, unit, round(median, 3), round(p95, 3), len(values), against.case if against else "", ratio)


def as_text(rows: list[Row]) -> str:
    headers = ("bench", "case", "median", "p95", "unit", "samples", "ratio", "against")
    lines = [headers]
    for r in rows:
        ratio = "" if r.ratio is None else f"{r.ratio:g}"
        lines.append((r.bench, r.case, f"{r.median:g}", f"{r.p95:g}", r.unit, str(r.samples), ratio, r.against))
    widths = [max(len(line[i]) for line in lines) for i in range(len(headers))]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def save(rows: list[Row], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(r) for r in rows], indent=1) + "\n")
