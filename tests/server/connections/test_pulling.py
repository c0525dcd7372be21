"""Reading HubSpot through the jobs: what is counted, corrected, deleted, and for whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from server.connections.pulling import PAGES_PER_STEP
from tests.factories import new_user
from tests.server.connections.conftest import day, put_call
from tests.server.connections.hubspot_server import iso


def test_calls_become_records_of_their_owner(crm, hubspot, ann):
    put_call(hubspot, "101", hs_call_title="Intro", hs_call_duration="180000", hs_call_disposition="f240bbac")
    put_call(hubspot, "102", days_ago=3, hs_call_status="NO_ANSWER")
    crm.add().plan("calls").start().run()
    assert crm.records("source", "source_id", "user_id", "kind", "occurred_at", "count") == [
        ("hubspot", "call:101", ann.id, "call", day(1), 1),
        ("hubspot", "call:102", ann.id, "call", day(3), 1),
    ]


@pytest.mark.parametrize("properties", [
    {"hs_call_direction": "INBOUND"}, {"hs_call_status": "QUEUED"}, {"hs_call_status": "MISSED"}, {"hubspot_owner_id": ""},
])  # fmt: skip
def test_calls_that_nobody_here_made_are_not_counted(crm, hubspot, ann, properties):
    put_call(hubspot, "101")
    hubspot.put("calls", "102", hs_timestamp=iso(day(1)), **({"hubspot_owner_id": "11"} | properties))
    crm.add().plan("calls").start().run()
    assert crm.ids() == ["call:101"]


def test_meetings_are_booked_when_created_and_held_when_completed(crm, hubspot, ann):
    start = iso(datetime.now(UTC) + timedelta(days=9))
    owner = {"hubspot_owner_id": "11", "hs_createdate": iso(day(5))}
    hubspot.put("meetings", "1", hs_meeting_start_time=start, hs_meeting_outcome="SCHEDULED", **owner)
    hubspot.put("meetings", "2", hs_meeting_start_time=iso(day(2)), hs_meeting_outcome="COMPLETED", **owner)
    hubspot.put("meetings", "3", hs_meeting_start_time=iso(day(2)), hs_meeting_outcome="CANCELED", **owner)
    hubspot.put("meetings", "4", hs_meeting_start_time=iso(day(2)), hs_meeting_outcome="NO_SHOW", **owner)
    crm.add().plan("meetings", "meetings-held").start().run()
    assert crm.records("source_id", "occurred_at") == [
        ("meeting-held:2", day(2)), ("meeting:1", day(5)), ("meeting:2", day(5)), ("meeting:4", day(5)),
    ]  # fmt: skip
    assert crm.records()[1].booked_for is not None


def test_deals_are_opportunities_when_created_and_deals_when_won(crm, hubspot, ann):
    owner = {"hubspot_owner_id": "11", "createdate": iso(day(20))}
    hubspot.put("deals", "1", hs_is_closed_won="true", closedate=iso(day(2)), amount="12000.50", **owner)
    hubspot.put("deals", "2", hs_is_closed_won="false", closedate=iso(day(2)), amount="5", **owner)
    crm.add().plan("deals-created", "deals-won").start().run()
    assert crm.records("source_id", "kind", "value") == [
        ("deal:1", "deal", 12000), ("opportunity:1", "opportunity", None), ("opportunity:2", "opportunity", None),
    ]  # fmt: skip


def test_what_happened_before_the_first_day_is_left_out_and_removed_when_moved_there(crm, hubspot, ann):
    put_call(hubspot, "101", days_ago=40)
    put_call(hubspot, "102")
    crm.add().plan("calls").start().run()
    assert crm.ids() == ["call:102"]
    put_call(hubspot, "102", days_ago=40)
    crm.again()
    assert crm.ids() == []


def test_a_late_edit_corrects_and_another_owner_takes_over(crm, hubspot, ann, engine):
    bo = new_user(engine, name="Bo Berg")
    hubspot.add_owner("12", bo.email)
    put_call(hubspot, "101", days_ago=10)
    crm.add().plan("calls").start().run()
    put_call(hubspot, "101", days_ago=9, owner="12")
    crm.again()
    assert crm.records("user_id", "occurred_at") == [(bo.id, day(9))]
    assert crm.last_report["results"]["corrected"] == 1


def test_a_second_run_reads_the_overlap_and_changes_nothing(crm, hubspot, ann):
    for number in range(20):
        put_call(hubspot, str(number))
    crm.add().plan("calls").start().run()
    before = [(row.id, row.changed_at) for row in crm.records()]
    crm.again()
    assert crm.last_report["results"] == {"unchanged": 20}
    assert [(row.id, row.changed_at) for row in crm.records()] == before


def test_unmatched_owners_are_counted_once_they_are_matched(crm, hubspot, ann, engine):
    hubspot.add_owner("12", "somebody.else@example.com")
    put_call(hubspot, "101", owner="12")
    crm.add().plan("calls").start().run()
    assert crm.ids() == []
    assert crm.last_report["results"] == {"skipped": 1}
    bo = new_user(engine, name="Bo Berg")
    hubspot.owners["12"]["email"] = bo.email
    hubspot.clock = lambda: datetime.now(UTC) + timedelta(days=2)  # the overlap is long over
    crm.again()
    assert crm.records("source_id", "user_id") == [("call:101", bo.id)]


def test_an_archived_owner_is_known(crm, hubspot, ann, engine):
    bo = new_user(engine, name="Bo Berg")
    hubspot.add_owner("12", bo.email, archived=True)
    put_call(hubspot, "101", owner="12")
    crm.add().plan("calls").start().run()
    assert crm.records("user_id") == [(bo.id,)]


def test_more_objects_than_one_search_may_return_are_all_read(crm, hubspot, ann):
    """HubSpot ends each search after 10,000 results; a bulk update gives all objects the same time of change."""
    at = datetime.now(UTC) - timedelta(days=1)
    for number in range(10_450):
        put_call(hubspot, str(number + 1), at=at)
    crm.add().plan("calls").start().run()
    assert len(crm.ids()) == 10_450
    assert hubspot.count("search") < 10_450 / 200 + 10


def test_an_object_that_is_changed_while_pages_are_read_is_not_lost_nor_another(crm, hubspot, ann):
    at = datetime.now(UTC) - timedelta(days=2)
    for number in range(500):
        put_call(hubspot, str(number + 1), at=at + timedelta(seconds=number))
    searches = iter(range(100))

    def edit(path):
        if path.endswith("search") and next(searches) == 8:  # the test of the connection has searched, too
            for number in (3, 150, 199):
                put_call(hubspot, str(number), days_ago=2)

    crm.add().plan("calls")
    hubspot.on_request = edit
    crm.start().run()
    assert len(crm.ids()) == 500


def test_a_job_reads_a_few_pages_and_the_next_one_goes_on(crm, hubspot, ann):
    at = datetime.now(UTC) - timedelta(days=1)
    for number in range(200 * PAGES_PER_STEP + 100):
        put_call(hubspot, str(number + 1), at=at + timedelta(milliseconds=number))
    crm.add().plan("calls").start()
    crm.step()  # the users
    crm.step()
    some = len(crm.ids())
    assert 0 < some <= 200 * PAGES_PER_STEP
    crm.run()
    assert len(crm.ids()) == 200 * PAGES_PER_STEP + 100
