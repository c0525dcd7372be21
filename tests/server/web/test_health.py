"""What ``/metrics`` says about the worker, jobs, imports, writes and the database, on both databases."""

from __future__ import annotations

import fcntl
import json
import re
import threading
import tomllib
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from server.core.access import INTEGRATION_SCOPES
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.version import VERSION
from server.jobs.models import Job
from server.jobs.status import worker_lock
from tests.factories import bearer, new_cookie, new_token, new_user
from tests.services import wait_until

ROOT = Path(__file__).parents[3]
TOKEN = "a token of these tests"


@pytest.fixture
def client(make_app, settings):
    return make_app(settings.model_copy(update={"metrics_token": SecretStr(TOKEN)})).test_client()


@pytest.fixture
def read(client):
    """Values by name, labels included."""

    def read():
        lines = client.get("/metrics", headers=bearer(TOKEN)).text.splitlines()
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}

    return read


def test_version_is_the_release_everywhere(read):
    assert read()[f'repute_build_info{{version="{VERSION}"}}'] == 1
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION
    assert json.loads((ROOT / "extension/package.json").read_text())["version"] == VERSION
    assert f"## [{VERSION}]" in (ROOT / ".github/CHANGELOG.md").read_text()


def test_only_admins_see_the_version_in_settings(client, engine):
    for role in ("rep", "manager", "admin"):
        client.set_cookie("repute", new_cookie(engine, new_user(engine, role=role)))
        assert (f"Repute {VERSION}" in client.get("/settings").text) == (role == "admin")


def test_running_worker_is_counted(read, engine):
    assert read()["repute_workers_alive"] == 0
    if engine.dialect.name == "sqlite":
        with Path(worker_lock(engine)).open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            assert read()["repute_workers_alive"] == 1
    else:
        with engine.begin() as connection:
            # The second has died without a word.
            connection.execute(
                text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()), (now() - interval '1 minute')")
            )
        assert read()["repute_workers_alive"] == 1
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM procrastinate_workers"))
    assert read()["repute_workers_alive"] == 0


def test_jobs_are_counted_and_the_oldest_due_one_is_timed(read, engine):
    before = read()
    assert before["repute_jobs_overdue_seconds"] == 0
    states = (("queued", -120), ("queued", -60), ("queued", 600), ("failed", -600), ("done", -600))
    with unit_of_work(engine) as session:
        for state, seconds in states:
            run_after = now() + timedelta(seconds=seconds)
            session.add(Job(kind="ledger.seal", idempotency_key=uuid.uuid4().hex, state=state, run_after=run_after))
    after = read()
    assert after["repute_jobs_waiting"] - before["repute_jobs_waiting"] == 3
    assert after["repute_jobs_failed"] - before["repute_jobs_failed"] == 1
    assert 120 <= after["repute_jobs_overdue_seconds"] < 600


def test_imported_rows_are_counted_and_dated(read, client, engine):
    rep, admin = new_user(engine), new_user(engine, role="admin")
    token = new_token(engine, admin, INTEGRATION_SCOPES)
    counts = [f'repute_import_rows_total{{outcome="{outcome}"}}' for outcome in ("new", "known")]
    before = read()
    assert ("repute_last_import_timestamp_seconds" in before) is False
    started = datetime.now(UTC).timestamp()
    row = {"rep": rep.email, "kind": "call", "occurred_at": now().isoformat()}

    def send(*record_ids):
        body = {"source": "crm", "activities": [row | {"record_id": record_id} for record_id in record_ids]}
        headers = bearer(token, **{"Idempotency-Key": uuid.uuid4().hex})
        assert client.post("/api/v1/activities", json=body, headers=headers).status_code < 300

    send("a", "b")
    send("b", "c")
    after = read()
    assert [after[name] - before.get(name, 0) for name in counts] == [3, 1]
    assert started - 1 <= after["repute_last_import_timestamp_seconds"] <= datetime.now(UTC).timestamp() + 1


def test_waiting_and_finished_writes_are_measured(read, engine):
    before = read()

    def write():
        with unit_of_work(engine) as session:
            session.execute(text("UPDATE organisation SET name = name"))

    writer = threading.Thread(target=write)
    waiting = "repute_writes_waiting" if engine.dialect.name == "sqlite" else "repute_lock_waits"
    with unit_of_work(engine) as session:
        session.execute(text("UPDATE organisation SET name = name"))
        writer.start()
        wait_until(lambda: read()[waiting] == 1, "the second writer waits")
    writer.join()
    after = read()
    assert after[waiting] == 0
    assert after["repute_write_seconds_count"] - before["repute_write_seconds_count"] == 2
    if engine.dialect.name == "sqlite":
        assert after["repute_write_wait_seconds_count"] - before["repute_write_wait_seconds_count"] == 2


def test_reading_is_no_write(read, engine):
    before = read()["repute_write_seconds_count"]
    with unit_of_work(engine, writes=False) as session:
        session.execute(text("SELECT 1"))
    assert read()["repute_write_seconds_count"] == before


def test_size_of_the_database_is_its_files(read, engine):
    size = read()["repute_database_size_bytes"]
    if engine.dialect.name == "sqlite":
        files = [Path(f"{engine.url.database}{suffix}") for suffix in ("", "-wal")]
        assert size == sum(file.stat().st_size for file in files if file.exists())
    else:
        assert size > 1_000_000


def test_a_metric_is_described_once(client):
    lines = client.get("/metrics", headers=bearer(TOKEN)).text.splitlines()
    types = [re.match(r"# TYPE (\S+)", line)[1] for line in lines if line.startswith("# TYPE")]
    assert len(types) == len(set(types))
