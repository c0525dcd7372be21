"""Talking points are about the person's own numbers, true of them, beyond chance, and said once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from server.core.weeks import weeks_until
from server.people import standard_metrics
from server.people.models import Metric
from server.scorecards.points.changes import find_conversion
from server.scorecards.points.reasons import REASONS
from server.scorecards.talking_points import find_talking_points
from server.scorecards.views import Item, RepWeeks, Series

WEEK = date(2026, 11, 16)
METRICS = [Metric(**row) for row in standard_metrics.rows()]
CALL, LEAD, MEETING = (METRICS[index].key for index in range(3))
STEADY = dict.fromkeys((metric.key for metric in METRICS), 0) | {CALL: 40, LEAD: 12, MEETING: 3}


def weeks(targets: dict[str, tuple[int | None, ...]] | None = None, **series: tuple[int, ...]) -> RepWeeks:
    """Keys with underscores for hyphens."""
    given = {name.replace("_", "-"): values for name, values in series.items()}
    values = {name: given.get(name, (value,) * 12) for name, value in STEADY.items()}
    targets = targets or {}
    metrics = {name: Series(one[-1], None, one, targets.get(name, (None,) * 12)) for name, one in values.items()}
    return RepWeeks(WEEK, weeks_until(WEEK, 12), metrics, (5,) * 12)


def away(rep_weeks: RepWeeks, *weeks_ago: int) -> RepWeeks:
    return replace(rep_weeks, workdays=tuple(0 if 11 - index in weeks_ago else 5 for index in range(12)))


def item(number: int, band: str | None, *, weeks_ago: int = 0, kind: str = "linkedin-post") -> Item:
    week = WEEK - timedelta(weeks=weeks_ago)
    return Item(number, kind, band, week, week, 10, None, None, None)


def find(rep_weeks: RepWeeks, items: list[Item] | None = None, **options):
    return find_talking_points(rep_weeks, METRICS, items=items or [], **options)


def by_reason(rep_weeks: RepWeeks, items: list[Item] | None = None, **options):
    return {point.reason: point for point in find(rep_weeks, items, **options)}


def test_decline_quotes_both_numbers_and_where_their_records_are():
    point = by_reason(weeks(call=(40,) * 8 + (20,) * 4))["decline"]
    assert (point.title, point.evidence) == ("Fewer calls", "80 in the last 4 weeks; the 8 weeks before suggest about 160.")
    assert [(one.metric, one.week, one.week_count) for one in point.behind] == [(CALL, WEEK, 4), (CALL, WEEK, 12)]


def test_weeks_away_do_not_look_like_a_change():
    calls = weeks(call=(27, 26, 0, 38, 24, 23, 0, 0, 25, 26, 24, 17))
    assert not {"growth", "decline"} & by_reason(away(calls, 9, 5, 4)).keys()


def test_decline_after_weeks_away_is_measured_by_the_days_there():
    calls = weeks(call=(40, 0, 40, 0, 40, 40, 40, 40, 20, 20, 20, 20))
    point = by_reason(away(calls, 10, 8))["decline"]
    assert point.evidence == "80 in the last 4 weeks; the 8 weeks before suggest about 160, days away not counted."


@pytest.mark.parametrize(
    "deals",
    [(0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 2), (1, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0)],
    ids=["four after one", "none after four"],
)
def test_small_counts_are_not_called_a_change(deals):
    assert not [point for point in find(weeks(deal=deals)) if "deals" in point.title]


def test_a_person_whose_weeks_vary_much_needs_a_larger_change():
    even = weeks(call=(40,) * 8 + (30,) * 4)
    varying = weeks(call=(10, 70, 20, 60, 5, 75, 30, 50, 5, 55, 10, 50))
    assert "decline" in by_reason(even)
    assert "decline" not in by_reason(varying)


def test_chance_alone_seldom_gives_a_change():
    random, pages = Random(7), 400
    mentioned = 0
    for _ in range(pages):
        calls = tuple(sum(random.random() < 0.1 for _ in range(300)) for _ in range(12))
        mentioned += any("calls" in point.title and point.reason in ("growth", "decline") for point in find(weeks(call=calls)))
    assert mentioned <= pages * 0.05


def test_numbers_of_the_first_weeks_after_a_system_was_connected_are_not_compared():
    calls = (0,) * 7 + (20, 40, 60, 80, 100)
    nothing = dict.fromkeys(("lead_followed_up", "meeting"), (0,) * 12)
    assert find(weeks({CALL: (40,) * 12}, call=calls, **nothing)) == ()


def test_missed_target_is_said_plainly():
    point = by_reason(weeks({CALL: (40,) * 12}, call=(24,) * 11 + (40,)))["target-missed"]
    assert (point.title, point.evidence) == ("Calls: target missed in 11 of 12 weeks", "On average 25 of 40.")


def test_each_week_is_compared_with_its_own_target():
    raised = weeks({CALL: (40,) * 10 + (None, 60)}, call=(45,) * 12)
    point = by_reason(raised)["target-reached"]
    assert point.title == "Calls: target reached in 10 of 11 weeks"
    assert "target-missed" not in by_reason(raised)


def test_targets_of_one_or_two_days_do_not_count():
    rep_weeks = weeks({CALL: (40,) * 6 + (8,) * 6}, call=(45,) * 6 + (9,) * 6)
    part_time = replace(rep_weeks, workdays=(5,) * 6 + (1,) * 6)
    # So few days in the last weeks also mean that nothing else is compared.
    assert [point.reason for point in find(part_time)] == ["rarely-there"]
    earlier = replace(weeks({CALL: (8,) * 6 + (40,) * 6}, call=(9,) * 6 + (45,) * 6), workdays=(1,) * 6 + (5,) * 6)
    assert by_reason(earlier)["target-reached"].title == "Calls: target reached in 6 of 6 weeks"


def test_weeks_just_below_the_target_are_not_called_missed():
    assert "target-missed" not in by_reason(weeks({CALL: (40,) * 12}, call=(39,) * 12))


def test_target_reached_half_the_time_is_no_topic():
    half = weeks({CALL: (40,) * 12}, call=(50, 30) * 6)
    assert not {"target-missed", "target-reached"} & by_reason(half).keys()


def test_several_missed_targets_share_one_question():
    both = weeks({CALL: (60,) * 12, LEAD: (20,) * 12})
    (point,) = [point for point in find(both) if point.reason == "target-missed"]
    assert "Calls: missed in 12 of 12 weeks, on average 40 of 60" in point.evidence
    assert "Leads followed up: missed in 12 of 12 weeks, on average 12 of 20" in point.evidence


def test_change_of_a_metric_says_how_often_its_target_was_reached():
    points = by_reason(weeks({CALL: (60,) * 12}, call=(40,) * 8 + (20,) * 4))
    assert points["decline"].evidence.endswith("The target of 60 was reached in 0 of 12 weeks.")
    assert "target-missed" not in points


def test_rate_from_leads_to_meetings_is_a_topic_only_when_it_changed():
    steady = weeks(meeting=(3,) * 12)
    worse = weeks(lead_followed_up=(20,) * 12, meeting=(10,) * 8 + (5, 4, 5, 4))
    assert not [point for point in find(steady) if point.reason.startswith("conversion")]
    # Fewer meetings is the plainer way to say the same, and it is said once.
    assert [point.reason for point in find(worse) if MEETING in point.subject] == ["decline"]
    fewer_per_lead = weeks(lead_followed_up=(10,) * 8 + (20,) * 4, meeting=(6,) * 12)
    with_room = find_conversion(METRICS[1], METRICS[2], fewer_per_lead)
    assert with_room.evidence.endswith("at the rate of the 8 weeks before, it would have been about 48.")
    # More leads is what changed, and the metric appears once.
    assert [point.reason for point in find(fewer_per_lead) if LEAD in point.subject] == ["growth"]


@pytest.mark.parametrize(
    ("recent", "before", "reason"),
    [
        (["good"] * 2 + ["fair"] * 6, ["good"] * 8 + ["fair"] * 2, "items-weaker"),
        (["good"] * 6, ["fair"] * 8, "items-better"),
        (["good"] * 4 + ["fair"] * 2, ["good"] * 8, "item-stands-out"),
        (["good"] * 3, ["fair"] * 8, "item-stands-out"),
        (["fair"] * 3, ["good"] * 8, "item-newest"),
        ([None] * 3, [None] * 8, "item-newest"),
        ([None] * 5, [], "items-many"),
    ],
)
def test_shared_items_open_with_one_of_them(recent, before, reason):
    shared = [item(number, band) for number, band in enumerate(recent)]
    earlier = [item(100 + number, band, weeks_ago=8) for number, band in enumerate(before)]
    first = find(weeks(), shared + earlier)[0]
    assert first.reason == reason
    assert first.item in shared


def test_nothing_is_concluded_from_sharing_nothing():
    earlier = [item(number, "strong", weeks_ago=8) for number in range(10)]
    assert find(weeks(), earlier) == find(weeks(), [])
    assert not [point for point in find(weeks(), []) if "item" in point.reason]


def test_profile_opens_only_if_nothing_else_was_shared():
    profile, post = item(1, "strong", kind="linkedin-profile"), item(2, "fair")
    assert find(weeks(), [profile, post])[0].item == post
    assert find(weeks(), [profile])[0].question == "Which buyer should recognise themselves in it?"


def test_new_hire_has_a_point_from_the_first_day():
    first_week = replace(weeks(), week=WEEK + timedelta(weeks=1))
    started = by_reason(first_week, started_on=WEEK + timedelta(days=7))["new-hire"]
    assert (started.title, started.evidence) == ("Week 1 since the first day", "No week is complete yet.")


def test_new_hire_is_told_by_targets_that_grow_and_not_by_changes():
    calls, targets = (0,) * 9 + (10, 20, 30), (None,) * 9 + (10, 20, 30)
    nothing = dict.fromkeys(("lead_followed_up", "meeting"), (0,) * 12)
    rep_weeks = replace(weeks({CALL: targets}, call=calls, **nothing), workdays=(0,) * 9 + (5,) * 3)
    (point,) = find(rep_weeks, started_on=WEEK - timedelta(weeks=2))
    assert point.title == "Week 3 since the first day"
    assert point.evidence == "Since the first day, 3 complete weeks: 60 calls, targets 60 (weekly 10, now 30)."


def test_long_absence_is_not_compared():
    rep_weeks = away(weeks(call=(40,) * 8 + (0, 0, 0, 9)), 3, 2, 1)
    (point,) = find(rep_weeks)
    assert (point.reason, point.title) == ("rarely-there", "Here on 5 of 20 workdays")


def test_steady_numbers_are_said_only_without_other_points():
    assert by_reason(weeks())["steady"].title == "Calls are about as before"
    assert "steady" not in by_reason(weeks({LEAD: (5,) * 12}), [item(1, "good")])


def test_nothing_is_said_twice_and_every_point_has_its_reason():
    random = Random(3)
    for _ in range(300):
        series = {name: tuple(random.choice((0, 2, 5, 12, 40, 60)) for _ in range(12)) for name in ("call", "meeting", "deal")}
        targets = {name: (random.choice((3, 10, 40)),) * 12 for name in (CALL, LEAD, MEETING)}
        shared = [item(number, random.choice(("good", "fair", None))) for number in range(random.randrange(9))]
        points = find(weeks(targets, **series), shared)
        assert len(points) <= 3
        metrics = [key for point in points if point.item is None for key in point.subject.split("+")]
        assert len(metrics) == len(set(metrics))
        assert len({point.question for point in points}) == len(points)
        assert all(point.reason in REASONS and (point.behind or point.item) for point in points)
