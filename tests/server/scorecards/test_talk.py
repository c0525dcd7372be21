"""Talk points are about the person's own numbers, and only where these support them."""

from __future__ import annotations

from datetime import date

import pytest

from server.core.weeks import weeks_until
from server.scorecards.talk import talk_about
from server.scorecards.views import RepWeeks, Series

WEEK = date(2026, 11, 16)
STEADY = {"call": 40, "lead-followed-up": 12, "meeting": 3, "deal": 0, "credit": 10}


def weeks(**series: tuple[int, ...]) -> RepWeeks:
    values_by_metric = {name: series.get(name, (value,) * 12) for name, value in STEADY.items()}
    metrics = {name: Series(values[-1], None, values) for name, values in values_by_metric.items()}
    return RepWeeks(WEEK, weeks_until(WEEK, 12), metrics)


def titles(rep_weeks: RepWeeks, recent: list[str], before: list[str]) -> list[str]:
    bands = [(rep_weeks.weeks[-1], band) for band in recent] + [(rep_weeks.weeks[0], band) for band in before]
    return [talk.title for talk in talk_about(rep_weeks, bands=bands)]


@pytest.mark.parametrize(
    ("recent", "before", "title"),
    [
        (["good"] * 4 + ["fair"] * 2, ["good"] * 8, "Shared items were stronger before"),
        (["good"] * 4 + ["fair"] * 2, ["good"] * 4 + ["fair"] * 4, "Shared items are mostly Good or Strong"),
        (["good"] * 3, [], "Shared items are mostly Good or Strong"),
        (["fair"] * 2 + ["good"], ["fair"] * 8, "Shared items could be stronger"),
    ],
)
def test_shared_work_is_compared_with_own_past(recent, before, title):
    assert title in titles(weeks(), recent, before)


def test_steady_numbers_give_no_change():
    assert not [title for title in titles(weeks(), [], []) if title.startswith(("More", "Fewer"))]


def test_decline_quotes_both_numbers():
    (first, *_) = talk_about(weeks(call=(40,) * 8 + (20,) * 4), bands=[])
    assert (first.title, first.evidence) == (
        "Fewer calls",
        "80 in the last 4 weeks; the 8 weeks before suggest about 160.",
    )
