from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from server.connections.source import SourceError
from tests.server.connections.salesforce.fake_salesforce import RUN_AS, FakeSalesforce
from tests.server.connections.salesforce.pulls import BERLIN, Store

ANNA, BEN, QUEUE = "005000000000ANNAAA", "0050000000000BENAA", "00G00000000QUEUEAA"
MONDAY = date(2026, 10, 19)
DAY = timedelta(days=1)


def make_call(fake: FakeSalesforce, day: date | None = MONDAY, owner: str = ANNA, **fields: object) -> str:
    return fake.create("Task", OwnerId=owner, IsClosed=True, TaskSubtype="Call", ActivityDate=day, Subject="Call", **fields)


def make_event(fake: FakeSalesforce, starts: datetime, owner: str = ANNA, **fields: object) -> str:
    return fake.create(
        "Event", OwnerId=owner, StartDateTime=starts, EndDateTime=starts + timedelta(hours=1), Subject="Demo", **fields
    )  # fmt: skip


def count(fake: FakeSalesforce, stream: str) -> dict[tuple[str, date], int]:
    """As counts; as records, the numbers are the same."""
    counts, records = Store(stream, counts_only=True), Store(stream)
    assert counts.pull(fake)
    fake.now += timedelta(minutes=2)
    assert records.pull(fake)
    assert records.numbers() == counts.numbers()
    return counts.numbers()


def test_calls_are_completed_tasks_that_salesforce_calls_calls(salesforce: FakeSalesforce) -> None:
    make_call(salesforce)
    salesforce.create("Task", OwnerId=ANNA, IsClosed=True, TaskSubtype=None, Type="Call", ActivityDate=MONDAY)
    salesforce.create("Task", OwnerId=ANNA, IsClosed=True, CallType="Outbound", ActivityDate=MONDAY)
    salesforce.create("Task", OwnerId=ANNA, IsClosed=False, TaskSubtype="Call", ActivityDate=MONDAY)
    salesforce.create("Task", OwnerId=ANNA, IsClosed=True, TaskSubtype="Email", Type="Call", ActivityDate=MONDAY)
    salesforce.create("Task", OwnerId=ANNA, IsClosed=True, Type="Meeting", ActivityDate=MONDAY)
    make_call(salesforce, owner=QUEUE)
    assert count(salesforce, "calls") == {(ANNA, MONDAY): 3}


def test_a_call_completed_before_its_date_counts_on_the_day_of_completion(salesforce: FakeSalesforce) -> None:
    make_call(salesforce, MONDAY + 30 * DAY)
    make_call(salesforce, None)
    make_call(salesforce, MONDAY - 3 * DAY, owner=BEN)
    assert count(salesforce, "calls") == {(ANNA, MONDAY): 2, (BEN, MONDAY - 3 * DAY): 1}


def test_meetings_are_counted_when_booked_and_when_held(salesforce: FakeSalesforce) -> None:
    now = salesforce.now
    make_event(salesforce, now + 2 * DAY)
    make_event(salesforce, now - timedelta(minutes=30))
    make_event(salesforce, now - 2 * DAY)
    make_event(salesforce, now, IsAllDayEvent=True)
    make_event(salesforce, now, IsPrivate=True)
    make_event(salesforce, now, IsChild=True, owner=BEN)
    make_event(salesforce, now, IsRecurrence=True)
    make_event(salesforce, now, GroupEventType="2")
    make_event(salesforce, now, GroupEventType="3")
    make_event(salesforce, now, WhoId=None)
    make_event(salesforce, now - 4 * DAY, WhoId=None, WhatId="006000000000001AAA", GroupEventType=None)
    assert count(salesforce, "meetings") == {(ANNA, MONDAY): 4}
    assert count(salesforce, "meetings-held") == {(ANNA, MONDAY - 2 * DAY): 1, (ANNA, MONDAY - 4 * DAY): 1}


def test_deals_have_their_number_and_their_amount(salesforce: FakeSalesforce) -> None:
    for amount in ("1000.40", "2000.40", None):
        value = None if amount is None else Decimal(amount)
        salesforce.create("Opportunity", OwnerId=BEN, IsWon=True, CloseDate=MONDAY, Amount=value)
    salesforce.create("Opportunity", OwnerId=BEN, CloseDate=MONDAY, Amount=Decimal(5))
    salesforce.create("Opportunity", OwnerId=BEN, IsWon=True, CloseDate=MONDAY + DAY, Amount=Decimal(7))
    store = Store("deals", counts_only=True)
    assert store.pull(salesforce)
    assert [(row.count, row.value) for row in store.rows.values()] == [(3, 3001)]
    assert count(salesforce, "opportunities") == {(BEN, MONDAY): 5}


def test_a_day_is_the_organisations_also_around_the_change_of_clocks(salesforce: FakeSalesforce) -> None:
    sunday = date(2026, 10, 25)
    salesforce.now = datetime(2026, 10, 28, 12, tzinfo=UTC)
    for created in (
        datetime(2026, 10, 24, 22, 0, tzinfo=UTC),  # Sunday 0:00 in summer time
        datetime(2026, 10, 25, 22, 30, tzinfo=UTC),  # Sunday 23:30 in winter time, 25 hours after it began
    ):
        salesforce.create("Opportunity", OwnerId=ANNA, CreatedDate=created)
    salesforce.create("Opportunity", OwnerId=ANNA, CreatedDate=datetime(2026, 10, 24, 21, 59, tzinfo=UTC))
    salesforce.create("Opportunity", OwnerId=ANNA, CreatedDate=datetime(2026, 10, 25, 23, 0, tzinfo=UTC))
    assert count(salesforce, "opportunities") == {(ANNA, sunday - DAY): 1, (ANNA, sunday): 2, (ANNA, sunday + DAY): 1}


