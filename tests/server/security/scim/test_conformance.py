"""scim2-tester as the judge of the protocol, against gunicorn."""

from __future__ import annotations

from collections import Counter

import pytest
from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import CheckResult, Status, check_server

from server.core.database.session import unit_of_work
from tests.factories import bearer, make_token


@pytest.fixture(scope="module")
def results(live_server) -> list[CheckResult]:
    with unit_of_work(live_server.engine) as session:
        token = make_token(session, user=live_server.users["admin"], scopes=("scim",))
    with Client(base_url=f"{live_server.base_url}/scim/v2", headers=bearer(token), timeout=60) as client:
        return check_server(SyncSCIMClient(client))


def test_every_check_succeeds_and_none_is_skipped(results):
    others = [result for result in results if result.status is not Status.SUCCESS]
    assert [(result.title, result.resource_type, result.reason) for result in others] == []


def test_everything_was_checked_of_people_and_groups(results):
    counts = Counter(result.resource_type for result in results)
    assert counts["User"] >= 20
    assert counts["Group"] >= 15
