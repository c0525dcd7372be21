"""One thing to try, from the coach's own advice on the person's recent items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import Any

from nlp.model import DRAFT_DIMENSIONS, LEVER_DIMENSIONS
from server.core.weeks import weeks_until
from server.own_week.items import WeekItem

#: Up to the week of the page.
WEEKS = 8
#: Nothing is suggested from fewer scored items, or from advice on a single one, which may be about that text alone.
MIN_ITEMS, MIN_ADVISED = 3, 2
#: A dimension with this average needs no advice.
GOOD_AVERAGE = 80


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``message`` and ``question``: the coach's words on ``item``, where the change would have helped most, by about ``worth``
    points. ``dimension``: what it is about, ``average`` over ``count`` items, of which ``advised`` got this advice.
    ``is_lowest``: no other dimension is lower."""

    message: str
    question: str
    worth: int
    item: WeekItem
    dimension: str
    average: int
    count: int
    advised: int
    is_lowest: bool


def suggest(items: Sequence[WeekItem], *, week: date) -> Suggestion | None:
    """From the weakest dimension for which there is advice, the lever that is worth most over all items. None if there is too
    little to go by, or nothing is weak."""
    recent = [item for item in items if item.week in weeks_until(week, WEEKS) and item.dimensions]
    if len(recent) < MIN_ITEMS:
        return None
    averages = {
        name: fmean(values)
        for name in DRAFT_DIMENSIONS
        if (values := [item.dimensions[name] for item in recent if name in item.dimensions])
    }
    advised: dict[str, list[tuple[dict[str, Any], WeekItem]]] = defaultdict(list)
    for item in recent:
        for advice in item.advice:
            advised[advice["code"]].append((advice, item))
    for position, name in enumerate(sorted(averages, key=averages.__getitem__)):
        if averages[name] >= GOOD_AVERAGE:
            break
        levers = [rows for code, rows in advised.items() if name in LEVER_DIMENSIONS.get(code, ()) and len(rows) >= MIN_ADVISED]
        if levers:
            rows = max(levers, key=lambda rows: sum(advice["worth"] for advice, _ in rows))
            advice, item = max(rows, key=lambda row: (row[0]["worth"], row[1].day))
            return Suggestion(
                advice["message"], advice["question"], advice["worth"], item, name, round(averages[name]), len(recent),
                len(rows), is_lowest=position == 0,
            )  # fmt: skip
    return None
