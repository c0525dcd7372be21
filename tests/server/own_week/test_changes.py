"""What is said to have changed, and that nothing is said without a change."""

from __future__ import annotations

import random
from datetime import timedelta

from nlp.model import DRAFT_DIMENSIONS
from server.core.weeks import weeks_until
from server.own_week.changes import find_changes
from tests.server.own_week.week_helpers import WEEK, item

LONG_AGO = WEEK - timedelta(weeks=30)
ALWAYS_THERE = dict.fromkeys(weeks_until(WEEK, 8), 5)


def find(items, *, workdays=ALWAYS_THERE, first_week=LONG_AGO):
    return find_changes(items, week=WEEK, workdays=workdays, first_week=first_week)


def said(changes):
    return [(change.title, change.evidence) for change in changes.found]


def test_more_posts_and_a_higher_dimension_with_their_numbers():
    before = [item(-4 - index, score=50, hook=50 + index, story=40 - index) for index in range(4)]
    before += [item(-5, hook=48, story=39)]
    now = [item(-week, score=50, hook=50 + copy, story=70 + week + copy) for week in range(4) for copy in range(5)]
    assert said(find([*before, *now])) == [
        ("More posts", "20 in 4 weeks, after 5 in 4."),
        ("Story is higher", "74 on average over 20 items, after 39 over 5."),
    ]


def test_fewer_comments_and_a_lower_score():
    before = [item(-4 - week, kind="x-reply", score=80 + copy) for week in range(4) for copy in range(6)]
    now = [item(-week, kind="linkedin-comment", score=40 + copy) for week in range(4) for copy in range(2)]
    assert said(find([*before, *now])) == [
        ("Fewer comments", "8 in 4 weeks, after 24 in 4."),
        ("Your score is lower", "40 on average over 8 items, after 82 over 24."),
    ]


def test_nothing_changed_is_said_of_weeks_that_vary_by_chance():
    """Of 300 people whose items do not change, hardly more than one in twenty reads that something did."""
    rng = random.Random(11)

    def points():
        return {name: min(100, max(0, round(rng.gauss(50, 14)))) for name in DRAFT_DIMENSIONS}

    def some_items(week):
        count = sum(rng.random() < 0.25 for _ in range(12))  # about three a week
        return [item(week, score=round(rng.gauss(50, 14)), **points()) for _ in range(count)]

    wrong = sum(bool(find([one for week in range(8) for one in some_items(-week)]).found) for _ in range(300))
    assert wrong <= 300 * 0.07


def test_scores_of_different_versions_of_the_coach_are_not_compared():
    before = [item(-5, score=20 + copy, version="v1") for copy in range(6)]
    now = [item(-1, score=80 + copy, version="v2") for copy in range(6)]
    changes = find([*before, *now])
    assert (said(changes), changes.compares_points, changes.has_several_versions) == ([], False, True)


def test_weeks_away_are_left_out_and_too_few_are_not_compared():
    away = {WEEK: 0}
    items = [item(-week) for week in range(4, 8) for _ in range(5)] + [item(-week) for week in range(1, 4) for _ in range(5)]
    assert said(find(items, workdays=ALWAYS_THERE | away)) == []
    assert not find(items, workdays=ALWAYS_THERE | away | {WEEK - timedelta(weeks=1): 0}).compares_counts


def test_nobody_who_just_began_shares_more():
    items = [item(-week) for week in range(4) for _ in range(6)]
    changes = find(items, first_week=WEEK - timedelta(weeks=3))
    assert (said(changes), changes.compares_counts, changes.compares_points) == ([], False, False)
    assert said(find([], first_week=None)) == []
