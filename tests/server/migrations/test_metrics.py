"""What the CRM sent before records had a table is kept, and metrics begin as the product brings them."""

from __future__ import annotations

import pytest
from sqlalchemy import MetaData, insert, select, text

from server.core.clock import now
from server.core.database.engine import make_engine
from server.migrations import schema
from server.people import standard_metrics
from server.people.models import Metric
from tests.databases import settings_for


@pytest.fixture(scope="module")
def empty_engine(empty_database_url):
    engine = make_engine(settings_for(empty_database_url).sqlalchemy_url)
    yield engine
    engine.dispose()


def test_rows_of_the_crm_become_records_and_return_on_the_way_back(empty_engine):
    schema.upgrade(empty_engine, "0012")
    old = MetaData()
    old.reflect(empty_engine)
    with empty_engine.begin() as connection:

        def add(table, **values):
            return connection.execute(insert(old.tables[table]).values(**values)).inserted_primary_key[0]

        ann, ben = (
            add("user_account", email=f"{name}@example.com", name=name, role="rep", is_active=True, is_demonstration=False,
                created_at=now())
            for name in ("ann", "ben")
        )  # fmt: skip
        sent = {"source": "crm", "state": "counted", "occurred_at": now(), "recorded_at": now()}
        add("activity", user_id=ann, kind="call", external_id="1", count=4, **sent)
        add("activity", user_id=ben, kind="deal", external_id="2", count=1, value=900, **sent)
        add("activity", user_id=ben, kind="x-post", external_id="3", count=1, **sent | {"source": "web"})
        add("target", user_id=ann, metric="call", per_week=40, valid_from=now().date(), ramp=[])

    def rows(query):
        with empty_engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    schema.upgrade(empty_engine)
    assert schema.differences(empty_engine) == []
    query = "SELECT source, source_id, user_id, kind, count, value FROM record ORDER BY source_id"
    assert rows(query) == [("crm", "1", ann, "call", 4, None), ("crm", "2", ben, "deal", 1, 900)]
    assert rows("SELECT kind FROM activity") == [("x-post",)]
    assert rows("SELECT metric, per_week FROM target") == [("call", 40)]
    with empty_engine.connect() as connection:
        columns = [Metric.__table__.c[name] for name in standard_metrics.rows()[0]]
        stored = [dict(row) for row in connection.execute(select(*columns).order_by(Metric.position)).mappings()]
    assert stored == standard_metrics.rows()
    schema.downgrade(empty_engine, "0012")
    query = "SELECT source, external_id, user_id, kind, count, value FROM activity ORDER BY external_id"
    assert rows(query) == [
        ("crm", "1", ann, "call", 4, None), ("crm", "2", ben, "deal", 1, 900), ("web", "3", ben, "x-post", 1, None),
    ]  # fmt: skip
