"""The weeks that talking points compare, and how they are compared: the recent ones with those before, by days there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt

from server.scorecards.views import NumberBehind, RepWeeks

#: The last 4 complete weeks are compared with the 8 before them.
RECENT = 4
BEFORE = 8
#: With fewer days there, the weeks before are no measure of what is usual, nor the recent ones of a change.
MIN_WORKDAYS = 10
#: In standard deviations: a metric that did not really change is mentioned in about one of twenty weeks, up or down.
MIN_CHANGE = 2.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """``expected``: what the weeks before suggest for the recent days there. ``size``: the difference in standard deviations,
    negative for fewer. ``was_away``: some days do not count."""

    recent: int
    expected: float
    size: float
    was_away: bool

    @property
    def is_change(self) -> bool:
        return abs(self.size) >= MIN_CHANGE


def since_first_number(weeks: RepWeeks) -> RepWeeks:
    """With no days there before the first week with any number: the organisation's systems may not have been connected yet."""
    count = len(weeks.weeks)
    first = next((index for index in range(count) if any(metric.series[index] for metric in weeks.metrics.values())), count)
    return replace(weeks, workdays=(*[0] * first, *weeks.workdays[first:]))


def enough_days(weeks: RepWeeks) -> bool:
    """Whether both windows have enough days there to be compared."""
    return min(sum(weeks.workdays[-RECENT:]), sum(weeks.workdays[-RECENT - BEFORE : -RECENT])) >= MIN_WORKDAYS


def compare_weeks(values: tuple[int, ...], workdays: tuple[int, ...]) -> Comparison:
    """Compares counts per day there; both windows must have such days. Counts vary from week to week by chance (Poisson), and
    those of some people and metrics by more: then the change must exceed what this person's own weeks vary."""
    recent, before = values[-RECENT:], values[-RECENT - BEFORE : -RECENT]
    recent_days, days_before = workdays[-RECENT:], workdays[-RECENT - BEFORE : -RECENT]
    spread = _spread([(recent, recent_days), (before, days_before)])
    share = sum(recent_days) / (sum(recent_days) + sum(days_before))
    return Comparison(
        recent=sum(recent),
        expected=sum(before) * sum(recent_days) / sum(days_before),
        size=size_of_difference(sum(recent), sum(before), share, spread=spread),
        was_away=any(days < max(workdays) for days in (*recent_days, *days_before)),
    )


def size_of_difference(recent: int, before: int, share: float, *, spread: float = 1.0) -> float:
    """In standard deviations: how far ``recent`` is from its ``share`` of all, if nothing changed."""
    total = recent + before
    return (recent - total * share) / sqrt(spread * total * share * (1 - share)) if total else 0.0


def _spread(windows: list[tuple[tuple[int, ...], tuple[int, ...]]]) -> float:
    """The variance of weekly counts around their window's mean, as a multiple of what chance gives; at least 1."""
    total, freedom = 0.0, 0
    for values, days in windows:
        rate = sum(values) / sum(days)
        there = [(value, rate * day) for value, day in zip(values, days, strict=True) if day]
        if rate:
            total += sum((value - mean) ** 2 / mean for value, mean in there)
            freedom += len(there) - 1
    return max(1.0, total / freedom) if freedom else 1.0


def behind(text: str, metric: str, weeks: RepWeeks, week_count: int) -> NumberBehind:
    return NumberBehind(text, metric, weeks.weeks[-1], min(week_count, len(weeks.weeks)))
