"""Each job takes effect exactly once, whatever happens to the worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from server.core.clock import now
from server.core.database.session import unit_of_work
from server.jobs import queue
from server.jobs.models import Job
from server.jobs.worker import run_next_job
from server.people.models import Team
from server.privacy import operations as privacy
from server.privacy.models import DataExport
from tests.databases import SECRET
from tests.factories import make_user
from tests.live import START_SECONDS

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def no_other_jobs(engine):
    with unit_of_work(engine) as session:
        session.execute(update(Job).values(state="done"))


def enqueue(engine, kind="test", key=None, **values):
    with unit_of_work(engine) as session:
        assert queue.enqueue(session, kind, values, key=key or uuid.uuid4().hex)
        return session.scalars(select(Job.id).order_by(Job.id.desc())).first()


def get_job(engine, job_id):
    with unit_of_work(engine, writes=False) as session:
        return session.get_one(Job, job_id)


def add_team(session, args):
    session.add(Team(name=args["name"]))


def count_teams(engine, name):
    with unit_of_work(engine, writes=False) as session:
        return session.scalar(select(func.count()).select_from(Team).filter_by(name=name))


def test_finished_job_is_committed_with_its_writes(engine):
    name = uuid.uuid4().hex
    job_id = enqueue(engine, name=name)
    assert run_next_job(engine, owner="a", handlers={"test": add_team})
    assert not run_next_job(engine, owner="a", handlers={"test": add_team})
    job = get_job(engine, job_id)
    assert (job.state, job.attempts, job.lease_owner) == ("done", 1, None)
    assert count_teams(engine, name) == 1


def test_enqueue_ignores_a_repeated_key(engine):
    key = uuid.uuid4().hex
    enqueue(engine, key=key)
    with unit_of_work(engine) as session:
        assert not queue.enqueue(session, "test", {}, key=key)


def test_enqueue_is_rolled_back_with_its_transaction(engine):
    key = uuid.uuid4().hex
    with unit_of_work(engine) as session:
        queue.enqueue(session, "test", {}, key=key)
        session.rollback()
    with unit_of_work(engine, writes=False) as session:
        assert session.scalar(select(Job.id).filter_by(idempotency_key=key)) is None


def test_job_is_not_claimed_before_run_after(engine):
    with unit_of_work(engine) as session:
        queue.enqueue(session, "test", {}, key=uuid.uuid4().hex, run_after=now() + timedelta(hours=1))
    assert not run_next_job(engine, owner="a", handlers={"test": add_team})


def test_failed_attempt_stores_only_the_error_type(engine):
    name = uuid.uuid4().hex

    def write_and_fail(session, args):
        add_team(session, args)
        session.flush()
        raise ValueError("canary text that must not be stored")

    job_id = enqueue(engine, name=name)
    for attempt in range(1, queue.MAX_ATTEMPTS + 1):
        with unit_of_work(engine) as session:
            session.execute(update(Job).where(Job.id == job_id).values(run_after=now()))
        assert run_next_job(engine, owner="a", handlers={"test": write_and_fail})
        job = get_job(engine, job_id)
        assert (job.attempts, job.last_error) == (attempt, "ValueError")
        assert job.state == ("failed" if attempt == queue.MAX_ATTEMPTS else "queued")
        assert job.state == "failed" or job.run_after > now()
    assert count_teams(engine, name) == 0


def test_job_with_expired_lease_is_claimed_by_another_worker(engine):
    name = uuid.uuid4().hex
    job_id = enqueue(engine, name=name)
    at = datetime.now(UTC)
    with unit_of_work(engine) as session:
        assert queue.claim(session, owner="first", at=at).id == job_id
    with unit_of_work(engine) as session:
        assert queue.claim(session, owner="second", at=at + queue.LEASE / 2) is None
    with unit_of_work(engine) as session:
        assert queue.renew(session, job_id=job_id, owner="first", at=at + queue.LEASE / 2)
    with unit_of_work(engine) as session:
        assert queue.claim(session, owner="second", at=at + queue.LEASE) is None
    with unit_of_work(engine) as session:
        assert queue.claim(session, owner="second", at=at + queue.LEASE * 2).id == job_id
    with unit_of_work(engine) as session:
        assert not queue.renew(session, job_id=job_id, owner="first", at=at)
        assert not queue.finish(session, job_id=job_id, owner="first", at=at)
        queue.fail(session, job_id=job_id, owner="first", at=at, error="Late")
    assert (get_job(engine, job_id).state, get_job(engine, job_id).lease_owner) == ("running", "second")


def test_job_is_rolled_back_when_its_lease_is_lost(engine):
    name = uuid.uuid4().hex

    def write_and_lose_lease(session, args):
        add_team(session, args)
        session.execute(update(Job).where(Job.kind == "test", Job.state == "running").values(lease_owner="other"))

    enqueue(engine, name=name)
    assert run_next_job(engine, owner="a", handlers={"test": write_and_lose_lease})
    assert count_teams(engine, name) == 0


def test_concurrent_workers_run_each_job_once(engine):
    names = [uuid.uuid4().hex for _ in range(12)]
    for name in names:
        enqueue(engine, name=name)
    barrier = threading.Barrier(4)

    def run_all_jobs(number):
        barrier.wait()
        while run_next_job(engine, owner=f"worker {number}", handlers={"test": add_team}):
            pass

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run_all_jobs, range(4)))
    assert [count_teams(engine, name) for name in names] == [1] * 12


BLOCKED_WORKER = """
import os, sys
from server.core.database.engine import make_engine
from server.jobs.worker import run_next_job
from server.people.models import Team

