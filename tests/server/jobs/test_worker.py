"""Jobs happen once, whatever happens to the worker."""

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
import redis
from sqlalchemy import func, select, update

from server.core.clock import now
from server.core.database.session import unit_of_work
from server.credit.models import LedgerSeal
from server.jobs import queue
from server.jobs.handlers import HANDLERS, RECURRING, enqueue_recurring_jobs
from server.jobs.models import Job
from server.jobs.notifier import QUEUE_KEY, WorkerNotifier
from server.jobs.worker import work_once
from server.people.models import Team
from server.privacy import operations as privacy
from server.privacy.models import DataExport
from tests.conftest import SECRET
from tests.factories import make_user

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def no_other_jobs(engine):
    with unit_of_work(engine) as session:
        session.execute(update(Job).values(state="done"))


def put(engine, kind="test", key=None, **values):
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


def test_a_job_is_done_with_what_it_wrote(engine):
    name = uuid.uuid4().hex
    job_id = put(engine, name=name)
    assert work_once(engine, owner="a", handlers={"test": writes_team})
    assert not work_once(engine, owner="a", handlers={"test": writes_team})
    job = state_of(engine, job_id)
    assert (job.state, job.attempts, job.lease_owner) == ("done", 1, None)
    assert teams_named(engine, name) == 1


def test_a_key_is_put_down_once(engine):
    key = uuid.uuid4().hex
    put(engine, key=key)
    with unit_of_work(engine) as session:
        assert not queue.enqueue(session, "test", {}, key=key)


def test_a_job_goes_with_the_transaction_it_belongs_to(engine):
    key = uuid.uuid4().hex
    with unit_of_work(engine) as session:
        queue.enqueue(session, "test", {}, key=key)
        session.rollback()
    with unit_of_work(engine, writes=False) as session:
        assert session.scalar(select(Job.id).filter_by(idempotency_key=key)) is None


def test_a_job_waits_for_its_time(engine):
    with unit_of_work(engine) as session:
        queue.enqueue(session, "test", {}, key=uuid.uuid4().hex, run_after=now() + timedelta(hours=1))
    assert not work_once(engine, owner="a", handlers={"test": writes_team})


def test_a_failed_try_keeps_nothing_but_the_name_of_the_error(engine):
    name = uuid.uuid4().hex

    def breaks(session, args):
        writes_team(session, args)
        session.flush()
        raise ValueError("canary words that nobody may read")

    job_id = put(engine, name=name)
    for attempt in range(1, queue.MAX_ATTEMPTS + 1):
        with unit_of_work(engine) as session:
            session.execute(update(Job).where(Job.id == job_id).values(run_after=now()))
        assert work_once(engine, owner="a", handlers={"test": breaks})
        job = state_of(engine, job_id)
        assert (job.attempts, job.last_error) == (attempt, "ValueError")
        assert job.state == ("failed" if attempt == queue.MAX_ATTEMPTS else "queued")
        assert job.state == "failed" or job.run_after > now()
    assert teams_named(engine, name) == 0


def test_a_silent_workers_job_goes_to_the_next(engine):
    name = uuid.uuid4().hex
    job_id = put(engine, name=name)
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


def test_what_a_worker_wrote_without_its_lease_is_dropped(engine):
    name = uuid.uuid4().hex

    def loses_lease(session, args):
        writes_team(session, args)
        session.execute(update(Job).where(Job.kind == "test", Job.state == "running").values(lease_owner="other"))

    put(engine, name=name)
    assert work_once(engine, owner="a", handlers={"test": loses_lease})
    assert teams_named(engine, name) == 0


def test_many_workers_do_each_job_once(engine):
    names = [uuid.uuid4().hex for _ in range(12)]
    for name in names:
        put(engine, name=name)
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
        job_id = put(engine, name=name)
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


def test_the_worker_makes_an_export_and_stops_when_asked(engine, settings):
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
        assert worker.wait(30) == 0
    with unit_of_work(engine, writes=False) as session:
        assert session.get_one(DataExport, export_id).ready_at is not None


def test_regular_work_is_put_down_once_a_slot(engine):
    at = datetime(2031, 1, 1, tzinfo=UTC)
    with unit_of_work(engine) as session:
        for moment in (at, at + timedelta(seconds=30), at + timedelta(seconds=60)):
            enqueue_recurring_jobs(session, at=moment)
        kinds = session.scalars(select(Job.kind).where(Job.run_after >= at).order_by(Job.kind)).all()
    assert kinds == sorted(RECURRING)
    assert set(RECURRING) <= set(HANDLERS)


def test_every_handler_runs(engine):
    for kind in ("ledger.seal", "privacy.purge"):
        job_id = put(engine, kind=kind)
        assert work_once(engine, owner="a")
        assert state_of(engine, job_id).state == "done"
    with unit_of_work(engine, writes=False) as session:
        assert session.scalar(select(func.count()).select_from(LedgerSeal)) == 0


def test_the_bell_is_heard_once(redis_url):
    notifier = WorkerNotifier(redis_url)
    redis.Redis.from_url(redis_url).delete(QUEUE_KEY)
    notifier.notify()
    notifier.notify()
    assert notifier.wait(5)
    assert redis.Redis.from_url(redis_url).llen(QUEUE_KEY) == 0
    notifier.close()


def test_without_redis_the_clock_is_enough():
    away = WorkerNotifier("redis://127.0.0.1:1/0")
    away.notify()
    assert not away.wait(1)
    away.close()
    assert not WorkerNotifier("").wait(1)
