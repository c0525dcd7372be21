"""IANA time zones."""

from __future__ import annotations

from datetime import date
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from server.core.clock import now
from server.core.problems import field_problem


@cache
def names() -> tuple[str, ...]:
    """All zones, by name. Not ``localtime`` and the like, which mean something else on every machine."""
    return tuple(sorted(name for name in available_timezones() if "/" in name or name == "UTC"))


def validated(name: str) -> str:
    """The zone's name without surrounding spaces. 422 if there is none of this name."""
    name = name.strip()
    if name not in names():
        raise field_problem("time_zone", "must be a time zone of the IANA list, such as Europe/Berlin or UTC")
    return name


def today(time_zone: str) -> date:
    """The present day in the zone."""
    return now().astimezone(ZoneInfo(time_zone)).date()
