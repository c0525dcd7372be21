"""The job of a run: reads the panel and hands it to a process of its own, which computes (``compute.py``). Nothing is written
but progress until the result is there, so a job that was killed starts again and gives the same numbers."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from server.core.database.session import unit_of_work
from server.evidence import queries
from server.evidence.models import EvidenceRun
from server.evidence.panel import Facts, SumsIncomplete, column_of, make_plan, read_lines
from server.jobs.queue import Delivery, TryLater
from server.jobs.runs import PROGRESS_SECONDS, Failed, Runs

STEP_JOB = "evidence.step"
#: Not imported: this process must do without the statistics packages.
COMPUTE = "server.evidence.compute"
ROOT = Path(__file__).parents[2]


RUNS = Runs(EvidenceRun, STEP_JOB)


def run_step(session: Session, *, token: str) -> Delivery | None:
    return RUNS.run_job(session, token=token, work=_work)


def _work(engine: Engine, token: str) -> None:
    with unit_of_work(engine, writes=False) as session:
        arguments = arguments_of(RUNS.running(session, token, for_update=False))
    with _process(arguments) as process:
        facts = _write_panel(engine, token, process)
        result = _read_result(engine, token, process)
    with unit_of_work(engine) as session:
        run = RUNS.running(session, token)
        run.facts, run.result, run.data_hash = facts.document(), result, result["data_hash"]
        RUNS.finish(session, run, state="done")


def arguments_of(run: EvidenceRun) -> list[str]:
    """Of ``python -m server.evidence.compute``."""
    arguments = ["--outcome", column_of(run.outcome), "--lag", str(run.lag), "--cluster", run.cluster]
    return [*arguments, "--controls", *(column_of(key) for key in run.controls)] if run.controls else arguments


@contextmanager
def _process(arguments: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """On one processor, so that requests have the others. Killed if the run does not need it any more."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    process = subprocess.Popen(
        [sys.executable, "-m", COMPUTE, "--progress", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, **threads},
    )
    try:
        yield process
    finally:
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None and not pipe.closed:
                _close(pipe)
        process.wait()


def _close(pipe: Any) -> None:
    with suppress(BrokenPipeError):
        pipe.close()


def _write_panel(engine: Engine, token: str, process: subprocess.Popen[bytes]) -> Facts:
    assert process.stdin is not None  # noqa: S101 (a pipe)
    facts, report = Facts(), _progress(engine, token, "reading")
    with unit_of_work(engine, writes=False) as session:
        try:
            plan = make_plan(session)
        except SumsIncomplete:
            raise TryLater from None
        if plan is None:
            raise Failed("no-panel")
        from_reps = max(1, len(queries.reps_between(session, plan.weeks[0], plan.weeks[-1])))
        # If it ended early, its last line says why.
        with suppress(BrokenPipeError):
            for lines in read_lines(session, plan, token=token, facts=facts):
                process.stdin.write(lines.encode())
                report(min(1.0, facts.reps / from_reps))
            process.stdin.close()
    return facts


def _read_result(engine: Engine, token: str, process: subprocess.Popen[bytes]) -> dict[str, Any]:
    assert process.stdout is not None  # noqa: S101 (a pipe)
    report = _progress(engine, token, "computing")
    share = 0.0
    for line in _lines(process):
        said: dict[str, Any] = json.loads(line) if line else {"share": share}
        if "result" in said:
            found: dict[str, Any] = said["result"]
            return found
        if "problem" in said:
            raise Failed(said["problem"])
        share = said["share"]
        report(share)
    # Killed, for example for want of memory: the job is tried again.
    raise RuntimeError(f"the computing process ended with code {process.wait()}")


def _lines(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """Lines that the process prints, and an empty one after each second without any."""
    assert process.stdout is not None  # noqa: S101 (a pipe)
    descriptor, rest = process.stdout.fileno(), b""
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while True:
            if not selector.select(PROGRESS_SECONDS):
                yield b""
                continue
            read = os.read(descriptor, 65536)
            if not read:
                return
            *lines, rest = (rest + read).split(b"\n")
            yield from lines


def _progress(engine: Engine, token: str, phase: str) -> Callable[[float], None]:
    def store(run: EvidenceRun, share: float) -> None:
        run.phase, run.progress = phase, round(100 * share)

    return RUNS.reporter(engine, token, store)
