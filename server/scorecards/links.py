"""The week that a page of numbers is about, and links to the same page for another."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from flask import request

from server.core.database.session import db
from server.core.weeks import WEEK, monday_of
from server.people.queries import get_calendar

#: A Monday before the first record of anybody. The pages also show earlier weeks, which must be valid dates.
EARLIEST = date(2000, 1, 3)
#: Parameters that stay when another one changes.
KEPT = ("team", "week", "sort", "metric", "weeks", "others")


def requested_week() -> date:
    """The Monday of ``?week=``, at latest the current one; without a valid date, that of the last complete week."""
    this_monday = get_calendar(db()).this_monday()
    try:
        requested = monday_of(date.fromisoformat(request.args.get("week", "")))
    except ValueError:
        return this_monday - WEEK
    return max(EARLIEST, min(requested, this_monday))


def week_links(week: date) -> dict[str, str | None]:
    """Links to this page for the previous and the next week; there is no next week after the current one."""
    has_next = week < get_calendar(db()).this_monday()
    return {"previous_week": link(week=week - WEEK), "next_week": link(week=week + WEEK) if has_next else None}


def link(**changes: object) -> str:
    parameters = {name: request.args[name] for name in KEPT if name in request.args}
    return f"{request.path}?{urlencode({**parameters, **changes})}"
