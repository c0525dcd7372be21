"""The job of a run: reads the panel and hands it to a process of its own, which computes (``compute.py``). Nothing is written
but progress until the result is there, so a job that was killed starts again and gives the same numbers."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from server.core.clock import now
from server.core.database.session import unit_of_work
from server.evidence import queries
from server.evidence.models import OPEN_STATES, EvidenceRun
from server.evidence.panel import Facts, SumsIncomplete, column_of, make_plan, read_lines
from server.jobs.queue import Delivery, TryLater, enqueue, failed_job

STEP_JOB = "evidence.step"
#: Not imported: this process must do without the statistics packages.
COMPUTE = "server.evidence.compute"
#: How often progress is stored, and whether the run was cancelled is looked at.
SECONDS = 1.0
ROOT = Path(__file__).parents[2]


class _Stopped(Exception):
    """The run was cancelled, or has ended."""


class _Failed(Exception):
    """``args[0]``: a code of ``wording.PROBLEMS``."""


def enqueue_step(session: Session, run: EvidenceRun) -> None:
    session.flush()
    enqueue(session, STEP_JOB, {"token": run.token}, key=_key(run))


def failed_step(session: Session, run: EvidenceRun) -> int | None:
    """The id of the run's job, if it has failed in all its attempts."""
    return failed_job(session, key=_key(run)) if run.state in OPEN_STATES else None


def _key(run: EvidenceRun) -> str:
    return f"{STEP_JOB}:{run.token}"


def run_step(session: Session, *, token: str) -> Delivery | None:
    run = queries.run_by_token(session, token=token, for_update=True)
    if run is None or run.state not in OPEN_STATES:
        return None
    if run.state == "cancelling":
        finish(session, run, state="cancelled")
        return None
    run.state = "running"
    return lambda engine: _work(engine, token)


def finish(session: Session, run: EvidenceRun, *, state: str, problem: str | None = None) -> None:
    run.state, run.slot, run.problem, run.finished_at = state, None, problem, now()
    session.flush()


def _work(engine: Engine, token: str) -> None:
    try:
        with _process(_read_settings(engine, token)) as process:
            facts = _write_panel(engine, token, process)
            result = _read_result(engine, token, process)
        with unit_of_work(engine) as session:
            ended = _running(session, token)
            ended.facts, ended.result, ended.data_hash = facts.document(), result, result["data_hash"]
            finish(session, ended, state="done")
    except _Stopped:
        with unit_of_work(engine) as session:
            run = queries.run_by_token(session, token=token, for_update=True)
            if run is not None and run.state == "cancelling":
                finish(session, run, state="cancelled")
    except _Failed as failure:
        with unit_of_work(engine) as session:
            finish(session, _running(session, token), state="failed", problem=failure.args[0])


def _read_settings(engine: Engine, token: str) -> list[str]:
    with unit_of_work(engine, writes=False) as session:
        run = queries.run_by_token(session, token=token)
        if run is None or run.state != "running":
            raise _Stopped
        return arguments_of(run)


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
            raise _Failed("no-panel")
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
            raise _Failed(said["problem"])
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
            if not selector.select(SECONDS):
                yield b""
                continue
            read = os.read(descriptor, 65536)
            if not read:
                return
            *lines, rest = (rest + read).split(b"\n")
            yield from lines


def _progress(engine: Engine, token: str, phase: str) -> Callable[[float], None]:
    """Stores the progress of the phase about every second, and stops once the run is cancelled."""
    due = 0.0

    def report(share: float) -> None:
        nonlocal due
        if time.monotonic() < due:
            return
        due = time.monotonic() + SECONDS
        with unit_of_work(engine) as session:
            run = _running(session, token)
            run.phase, run.progress = phase, round(100 * share)

    return report


def _running(session: Session, token: str) -> EvidenceRun:
    run = queries.run_by_token(session, token=token, for_update=True)
    if run is None or run.state != "running":
        raise _Stopped
    return run
