"""The days that a page of numbers is about, as its address says, and links to the same page for others."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import request

from server.core.database.session import db
from server.core.periods import KINDS, Period, period_of
from server.core.weeks import WEEK
from server.people.queries import get_calendar
from server.scorecards.plans import MAX_DAYS

#: A Monday before the first record of anybody. The pages also show earlier days, which must be valid dates.
EARLIEST = date(2000, 1, 3)
#: Of custom days on pages about people: their indicators are no finer than a week (TRUST.md T115).
MIN_DAYS = 7
MAX_WEEKS = 26
#: Parameters that stay when another one changes, besides those of the period. A person's page keeps those of the scorecard, so
#: that the way back leads to the same list.
KEPT = ("team", "sort", "q", "view", "metric", "part", "within", "of")


@dataclass(frozen=True, slots=True)
class Requested:
    """``errors``: by field, of custom days that cannot be shown; ``period`` is then the last complete week."""

    period: Period
    errors: dict[str, str] = field(default_factory=dict)


def requested_period(*, min_days: int = 1) -> Requested:
    """``?span=month&from=2026-11-01``: the month of that day, at latest the current one; ``span=custom`` has ``to`` as well.
    Without a valid ``span``, the week of ``from`` or ``week``; without a valid day, the current month or quarter, or the last
    complete week. Custom days must be at least ``min_days``."""
    today = get_calendar(db()).today()
    kind = request.args.get("span", "week")
    if kind == "custom":
        return _custom(today, min_days)
    kind = kind if kind in KINDS else "week"
    day = _date("from") or _date("week") or (today - WEEK if kind == "week" else today)
    return Requested(period_of(kind, max(EARLIEST, min(day, today))))


def requested_days() -> Period:
    """Of a page behind a number. With ``?weeks=``, as in addresses of earlier releases, so many weeks up to that one."""
    period = requested_period().period
    weeks = max(1, min(request.args.get("weeks", default=1, type=int), MAX_WEEKS))
    if period.kind != "week" or weeks == 1:
        return period
    return Period("custom", period.first - WEEK * (weeks - 1), period.last)


def _custom(today: date, min_days: int) -> Requested:
    first, last = _date("from"), _date("to")
    errors = {
        name: "must be a date such as 2026-11-23." for name, day in (("from", first), ("to", last)) if day is None
    }  # fmt: skip
    if first is not None and last is not None:
        last = min(last, today)
        if not EARLIEST <= first <= today:
            errors["from"] = f"must be from {EARLIEST} to today."
        elif first > last:
            errors["to"] = "must not be before the first day."
        elif (last - first).days + 1 < min_days:
            errors["to"] = f"must make at least {min_days} days, because people's numbers are shown for a week or longer."
        elif (last - first).days >= MAX_DAYS:
            errors["to"] = f"must make at most {MAX_DAYS} days."
        else:
            return Requested(Period("custom", first, last))
    return Requested(period_of("week", today - WEEK), errors)


def _date(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def period_parameters(period: Period) -> dict[str, Any]:
    parameters: dict[str, Any] = {"span": period.kind, "from": period.first}
    return parameters | {"to": period.last} if period.kind == "custom" else parameters


def period_code(period: Period) -> str:
    """For ``?of=``: a page of records remembers the period of the page that it was opened from."""
    return f"{period.kind}.{period.first}.{period.last}"


def period_of_origin(otherwise: Period) -> Period:
    """The period of ``?of=``; without a valid one, ``otherwise``."""
    kind, *days = request.args.get("of", "").split(".")
    try:
        first, last = map(date.fromisoformat, days)
    except ValueError:
        return otherwise
    if kind not in KINDS or not EARLIEST <= first <= last or (last - first).days >= MAX_DAYS:
        return otherwise
    return Period(kind, first, last) if kind == "custom" else period_of(kind, first)


def steps(period: Period) -> dict[str, str | None]:
    """Links to this page for the period before and the next one, of which any day must have come."""
    today = get_calendar(db()).today()
    before, after = period.shifted(-1), period.shifted(1)
    has_next = (after.last if period.kind == "custom" else after.first) <= today
    return {
        "previous": link(period, **period_parameters(before)) if before.first >= EARLIEST else None,
        "next": link(period, **period_parameters(after)) if has_next else None,
    }


def link(period: Period, path: str = "", **changes: Any) -> str:
    """This page, or ``path``, with its parameters and the changes; None removes a parameter."""
    kept = {name: request.args[name] for name in KEPT if request.args.get(name)}
    parameters = kept | period_parameters(period) | changes
    if parameters.get("span") != "custom":
        parameters.pop("to", None)
    return f"{path or request.path}?{urlencode({name: value for name, value in parameters.items() if value is not None})}"
