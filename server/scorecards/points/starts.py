"""Talking points for people whose weeks cannot be compared yet: a new hire, and somebody who was hardly there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from server.core.weeks import WEEK, WORKDAYS_PER_WEEK, monday_of
from server.people.models import Metric
from server.people.standard_metrics import LEDGER_METRIC
from server.scorecards.points.windows import BEFORE, MIN_WORKDAYS, RECENT, behind
from server.scorecards.views import RepWeeks, TalkingPoint

NEW_HIRE, RARELY_THERE = "new-hire", "rarely-there"
#: Until then, weeks are compared with that week's target and not with earlier ones.
NEW_HIRE_WEEKS = RECENT + BEFORE
_FIRST_WEEKS = 4


def is_new_hire(weeks: RepWeeks, started_on: date | None) -> bool:
    """Whether the page's week is one of the first ones."""
    return started_on is not None and 0 <= (weeks.week - monday_of(started_on)) // WEEK < NEW_HIRE_WEEKS


def find_new_hire_point(metrics: Sequence[Metric], weeks: RepWeeks, started_on: date) -> TalkingPoint:
    """What was done since the first day, beside the targets of these weeks, which may grow."""
    count = sum(week >= monday_of(started_on) for week in weeks.weeks)
    number = (weeks.week - monday_of(started_on)) // WEEK + 1
    shown = [metric for metric in metrics if count and any(weeks.metrics[metric.key].targets[-count:])]
    parts = [_since_start(metric, weeks, count) for metric in shown]
    if parts:
        evidence = f"Since the first day, {count} complete {'week' if count == 1 else 'weeks'}: {'; '.join(parts)}."
    elif count:
        evidence = "No target is set for these weeks."
    else:
        evidence = "No week is complete yet."
    if number == 1:
        question = "What do you need first, and from whom?"
    elif number <= _FIRST_WEEKS:
        question = "What is harder than you expected, and who could show you?"
    else:
        question = "Which part of the work goes well without help by now, and which does not yet?"
    return TalkingPoint(
        reason=NEW_HIRE,
        subject=f"week-{number}",
        title=f"Week {number} since the first day",
        evidence=evidence,
        question=question,
        value=number,
        behind=tuple(behind(metric.title, metric.key, weeks, count) for metric in shown),
    )


def find_rarely_there(weeks: RepWeeks) -> TalkingPoint | None:
    days, days_before = sum(weeks.workdays[-RECENT:]), sum(weeks.workdays[:-RECENT])
    if days >= MIN_WORKDAYS or days_before < MIN_WORKDAYS or len(weeks.weeks) < RECENT:
        return None
    return TalkingPoint(
        reason=RARELY_THERE,
        subject="days",
        title=f"Here on {days} of {RECENT * WORKDAYS_PER_WEEK} workdays",
        evidence=f"In the last {RECENT} weeks. Their numbers are not compared with earlier ones.",
        question="What should come first in the next two weeks, and what can wait?",
        value=days,
        behind=(behind("What was shared", LEDGER_METRIC, weeks, RECENT),) if days else (),
    )


def _since_start(metric: Metric, weeks: RepWeeks, count: int) -> str:
    series = weeks.metrics[metric.key]
    targets = [target for target in series.targets[-count:] if target]
    part = f"{sum(series.series[-count:])} {metric.plural}, targets {sum(targets)}"
    if targets[0] < targets[-1]:
        part += f" (weekly {targets[0]}, now {targets[-1]})"
    return part
