from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from server.connections.source import SourceError, SourceRow
from tests.server.connections.salesforce.fake_salesforce import FakeSalesforce, Fault
from tests.server.connections.salesforce.pulls import BERLIN, SINCE, Store, make_source
from tests.server.connections.salesforce.test_counts import ANNA, BEN, DAY, MONDAY, QUEUE, make_call, make_event

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def pull_later(fake: FakeSalesforce, store: Store, wait: timedelta = 2 * MINUTE) -> dict[str, SourceRow]:
    fake.now += wait
    assert store.pull(fake)
    return store.rows


def test_a_record_has_its_owner_times_subject_and_address(salesforce: FakeSalesforce) -> None:
    starts = salesforce.now + 2 * DAY
    key = make_event(salesforce, starts)
    (row,) = pull_later(salesforce, Store("meetings")).values()
    assert row == SourceRow(
        source_id=key, owner_id=ANNA, occurred_at=datetime(2026, 10, 19, 9, tzinfo=UTC), booked_for=starts, subject="Demo",
        url=f"{salesforce.url}/{key}", version=datetime(2026, 10, 19, 9, tzinfo=UTC),
    )  # fmt: skip


def test_a_date_without_a_time_is_noon_of_the_organisations_day(salesforce: FakeSalesforce) -> None:
    make_call(salesforce, date(2026, 10, 18))
    (row,) = pull_later(salesforce, Store("calls")).values()
    assert row.occurred_at == datetime(2026, 10, 18, 12, tzinfo=BERLIN)


@pytest.mark.parametrize(("amount", "value"), [("1000.50", 1000), ("1001.50", 1002), (None, None), ("-5", None), ("3e9", None)])
def test_amounts_are_whole_units_or_left_out(salesforce: FakeSalesforce, amount: str | None, value: int | None) -> None:
    given = None if amount is None else Decimal(amount)
    salesforce.create("Opportunity", OwnerId=ANNA, IsWon=True, CloseDate=MONDAY, Amount=given, Name="Deal")
    (row,) = pull_later(salesforce, Store("deals")).values()
    assert (row.value, row.subject) == (value, "Deal")


def test_late_edits_of_owner_date_and_kind_are_found(salesforce: FakeSalesforce) -> None:
    store = Store("calls")
    given, moved, reopened, retyped, queued = (make_call(salesforce) for _ in range(5))
    assert len(pull_later(salesforce, store)) == 5
    salesforce.update(given, OwnerId=BEN)
    salesforce.update(moved, ActivityDate=MONDAY - 6 * DAY)
    salesforce.update(reopened, IsClosed=False)
    salesforce.update(retyped, TaskSubtype="Task")
    salesforce.update(queued, OwnerId=QUEUE)
    rows = pull_later(salesforce, store, 40 * DAY - 2 * HOUR)
    assert set(rows) == {given, moved}
    assert rows[given].owner_id == BEN
    assert rows[moved].occurred_at == datetime(2026, 10, 13, 12, tzinfo=BERLIN)


def test_deletions_and_restored_records_are_found(salesforce: FakeSalesforce) -> None:
    store = Store("opportunities")
    kept, gone = (salesforce.create("Opportunity", OwnerId=ANNA) for _ in range(2))
    assert set(pull_later(salesforce, store)) == {kept, gone}
    salesforce.delete(gone)
    assert set(pull_later(salesforce, store)) == {kept}
    salesforce.undelete(gone)
    assert set(pull_later(salesforce, store)) == {kept, gone}


def test_what_was_erased_or_deleted_with_its_account_is_found(salesforce: FakeSalesforce) -> None:
    salesforce.largest_batch = 3
    for stream in ("meetings", "meetings-held"):
        store = Store(stream)
        kept, erased, cascaded, restored, *many = (make_event(salesforce, salesforce.now - DAY) for _ in range(300))
        assert {kept, erased, cascaded, restored, *many} <= set(pull_later(salesforce, store))
        salesforce.erase(erased)
        salesforce.delete_with_account(cascaded)
        salesforce.delete(restored)
        for key in many:
            salesforce.erase(key)
        salesforce.now += MINUTE
        salesforce.undelete(restored)
        for _ in range(2):
            assert {kept, restored} <= set(pull_later(salesforce, store))
            assert not {erased, cascaded, *many} & set(store.rows)


def test_what_was_erased_while_reading_was_interrupted_is_found(salesforce: FakeSalesforce) -> None:
    """Before and after the place where reading goes on: the result that Salesforce keeps has both."""
    salesforce.largest_batch = 1
    store = Store("calls")
    first, kept, last = (make_call(salesforce) for _ in range(3))
    salesforce.now += 2 * MINUTE
    assert not store.pull(salesforce, pages=1)
    assert set(store.rows) == {first}
    salesforce.now += DAY
    salesforce.erase(first)
    salesforce.erase(last)
    salesforce.now += DAY
    assert store.pull(salesforce)
    assert set(store.rows) == {kept, last}
    assert set(pull_later(salesforce, store)) == {kept}


