"""Outages while people work: what they see, that nothing is lost, and that everything is normal again afterwards.

Each drill adds what it saw to var/outages.json; ``python -m tests.crash.outages`` prints it."""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from server.core.database.session import unit_of_work
from server.jobs import queue
from server.jobs.models import Job
from server.security import operations as security
from tests.crash.job_worker import JobWorker
from tests.crash.traffic import NO_RESPONSE, Traffic, call
from tests.factories import bearer
from tests.live import LiveServer
from tests.services import private_postgres, private_redis, wait_until
from tests.texts import sentence

#: Answers of each call that show that a drill's state was reached; a number, not a duration.
ENOUGH = 5
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")


@contextlib.contextmanager
def started(folder, **values):
    server = LiveServer(folder, **values).prepare()
    try:
        yield server.start()
    finally:
        server.stop()


def run_drill(server, name, fail, recover, *, hold_seconds=0.0):
    """Before, during and after; returns the traffic. ``hold_seconds``: how long the outage lasts at least."""
    workers = server.workers()
    with Traffic(server) as traffic:
        traffic.wait(ENOUGH, good=True)
        traffic.enter("change")
        fail()
        traffic.enter("during")
        began = time.monotonic()
        traffic.wait(ENOUGH)
        time.sleep(max(0.0, hold_seconds - (time.monotonic() - began)))
        traffic.enter("change")
        recover()
        traffic.enter("after")
        recovered = time.monotonic()
        traffic.wait(1, good=True)
        seconds_to_normal = time.monotonic() - recovered
        traffic.wait(ENOUGH, good=True)
    summary = traffic.save(name, seconds_to_normal)
    assert (summary["lost"], summary["doubled"]) == (0, 0)
    assert server.workers() == workers, "a process ended"
    return traffic


def assert_always_answered(traffic):
    dropped = {name for (_, name), statuses in traffic.statuses.items() if NO_RESPONSE in statuses}
    assert dropped == set(), traffic.table()


def assert_refused_with_retry_after(traffic, *calls):
    for name in calls:
        assert traffic.seen(name) == {503}, traffic.table()
        assert not any(key[0] == name for key in traffic.without_retry_after), traffic.without_retry_after


# --- disk full --------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", folder], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"mounting a small disk is not permitted: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        # Lazily: a process of a failed test may still have a file open.
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(file: Path) -> None:
    for size in (65_536, 4_096, 1):
        with contextlib.suppress(OSError), file.open("ab", buffering=0) as target:
            while target.write(b"\0" * size) == size:
                pass


def test_full_disk_ends_no_process_and_loses_no_share(small_disk):
    filler = small_disk / "filler"
    with started(small_disk) as server:
        traffic = run_drill(server, "disk full", lambda: fill(filler), filler.unlink)
    assert_always_answered(traffic)
    assert traffic.seen("healthz") == traffic.seen("static") == traffic.seen("assess") == {200}
    assert_refused_with_retry_after(traffic, "share")


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "seconds"),
    [("immediate", 0.0), *(pytest.param(mode, 20.0, marks=pytest.mark.soak) for mode in ("immediate", "fast"))],
)
def test_stopped_postgresql_is_503_and_loses_no_share(tmp_path, mode, seconds):
    with private_postgres() as postgres, started(tmp_path, database_url=postgres.url) as server:
        name = f"PostgreSQL stopped ({mode}, {seconds:.0f} s)"
        traffic = run_drill(server, name, lambda: postgres.stop(mode), postgres.start, hold_seconds=seconds)
        assert_always_answered(traffic)
        assert traffic.seen("healthz") == traffic.seen("static") == {200}, traffic.table()
        assert_refused_with_retry_after(traffic, "share", "assess", "me")


def test_a_worker_that_starts_before_its_database_waits_for_it(tmp_path):
    with private_postgres() as postgres:
        server = LiveServer(tmp_path, database_url=postgres.url).prepare()
        with unit_of_work(server.engine) as session:
            queue.enqueue(session, "ledger.seal", {}, key="waits")
        server.engine.dispose()
        postgres.stop()
        worker = JobWorker(server)
        try:
            wait_until(lambda: worker.assert_running() or "database-unavailable" in worker.log, "it looked for its database")
            postgres.start()
            wait_until(lambda: worker.assert_running() or is_done(server, key="waits"), "the job is done")
        finally:
            worker.kill()
            server.stop()


def is_done(server, *, key):
    with unit_of_work(server.engine, writes=False) as session:
        return session.scalars(select(Job.state).where(Job.idempotency_key == key)).one() == "done"


# --- Redis ------------------------------------------------------------------------------------------------------------


def assert_nobody_noticed(traffic):
    assert_always_answered(traffic)
    unsuccessful = {
        (phase, name): dict(statuses)
        for (phase, name), statuses in traffic.statuses.items()
        if any(status >= 400 for status in statuses)
    }
    assert unsuccessful == {}, traffic.table()


@pytest.mark.parametrize("fault", ["hung", "gone"])
def test_without_redis_all_calls_go_on(tmp_path, fault):
    with private_redis() as redis, started(tmp_path, redis_url=redis.url) as server:
        fail, recover = (redis.suspend, redis.resume) if fault == "hung" else (redis.stop, redis.start)
        assert_nobody_noticed(run_drill(server, f"Redis {fault}", fail, recover))


# --- clock ------------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def clock_off_by(minutes: int):
    """Servers started within have a clock that is ahead, or behind if negative; the database of the test has the right one."""
    if not FAKETIME.exists():
        pytest.skip("libfaketime is missing (apt-get install faketime)")
    # gunicorn keeps the heartbeats of its workers in the times of files.
    values = {"LD_PRELOAD": str(FAKETIME), "FAKETIME": f"{minutes:+d}m", "NO_FAKE_STAT": "1"}
    os.environ.update(values)
    try:
        yield
    finally:
        for name in values:
            del os.environ[name]


def share_request(token, key, at):
    rng = random.Random(key)
    body = {"surface": "linkedin-post", "text": f"{sentence(rng)} {sentence(rng)}", "url": None, "occurred_at": at.isoformat()}
    headers = bearer(token, **{"Content-Type": "application/json", "Idempotency-Key": key})
    return json.dumps(body), headers


@pytest.mark.parametrize("minutes", [-30, 30])
def test_clock_off_by_half_an_hour_loses_no_share(tmp_path, minutes):
    server = LiveServer(tmp_path).prepare()
    token, key = server.pair(), str(uuid.uuid4())
    with unit_of_work(server.engine) as session:
        cookie = security.start_session(session, user_id=server.users["rep"].id).secret
    body, headers = share_request(token, key, datetime.now(UTC) - timedelta(minutes=1))
    try:
        with clock_off_by(minutes):
            server.start()
        first = call(server.port, "POST", "/api/v1/shares", headers, body)
        # A share that cannot be accepted yet is repeated by the extension; any other answer would end it.
        assert first.status == 201 or first.retry_after, first
        # Access tokens live an hour and a rep's idle session four, so half an hour ends neither.
        assert call(server.port, "GET", "/api/v1/me", headers).status == 200
        assert call(server.port, "GET", "/me", {"Cookie": f"repute={cookie}"}).status == 200
        server.kill()
        server.start()
        again = call(server.port, "POST", "/api/v1/shares", headers, body)
        assert again.status == 201
        assert first.status != 201 or again.content == first.content
        result = server.command("ledger", "verify")
        assert (result.returncode, result.stderr) == (0, "")
        assert "1 accounts, 1 entries" in result.stdout
    finally:
        server.stop()
