"""Made-up data in which ability and effort move social work and meetings, and neither moves the other: what the models say.

``python -m tests.bench evidence`` prints for each model the mean and the sd over the runs, and how often it is "significant",
beside what the design expects. ``EVIDENCE_RUNS`` sets the number of runs (120, as there); ``EVIDENCE_LARGE=1`` adds time and
memory of a panel of 10,000 reps x 156 weeks."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time

import numpy as np

from server.evidence.association import ITEMS, OUTCOME, Settings, _Model
from server.evidence.poisson import fit_poisson
from server.evidence.steps import COMPUTE, ROOT
from tests.bench.table import Row, row
from tests.server.evidence.evidence_helpers import confounded, panel_of

RUNS = int(os.environ.get("EVIDENCE_RUNS", "120"))
SEED = 20261130
#: Mean and sd of the log effect for one more item, and the share of significant runs; None where none is known.
EXPECTED = {
    "naive": (0.147, 0.019, None),
    "rep and week effects": (0.046, 0.011, 1.0),
    "two weeks later": (0.023, 0.011, 0.62),
    "placebo, two weeks before": (0.025, 0.011, 0.62),
}
LAGS = {"rep and week effects": 0, "two weeks later": 2, "placebo, two weeks before": -2}


def measure() -> list[Row]:
    found: dict[str, list[float]] = {name: [] for name in EXPECTED}
    significant = dict.fromkeys(EXPECTED, 0)
    gaps = []
    for run in range(RUNS):
        items, meetings = confounded(np.random.default_rng([SEED, run]))
        gaps.append(_gap(items, meetings))
        model = _Model(panel_of(items, meetings), Settings("meeting"))
        fits = {name: model.fit(model.data(lag)) for name, lag in LAGS.items()}
        fits["naive"] = fit_poisson(model.data(0), OUTCOME, [ITEMS], cluster="rep")
        for name, fit in fits.items():
            interval = fit.interval(ITEMS)
            found[name].append(interval.coefficient)
            significant[name] += interval.excludes_zero
    print(f"top against bottom quarter: {_spread(gaps, 1)} % more meetings; expected 239 (46)")
    rows = [row("evidence", "top against bottom quarter", "%", gaps)]
    for name, (mean, sd, share) in EXPECTED.items():
        expected = f"{mean} ({sd})" + ("" if share is None else f", significant in {share:.0%}")
        print(f"{name}: {_spread(found[name], 4)}, significant in {significant[name] / RUNS:.0%}; expected {expected}")
        rows.append(row("evidence", name, "log effect", found[name]))
    return rows + (_large() if os.environ.get("EVIDENCE_LARGE") else [])


def _gap(items: np.ndarray, meetings: np.ndarray) -> float:
    """By how many percent more meetings the quarter of reps with most items had than that with least."""
    order = np.argsort(items.sum(axis=1), kind="stable")
    quarter = len(order) // 4
    return 100 * float(meetings[order[-quarter:]].sum() / meetings[order[:quarter]].sum() - 1)


def _spread(values: list[float], digits: int) -> str:
    sd = statistics.stdev(values) if len(values) > 1 else 0.0
    return f"{statistics.mean(values):.{digits}f} ({sd:.{digits}f})"


def _large() -> list[Row]:
    """The computing process alone."""
    items, meetings = confounded(np.random.default_rng(SEED), reps=10_000, weeks=156)
    content = panel_of(items, meetings, call=items.ravel() + 30).to_csv(index=False).encode()
    command = [sys.executable, "-m", COMPUTE, "--outcome", "meeting", "--controls", "call"]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "RAYON_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    began = time.monotonic()
    subprocess.run(command, input=content, stdout=subprocess.DEVNULL, check=True, cwd=ROOT, env={**os.environ, **threads})
    seconds = time.monotonic() - began
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return [
        row("evidence", f"{items.size:,} rows, {len(content) >> 20} MB", "s", [seconds]),
        row("evidence", "memory of the computing process", "MB", [megabytes]),
    ]