def test_a_run_after_weeks_reads_on_without_the_log_of_deletions(salesforce: FakeSalesforce) -> None:
    store = Store("calls")
    first = make_call(salesforce)
    assert set(pull_later(salesforce, store)) == {first}
    second = make_call(salesforce)
    assert set(pull_later(salesforce, store, 20 * DAY)) == {first, second}


def test_archived_activities_are_found(salesforce: FakeSalesforce) -> None:
    old = MONDAY - 400 * DAY
    salesforce.now -= 400 * DAY
    key = make_call(salesforce, old)
    store = Store("calls", since=old - DAY)
    salesforce.now += 400 * DAY
    assert set(pull_later(salesforce, store)) == {key}
    salesforce.delete(key)
    assert set(pull_later(salesforce, store)) == set()


def test_what_was_done_before_the_start_is_left_out(salesforce: FakeSalesforce) -> None:
    make_call(salesforce, SINCE - DAY)
    key = make_call(salesforce, SINCE)
    store = Store("calls")
    assert set(pull_later(salesforce, store)) == {key}
    salesforce.update(key, ActivityDate=SINCE - DAY)
    assert pull_later(salesforce, store) == {}


def test_a_meeting_counts_as_held_once_it_has_ended(salesforce: FakeSalesforce) -> None:
    store = Store("meetings-held")
    key = make_event(salesforce, salesforce.now + 2 * HOUR)
    assert pull_later(salesforce, store) == {}
    assert pull_later(salesforce, store, 2 * HOUR) == {}
    assert set(pull_later(salesforce, store, HOUR)) == {key}
    salesforce.update(key, StartDateTime=salesforce.now + DAY, EndDateTime=salesforce.now + DAY + HOUR)
    assert pull_later(salesforce, store) == {}
    assert set(pull_later(salesforce, store, 2 * DAY)) == {key}
    salesforce.update(key, OwnerId=BEN)
    assert pull_later(salesforce, store)[key].owner_id == BEN


def test_a_deal_won_before_its_close_date_counts_when_the_date_comes(salesforce: FakeSalesforce) -> None:
    store = Store("deals")
    key = salesforce.create("Opportunity", OwnerId=ANNA, IsWon=True, CloseDate=MONDAY + 2 * DAY)
    assert pull_later(salesforce, store) == {}
    salesforce.now = datetime(2026, 10, 20, 21, 50, tzinfo=UTC)
    assert pull_later(salesforce, store) == {}
    assert set(pull_later(salesforce, store, 15 * MINUTE)) == {key}
    # Still before midnight in UTC, but after the day began in Berlin.
    salesforce.update(key, Amount=Decimal(50))
    assert pull_later(salesforce, store)[key].value == 50


def test_records_changed_in_one_second_are_all_read_across_pages(salesforce: FakeSalesforce) -> None:
    salesforce.largest_batch = 3
    keys = {make_call(salesforce) for _ in range(10)}
    store = Store("calls")
    salesforce.now += 2 * MINUTE
    assert not store.pull(salesforce, pages=2)
    assert len(store.rows) == 6
    assert set(pull_later(salesforce, store)) == keys


def test_a_record_changed_twice_in_one_second_is_read_after_that_second(salesforce: FakeSalesforce) -> None:
    store = Store("calls")
    key = make_call(salesforce)
    assert store.pull(salesforce)
    salesforce.update(key, OwnerId=BEN)
    assert pull_later(salesforce, store)[key].owner_id == BEN


def test_what_is_due_is_not_read_in_the_second_of_its_change(salesforce: FakeSalesforce) -> None:
    deals, meetings = Store("deals"), Store("meetings-held")
    deal = salesforce.create("Opportunity", OwnerId=ANNA, IsWon=True, CloseDate=MONDAY, Amount=Decimal(100))
    meeting = make_event(salesforce, salesforce.now - 3 * HOUR)
    assert deals.pull(salesforce)
    assert meetings.pull(salesforce)
    salesforce.update(deal, Amount=Decimal(50))
    salesforce.update(meeting, OwnerId=BEN)
    assert pull_later(salesforce, deals)[deal].value == 50
    assert pull_later(salesforce, meetings)[meeting].owner_id == BEN


def test_a_transaction_that_becomes_visible_late_is_read(salesforce: FakeSalesforce) -> None:
    store = Store("calls")
    key = make_call(salesforce)
    salesforce.hide_until(key, salesforce.now + 5 * MINUTE)
    assert pull_later(salesforce, store) == {}
    assert set(pull_later(salesforce, store, 4 * MINUTE)) == {key}


