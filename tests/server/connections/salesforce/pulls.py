"""Reads the fake organisation as the server does: what a page says is stored together with its cursor."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from server.connections.salesforce.source import SalesforceSource
from server.connections.source import Context, Page, SourceRow
from tests.server.connections.salesforce.fake_salesforce import CLIENT_ID, CLIENT_SECRET, FakeSalesforce

BERLIN = ZoneInfo("Europe/Berlin")
SINCE = date(2026, 9, 28)


def make_source(fake: FakeSalesforce, *, zone: ZoneInfo = BERLIN, **credentials: str) -> SalesforceSource:
    given = {"domain": fake.url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET} | credentials
    return SalesforceSource(given, Context(zone, allows_loopback=True))


@dataclass
class Store:
    """What the server has of one stream. The rules are those of ``server.records.operations``."""

    stream: str
    counts_only: bool = False
    since: date = SINCE
    cursor: dict[str, Any] | None = None
    rows: dict[str, SourceRow] = field(default_factory=dict)
    versions: dict[str, datetime] = field(default_factory=dict)

    def pull(
        self, fake: FakeSalesforce, *, pages: int | None = None, loses_last: bool = False, zone: ZoneInfo = BERLIN
    ) -> bool:
        """Whether it has reached the present. It stops after so many ``pages``; with ``loses_last``, before the last one is
        stored, as when the server is killed."""
        source = make_source(fake, zone=zone)
        try:
            found = source.pages(self.stream, since=self.since, cursor=self.cursor, counts_only=self.counts_only)
            for number, page in enumerate(found, start=1):
                if number == pages and loses_last:
                    return False
                self.store(page)
                if page.is_last or number == pages:
                    return page.is_last
        finally:
            source.close()
        raise AssertionError("no page was the last one")

    def store(self, page: Page) -> None:
        if page.counted_days is not None:
            first, last = page.counted_days
            stale = [key for key in self.rows if first <= date.fromisoformat(key.split(":")[1]) <= last]
            for key in stale:
                del self.rows[key]
        for row in page.rows:
            self._apply(row)
        self.cursor = page.cursor

    def _apply(self, row: SourceRow) -> None:
        known = self.versions.get(row.source_id)
        if row.version is not None and known is not None and row.version <= known:
            return
        if row.is_deleted:
            self.rows.pop(row.source_id, None)
            return
        assert row.occurred_at is not None
        assert row.occurred_at.tzinfo is not None
        self.rows[row.source_id] = row
        if row.version is not None:
            self.versions[row.source_id] = row.version

    def numbers(self, zone: ZoneInfo = BERLIN) -> dict[tuple[str, date], int]:
        """By owner and day."""
        sums: dict[tuple[str, date], int] = {}
        for row in self.rows.values():
            assert row.occurred_at is not None
            key = row.owner_id, row.occurred_at.astimezone(zone).date()
            sums[key] = sums.get(key, 0) + row.count
        return sums
