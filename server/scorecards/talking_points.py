"""Suggests up to three talking points for a one-to-one, from the person's own numbers only and never compared with others.

A change is only mentioned if it is larger than chance variation: the standard deviation of a count with expected value e is
about the square root of e (Poisson). Weeks are compared by the days that the person was there. Nothing is concluded from what a
person did not share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import sqrt

from server.core.rounding import round_half_up
from server.core.weeks import WORKDAYS_PER_WEEK
from server.people.models import Metric
from server.scorecards.views import RepWeeks, TalkingPoint

#: The last 4 complete weeks are compared with the 8 before them.
RECENT = 4
BEFORE = 8
#: In standard deviations. At 1.5, about one in eight metrics that did not really change is mentioned, up or down.
MIN_CHANGE = 1.5
MAX_POINTS = 3
#: With fewer days there, the weeks before are no measure of what is usual, nor the recent ones of a change.
MIN_WORKDAYS = 10
#: With fewer items, the distribution of bands is not meaningful.
MIN_ITEMS = 3

#: For metrics without questions of their own.
QUESTION_AFTER_GROWTH = "What made the difference, and will it last?"
QUESTION_AFTER_DECLINE = "What gets in the way, and what would help?"


def find_talking_points(
    weeks: RepWeeks, metrics: Sequence[Metric], *, bands: Sequence[tuple[date, str | None]]
) -> tuple[TalkingPoint, ...]:
    """At most ``MAX_POINTS``; none with fewer than 12 weeks of numbers. ``metrics``: the active ones, in order. ``bands``: week
    and band of each shared item; the band is None unless the organisation uses bands for credit."""
    if _weeks_since_first_number(weeks) < RECENT + BEFORE:
        return ()
    counted = _counted(metrics)
    by_key = {metric.key: metric for metric in counted}
    changes = _changes(counted, weeks)
    growth = [point for size, point in changes if size > 0]
    decline = [point for size, point in changes if size < 0]
    sharing = _sharing(weeks, bands)
    conversions = [_conversion(metric, by_key[metric.converts_to], weeks) for metric in counted if metric.converts_to in by_key]
    # Later metrics are closer to a result.
    other = [*conversions, *(_target_reached(metric, weeks) for metric in reversed(counted))]
    # Growth comes first, and at most one decline is mentioned.
    points = [*growth[:1], *decline[:1], *sharing, *growth[1:], *(point for point in other if point)]
    return tuple(points[:MAX_POINTS])


def has_changes(weeks: RepWeeks, metrics: Sequence[Metric]) -> bool:
    """Whether any of the talking points is about a change, up or down."""
    return _weeks_since_first_number(weeks) >= RECENT + BEFORE and bool(_changes(_counted(metrics), weeks))


def _counted(metrics: Sequence[Metric]) -> list[Metric]:
    """Amounts of money and numbers that do not add up do not vary like counts, and what was not shared proves nothing."""
    return [metric for metric in metrics if metric.record_kind is not None and metric.unit == "count" and metric.sums]


def _changes(counted: Sequence[Metric], weeks: RepWeeks) -> list[tuple[float, TalkingPoint]]:
    """The largest first."""
    changes = [change for metric in counted if (change := _change(metric, weeks)) is not None]
    return sorted(changes, key=lambda change: -abs(change[0]))


def _weeks_since_first_number(weeks: RepWeeks) -> int:
    """How many weeks there are from the first one with any number to the last one."""
    count = len(weeks.weeks)
    return next((count - index for index in range(count) if any(metric.series[index] for metric in weeks.metrics.values())), 0)


def _change(metric: Metric, weeks: RepWeeks) -> tuple[float, TalkingPoint] | None:
    """The size of the change in standard deviations, and its talking point; None if the change may be due to chance, or if the
    person was away too long to tell."""
    values = weeks.metrics[metric.key].series
    recent, before = sum(values[-RECENT:]), sum(values[-RECENT - BEFORE : -RECENT])
    recent_days, days_before = sum(weeks.workdays[-RECENT:]), sum(weeks.workdays[-RECENT - BEFORE : -RECENT])
    if min(recent_days, days_before) < MIN_WORKDAYS:
        return None
    expected = before * recent_days / days_before
    size = (recent - expected) / sqrt(max(expected, 1.0))
    if abs(size) < MIN_CHANGE:
        return None
    was_away = recent_days + days_before < (RECENT + BEFORE) * WORKDAYS_PER_WEEK
    return size, TalkingPoint(
        title=f"{'More' if size > 0 else 'Fewer'} {metric.plural}",
        evidence=f"{recent} in the last {RECENT} weeks; the {BEFORE} weeks before suggest about {round_half_up(expected):.0f}"
        f"{', days away not counted' if was_away else ''}.",
        question=(metric.growth_question or QUESTION_AFTER_GROWTH)
        if size > 0
        else (metric.decline_question or QUESTION_AFTER_DECLINE),
    )


def _sharing(weeks: RepWeeks, bands: Sequence[tuple[date, str | None]]) -> list[TalkingPoint]:
    recent = [band for week, band in bands if week in weeks.weeks[-RECENT:] and band]
    before = [band for week, band in bands if week in weeks.weeks[-RECENT - BEFORE : -RECENT] and band]
    if not recent:
        return []
    if len(recent) < MIN_ITEMS:
        points = sum(weeks.credit.series[-RECENT:])
        items = _count(len(recent), "shared item", "shared items")
        return [
            TalkingPoint(
                title=f"Shared in the last {RECENT} weeks",
                evidence=f"{items} and {_count(points, 'point', 'points')}.",
                question="Who responded, and what came of it?",
            )
        ]
    good = _good_or_strong(recent)
    evidence = (
        f"{good} of {len(recent)} shared items in the last {RECENT} weeks {'was' if good == 1 else 'were'} Good or Strong"
    )
    if len(before) >= MIN_ITEMS:
        evidence += f"; in the {BEFORE} weeks before, {_good_or_strong(before)} of {len(before)}"
    has_fallen = len(before) >= MIN_ITEMS and good * len(before) < _good_or_strong(before) * len(recent)
    if not has_fallen and good * 2 > len(recent):
        title = "Shared items are mostly Good or Strong"
        question = "Which of these brought a conversation with somebody you want to sell to?"
    else:
        title = "Shared items were stronger before" if has_fallen else "Shared items could be stronger"
        question = "Which buyer's question could your next item answer?"
    return [TalkingPoint(title=title, evidence=f"{evidence}.", question=question)]


def _good_or_strong(bands: Sequence[str]) -> int:
    return sum(band in ("good", "strong") for band in bands)


def _conversion(first: Metric, then: Metric, weeks: RepWeeks) -> TalkingPoint | None:
    before, after = (sum(weeks.metrics[metric.key].series[-RECENT:]) for metric in (first, then))
    if not before or not after:
        return None
    ratio = f"{round_half_up(before / after, places=1):g}"
    return TalkingPoint(
        title=f"From {first.plural} to {then.plural}",
        evidence=f"{_count(before, first.singular, first.plural)} and {_count(after, then.singular, then.plural)} in the last "
        f"{RECENT} weeks: about one {then.singular} for every "
        f"{first.singular if ratio == '1' else f'{ratio} {first.plural}'}.",
        question=f"What do the {first.plural} that led to {then.plural} have in common?",
    )


def _target_reached(metric: Metric, weeks: RepWeeks) -> TalkingPoint | None:
    """Each week against its own target; weeks without one, or away, do not count."""
    series = weeks.metrics[metric.key]
    pairs = zip(series.series[-RECENT - BEFORE :], series.targets[-RECENT - BEFORE :], strict=True)
    compared = [(value, target) for value, target in pairs if target]
    if not compared:
        return None
    reached = sum(value >= target for value, target in compared)
    targets = {target for _, target in compared}
    which = f"the target of {targets.pop()}" if len(targets) == 1 else "the target of that week"
    return TalkingPoint(
        title=f"{metric.title} compared with the target",
        evidence=f"{reached} of the last {_count(len(compared), 'week', 'weeks')} reached {which}.",
        question="Is the target still right for your territory?"
        if reached * 2 < len(compared)
        else "What do the weeks that reach it have in common?",
    )


def _count(number: int, singular: str, plural: str) -> str:
    return f"{number} {singular if number == 1 else plural}"
