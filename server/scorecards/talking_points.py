"""Suggests up to three talking points for a one-to-one, from the person's own numbers only and never compared with others.

Each says why it is suggested and which numbers it is based on. Changes must be larger than chance, weeks away are left out,
each week has its own target, and nothing is said twice: a metric appears in one point, a question once. The README has the
rules and how they were checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from server.people.models import Metric
from server.scorecards.points.changes import DECLINE, find_changes, find_conversion, find_steady
from server.scorecards.points.items import find_item_points
from server.scorecards.points.starts import find_new_hire_point, find_rarely_there, is_new_hire
from server.scorecards.points.targets import find_missed, find_reached
from server.scorecards.points.windows import since_first_number
from server.scorecards.views import Item, RepWeeks, TalkingPoint

MAX_POINTS = 3
#: Whether a talking point was used, so that it is not suggested.
Skip = Callable[[TalkingPoint], bool]
#: With fewer points than this, what did not change is worth a sentence.
MIN_POINTS = 2


def suggest_all(_point: TalkingPoint) -> bool:
    return False


def find_talking_points(
    weeks: RepWeeks,
    metrics: Sequence[Metric],
    *,
    items: Sequence[Item],
    started_on: date | None = None,
    skip: Skip = suggest_all,
) -> tuple[TalkingPoint, ...]:
    """At most ``MAX_POINTS``. ``weeks`` are complete, except that ``weeks.week`` is the week of the page, which may not be.
    ``metrics``: the active ones, in order. ``items``: shared and counted, newest first. ``started_on``: the person's first day
    at the organisation, if it is known. ``skip``: points that were talked about; the next ones take their place."""
    # Amounts of money and numbers that do not add up do not vary like counts, and what was not shared proves nothing.
    counted = [metric for metric in metrics if metric.record_kind is not None and metric.unit == "count" and metric.sums]
    opening = next((point for point in find_item_points(items, weeks) if not skip(point)), None)
    # Nothing else is concluded from a new hire's weeks, which grow anyway, and from weeks in which somebody was hardly there.
    start = find_new_hire_point(counted, weeks, started_on) if started_on and is_new_hire(weeks, started_on) else None
    start = start or find_rarely_there(weeks)
    if start:
        return tuple(point for point in (opening, start) if point and not skip(point))
    weeks = since_first_number(weeks)
    about_numbers = _about_numbers(counted, weeks)
    points = [point for point in (opening, *about_numbers) if point and not skip(point)]
    if len(points) < MIN_POINTS:
        mentioned = {key for point in about_numbers for key in point.subject.split("+")}
        steady = find_steady([metric for metric in counted if metric.key not in mentioned], weeks)
        points += [steady] if steady and not skip(steady) else []
    return tuple(points[:MAX_POINTS])


def _about_numbers(counted: Sequence[Metric], weeks: RepWeeks) -> list[TalkingPoint]:
    """Good news first, then one thing that could be better, then what is left. No metric appears twice."""
    changes = [point for _, point in find_changes(counted, weeks)]
    growth = [point for point in changes if point.reason != DECLINE]
    # At most one decline is mentioned.
    declines = [point for point in changes if point.reason == DECLINE][:1]
    by_key = {metric.key: metric for metric in counted}

    def unmentioned(*mentioned: TalkingPoint) -> list[Metric]:
        keys = {key for point in mentioned for key in point.subject.split("+")}
        return [metric for metric in counted if metric.key not in keys]

    missed = find_missed(unmentioned(*growth[:1], *declines), weeks)
    reached = find_reached(unmentioned(*growth[:1], *declines), weeks)
    good = growth[0] if growth else reached
    chosen = [point for point in (good, missed, *declines) if point]
    for first in counted:
        free = unmentioned(*chosen)
        then = by_key.get(first.converts_to or "")
        conversion = find_conversion(first, then, weeks) if then and {first, then} <= set(free) else None
        chosen += [conversion] if conversion else []
    also_reached = find_reached(unmentioned(*chosen), weeks) if growth else None
    return [*chosen, also_reached] if also_reached else chosen
