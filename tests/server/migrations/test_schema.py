"""Migrations create the tables of the models, and triggers keep append-only tables append-only."""

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
def empty(database_url):
    engine = make_engine(settings_for(database_url).url_of_database)
    yield engine
    engine.dispose()


def test_migrations_match_the_models_up_and_down(empty):
    assert not schema.is_current(empty)
    schema.upgrade(empty)
    assert schema.is_current(empty)
    assert schema.differences(empty) == []
    schema.downgrade(empty, "base")
    assert inspect(empty).get_table_names() == ["alembic_version"]
    schema.upgrade(empty)
    assert schema.differences(empty) == []


def test_missing_trigger_is_reported(empty):
    schema.upgrade(empty)
    name = "audit_entry_no_update"
    on = " ON audit_entry" if empty.dialect.name == "postgresql" else ""
    with empty.begin() as connection:
        connection.execute(text(f"DROP TRIGGER {name}{on}"))
    assert schema.differences(empty) == [f"missing trigger: {name}"]
    with empty.begin() as connection:
        triggers.install(connection)
    assert schema.differences(empty) == []


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"])
def test_append_only_tables_refuse_change(empty, statement):
    schema.upgrade(empty)
    with unit_of_work(empty) as session:
        session.add(AuditEntry(action="test", object_type="nothing", object_id="0"))
    with pytest.raises(DatabaseError, match="append-only"), empty.begin() as connection:
        connection.execute(text(statement))
