"""Names of periods and of averages, on screen and in files."""

from __future__ import annotations

from collections.abc import Sequence

from server.core.periods import Period
from server.people.models import Metric
from server.scorecards.views import Plan

KIND_LABELS = {"week": "Week", "month": "Month", "quarter": "Quarter", "custom": "Custom"}


def period_name(period: Period) -> str:
    """ "November 2026", "Q4 2026"; weeks and custom days: "16 – 22 Nov 2026"."""
    if period.kind == "month":
        return f"{period.first:%B} {period.first.year}"
    if period.kind == "quarter":
        return f"Q{(period.first.month + 2) // 3} {period.first.year}"
    return day_range(period)


def day_range(period: Period) -> str:
    """A month or a year is repeated only where it changes."""
    first, last = period.first, period.last
    if first == last:
        start = ""
    elif first.year != last.year:
        start = f"{first.day} {first:%b} {first.year} – "
    elif first.month != last.month:
        start = f"{first.day} {first:%b} – "
    else:
        start = f"{first.day} – "
    return f"{start}{last.day} {last:%b} {last.year}"


def tick(period: Period) -> str:
    """For an axis: "16 Nov", "Nov 26", "Q4 26"."""
    year = f"{period.first.year % 100:02}"
    if period.kind == "month":
        return f"{period.first:%b} {year}"
    if period.kind == "quarter":
        return f"Q{(period.first.month + 2) // 3} {year}"
    return f"{period.first.day} {period.first:%b}"


def ticks(periods: Sequence[Period]) -> list[str]:
    """Labels of the periods that begin each half or quarter of a chart, if it can be divided evenly."""
    count = next(parts for parts in (4, 2, 1) if len(periods) % parts == 0)
    return [tick(period) for period in periods[:: len(periods) // count]]


def before_name(plan: Plan) -> str:
    """What a number is compared with; empty without a comparison."""
    if plan.before is None:
        return ""
    return day_range(plan.before) if plan.is_running else period_name(plan.before)


def averaged_over(metric: Metric) -> str:
    """Whom a total is divided by. Social credit, the metric without records, is voluntary."""
    return "person taking part" if metric.record_kind is None else "active person"
