"""Where a manager chooses when one-to-ones with a person are, and gets them as a calendar file. Nothing is stored."""

from __future__ import annotations

from datetime import date, time
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request

from server.calendar_files.one_to_one import INTERVALS, MAX_MINUTES, MIN_MINUTES, OneToOne, calendar_file
from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem, as_sentence, field_problem, not_found
from server.core.weeks import WEEK, monday_of
from server.digests.queries import setting_of
from server.people import time_zones
from server.people.models import User
from server.people.queries import get_organisation
from server.scorecards.access import require_visible_user, visible_team_ids
from server.security.guard import settings

pages = Blueprint("calendar_files", __name__, template_folder="templates")

Moment = TypeVar("Moment", date, time)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
DEFAULTS = {"at": "10:00", "minutes": "30", "interval": "1"}


@pages.get("/team/rep/<int:user_id>/calendar")
@page("manager", "admin", writes=False)
def form(user_id: int) -> str:
    return _render(_person(user_id))


def _person(user_id: int) -> User:
    """404 unless the viewer may open the person's page, or for oneself."""
    viewer = current_identity()
    if viewer.user_id == user_id:
        raise not_found()
    return require_visible_user(db(), viewer=viewer, user_id=user_id, team_ids=visible_team_ids(db(), viewer=viewer))


def _zone() -> str:
    setting = setting_of(db(), user_id=current_identity().user_id)
    return (setting and setting.time_zone) or get_organisation(db()).time_zone


def _values() -> dict[str, str]:
    """What was chosen, or what the page suggests."""
    first_day = monday_of(time_zones.today(_zone())) + WEEK
    return DEFAULTS | {"first_day": first_day.isoformat(), "time_zone": _zone()} | request.args.to_dict()


def _render(person: User, *, field: str = "", error: str = "") -> str:
    """After a refusal, with the error at its field and what was typed."""
    return render_template(
        "calendar_files/one_to_one.html",
        person=person,
        values=_values(),
        zones=time_zones.names(),
        intervals=INTERVALS,
        limits=(MIN_MINUTES, MAX_MINUTES),
        errors={field: error} if field else {},
    )


@pages.get("/team/rep/<int:user_id>/one-to-one.ics")
@page("manager", "admin", writes=False)
def download(user_id: int) -> Response | tuple[str, int]:
    person = _person(user_id)
    try:
        meeting = _read(person)
    except Problem as problem:
        if not problem.errors:
            raise
        return _render(person, field=problem.errors[0]["field"], error=as_sentence(problem)), problem.status
    return Response(
        calendar_file(meeting),
        content_type="text/calendar; charset=utf-8; method=PUBLISH",
        headers={"Content-Disposition": 'attachment; filename="one-to-one.ics"'},
    )


def _read(person: User) -> OneToOne:
    values = _values()
    first_day = _parsed(date, "first_day", values, "must be a date")
    if not FIRST_DAY <= first_day <= LAST_DAY:
        raise field_problem("first_day", f"must be in the years {FIRST_DAY.year} to {LAST_DAY.year}")
    minutes, interval = _number(values["minutes"]), _number(values["interval"])
    if not MIN_MINUTES <= minutes <= MAX_MINUTES:
        raise field_problem("minutes", f"must be a whole number from {MIN_MINUTES} to {MAX_MINUTES}", limit=MAX_MINUTES)
    if interval not in INTERVALS:
        raise field_problem("interval", "must be every week, every second week or every fourth week")
    return OneToOne(
        manager=current_identity().name,
        person=person.name,
        url=f"{settings().origin}/team/rep/{person.id}",
        first_day=first_day,
        at=_parsed(time, "at", values, "must be a time such as 10:00").replace(second=0, microsecond=0, tzinfo=None),
        minutes=minutes,
        interval=interval,
        zone=ZoneInfo(time_zones.validated(values["time_zone"])),
    )


def _parsed(kind: type[Moment], field: str, values: dict[str, str], message: str) -> Moment:
    try:
        return kind.fromisoformat(values[field].strip())
    except ValueError:
        raise field_problem(field, message) from None


def _number(text: str) -> int:
    """0, which every field refuses, if it is not a short whole number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
