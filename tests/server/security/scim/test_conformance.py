"""scim2-tester as the judge, against gunicorn."""

from __future__ import annotations

from collections import Counter

import pytest
from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

from server.core.database.session import unit_of_work
from tests.factories import bearer, make_token

#: What the server does not offer, and says so in its ServiceProviderConfig or its schemas.
EXPECTED_SKIPS = 0


@pytest.fixture(scope="module")
def results(live_server):
    with unit_of_work(live_server.engine) as session:
        token = make_token(session, user=live_server.users["admin"], scopes=("scim",))
    with Client(base_url=f"{live_server.base_url}/scim/v2", headers=bearer(token), timeout=60) as client:
        return check_server(SyncSCIMClient(client))


def test_server_passes_every_check(results):
    failed = [
        (result.title, result.resource_type, result.reason)
        for result in results
        if result.status in {Status.ERROR, Status.CRITICAL, Status.DEVIATION}
    ]
    assert failed == []
    print(Counter(result.status.name for result in results))
    print([(r.title, r.reason) for r in results if r.status == Status.SKIPPED])
