"""Imports of one source at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select, text

from server.core.database.session import unit_of_work
from server.records import operations
from server.records.models import Record
from server.records.operations import apply_records
from server.records.rows import Row
from tests.factories import new_user
from tests.services import wait_until

AT = datetime(2026, 3, 18, 12, tzinfo=UTC)


@pytest.fixture
def person(engine):
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    yield new_user(engine)
    with unit_of_work(engine) as session:
        session.execute(delete(Record))


def rows(person, ids, count):
    return [Row(one, owner=person.email, kind="call", occurred_at=AT, count=count) for one in ids]


def store(engine, person, ids, count):
    with unit_of_work(engine) as session:
        return [outcome.result for outcome in apply_records(session, "crm", rows(person, ids, count), import_id="second")]


def is_waiting(engine):
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with engine.connect() as connection:
        return connection.scalar(text(waiting)) > 0


@pytest.mark.parametrize("known", ["", "abcd"], ids=["new", "known"])
def test_imports_with_opposite_orders_wait_for_each_other_and_do_not_deadlock(engine, person, monkeypatch, known):
    monkeypatch.setattr(operations, "ROWS_PER_BATCH", 2)
    store(engine, person, known, 1)
    with ThreadPoolExecutor(1) as pool:
        with unit_of_work(engine) as session:
            first = apply_records(session, "crm", rows(person, "abcd", 2), import_id="first")
            next(first)
            second = pool.submit(store, engine, person, "dcba", 3)
            wait_until(lambda: second.done() or is_waiting(engine), "the second import waits")
            assert {outcome.result for outcome in first} == {"corrected" if known else "new"}
        assert second.result() == ["corrected"] * 4
    with unit_of_work(engine, writes=False) as session:
        assert session.scalars(select(Record.count)).all() == [3] * 4


def test_imports_of_different_sources_do_not_wait(engine, person):
    with unit_of_work(engine) as session:
        list(apply_records(session, "dialler", rows(person, "ab", 1), import_id="first"))
        assert store(engine, person, "ab", 1) == ["new"] * 2
