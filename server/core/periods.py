"""Spans of days that scorecards are about: weeks, months and quarters of the calendar, and any other days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from server.core.weeks import DAY, WEEK, monday_of

#: From the shortest to the longest; ``custom`` is any other number of days.
KINDS = ("week", "month", "quarter", "custom")
#: Months of a month and of a quarter.
_MONTHS = {"month": 1, "quarter": 3}


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``first`` to ``last``, both included. A ``week`` begins on a Monday, a ``month`` on the first day of a
    month, a ``quarter`` on the first day of January, April, July or October."""

    kind: str
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def weekdays(self) -> int:
        """The number of days from Monday to Friday."""
        whole_weeks, rest = divmod(self.days, WEEK.days)
        return whole_weeks * 5 + sum((self.first + DAY * offset).weekday() < 5 for offset in range(rest))

    def shifted(self, count: int) -> Period:
        """The period of the same kind ``count`` periods later, or earlier if negative; of custom days, as many days."""
        if self.kind in _MONTHS:
            return period_of(self.kind, _first_of_month(self.first, count * _MONTHS[self.kind]))
        days = timedelta(days=self.days * count)
        return Period(self.kind, self.first + days, self.last + days)

    def until(self, day: date) -> Period:
        """The part until ``day``, which is not before the first day. Itself if it ends by then."""
        return self if self.last <= day else Period("custom", self.first, day)

    def before(self, today: date) -> Period:
        """What to compare it with: the period before it, and while this one is running, as many days of that one."""
        earlier = self.shifted(-1)
        so_far = self.until(today)
        return earlier if so_far is self else earlier.until(earlier.first + DAY * (so_far.days - 1))

    def ending_here(self, count: int) -> tuple[Period, ...]:
        """``count`` periods of the same kind up to this one, oldest first."""
        return tuple(self.shifted(-back) for back in range(count - 1, -1, -1))


def week_period(monday: date) -> Period:
    return Period("week", monday, monday + WEEK - DAY)


def week_periods(mondays: tuple[date, ...]) -> tuple[Period, ...]:
    return tuple(week_period(monday) for monday in mondays)


def period_of(kind: str, day: date) -> Period:
    """The week, month or quarter that contains the day."""
    if kind == "week":
        return week_period(monday_of(day))
    first = day.replace(day=1)
    if kind == "quarter":
        first = first.replace(month=(day.month - 1) // 3 * 3 + 1)
    return Period(kind, first, _first_of_month(first, _MONTHS[kind]) - DAY)


def whole_weeks(period: Period) -> Period:
    """The same days, with those that complete its first and its last week."""
    return Period(period.kind, monday_of(period.first), monday_of(period.last) + WEEK - DAY)


def _first_of_month(day: date, months: int) -> date:
    """The first day of the month ``months`` after that of ``day``."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
