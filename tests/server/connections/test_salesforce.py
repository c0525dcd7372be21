"""Salesforce through the jobs: connected, read as counts, then as records. The source itself is tested in ``salesforce/``."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.connections import operations
from server.core.clock import now
from server.core.database.session import unit_of_work
from tests.factories import new_user
from tests.server.connections.conftest import Connected
from tests.server.connections.salesforce.fake_salesforce import CLIENT_ID, CLIENT_SECRET, RUN_AS, FakeSalesforce
from tests.server.connections.salesforce.test_counts import ANNA, make_call


@pytest.fixture
def salesforce():
    # Some hours ago, because the source reads up to a minute before now.
    fake = FakeSalesforce(now() - timedelta(hours=6))
    # As the test's organisation.
    fake.zone = "UTC"
    fake.update(RUN_AS, TimeZoneSidKey="UTC")
    yield fake
    fake.close()


@pytest.fixture
def crm(engine, crm_settings, hubspot, salesforce):
    user = new_user(engine, name="Anna Lund")
    salesforce.create("User", Id=ANNA, Email=user.email, Name=user.name)
    connected = Connected(engine, crm_settings, hubspot, source="salesforce")
    values = {"domain": salesforce.url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    tested = operations.test(crm_settings, "salesforce", values)
    assert tested.account.startswith("Larkfield GmbH, ")
    with unit_of_work(engine) as session:
        operations.add(session, crm_settings, source="salesforce", tested=tested, user_id=connected.admin.id)
    return connected


def test_counts_are_corrected_and_become_records(crm, salesforce):
    today = salesforce.now.date()
    yesterday = today - timedelta(days=1)
    keys = [make_call(salesforce, today), make_call(salesforce, today), make_call(salesforce, yesterday)]
    crm.plan("calls", detail="counts").start().run()
    assert crm.records("source_id", "count") == [(f"call:{ANNA}:{yesterday}", 1), (f"call:{ANNA}:{today}", 2)]
    salesforce.delete(keys[2])
    salesforce.now += timedelta(minutes=70)
    crm.again()
    assert crm.records("source_id", "count") == [(f"call:{ANNA}:{today}", 2)]
    crm.plan("calls", detail="records").run()
    assert crm.ids() == sorted(f"call:{key}" for key in keys[:2])
    salesforce.delete(keys[0])
    salesforce.now += timedelta(minutes=70)
    crm.again()
    assert crm.ids() == [f"call:{keys[1]}"]
