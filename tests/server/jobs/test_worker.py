"""Workers in processes of their own: each job takes effect exactly once, whatever happens to them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
import uuid

import psycopg
import pytest
from sqlalchemy import delete, func, select, text, update

from server.core.clock import now
from server.core.database.session import unit_of_work
from server.jobs import queue
from server.jobs.attempts import MAX_ATTEMPTS
from server.jobs.models import Job
from server.people.models import Team
from tests.databases import postgres_url
from tests.live import ROOT, START_SECONDS

#: Handlers that write, block until a file exists, or kill their process; with short intervals instead of the usual ones.
WORKER = """
import json, os, signal, sys, time
from pathlib import Path

from sqlalchemy import text

from server.core import logs
from server.core.database.engine import make_engine
from server.jobs import worker
from server.jobs.distributed import Intervals
from server.people.models import Team

def write(session, args):
    session.add(Team(name=args["name"]))
    session.flush()

def block(session, args):
    write(session, args)
    print(json.dumps({"event": "blocked " + args["name"]}), flush=True)
    while not Path(args["gate"]).exists():
        session.execute(text("SELECT 1"))
        time.sleep(0.02)

def poison(session, args):
    write(session, args)
    os.kill(os.getpid(), signal.SIGKILL)

logs.configure()
handlers = {"write": write, "block": block, "poison": poison, "tick": lambda _session, _args: None}
recurring = {"tick": "* * * * *"} if "recurring" in sys.argv else {}
intervals = Intervals(poll=0.2, heartbeat=0.2, dead_after=2, recover=0.2, idle_timeout=1.5, reconnect=0.2)
engine = make_engine(sys.argv[1])
worker.run(engine, handlers, recurring, intervals)
engine.dispose()
"""


class WorkerProcess:
    def __init__(self, url, *arguments):
        self.events = []
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", WORKER, url, *arguments],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        for line in self._process.stdout:
            try:
                self.events.append(json.loads(line)["event"])
            except json.JSONDecodeError:
                self.events.append(line.rstrip())

    def send(self, number):
        self._process.send_signal(number)

    def exit_code(self):
        return self._process.poll()

    def wait(self):
        code = self._process.wait(START_SECONDS)
        self._reader.join()
        self._process.stdout.close()
        return code

    def kill(self):
        self._process.kill()
        self.wait()


@pytest.fixture
def start(engine, settings):
    """Starts workers on an otherwise empty queue; kills those still running afterwards."""
    with unit_of_work(engine) as session:
        session.execute(delete(Job))
        if engine.dialect.name == "postgresql":
            session.execute(text("DELETE FROM procrastinate_jobs"))
    workers = []

    def start_worker(*arguments):
        workers.append(WorkerProcess(settings.sqlalchemy_url, *arguments))
        return workers[-1]

    yield start_worker
    for worker in workers:
        worker.kill()


@pytest.fixture
def gate(tmp_path):
    return tmp_path / "gate"


def enqueue(engine, kind, **args):
    """A new job, and the name of the team that it adds."""
    name = uuid.uuid4().hex
    with unit_of_work(engine) as session:
        assert queue.enqueue(session, kind, {"name": name} | {key: str(value) for key, value in args.items()}, key=name)
        return session.scalars(select(Job.id).filter_by(idempotency_key=name)).one(), name


def get_job(engine, job_id):
    with unit_of_work(engine, writes=False) as session:
        return session.get_one(Job, job_id)


def count_teams(engine, name):
    with unit_of_work(engine, writes=False) as session:
        return session.scalar(select(func.count()).select_from(Team).filter_by(name=name))


def count_deliveries(engine):
    if engine.dialect.name == "sqlite":
        return 0
    with unit_of_work(engine, writes=False) as session:
        return session.scalar(text("SELECT count(*) FROM procrastinate_jobs"))


def end_backoff(engine):
    """Makes retries due, because tests do not wait for time."""
    with unit_of_work(engine) as session:
        session.execute(update(Job).where(Job.state == "queued", Job.attempts > 0).values(run_after=now()))
        if engine.dialect.name == "postgresql":
            session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo' AND attempts > 0"))


def wait_until(condition, *workers):
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        assert time.monotonic() < deadline, [worker.events for worker in workers]
        time.sleep(0.05)


def wait_until_done(engine, job_id, *workers):
    def is_done():
        end_backoff(engine)
        return get_job(engine, job_id).state == "done"

    wait_until(is_done, *workers)
    # procrastinate deletes its job after ours has been committed.
    wait_until(lambda: count_deliveries(engine) == 0, *workers)


def wait_until_blocked(worker, name):
    wait_until(lambda: f"blocked {name}" in worker.events or worker.exit_code() is not None, worker)
    assert worker.exit_code() is None, worker.events


def only_postgresql(engine, reason):
    if engine.dialect.name == "sqlite":
        pytest.skip(reason)


def kill_in_mid_task(engine, start, folder, *, kills):
    worker, jobs = start(), []
    for number in range(kills):
        gate = folder / f"gate {number}"
        jobs.append(enqueue(engine, "block", gate=gate))
        job_id, name = jobs[-1]
        wait_until_blocked(worker, name)
        worker.kill()
        assert (count_teams(engine, name), get_job(engine, job_id).state) == (0, "running")
        gate.touch()
        worker = start()
        wait_until_done(engine, job_id, worker)
    for job_id, name in jobs:
        assert count_teams(engine, name) == 1
        assert get_job(engine, job_id).attempts >= 2


def test_a_job_of_a_killed_worker_is_done_exactly_once(engine, start, tmp_path):
    kill_in_mid_task(engine, start, tmp_path, kills=1)


@pytest.mark.soak
def test_jobs_of_20_killed_workers_are_done_exactly_once(engine, start, tmp_path):
    kill_in_mid_task(engine, start, tmp_path, kills=20)


def test_a_job_that_kills_its_worker_stops_and_is_shown(engine, start):
    job_id, name = enqueue(engine, "poison")
    starts = 0
    while get_job(engine, job_id).state != "failed":
        worker = start()
        starts += 1
        assert starts <= MAX_ATTEMPTS + 1

        def has_ended(worker=worker):
            end_backoff(engine)
            return worker.exit_code() is not None or get_job(engine, job_id).state == "failed"

        wait_until(has_ended, worker)
    job = get_job(engine, job_id)
    assert (job.attempts, job.last_error, count_teams(engine, name)) == (MAX_ATTEMPTS, "Interrupted", 0)
    with unit_of_work(engine, writes=False) as session:
        assert [shown.id for shown in queue.list_unfinished(session)] == [job_id]
        assert queue.count(session).failed == 1
    # The worker that found it failed goes on with other jobs.
    other_id, other_name = enqueue(engine, "write")
    wait_until_done(engine, other_id, worker)
    assert count_teams(engine, other_name) == 1
    assert worker.exit_code() is None


def test_a_failed_job_runs_again_when_retried(engine, start):
    job_id, name = enqueue(engine, "write")
    with unit_of_work(engine) as session:
        job = session.get_one(Job, job_id)
        job.state, job.attempts, job.finished_at = "failed", MAX_ATTEMPTS, now()
        session.flush()
        assert queue.retry(session, job_id=job_id)
    wait_until_done(engine, job_id, start())
    assert (count_teams(engine, name), get_job(engine, job_id).attempts) == (1, 1)


def test_sigterm_lets_the_job_finish(engine, start, gate):
    job_id, name = enqueue(engine, "block", gate=gate)
    worker = start()
    wait_until_blocked(worker, name)
    worker.send(signal.SIGTERM)
    gate.touch()
    assert worker.wait() == 0, worker.events
    assert worker.events[-1] == "worker-stopped"
    assert (get_job(engine, job_id).state, get_job(engine, job_id).attempts, count_teams(engine, name)) == ("done", 1, 1)


def test_recurring_jobs_are_enqueued_once(engine, start):
    workers = [start("recurring"), start("recurring")]

    def list_jobs():
        with unit_of_work(engine, writes=False) as session:
            return session.execute(select(Job.kind, Job.idempotency_key)).all()

    wait_until(list_jobs, *workers)
    wait_until(lambda: all(worker.events for worker in workers), *workers)
    for worker in workers:
        worker.send(signal.SIGTERM)
        assert worker.wait() == 0, worker.events
    keys = [row.idempotency_key for row in list_jobs()]
    assert {row.kind for row in list_jobs()} == {"tick"}
    assert len(keys) == len(set(keys))


def test_two_hosts_share_the_jobs(engine, start, gate):
    only_postgresql(engine, "SQLite has one worker")
    jobs = [enqueue(engine, "block", gate=gate) for _ in range(2)]
    workers = [start(), start()]
    for worker in workers:
        wait_until(lambda worker=worker: any(event.startswith("blocked") for event in worker.events), *workers)
    jobs += [enqueue(engine, "write") for _ in range(10)]
    gate.touch()
    for job_id, name in jobs:
        wait_until_done(engine, job_id, *workers)
        assert count_teams(engine, name) == 1


def test_a_second_worker_waits_for_the_first(engine, start):
    if engine.dialect.name == "postgresql":
        pytest.skip("PostgreSQL has any number of workers")
    first = start()
    wait_until(lambda: "worker-started" in first.events, first)
    second = start()
    wait_until(lambda: "worker-waiting" in second.events, second)
    first.kill()
    wait_until(lambda: "worker-started" in second.events, second)
    job_id, name = enqueue(engine, "write")
    wait_until_done(engine, job_id, second)
    assert count_teams(engine, name) == 1
    second.send(signal.SIGTERM)
    assert second.wait() == 0


def test_a_paused_host_has_no_effect_when_another_took_over(engine, start, gate):
    only_postgresql(engine, "SQLite has one worker")
    job_id, name = enqueue(engine, "block", gate=gate)
    paused = start()
    wait_until_blocked(paused, name)
    paused.send(signal.SIGSTOP)
    other = start()
    gate.touch()
    wait_until_done(engine, job_id, other)
    assert count_teams(engine, name) == 1
    paused.send(signal.SIGCONT)
    next_id, next_name = enqueue(engine, "write")
    other.send(signal.SIGTERM)
    assert other.wait() == 0, other.events
    # The host that was paused goes on with new jobs.
    wait_until_done(engine, next_id, paused)
    assert (count_teams(engine, name), count_teams(engine, next_name)) == (1, 1)
    assert get_job(engine, job_id).attempts == 2


def test_the_worker_survives_losing_the_database(engine, start, gate, settings):
    only_postgresql(engine, "SQLite is a file on the same host")
    job_id, name = enqueue(engine, "block", gate=gate)
    worker = start()
    wait_until_blocked(worker, name)
    database = engine.url.database
    engine.dispose()
    with psycopg.connect(postgres_url(), autocommit=True) as server:
        server.execute(f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS false')
        try:
            server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database])
            gate.touch()
            wait_until(lambda: "database-unavailable" in worker.events, worker)
        finally:
            server.execute(f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS true')
    wait_until_done(engine, job_id, worker)
    other_id, other_name = enqueue(engine, "write")
    wait_until_done(engine, other_id, worker)
    assert (count_teams(engine, name), count_teams(engine, other_name)) == (1, 1)
    worker.send(signal.SIGTERM)
    assert worker.wait() == 0, worker.events
