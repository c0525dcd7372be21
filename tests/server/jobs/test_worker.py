"""Each job takes effect once, whatever happens to the worker."""

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
from server.jobs.worker import work_once
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


def state_of(engine, job_id):
    with unit_of_work(engine, writes=False) as session:
        return session.get_one(Job, job_id)


def writes_team(session, args):
    session.add(Team(name=args["name"]))


def teams_named(engine, name):
    with unit_of_work(engine, writes=False) as session:
        return session.scalar(select(func.count()).select_from(Team).filter_by(name=name))


def test_finished_job_is_committed_with_its_writes(engine):
    name = uuid.uuid4().hex
    job_id = enqueue(engine, name=name)
    assert work_once(engine, owner="a", handlers={"test": writes_team})
    assert not work_once(engine, owner="a", handlers={"test": writes_team})
    job = state_of(engine, job_id)
    assert (job.state, job.attempts, job.lease_owner) == ("done", 1, None)
    assert teams_named(engine, name) == 1


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
    assert not work_once(engine, owner="a", handlers={"test": writes_team})


def test_failed_attempt_stores_only_the_error_type(engine):
    name = uuid.uuid4().hex

    def breaks(session, args):
        writes_team(session, args)
        session.flush()
        raise ValueError("canary words that nobody may read")

    job_id = enqueue(engine, name=name)
    for attempt in range(1, queue.MAX_ATTEMPTS + 1):
        with unit_of_work(engine) as session:
            session.execute(update(Job).where(Job.id == job_id).values(run_after=now()))
        assert work_once(engine, owner="a", handlers={"test": breaks})
        job = state_of(engine, job_id)
        assert (job.attempts, job.last_error) == (attempt, "ValueError")
        assert job.state == ("failed" if attempt == queue.MAX_ATTEMPTS else "queued")
        assert job.state == "failed" or job.run_after > now()
    assert teams_named(engine, name) == 0


def test_expired_lease_is_claimed_by_another_worker(engine):
    name = uuid.uuid4().hex
    job_id = enqueue(engine, name=name)
    at = datetime.now(UTC)
    with unit_of_work(engine) as session:
        assert queue.claim(session, owner="silent", at=at).id == job_id
    with unit_of_work(engine) as session:
        assert queue.claim(session, owner="next", at=at + queue.LEASE / 2) is None
    with unit_of_work(engine) as session:
        assert queue.renew(session, job_id=job_id, owner="silent", at=at + queue.LEASE / 2)
    with unit_of_work(engine) as session:
        assert queue.claim(session, owner="next", at=at + queue.LEASE) is None
    with unit_of_work(engine) as session:
        assert queue.claim(session, owner="next", at=at + queue.LEASE * 2).id == job_id
    with unit_of_work(engine) as session:
        assert not queue.renew(session, job_id=job_id, owner="silent", at=at)
        assert not queue.finish(session, job_id=job_id, owner="silent", at=at)
        queue.fail(session, job_id=job_id, owner="silent", at=at, error="Late")
    assert (state_of(engine, job_id).state, state_of(engine, job_id).lease_owner) == ("running", "next")


def test_writes_without_a_lease_are_rolled_back(engine):
    name = uuid.uuid4().hex

    def loses_lease(session, args):
        writes_team(session, args)
        session.execute(update(Job).where(Job.kind == "test", Job.state == "running").values(lease_owner="other"))

    enqueue(engine, name=name)
    assert work_once(engine, owner="a", handlers={"test": loses_lease})
    assert teams_named(engine, name) == 0


def test_concurrent_workers_run_each_job_once(engine):
    names = [uuid.uuid4().hex for _ in range(12)]
    for name in names:
        enqueue(engine, name=name)
    barrier = threading.Barrier(4)

    def work(number):
        barrier.wait()
        while work_once(engine, owner=f"worker {number}", handlers={"test": writes_team}):
            pass

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert [teams_named(engine, name) for name in names] == [1] * 12


KILLED = """
import os, sys
from server.core.database.engine import make_engine
from server.jobs.worker import work_once
from server.people.models import Team

def stuck(session, args):
    session.add(Team(name=args["name"]))
    session.flush()
    print("inside", flush=True)
    sys.stdin.read()

work_once(make_engine(sys.argv[1]), owner="killed", handlers={"test": stuck})
"""


def test_kill_9_inside_a_job_loses_nothing(engine, settings):
    for _ in range(3):
        name = uuid.uuid4().hex
        job_id = enqueue(engine, name=name)
        with subprocess.Popen(
            [sys.executable, "-c", KILLED, settings.url_of_database], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as worker:
            assert worker.stdout.readline() == b"inside\n"
            worker.kill()
        assert teams_named(engine, name) == 0
        assert state_of(engine, job_id).state == "running"
        with unit_of_work(engine) as session:
            session.execute(update(Job).where(Job.id == job_id).values(lease_until=now() - timedelta(seconds=1)))
        assert work_once(engine, owner="next", handlers={"test": writes_team})
        assert teams_named(engine, name) == 1
        assert (state_of(engine, job_id).state, state_of(engine, job_id).attempts) == ("done", 2)


WORKER = """
from server.core.settings import load_settings
from server.core.database.engine import make_engine
from server.jobs.worker import run
from server.core import logs

logs.configure()
settings = load_settings()
run(make_engine(settings.url_of_database), settings)
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