def test_days_of_another_time_zone_are_refused_in_words(salesforce: FakeSalesforce) -> None:
    salesforce.update(RUN_AS, TimeZoneSidKey="America/New_York")
    with pytest.raises(SourceError) as caught:
        count(salesforce, "opportunities")
    assert caught.value.code == "field"
    assert "America/New_York" in caught.value.message
    assert "Europe/Berlin" in caught.value.message
    assert count(salesforce, "deals") == {}


def test_another_name_of_the_same_time_zone_is_accepted(salesforce: FakeSalesforce) -> None:
    salesforce.update(RUN_AS, TimeZoneSidKey="Europe/Amsterdam")
    assert count(salesforce, "opportunities") == {}


@pytest.mark.parametrize("name", ["Asia/Kolkata", "Pacific/Auckland", "America/Los_Angeles", "America/St_Johns"])
def test_counts_and_records_agree_in_any_time_zone(salesforce: FakeSalesforce, name: str) -> None:
    zone = ZoneInfo(name)
    salesforce.update(RUN_AS, TimeZoneSidKey=name)
    salesforce.now = datetime(2026, 11, 3, 12, tzinfo=UTC)
    for hours in range(0, 24 * 14, 5):
        moment = salesforce.now - timedelta(hours=hours, minutes=15)
        salesforce.create("Opportunity", OwnerId=ANNA, CreatedDate=moment)
        salesforce.create("Task", OwnerId=ANNA, IsClosed=True, TaskSubtype="Call", CompletedDateTime=moment)
    salesforce.now += timedelta(hours=1)
    for stream in ("opportunities", "calls"):
        counts, records = Store(stream, counts_only=True), Store(stream)
        assert counts.pull(salesforce, zone=zone)
        assert records.pull(salesforce, zone=zone)
        assert counts.numbers(zone) == records.numbers(zone) != {}


def test_more_groups_than_salesforce_gives_are_read_in_fewer_days(salesforce: FakeSalesforce) -> None:
    salesforce.now += 8 * DAY
    for person in range(420):
        for days in range(7):
            make_call(salesforce, MONDAY + days * DAY, owner=f"005{person:015d}")
    store = Store("calls", counts_only=True)
    assert store.pull(salesforce)
    assert sum(store.numbers().values()) == 420 * 7


def test_more_people_on_one_day_than_salesforce_gives_is_an_error_in_words(salesforce: FakeSalesforce) -> None:
    for person in range(2001):
        make_call(salesforce, owner=f"005{person:015d}")
    with pytest.raises(SourceError) as caught:
        count(salesforce, "calls")
    assert "2,000" in caught.value.message


def test_a_slow_query_is_asked_again_for_fewer_days(salesforce: FakeSalesforce) -> None:
    make_call(salesforce)
    salesforce.slowest_window = timedelta(days=4)
    assert count(salesforce, "calls") == {(ANNA, MONDAY): 1}


def test_archived_calls_are_counted_and_deleted_ones_are_not(salesforce: FakeSalesforce) -> None:
    old = MONDAY - 400 * DAY
    make_call(salesforce, old)
    salesforce.delete(make_call(salesforce, old))
    store = Store("calls", counts_only=True, since=old)
    assert store.pull(salesforce)
    assert store.numbers() == {(ANNA, old): 1}


def test_a_count_that_changed_or_vanished_is_corrected_at_the_next_read(salesforce: FakeSalesforce) -> None:
    first, second = make_call(salesforce), make_call(salesforce)
    vanishing = make_call(salesforce, MONDAY - DAY)
    store = Store("calls", counts_only=True)
    store.pull(salesforce)
    assert store.numbers() == {(ANNA, MONDAY): 2, (ANNA, MONDAY - DAY): 1}
    salesforce.now += timedelta(hours=1)
    salesforce.update(first, OwnerId=BEN)
    salesforce.update(second, ActivityDate=MONDAY - 2 * DAY)
    salesforce.delete(vanishing)
    store.pull(salesforce)
    assert store.numbers() == {(BEN, MONDAY): 1, (ANNA, MONDAY - 2 * DAY): 1}


def test_an_old_count_is_corrected_within_a_day(salesforce: FakeSalesforce) -> None:
    old = MONDAY - 100 * DAY
    call = make_call(salesforce, old)
    store = Store("calls", counts_only=True, since=old)
    store.pull(salesforce)
    salesforce.now += timedelta(hours=1)
    salesforce.delete(call)
    before = salesforce.used
    store.pull(salesforce)
    assert salesforce.used - before < 10
    assert store.numbers() == {(ANNA, old): 1}
    salesforce.now += timedelta(hours=23)
    store.pull(salesforce)
    assert store.numbers() == {}


def test_a_start_in_the_future_counts_nothing(salesforce: FakeSalesforce) -> None:
    make_call(salesforce)
    for counts_only in (True, False):
        store = Store("calls", counts_only=counts_only, since=MONDAY + 3 * DAY)
        assert store.pull(salesforce)
        assert store.rows == {}


def test_counts_are_dated_noon_of_their_day(salesforce: FakeSalesforce) -> None:
    make_call(salesforce)
    store = Store("calls", counts_only=True)
    store.pull(salesforce)
    (row,) = store.rows.values()
    assert row.source_id == f"{ANNA}:2026-10-19"
    assert row.occurred_at == datetime(2026, 10, 19, 12, tzinfo=BERLIN)
    assert row.subject is None
    assert row.url is None
    assert not any("Subject" in request or "Name" in request for request in salesforce.requests)
