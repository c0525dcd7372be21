"""A run from its start to the stored result, and everything that may interrupt it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.problems import Problem
from server.evidence import operations, steps
from server.evidence.export import as_csv, plan_for
from server.evidence.models import EvidenceRun
from server.evidence.report import Result
from server.evidence.view import index
from server.jobs import queue
from server.jobs.attempts import INTERRUPTED, MAX_ATTEMPTS, fail, run_attempt
from server.jobs.handlers import HANDLERS
from server.jobs.models import Job
from tests.concurrency import at_once
from tests.factories import make_identity, new_user
from tests.server.evidence.evidence_helpers import confounded, empty_company, fill_company


@pytest.fixture(scope="module")
def company(engine):
    """24 reps and 20 weeks."""
    empty_company(engine)
    fill_company(engine, *confounded(np.random.default_rng(3), reps=24, weeks=20))


@pytest.fixture
def admin(engine, company):
    with unit_of_work(engine) as session:
        session.query(EvidenceRun).delete()
        session.query(Job).delete()
    return new_user(engine, role="admin")


def start(engine, admin, **values):
    with unit_of_work(engine) as session:
        run = operations.start(session, starter=make_identity(admin), **{"outcome": "meeting", "lag": 2} | values)
        return run.id


def run_job(engine):
    with unit_of_work(engine, writes=False) as session:
        job_id = session.scalar(select(Job.id).where(Job.kind == steps.STEP_JOB).order_by(Job.id.desc()).limit(1))
    return run_attempt(engine, HANDLERS, job_id=job_id)


def get_run(engine, run_id):
    with unit_of_work(engine, writes=False) as session:
        return session.get_one(EvidenceRun, run_id)


def test_a_run_stores_its_result_and_the_hash_of_its_panel(engine, admin):
    run_id = start(engine, admin)
    assert run_job(engine).state == "done"
    run = get_run(engine, run_id)
    result = Result.model_validate(run.result)
    assert (run.state, run.slot, run.problem) == ("done", None, None)
    assert result.counts["reps"] == run.facts["reps"] == 24
    assert result.counts["rows"] == 24 * 18
    assert run.facts["rows"] == 24 * 20
    assert result.estimate.low < result.estimate.coefficient < result.estimate.high
    assert result.packages["pyfixest"] == "0.60.0"
    with unit_of_work(engine, writes=False) as session:
        content = "".join(as_csv(session, plan_for(session), run.token)).encode()
    assert run.data_hash == result.data_hash == hashlib.sha256(content).hexdigest()


def test_the_same_panel_gives_the_same_numbers_in_another_process(engine, admin):
    run_id = start(engine, admin)
    run_job(engine)
    run = get_run(engine, run_id)
    with unit_of_work(engine, writes=False) as session:
        content = "".join(as_csv(session, plan_for(session), run.token)).encode()
    command = [sys.executable, "-m", steps.COMPUTE, *steps.arguments_of(run)]
    again = subprocess.run(command, input=content, stdout=subprocess.PIPE, check=True, cwd=steps.ROOT)
    assert json.loads(again.stdout) == run.result


WORKER = """
import sys
from server.core.database.engine import make_engine
from server.jobs.attempts import run_attempt
from server.jobs.handlers import HANDLERS
run_attempt(make_engine(sys.argv[1]), HANDLERS, job_id=int(sys.argv[2]))
"""


def test_a_worker_that_was_killed_while_it_computed_loses_nothing(engine, admin):
    run_id = start(engine, admin)
    with unit_of_work(engine, writes=False) as session:
        job_id = session.query(Job).filter_by(kind=steps.STEP_JOB).one().id
    url = engine.url.render_as_string(hide_password=False)
    worker = subprocess.Popen([sys.executable, "-c", WORKER, url, str(job_id)], cwd=steps.ROOT)
    deadline = time.monotonic() + 120
    while get_run(engine, run_id).phase != "computing":
        assert worker.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    worker.kill()
    worker.wait()
    assert get_run(engine, run_id).state == "running"
    fail(engine, job_id=job_id, error=INTERRUPTED)
    assert run_attempt(engine, HANDLERS, job_id=job_id).state == "done"
    first = get_run(engine, run_id)
    assert first.state == "done"
    other = get_run(engine, start(engine, admin))
    run_job(engine)
    other = get_run(engine, other.id)
    # Reps are in another order, so that the panel has another hash.
    assert {**first.result, "data_hash": ""} == {**other.result, "data_hash": ""}
    assert first.data_hash != other.data_hash


def test_a_cancelled_run_keeps_nothing(engine, admin):
    run_id = start(engine, admin)
    with unit_of_work(engine) as session:
        operations.cancel(session, run_id=run_id, canceller=make_identity(admin))
    assert run_job(engine).state == "done"
    run = get_run(engine, run_id)
    assert (run.state, run.slot, run.result, run.facts) == ("cancelled", None, None, None)


def test_cancelling_while_it_computes_ends_the_process(engine, admin, monkeypatch):
    run_id = start(engine, admin)
    processes = []
    read = steps._read_result

    def cancel_then_read(engine, token, process):
        processes.append(process)
        with unit_of_work(engine) as session:
            operations.cancel(session, run_id=run_id, canceller=make_identity(admin))
        return read(engine, token, process)

    monkeypatch.setattr(steps, "_read_result", cancel_then_read)
    assert run_job(engine).state == "done"
    assert get_run(engine, run_id).state == "cancelled"
    assert processes[0].poll() is not None


def test_a_run_whose_job_failed_can_be_tried_again(engine, admin, monkeypatch):
    run_id = start(engine, admin)
    with monkeypatch.context() as broken:
        broken.setattr(steps, "COMPUTE", "server.evidence.limits")
        for _ in range(MAX_ATTEMPTS):
            run_job(engine)
    with unit_of_work(engine, writes=False) as session:
        assert steps.RUNS.is_stuck(session, session.get_one(EvidenceRun, run_id))
    with unit_of_work(engine) as session:
        operations.resume(session, run_id=run_id)
    assert run_job(engine).state == "done"
    assert get_run(engine, run_id).state == "done"


@pytest.fixture
def purged(engine, admin):
    """An open run whose job failed long ago, so that the nightly purge deleted it."""
    run_id = start(engine, admin)
    with unit_of_work(engine) as session:
        job = session.query(Job).filter_by(kind=steps.STEP_JOB).one()
        job.state, job.attempts, job.finished_at = "failed", MAX_ATTEMPTS, now() - timedelta(days=31)
    with unit_of_work(engine) as session:
        queue.purge(session, finished_before=now() - timedelta(days=30))
        assert session.query(Job).count() == 0
    return run_id


def test_a_run_whose_failed_job_was_purged_can_be_tried_again(engine, admin, purged):
    with unit_of_work(engine) as session:
        assert index(session, viewer=make_identity(admin)).is_stuck
        operations.resume(session, run_id=purged)
    with unit_of_work(engine) as session:
        assert not index(session, viewer=make_identity(admin)).is_stuck
    assert run_job(engine).state == "done"
    assert get_run(engine, purged).state == "done"


@pytest.mark.parametrize("state", ["running", "cancelling"])
def test_a_run_whose_failed_job_was_purged_can_be_cancelled_and_blocks_no_other(engine, admin, purged, state):
    """Also where somebody had cancelled it before."""
    with unit_of_work(engine) as session:
        session.get_one(EvidenceRun, purged).state = state
    with unit_of_work(engine) as session:
        operations.cancel(session, run_id=purged, canceller=make_identity(admin))
    run = get_run(engine, purged)
    assert (run.state, run.slot) == ("cancelled", None)
    assert start(engine, admin) != purged


def test_missing_packages_are_said_and_not_tried_again(engine, admin, monkeypatch):
    run_id = start(engine, admin)
    # Stands before the installed packages, and cannot be imported.
    monkeypatch.setenv("PYTHONPATH", str(steps.ROOT / "tests" / "server" / "evidence" / "without_packages"))
    assert run_job(engine).state == "done"
    run = get_run(engine, run_id)
    assert (run.state, run.problem) == ("failed", "missing-package")


def test_two_clicks_start_one_run(engine, admin):
    ids = at_once(lambda _number: start(engine, admin), 4)
    assert len(set(ids)) == 1
    with unit_of_work(engine, writes=False) as session:
        assert session.query(Job).filter_by(kind=steps.STEP_JOB).count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"outcome": "deal-value"}, "outcome"),
        ({"outcome": "credit"}, "outcome"),
        ({"lag": 0}, "lag"),
        ({"lag": 9}, "lag"),
        ({"cluster": "week"}, "cluster"),
        ({"controls": ["meeting"]}, "controls"),
        ({"controls": ["smiles"]}, "controls"),
    ],
)
def test_a_wrong_setting_is_named(engine, admin, values, field):
    with pytest.raises(Problem) as problem:
        start(engine, admin, **values)
    assert problem.value.errors[0]["field"] == field


def test_starting_and_cancelling_are_in_the_audit_log(engine, admin):
    run_id = start(engine, admin)
    with unit_of_work(engine) as session:
        operations.cancel(session, run_id=run_id, canceller=make_identity(admin))
    with unit_of_work(engine, writes=False) as session:
        actions = session.scalars(
            select(AuditEntry.action).where(AuditEntry.actor_id == admin.id).order_by(AuditEntry.id)
        ).all()
    assert actions == ["evidence.started", "evidence.cancelled"]
