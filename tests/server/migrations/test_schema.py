"""Migrations match the models, and triggers protect append-only tables."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from server.audit.models import AuditEntry
from server.core.database import triggers
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
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


def test_differences_reports_disabled_and_changed_triggers(empty_engine):
    schema.upgrade(empty_engine)
    with empty_engine.begin() as connection:
        if empty_engine.dialect.name == "postgresql":
            for statement in (
                "ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_no_delete",
                "DROP TRIGGER ledger_entry_no_truncate ON ledger_entry",
                "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            ):
                connection.exec_driver_sql(statement)
            expected = [
                "changed function: refuse_change",
                "disabled trigger: audit_entry_no_delete",
                "missing trigger: ledger_entry_no_truncate",
            ]
        else:
            connection.exec_driver_sql("DROP TRIGGER audit_entry_no_delete")
            connection.exec_driver_sql(
                "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry WHEN 0 BEGIN SELECT RAISE(ABORT, ''); END"
            )
            expected = ["changed trigger: audit_entry_no_delete"]
    assert schema.differences(empty_engine) == expected
    with empty_engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_entry_no_delete" + (" ON audit_entry" if len(expected) > 1 else ""))
        triggers.install(connection)
    assert schema.differences(empty_engine) == []
