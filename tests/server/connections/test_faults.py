"""HubSpot misbehaves: the table of faults and outcomes in server/connections/README.md, a test for each row."""

from __future__ import annotations

from copy import copy
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select, update

from server.connections import operations, pulling
from server.connections.models import Connection
from server.connections.source import SourceError
from server.core import encryption
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.jobs.attempts import run_attempt
from server.jobs.handlers import HANDLERS
from server.jobs.models import Job
from tests.server.connections.conftest import put_call
from tests.server.connections.hubspot_server import KEY, Fault, iso


@pytest.fixture
def three_pages(hubspot, ann):
    """450 calls, whose times of change are a second apart."""
    at = datetime.now(UTC) - timedelta(days=1)
    for number in range(450):
        put_call(hubspot, str(number + 1), at=at + timedelta(seconds=number))


@pytest.fixture
def started(crm, three_pages):
    """The users are read; the next job reads calls."""
    crm.add().plan("calls").start().step()
    crm.hubspot.requests.clear()
    return crm


def wait_of_next_job(crm):
    return crm.next_job()[1] - now()


def test_a_burst_limit_postpones_the_job_by_what_retry_after_says(started, hubspot):
    hubspot.faults = [Fault("burst", matches="search", after=1, retry_after="42")]
    started.step()
    assert timedelta(seconds=35) < wait_of_next_job(started) <= timedelta(seconds=42)
    assert started.row.problem_code == "rate-limit"
    assert len(started.ids()) == 200
    assert hubspot.count("search") == 2
    started.run()
    assert len(started.ids()) == 450
    assert started.row.problem is None


def test_a_burst_limit_without_retry_after_waits_too(started, hubspot):
    hubspot.faults = [Fault("burst", matches="search")]
    started.step()
    assert timedelta(seconds=5) < wait_of_next_job(started) <= timedelta(seconds=10)


def test_a_daily_limit_is_asked_about_once_an_hour(started, hubspot):
    hubspot.faults = [Fault("daily", matches="search", times=3)]
    for _ in range(3):
        started.step()
        assert timedelta(minutes=59) < wait_of_next_job(started) <= timedelta(hours=1)
    assert hubspot.count("search") == 3
    assert "in a day are used up" in started.row.problem
    started.run()
    assert len(started.ids()) == 450


def test_no_more_searches_are_sent_than_hubspot_allows_in_a_second(crm, three_pages, hubspot, monkeypatch):
    monkeypatch.setattr("server.connections.hubspot.api.SECONDS_BETWEEN_SEARCHES", 0.25)
    crm.add().plan("calls", "meetings", "deals-won").start().run()
    times = hubspot.search_times[3:]
    assert all(later - earlier > 0.2 for earlier, later in pairwise(times)), times


def test_an_expired_key_pauses_with_words_and_nothing_more_is_sent(started, hubspot):
    hubspot.key = "pat-eu1-the-new-one"
    started.run()
    assert (started.row.state, started.row.problem_code) == ("paused", "credentials")
    assert "enter the new one" in started.row.problem
    assert len(hubspot.requests) == 1
    started.add("pat-eu1-the-new-one").run()
    assert (started.row.state, started.row.problem) == ("active", None)
    assert len(started.ids()) == 450


def test_a_missing_scope_pauses_and_names_the_scope(started, hubspot):
    hubspot.missing_scopes = {"/calls/": "crm.objects.contacts.read"}
    started.run()
    assert started.row.state == "paused"
    assert "Add crm.objects.contacts.read" in started.row.problem
    assert len(hubspot.requests) == 1


def test_an_object_that_hubspot_does_not_know_pauses(started, hubspot):
    hubspot.faults = [Fault("status", matches="search", status=404)]
    started.run()
    assert (started.row.state, started.row.problem_code) == ("paused", "field")


def test_deleted_objects_are_removed(started, hubspot):
    started.run()
    for number in range(1, 151):
        hubspot.delete("calls", str(number))
    started.again()
    assert len(started.ids()) == 300
    assert started.last_report["results"]["deleted"] == 150


def test_a_merged_deal_counts_once(crm, hubspot, ann):
    created = iso(datetime.now(UTC) - timedelta(days=2))
    for number in ("1", "2", "3"):
        hubspot.put("deals", number, createdate=created, hubspot_owner_id="11")
    crm.add().plan("deals-created").start().run()
    hubspot.merge("deals", "1", "2")
    hubspot.merge("deals", "1", "3")
    crm.again()
    assert crm.ids() == ["opportunity:1"]


def test_a_clock_that_is_set_back_by_an_hour_loses_nothing(started, hubspot):
    put_call(hubspot, "900", at=datetime.now(UTC))
    started.run()
    hubspot.clock = lambda: datetime.now(UTC) - timedelta(hours=1)
    put_call(hubspot, "901")
    put_call(hubspot, "900", days_ago=2)
    started.again()
    assert "call:901" in started.ids()


def test_a_time_of_change_in_the_future_loses_nothing(started, hubspot):
    put_call(hubspot, "900", at=datetime.now(UTC) + timedelta(days=300))
    started.run()
    put_call(hubspot, "901")
    started.again()
    assert {"call:900", "call:901"} <= set(started.ids())


@pytest.mark.parametrize("kind", ["reset", "truncated"])
def test_half_a_page_is_not_stored_and_read_again(started, hubspot, kind):
    hubspot.faults = [Fault(kind, matches="search", after=1)]
    started.step()
    assert len(started.ids()) == 200
    assert started.row.problem_code == "unreachable"
    assert timedelta(seconds=50) < wait_of_next_job(started) <= timedelta(minutes=1)
    started.run()
    assert len(started.ids()) == 450


