"""The calendar file of a recurring one-to-one (iCalendar, RFC 5545). It holds two names and a link, and nothing about
anybody's work: calendars are shared, and their entries are sent on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from server.core.clock import now

PRODUCT = "-//Repute//One-to-ones//EN"
MIN_MINUTES, MAX_MINUTES = 5, 240
#: Every week, every second one, and every fourth.
INTERVALS = (1, 2, 4)
#: How far the file's description of the time zone reaches. Calendars know the zone by its name and use their own description.
ZONE_YEARS = 10


@dataclass(frozen=True, slots=True)
class OneToOne:
    """From ``first_day`` on, at ``at`` by the clock on the wall in ``zone``, also after that is changed in spring and autumn.
    ``interval``: in weeks. ``url``: the page with the person's numbers, which asks for a sign-in."""

    manager: str
    person: str
    url: str
    first_day: date
    at: time
    minutes: int
    interval: int
    zone: ZoneInfo


def calendar_file(meeting: OneToOne) -> bytes:
    """The same people have the same event in each file, so that a calendar replaces an earlier one."""
    event = Event()
    event.add("uid", f"{uuid5(NAMESPACE_URL, meeting.url + '#' + meeting.manager)}@repute")
    event.add("dtstamp", now())
    event.add("dtstart", datetime.combine(meeting.first_day, meeting.at, meeting.zone))
    event.add("duration", timedelta(minutes=meeting.minutes))
    event.add("rrule", {"freq": "weekly", "interval": meeting.interval})
    event.add("summary", f"One-to-one: {meeting.manager} and {meeting.person}")
    event.add("description", meeting.url)
    event.add("url", meeting.url)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    year = meeting.first_day.year
    calendar.add_missing_timezones(first_date=date(year, 1, 1), last_date=date(year + ZONE_YEARS, 1, 1))
    content: bytes = calendar.to_ical()
    return content
