"""Talking points are about the person's own numbers, and only if these support them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from server.core.weeks import weeks_until
from server.people import standard_metrics
from server.people.models import Metric
from server.scorecards.talking_points import find_talking_points
from server.scorecards.views import RepWeeks, Series

WEEK = date(2026, 11, 16)
METRICS = [Metric(**row) for row in standard_metrics.rows()]
STEADY = dict.fromkeys((metric.key for metric in METRICS), 0) | {
    "call": 40, "lead-followed-up": 12, "meeting": 3, "credit": 10,
}  # fmt: skip


def weeks(**series: tuple[int, ...]) -> RepWeeks:
    values_by_metric = {name: series.get(name, (value,) * 12) for name, value in STEADY.items()}
    metrics = {name: Series(values[-1], None, values, (None,) * 12) for name, values in values_by_metric.items()}
    return RepWeeks(WEEK, weeks_until(WEEK, 12), metrics, (5,) * 12)


def titles(rep_weeks: RepWeeks, recent: list[str], before: list[str]) -> list[str]:
    bands = [(rep_weeks.weeks[-1], band) for band in recent] + [(rep_weeks.weeks[0], band) for band in before]
    return [point.title for point in find_talking_points(rep_weeks, METRICS, bands=bands)]


@pytest.mark.parametrize(
    ("recent", "before", "title"),
    [
        (["good"] * 4 + ["fair"] * 2, ["good"] * 8, "Shared items were stronger before"),
        (["good"] * 4 + ["fair"] * 2, ["good"] * 4 + ["fair"] * 4, "Shared items are mostly Good or Strong"),
        (["good"] * 3, [], "Shared items are mostly Good or Strong"),
        (["fair"] * 2 + ["good"], ["fair"] * 8, "Shared items could be stronger"),
    ],
)
def test_shared_items_are_compared_with_the_persons_own_past(recent, before, title):
    assert title in titles(weeks(), recent, before)


def test_steady_numbers_give_no_talking_point_about_a_change():
    assert not [title for title in titles(weeks(), [], []) if title.startswith(("More", "Fewer"))]


def test_talking_point_about_a_decline_quotes_both_numbers():
    (first, *_) = find_talking_points(weeks(call=(40,) * 8 + (20,) * 4), METRICS, bands=[])
    assert (first.title, first.evidence) == (
        "Fewer calls",
        "80 in the last 4 weeks; the 8 weeks before suggest about 160.",
    )


def test_talking_points_use_the_singular_for_one():
    steady = weeks(**{"lead-followed-up": (12,) * 12, "meeting": (12,) * 12})
    bands = [(steady.weeks[-1], band) for band in ("good", "fair", "fair")]
    evidence = [point.evidence for point in find_talking_points(steady, METRICS, bands=bands)]
    assert evidence == [
        "1 of 3 shared items in the last 4 weeks was Good or Strong.",
        "48 leads followed up and 48 meetings booked in the last 4 weeks: about one meeting booked for every lead followed up.",
    ]


def away(rep_weeks: RepWeeks, *weeks_ago: int) -> RepWeeks:
    workdays = tuple(0 if 11 - index in weeks_ago else 5 for index in range(12))
    return replace(rep_weeks, workdays=workdays)


def test_weeks_away_do_not_look_like_a_change():
    calls = (27, 26, 0, 38, 24, 23, 0, 0, 25, 26, 24, 17)
    assert "More calls" in titles(weeks(call=calls), [], [])
    there = away(weeks(call=calls), 9, 5, 4)
    assert not [title for title in titles(there, [], []) if title.endswith("calls")]


def test_decline_after_weeks_away_is_measured_by_the_days_there():
    (first, *_) = find_talking_points(
        away(weeks(call=(40, 0, 40, 0, 40, 40, 40, 40, 20, 20, 20, 20)), 10, 8), METRICS, bands=[]
    )
    assert (first.title, first.evidence) == (
        "Fewer calls",
        "80 in the last 4 weeks; the 8 weeks before suggest about 160, days away not counted.",
    )


def test_nothing_is_concluded_after_a_long_absence():
    long_leave = away(weeks(call=(40,) * 8 + (0, 0, 0, 9)), 3, 2, 1)
    assert not [title for title in titles(long_leave, [], []) if title.endswith("calls")]


def test_weeks_are_compared_with_their_own_targets():
    values, targets = (45,) * 12, (40,) * 10 + (None, 60)
    rep_weeks = weeks(call=values, meeting=(0,) * 12)
    rep_weeks.metrics["call"] = Series(45, 60, values, targets)
    evidence = [point.evidence for point in find_talking_points(rep_weeks, METRICS, bands=[])]
    assert "10 of the last 11 weeks reached the target of that week." in evidence
