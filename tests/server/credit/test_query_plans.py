"""What SQLite's planner gets wrong unless the queries are written for it."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from server.core.database.session import unit_of_work
from server.credit import queries


def test_entries_of_items_are_found_by_their_items(engine):
    if engine.dialect.name != "sqlite":
        pytest.skip("the planner of PostgreSQL counts rows without a value")
    statements = []

    @event.listens_for(engine, "before_cursor_execute")
    def keep(_connection, _cursor, statement, parameters, _context, _many):
        statements.append((statement, parameters))

    with unit_of_work(engine, writes=False) as session:
        queries.live_entries(session, activity_ids=[1, 2])
        statement, parameters = next(one for one in statements if "ledger_entry" in one[0])
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    event.remove(engine, "before_cursor_execute", keep)
    assert "ix_ledger_entry_activity_id" in plan[0][-1], plan