def test_a_transaction_that_becomes_visible_while_reading_is_interrupted_is_read(salesforce: FakeSalesforce) -> None:
    salesforce.largest_batch = 1
    store = Store("calls")
    keys = [make_call(salesforce) for _ in range(3)]
    salesforce.hide_until(keys[0], salesforce.now + 5 * MINUTE)
    salesforce.now += 2 * MINUTE
    assert not store.pull(salesforce, pages=1)
    assert set(pull_later(salesforce, store, 3 * DAY)) == set(keys)


def test_reading_goes_on_after_the_page_that_was_stored(salesforce: FakeSalesforce) -> None:
    salesforce.largest_batch = 2
    keys = [make_call(salesforce) for _ in range(9)]
    store = Store("calls")
    salesforce.now += 2 * MINUTE
    for number in range(1, 5):
        assert not store.pull(salesforce, pages=2, loses_last=True)
        assert len(store.rows) == 2 * number
    assert set(pull_later(salesforce, store)) == set(keys)
    queries = [request for request in salesforce.requests if "FROM Task" in request]
    assert len(queries) == 2, "one for the window that was begun, and one for the time since"


def test_an_expired_locator_costs_one_window_and_no_record(salesforce: FakeSalesforce) -> None:
    salesforce.largest_batch = 2
    keys = []
    for _ in range(9):
        keys.append(make_call(salesforce))
        salesforce.now += MINUTE
    store = Store("calls")
    salesforce.now += 2 * MINUTE
    assert not store.pull(salesforce, pages=3)
    salesforce.expire_locators()
    salesforce.requests.clear()
    assert not store.pull(salesforce, pages=1)
    (query,) = salesforce.requests
    assert "SystemModstamp >= 2026-10-19T09:05:00+00:00" in query
    assert set(pull_later(salesforce, store)) == set(keys)


def test_a_long_history_is_read_in_windows(salesforce: FakeSalesforce) -> None:
    since = MONDAY - 300 * DAY
    salesforce.now -= 300 * DAY
    keys = []
    for _ in range(30):
        keys.append(salesforce.create("Opportunity", OwnerId=ANNA))
        salesforce.now += 10 * DAY
    store = Store("opportunities", since=since)
    assert set(pull_later(salesforce, store)) == set(keys)
    assert 10 <= len(salesforce.requests) <= 12


def test_a_slow_query_is_asked_again_for_a_shorter_window(salesforce: FakeSalesforce) -> None:
    keys = {make_call(salesforce), make_call(salesforce)}
    salesforce.slowest_window = timedelta(days=2)
    assert set(pull_later(salesforce, Store("calls"))) == keys


def test_a_query_that_is_always_too_slow_ends_in_words(salesforce: FakeSalesforce) -> None:
    salesforce.slowest_window = timedelta(0)
    with pytest.raises(SourceError) as caught:
        Store("calls").pull(salesforce)
    assert caught.value.code == "unavailable"
    assert len(salesforce.requests) < 20


def test_a_session_that_ends_between_pages_is_renewed(salesforce: FakeSalesforce) -> None:
    salesforce.largest_batch = 2
    keys = {make_call(salesforce) for _ in range(6)}
    salesforce.now += 2 * MINUTE
    source = make_source(salesforce)
    found = set()
    for page in source.pages("calls", since=SINCE, cursor=None, counts_only=False):
        found |= {row.source_id for row in page.rows}
        salesforce.expire_sessions()
    source.close()
    assert found == keys
    assert salesforce.tokens_given == 3


def test_half_an_answer_stores_nothing_of_it_and_is_asked_for_again(salesforce: FakeSalesforce) -> None:
    salesforce.largest_batch = 2
    keys = {make_call(salesforce) for _ in range(6)}
    store = Store("calls")
    salesforce.now += 2 * MINUTE
    salesforce.faults.extend([None, Fault("cut")])
    with pytest.raises(SourceError) as caught:
        store.pull(salesforce)
    assert caught.value.code == "unreachable"
    assert len(store.rows) == 2
    assert set(pull_later(salesforce, store)) == keys


def test_a_cursor_of_counts_starts_records_afresh(salesforce: FakeSalesforce) -> None:
    key = make_call(salesforce)
    counts = Store("calls", counts_only=True)
    assert counts.pull(salesforce)
    assert set(pull_later(salesforce, Store("calls", cursor=counts.cursor))) == {key}


def test_a_clock_of_this_machine_that_is_ahead_loses_nothing(salesforce: FakeSalesforce) -> None:
    """The fake organisation's clock is weeks behind this machine's, by which the second read would begin too late."""
    store = Store("calls")
    assert store.pull(salesforce)
    key = make_call(salesforce)
    assert set(pull_later(salesforce, store)) == {key}
