"""Talking points about a person's counts beside their own past: more, fewer, steady, and the rate from one to another."""

from __future__ import annotations

from collections.abc import Sequence

from server.core.rounding import round_half_up
from server.people.models import Metric
from server.scorecards.points.targets import target_sentence
from server.scorecards.points.windows import (
    BEFORE,
    MIN_CHANGE,
    RECENT,
    Comparison,
    behind,
    compare_weeks,
    enough_days,
    size_of_difference,
)
from server.scorecards.views import RepWeeks, TalkingPoint

GROWTH, DECLINE, STEADY = "growth", "decline", "steady"
CHANGES = (GROWTH, DECLINE)
BETTER_CONVERSION, WORSE_CONVERSION = "conversion-better", "conversion-worse"
#: Of the larger of what was expected and what happened: with less, one record more or less would decide.
MIN_COUNT = 5
#: Smaller changes are not worth a conversation, however certain.
MIN_PERCENT = 15
#: "As before" is said of this many and more only, and within this range.
STEADY_COUNT, STEADY_PERCENT = 20, 10

#: For metrics without questions of their own.
QUESTION_AFTER_GROWTH = "What made the difference, and will it last?"
QUESTION_AFTER_DECLINE = "What gets in the way, and what would help?"
QUESTION_AFTER_BETTER = "What is different about those that worked?"
QUESTION_AFTER_WORSE = "Where do they stop now, and what would help there?"


def find_changes(metrics: Sequence[Metric], weeks: RepWeeks) -> list[tuple[float, TalkingPoint]]:
    """Changes beyond chance with their size in standard deviations, the largest first."""
    if not enough_days(weeks):
        return []
    found = []
    for metric in metrics:
        compared = compare_weeks(weeks.metrics[metric.key].series, weeks.workdays)
        if compared.is_change and _is_worth_mentioning(compared):
            found.append((compared.size, _change_point(metric, compared, weeks)))
    return sorted(found, key=lambda change: -abs(change[0]))


def find_steady(metrics: Sequence[Metric], weeks: RepWeeks) -> TalkingPoint | None:
    """The first metric of which there were many, about as many as before."""
    if not enough_days(weeks):
        return None
    for metric in metrics:
        compared = compare_weeks(weeks.metrics[metric.key].series, weeks.workdays)
        is_steady = abs(compared.recent - compared.expected) * 100 <= STEADY_PERCENT * compared.expected
        if compared.expected >= STEADY_COUNT and is_steady:
            return TalkingPoint(
                reason=STEADY,
                subject=metric.key,
                title=f"{metric.title} are about as before",
                evidence=_evidence(metric, compared, weeks),
                question="What would you try if the next four weeks were to be better than usual?",
                value=compared.recent,
                behind=(behind(f"{compared.recent} {metric.noun(compared.recent)}", metric.key, weeks, RECENT),),
            )
    return None


def find_conversion(first: Metric, then: Metric, weeks: RepWeeks) -> TalkingPoint | None:
    """If the rate at which one leads to the other changed beyond chance."""
    if not enough_days(weeks):
        return None
    (before_first, recent_first), (before_then, recent_then) = (
        _sums(weeks.metrics[metric.key].series) for metric in (first, then)
    )
    if not before_first or not recent_first:
        return None
    expected = before_then * recent_first / before_first
    size = size_of_difference(recent_then, before_then, recent_first / (recent_first + before_first))
    if abs(size) < MIN_CHANGE or max(expected, recent_then) < MIN_COUNT:
        return None
    return TalkingPoint(
        reason=BETTER_CONVERSION if size > 0 else WORSE_CONVERSION,
        subject=f"{first.key}+{then.key}",
        title=f"{'More' if size > 0 else 'Fewer'} {then.plural} for the same number of {first.plural}",
        evidence=f"{recent_then} {then.noun(recent_then)} and {recent_first} {first.noun(recent_first)} in the last {RECENT} "
        f"weeks; at the rate of the {BEFORE} weeks before, it would have been about {round_half_up(expected):.0f}.",
        question=QUESTION_AFTER_BETTER if size > 0 else QUESTION_AFTER_WORSE,
        value=recent_then,
        behind=(
            behind(f"{recent_first} {first.noun(recent_first)}", first.key, weeks, RECENT),
            behind(f"{recent_then} {then.noun(recent_then)}", then.key, weeks, RECENT),
        ),
    )


def _is_worth_mentioning(compared: Comparison) -> bool:
    is_large = abs(compared.recent - compared.expected) * 100 >= MIN_PERCENT * compared.expected
    return is_large and max(compared.recent, compared.expected) >= MIN_COUNT


def _change_point(metric: Metric, compared: Comparison, weeks: RepWeeks) -> TalkingPoint:
    has_grown = compared.size > 0
    return TalkingPoint(
        reason=GROWTH if has_grown else DECLINE,
        subject=metric.key,
        title=f"{'More' if has_grown else 'Fewer'} {metric.plural}",
        evidence=_evidence(metric, compared, weeks),
        question=(metric.growth_question or QUESTION_AFTER_GROWTH)
        if has_grown
        else (metric.decline_question or QUESTION_AFTER_DECLINE),
        value=compared.recent,
        behind=(
            behind(f"{compared.recent} in {RECENT} weeks", metric.key, weeks, RECENT),
            behind(f"{RECENT + BEFORE} weeks", metric.key, weeks, RECENT + BEFORE),
        ),
    )


def _evidence(metric: Metric, compared: Comparison, weeks: RepWeeks) -> str:
    away = ", days away not counted" if compared.was_away else ""
    evidence = f"{compared.recent} in the last {RECENT} weeks; the {BEFORE} weeks before suggest about "
    evidence += f"{round_half_up(compared.expected):.0f}{away}."
    target = target_sentence(metric, weeks)
    return f"{evidence} {target}" if target else evidence


def _sums(values: tuple[int, ...]) -> tuple[int, int]:
    return sum(values[-RECENT - BEFORE : -RECENT]), sum(values[-RECENT:])