def block(session, args):
    session.add(Team(name=args["name"]))
    session.flush()
    print("started", flush=True)
    sys.stdin.read()

run_next_job(make_engine(sys.argv[1]), owner="killed", handlers={"test": block})
"""


def test_job_of_a_killed_worker_runs_again(engine, settings):
    for _ in range(3):
        name = uuid.uuid4().hex
        job_id = enqueue(engine, name=name)
        with subprocess.Popen(
            [sys.executable, "-c", BLOCKED_WORKER, settings.sqlalchemy_url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as worker:
            assert worker.stdout.readline() == b"started\n"
            worker.kill()
        assert count_teams(engine, name) == 0
        assert get_job(engine, job_id).state == "running"
        with unit_of_work(engine) as session:
            session.execute(update(Job).where(Job.id == job_id).values(lease_until=now() - timedelta(seconds=1)))
        assert run_next_job(engine, owner="second", handlers={"test": add_team})
        assert count_teams(engine, name) == 1
        assert (get_job(engine, job_id).state, get_job(engine, job_id).attempts) == ("done", 2)


WORKER = """
from server.core.settings import load_settings
from server.core.database.engine import make_engine
from server.jobs.worker import run
from server.core import logs

logs.configure()
settings = load_settings()
run(make_engine(settings.sqlalchemy_url), settings)
"""


def test_worker_creates_an_export_and_stops_on_sigterm(engine, settings):
    with unit_of_work(engine) as session:
        export_id = privacy.request_export(session, user_id=make_user(session).id).id
    environment = os.environ | {
        "REPUTE_DATABASE_URL": settings.database_url,
        "REPUTE_SECRET_KEY": SECRET,
        "REPUTE_DATA": str(settings.data),
        "REPUTE_REDIS_URL": "",
    }
    with subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, env=environment, stdout=subprocess.PIPE) as worker:
        for line in worker.stdout:
            if b"privacy.export" in line and (b'"job-done"' in line or b'"job-failed"' in line):
                break
        worker.send_signal(signal.SIGTERM)
        worker.stdout.read()
        assert worker.wait(START_SECONDS) == 0
    with unit_of_work(engine, writes=False) as session:
        assert session.get_one(DataExport, export_id).ready_at is not None
