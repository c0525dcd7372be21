"""How a rep's scores changed over time: averages of months and years in the organisation's time zone. Nothing is compared with
anybody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import fmean

from nlp.model import DRAFT_DIMENSIONS
from server.core.weeks import Calendar

#: In the picture, up to the newest item's. Earlier items are summed up by year.
MAX_MONTHS = 24
#: So that a short history is not drawn as a few broad columns.
MIN_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Period:
    """A month, which begins on ``first_day``, or a year. ``score`` and ``dimensions`` are rounded averages of its ``count``
    scored items; None and empty if there are none."""

    first_day: date
    is_year: bool
    count: int
    score: int | None
    dimensions: dict[str, int]

    @property
    def name(self) -> str:
        return str(self.first_day.year) if self.is_year else f"{self.first_day:%b %Y}"


@dataclass(frozen=True, slots=True)
class Trends:
    """``months``: 12 to 24, without gaps, oldest first. ``years``: the time before, years with items only, oldest first.
    ``averages``: of each dimension, over all ``count`` items."""

    months: tuple[Period, ...]
    years: tuple[Period, ...]
    averages: dict[str, int]
    count: int

    def series(self, dimension: str) -> list[int | None]:
        return [month.dimensions.get(dimension) for month in self.months]


Row = tuple[datetime, int, dict[str, int]]


def compute_trends(rows: Iterable[Row], calendar: Calendar) -> Trends | None:
    """``rows``: time, score and dimensions of each item. None without items."""
    by_month: dict[date, list[Row]] = defaultdict(list)
    for row in rows:
        by_month[calendar.day_of(row[0]).replace(day=1)].append(row)
    if not by_month:
        return None
    shown = _months_until(max(by_month), first=min(by_month))
    by_year: dict[date, list[Row]] = defaultdict(list)
    for month, month_rows in by_month.items():
        if month < shown[0]:
            by_year[month.replace(month=1)].extend(month_rows)
    everything = [row for month_rows in by_month.values() for row in month_rows]
    return Trends(
        tuple(_period(month, by_month.get(month, []), is_year=False) for month in shown),
        tuple(_period(year, by_year[year], is_year=True) for year in sorted(by_year)),
        _average_dimensions(everything),
        len(everything),
    )


def _months_until(last: date, *, first: date) -> list[date]:
    months = [last]
    while len(months) < MIN_MONTHS or (len(months) < MAX_MONTHS and months[-1] > first):
        month = months[-1]
        months.append(date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1))
    return months[::-1]


def _period(first_day: date, rows: list[Row], *, is_year: bool) -> Period:
    score = round(fmean(score for _, score, _ in rows)) if rows else None
    return Period(first_day, is_year, len(rows), score, _average_dimensions(rows))


def _average_dimensions(rows: list[Row]) -> dict[str, int]:
    values = {name: [dimensions[name] for _, _, dimensions in rows if name in dimensions] for name in DRAFT_DIMENSIONS}
    return {name: round(fmean(points)) for name, points in values.items() if points}
