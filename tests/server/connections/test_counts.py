"""Counts by owner and day, without single records, from a source that offers them; and the change between the two."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.connections.registry import SOURCES
from server.connections.source import Field, Owner, Page, SourceRow, Stream
from server.core.clock import now
from server.people.standard_metrics import CALL
from tests.factories import new_user
from tests.server.connections.conftest import Connected

TODAY = now().date()


class Counting:
    """Has calls by owner and day in ``calls``: lists of ids. Reads the last ten days in one page."""

    name, title, fields = "counting", "Counting", (Field("key", "Key", is_secret=True),)
    streams = (Stream("calls", "Calls", CALL, has_counts=True),)
    users: dict[str, str] = {}  # noqa: RUF012 (the test fills it)
    calls: dict[tuple[str, date], list[str]] = {}  # noqa: RUF012

    def __init__(self, credentials, context):
        self._zone = context.zone

    def test(self):
        return "Counting"

    def owners(self):
        for id_, email in self.users.items():
            yield Owner(id_, email, "Somebody", is_active=True)

    def pages(self, stream, *, since, cursor, counts_only):
        first, last = TODAY - timedelta(days=9), TODAY
        rows = []
        for (owner, day), ids in self.calls.items():
            noon = datetime.combine(day, time(12), self._zone)
            if counts_only and ids:
                rows.append(SourceRow(f"{owner}:{day}", owner, noon, count=len(ids)))
            elif not counts_only:
                rows += [SourceRow(id_, owner, noon) for id_ in ids]
        yield Page(tuple(rows), {"n": 1}, is_last=True, counted_days=(first, last) if counts_only else None)

    def close(self):
        pass


@pytest.fixture
def counting(engine, crm_settings, hubspot, monkeypatch):
    monkeypatch.setitem(SOURCES, "counting", Counting)
    ann, bo = new_user(engine, name="Ann Lund"), new_user(engine, name="Bo Berg")
    monkeypatch.setattr(Counting, "users", {"1": ann.email, "2": bo.email})
    monkeypatch.setattr(Counting, "calls", {("1", TODAY): ["a", "b"], ("2", TODAY): ["c"], ("1", day(2)): ["d"]})
    return Connected(engine, crm_settings, hubspot, source="counting").add("x").plan("calls", detail="counts").start()


def day(ago):
    return TODAY - timedelta(days=ago)


def test_counts_are_one_record_per_person_and_day(counting):
    counting.run()
    assert counting.records("source_id", "count") == [
        (f"call:1:{day(2)}", 1), (f"call:1:{TODAY}", 2), (f"call:2:{TODAY}", 1),
    ]  # fmt: skip


def test_a_count_is_corrected_and_one_that_is_gone_is_removed(counting):
    counting.run()
    Counting.calls[("1", TODAY)].append("e")
    Counting.calls[("2", TODAY)].clear()
    counting.again()
    assert counting.records("source_id", "count") == [(f"call:1:{day(2)}", 1), (f"call:1:{TODAY}", 3)]
    assert counting.last_report["results"] == {"corrected": 1, "deleted": 1, "unchanged": 1}


def test_counts_that_did_not_change_write_nothing_to_the_audit_log(counting, engine):
    counting.run()
    before = counting.count_audit_entries()
    counting.again()
    assert counting.count_audit_entries() == before


def test_single_records_replace_counts_and_counts_single_records(counting):
    counting.run()
    for detail, expected in (("records", 4), ("counts", 3), ("records", 4)):
        counting.plan("calls", detail=detail)
        counting.run()
        assert len(counting.ids()) == expected
        assert sum(count for (count,) in counting.records("count")) == 4


def test_a_change_of_detail_deletes_in_pieces_and_keeps_other_records(counting, monkeypatch):
    monkeypatch.setattr("server.connections.applying.CLEARED_AT_ONCE", 1)
    counting.run()
    counting.plan("calls", detail="records")
    counting.run()
    assert counting.ids() == ["call:a", "call:b", "call:c", "call:d"]


def test_a_day_is_a_day_of_the_organisation(counting):
    counting.run()
    (first,) = counting.records("occurred_at")[0]
    assert first.astimezone(ZoneInfo("UTC")).date() == day(2)
