"""Migrations match the models, and triggers protect append-only tables."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import MetaData, Table, insert, inspect, text
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


def test_upgrade_keeps_sessions_and_what_refers_to_them(empty_engine):
    schema.upgrade(empty_engine)
    schema.downgrade(empty_engine, "0002")
    at = datetime(2026, 11, 29, tzinfo=UTC)
    with empty_engine.begin() as connection:
        for table, columns in (
            (
                "user_account",
                {"email": "a@example.com", "name": "A", "role": "rep", "is_active": True, "is_demonstration": False},
            ),
            ("web_session", {"secret_hash": "a", "user_id": 901, "seen_at": at, "expires_at": at}),
            (
                "pairing_code",
                {"secret_hash": "a", "session_id": 901, "user_id": 901, "challenge": "c", "wrong_tries": 0, "expires_at": at},
            ),
        ):
            row = columns | {"id": 901, "created_at": at}
            stored = Table(table, MetaData(), autoload_with=connection)
            connection.execute(insert(stored).values(row))
    schema.upgrade(empty_engine)
    assert schema.differences(empty_engine) == []
    with empty_engine.begin() as connection:
        joined = "SELECT w.awaiting, w.confirmed_at FROM web_session w JOIN pairing_code p ON p.session_id = w.id"
        assert connection.execute(text(joined)).all() == [(None, None)]
        for table in ("pairing_code", "web_session", "user_account"):
            connection.execute(text(f"DELETE FROM {table} WHERE id = 901"))  # noqa: S608 (our own tables)
