"""Migrations match the models, and triggers protect append-only tables."""

from __future__ import annotations

from importlib.metadata import version

import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from server.audit.models import AuditEntry
from server.core.database import triggers
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.jobs import procrastinate_schema
from server.migrations import schema
from tests.databases import settings_for


@pytest.fixture(scope="module")
def empty_engine(database_url):
    engine = make_engine(settings_for(database_url).sqlalchemy_url)
    yield engine
    engine.dispose()


def test_upgrade_and_downgrade_match_the_models(empty_engine):
    assert not schema.is_current(empty_engine)
    schema.upgrade(empty_engine)
    assert schema.is_current(empty_engine)
    assert schema.differences(empty_engine) == []
    schema.downgrade(empty_engine, "base")
    assert inspect(empty_engine).get_table_names() == ["alembic_version"]
    schema.upgrade(empty_engine)
    assert schema.differences(empty_engine) == []


def test_differences_reports_a_missing_trigger(empty_engine):
    schema.upgrade(empty_engine)
    name = "audit_entry_no_update"
    on = " ON audit_entry" if empty_engine.dialect.name == "postgresql" else ""
    with empty_engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER {name}{on}"))
    assert schema.differences(empty_engine) == [f"missing trigger: {name}"]
    with empty_engine.begin() as connection:
        triggers.install(connection)
    assert schema.differences(empty_engine) == []


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"])
def test_append_only_tables_refuse_change(empty_engine, statement):
    schema.upgrade(empty_engine)
    with unit_of_work(empty_engine) as session:
        session.add(AuditEntry(action="test", object_type="nothing", object_id="0"))
    with pytest.raises(DatabaseError, match="append-only"), empty_engine.begin() as connection:
        connection.execute(text(statement))


def test_waiting_jobs_move_to_the_engine_and_back(empty_engine):
    schema.downgrade(empty_engine, "base")
    schema.upgrade(empty_engine, "0002")
    with empty_engine.begin() as connection:
        for number, state in enumerate(("queued", "running", "done", "failed")):
            connection.execute(
                text(
                    "INSERT INTO job (kind, args, idempotency_key, state, attempts, run_after, created_at, lease_owner) "
                    "VALUES ('test', '{}', :key, :state, :attempts, '2031-01-01', '2030-01-01', 'host:1')"
                ),
                {"key": state, "state": state, "attempts": number},
            )
    jobs = text("SELECT idempotency_key, state, attempts FROM job ORDER BY id")
    expected = [("queued", "queued", 0), ("running", "queued", 1), ("done", "done", 2), ("failed", "failed", 3)]
    schema.upgrade(empty_engine)
    with empty_engine.connect() as connection:
        assert connection.execute(jobs).all() == expected
        if empty_engine.dialect.name == "postgresql":
            deferred = "SELECT idempotency_key FROM procrastinate_jobs JOIN job ON job.id = (procrastinate_jobs.args ->> 'job_id')::bigint"
            due = (
                " WHERE status = 'todo' AND scheduled_at = run_after AND queue_name = 'repute' AND task_name = 'repute.run_job'"
            )
            assert sorted(connection.scalars(text(deferred + due))) == ["queued", "running"]
    schema.downgrade(empty_engine, "0002")
    with empty_engine.connect() as connection:
        assert connection.execute(jobs).all() == expected
    schema.upgrade(empty_engine)
    assert schema.differences(empty_engine) == []


def test_procrastinate_is_the_version_that_the_migrations_installed(empty_engine, monkeypatch):
    assert SchemaManager.get_schema() in procrastinate_schema.SQL.read_text()
    assert version("procrastinate") == procrastinate_schema.VERSION
    if empty_engine.dialect.name == "postgresql":
        monkeypatch.setattr(procrastinate_schema, "version", lambda _name: "3.11.0")
        needed = f"procrastinate 3.11.0 is installed: this release needs {procrastinate_schema.VERSION}"
        schema.upgrade(empty_engine)
        assert schema.differences(empty_engine) == [needed]


def test_differences_reports_a_change_to_procrastinate(empty_engine):
    if empty_engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no procrastinate")
    schema.upgrade(empty_engine)
    with empty_engine.begin() as connection:
        connection.execute(text("DROP FUNCTION procrastinate_prune_stalled_workers_v1"))
        connection.execute(
            text(
                "CREATE OR REPLACE FUNCTION procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void "
                "LANGUAGE plpgsql AS $$ BEGIN END $$"
            )
        )
    assert schema.differences(empty_engine) == [
        "missing: procrastinate's function procrastinate_prune_stalled_workers_v1",
        "differs: procrastinate's function procrastinate_unregister_worker_v1",
    ]
