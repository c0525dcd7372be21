from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.server.connections.salesforce.fake_salesforce import FakeSalesforce


@pytest.fixture
def salesforce() -> Iterator[FakeSalesforce]:
    """A Monday before the clocks change."""
    fake = FakeSalesforce(datetime(2026, 10, 19, 9, 0, tzinfo=UTC))
    yield fake
    fake.close()