def test_errors_of_hubspot_are_retried_ever_more_slowly(started, hubspot):
    hubspot.faults = [Fault("status", matches="search", times=12, status=502)]
    waits = []
    for _ in range(12):
        started.step()
        waits.append(round(wait_of_next_job(started).total_seconds() / 60))
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]
    assert started.row.state == "active"
    started.run()
    assert len(started.ids()) == 450
    assert started.row.failures == 0


@pytest.mark.parametrize("fault", [
    Fault("malformed", matches="search"),
    Fault("body", matches="search", text="[]"),
    Fault("body", matches="search", text='{"results": {"a": 1}}'),
    Fault("body", matches="search", text='{"results": [{"id": null}]}'),
    Fault("body", matches="search", text='{"results": [{"id": "1", "properties": {}}]}'),
], ids=["half", "list", "object", "no-id", "no-time"])  # fmt: skip
def test_an_answer_that_cannot_be_understood_stores_nothing_and_is_asked_for_again(started, hubspot, fault):
    hubspot.faults = [copy(fault)]
    started.step()
    assert started.row.problem_code == "changed"
    assert started.ids() == []
    started.run()
    assert len(started.ids()) == 450


@pytest.mark.parametrize("fault", [
    Fault("slow", matches="search", seconds=3.0), Fault("silent", matches="search", seconds=2.0),
], ids=["slow", "silent"])  # fmt: skip
def test_a_slow_answer_is_given_up(started, hubspot, monkeypatch, fault):
    monkeypatch.setattr("server.connections.http.TIMEOUT_SECONDS", (1.0, 1.0))
    monkeypatch.setattr("server.connections.http.MAX_SECONDS", 0.5)
    hubspot.faults = [copy(fault)]
    started.step()
    assert started.row.problem_code == "unreachable"
    started.run()
    assert len(started.ids()) == 450


def test_a_huge_answer_is_not_read_to_its_end(started, hubspot, monkeypatch):
    monkeypatch.setattr("server.connections.http.MAX_BYTES", 100_000)
    hubspot.faults = [Fault("huge", matches="search", size=300_000)]
    started.step()
    assert "larger than" in started.row.problem


def test_a_redirect_is_not_followed(started, hubspot):
    hubspot.faults = [Fault("redirect", matches="search", to=f"{hubspot.url}/elsewhere")]
    started.run()
    assert (started.row.state, started.row.problem_code) == ("paused", "address")
    assert hubspot.count("elsewhere") == 0


def test_a_lost_job_is_continued_by_the_schedule(started, engine):
    job_id, _ = started.next_job()
    with unit_of_work(engine) as session:
        session.execute(update(Job).where(Job.id == job_id).values(state="failed"))
    started.again()
    assert len(started.ids()) == 450


def test_an_attempt_stores_nothing_after_another_attempt_has(started, hubspot, engine):
    """Its page was on its way when the other one stored a page, as after a host was suspended."""

    def store_elsewhere(path):
        if path.endswith("search"):
            hubspot.on_request = lambda _path: None
            with unit_of_work(engine) as session:
                session.scalars(select(Connection)).one().pages += 1

    hubspot.on_request = store_elsewhere
    started.step()
    assert started.ids() == []
    assert hubspot.count("search") == 1
    started.again()
    assert len(started.ids()) == 450


def test_a_pause_by_hand_takes_effect_between_two_pages(started, hubspot, engine):
    def pause(path):
        if hubspot.count("search") == 2:
            with unit_of_work(engine) as session:
                operations.pause_reading(session, source="hubspot")

    hubspot.on_request = pause
    started.run()
    assert len(started.ids()) == 200
    assert (started.row.state, started.row.problem) == ("paused", None)
    hubspot.on_request = lambda _path: None
    started.start().run()
    assert len(started.ids()) == 450


def test_without_the_key_the_connection_is_paused_and_asks_for_the_credentials(started, hubspot, crm_settings, monkeypatch):
    other = crm_settings.model_copy(update={"connection_keys": type(crm_settings.connection_keys)("A" * 43 + "=")})
    monkeypatch.setattr("server.jobs.handlers.load_settings", lambda: other)
    started.run()
    assert (started.row.state, started.row.problem_code) == ("paused", "credentials")
    assert started.row.problem == encryption.MUST_BE_ENTERED_AGAIN
    assert hubspot.requests == []


def test_a_wrong_key_is_refused_before_anything_is_stored(crm, hubspot, engine):
    with pytest.raises(SourceError) as error:
        crm.add("pat-wrong")
    assert error.value.code == "credentials"
    with unit_of_work(engine, writes=False) as session:
        assert session.scalar(select(Connection)) is None
    assert KEY not in str(error.value)


def test_an_error_in_our_own_code_is_retried_by_the_queue_and_loses_nothing(started, engine, monkeypatch):
    real = pulling.Applier.apply
    failures = iter([True])

    def fail_once(self, page, *, import_id):
        real(self, page, import_id=import_id)
        if next(failures, False):
            raise RuntimeError

    monkeypatch.setattr(pulling.Applier, "apply", fail_once)
    job_id, _ = started.next_job()
    assert run_attempt(engine, HANDLERS, job_id=job_id).state == "queued"
    assert started.ids() == []
    started.run()
    assert len(started.ids()) == 450
