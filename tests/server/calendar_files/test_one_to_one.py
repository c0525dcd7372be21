"""The calendar file of one-to-ones: at the same hour all year, and with nothing in it but two names and a link."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

from server.calendar_files.one_to_one import OneToOne, calendar_file
from server.core.database.session import unit_of_work
from server.people.queries import get_organisation
from tests.factories import make_team, make_user, new_cookie

URL = "https://repute.example.com/team/rep/7"


def meeting(**values):
    known = {
        "manager": "Owen Prichard", "person": "Zoë; Vale, Jr.\r\nBEGIN:VALARM", "url": URL, "first_day": date(2026, 10, 1),
        "at": time(9, 30), "minutes": 30, "interval": 1, "zone": ZoneInfo("Europe/Berlin"),
    }  # fmt: skip
    return OneToOne(**(known | values))


def parsed(content):
    calendar = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def occurrences(event, count):
    start = event["DTSTART"].dt
    rule = rrulestr(event["RRULE"].to_ical().decode(), dtstart=start.replace(tzinfo=None))
    return [moment.replace(tzinfo=start.tzinfo) for moment in rule[:count]]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Kolkata"])
@pytest.mark.parametrize("interval", [1, 2, 4])
def test_same_hour_on_the_wall_all_year(zone, interval):
    _, event = parsed(calendar_file(meeting(zone=ZoneInfo(zone), interval=interval)))
    moments = occurrences(event, 52)
    assert {(moment.hour, moment.minute, moment.weekday()) for moment in moments} == {(9, 30, 3)}
    assert {later - earlier for earlier, later in itertools.pairwise(moments)} == {timedelta(weeks=interval)}
    offsets = {moment.utcoffset() for moment in moments}
    assert len(offsets) == (1 if zone == "Asia/Kolkata" else 2)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Sydney"])
def test_description_of_the_time_zone_agrees_with_the_database(zone):
    """For calendars that do not know the zone by its name."""
    calendar, _ = parsed(calendar_file(meeting(zone=ZoneInfo(zone))))
    (described,) = calendar.walk("VTIMEZONE")
    assert described["TZID"] == zone
    described_zone = described.to_tz(lookup_tzid=False)
    noon = datetime(2026, 2, 1, 12, tzinfo=ZoneInfo(zone))
    for days in range(0, 365 * 8, 3):
        expected = noon + timedelta(days=days)
        assert expected.replace(tzinfo=described_zone).utcoffset() == expected.utcoffset(), expected


def test_holds_two_names_and_a_link_and_nothing_else():
    calendar, event = parsed(calendar_file(meeting()))
    assert set(event) == {"UID", "DTSTAMP", "DTSTART", "DURATION", "RRULE", "SUMMARY", "DESCRIPTION", "URL"}
    assert event["SUMMARY"] == "One-to-one: Owen Prichard and Zoë; Vale, Jr.\nBEGIN:VALARM"
    assert calendar.walk("VALARM") == []
    assert event["DESCRIPTION"] == event["URL"] == URL
    assert all(len(line) <= 75 for line in calendar_file(meeting()).splitlines())


def test_another_file_for_the_same_people_replaces_the_first_one():
    uids = [parsed(calendar_file(meeting(**values)))[1]["UID"] for values in ({}, {"at": time(15)}, {"url": f"{URL}1"})]
    assert uids[0] == uids[1] != uids[2]


@pytest.fixture
def people(engine):
    with unit_of_work(engine) as session:
        team = make_team(session)
        users = {
            "rep": make_user(session, team=team, name="Zoë Vale"),
            "manager": make_user(session, team=team, role="manager", name="Owen Prichard"),
            "stranger": make_user(session, role="manager"),
        }
        organisation = get_organisation(session)
        organisation.team_only, organisation.time_zone = False, "Europe/Berlin"
    return users


def signed_in(app, engine, person):
    client = app.test_client()
    client.set_cookie("repute", new_cookie(engine, person))
    return client


VALUES = {"first_day": "2026-12-03", "at": "09:30", "minutes": "45", "interval": "2", "time_zone": "Europe/Berlin"}


def test_manager_downloads_what_the_page_offers(app, engine, people):
    client = signed_in(app, engine, people["manager"])
    rep_id = people["rep"].id
    assert f'href="/team/rep/{rep_id}/calendar"' in client.get(f"/team/rep/{rep_id}").text
    page = client.get(f"/team/rep/{rep_id}/calendar").text
    assert "<option selected>Europe/Berlin</option>" in page
    answer = client.get(f"/team/rep/{rep_id}/one-to-one.ics", query_string=VALUES)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    _, event = parsed(answer.data)
    assert event["SUMMARY"] == "One-to-one: Owen Prichard and Zoë Vale"
    assert event["DTSTART"].dt.astimezone(UTC) == datetime(2026, 12, 3, 8, 30, tzinfo=UTC)
    assert event["DURATION"].dt == timedelta(minutes=45)
    assert event["RRULE"]["INTERVAL"] == [2]
    assert event["URL"].endswith(f"/team/rep/{rep_id}")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_day", "soon"),
        ("first_day", "0001-01-01"),
        ("at", "25:00"),
        ("minutes", "0"),
        ("interval", "3"),
        ("time_zone", "X"),
    ],
)
def test_wrong_value_is_named_at_its_field_and_the_others_stay(app, engine, people, field, value):
    client = signed_in(app, engine, people["manager"])
    answer = client.get(f"/team/rep/{people['rep'].id}/one-to-one.ics", query_string=VALUES | {field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert field == "minutes" or 'value="45"' in answer.text


def test_only_who_may_open_the_persons_page(app, engine, people):
    rep_id = people["rep"].id
    paths = [f"/team/rep/{rep_id}/calendar", f"/team/rep/{rep_id}/one-to-one.ics?first_day=2026-12-03"]
    for person in ("rep", "stranger"):
        assert [signed_in(app, engine, people[person]).get(path).status_code for path in paths] == [404, 404]
    own = signed_in(app, engine, people["manager"])
    assert own.get(f"/team/rep/{people['manager'].id}/calendar").status_code == 404
    with unit_of_work(engine) as session:
        get_organisation(session).team_only = True
    assert [own.get(path).status_code for path in paths] == [404, 404]
