"""Numbers about too few people are hidden, and cannot be computed from those that are shown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.periods import Period, period_of, week_period, whole_weeks
from server.core.small_groups import MIN_GROUP_SIZE
from server.core.weeks import DAY, WEEK, monday_of
from server.scorecards.suppression import Suppression, Tree, hidden_teams, parts_of

MONDAY = date(2026, 10, 5)


@pytest.mark.parametrize(
    ("parent", "first", "second", "hidden"),
    [
        (0, 5, 5, set()),
        (0, 6, 3, {"first", "second"}),  # six shown of nine would reveal the other three
        (0, 6, 0, {"second"}),
        (0, 2, 1, {"parent", "first", "second"}),
        (1, 5, 5, {"first"}),  # eleven less five and five would reveal the one in the team above
        (5, 5, 5, set()),
    ],
)
def test_small_groups_cannot_be_computed_by_subtraction(parent, first, second, hidden):
    names = ("parent", "first", "second")
    tree = Tree({"parent": None, "first": "parent", "second": "parent"})
    ids = iter(range(100))
    people = {name: {next(ids) for _ in range(size)} for name, size in zip(names, (parent, first, second), strict=True)}
    assert hidden_teams(tree, people) == hidden


def test_people_who_moved_count_in_the_part_in_which_their_numbers_are():
    """Ten people of the child also have numbers in the parent; two of them alone would be revealed by subtraction."""
    tree = Tree({1: None, 2: 1})
    assert hidden_teams(tree, {1: {1, 2}, 2: set(range(10))}) == {2}


def revealed(tree, hidden):
    """The parts that can be computed: of each shown team, what is in no shown team below it."""
    for team_id in tree.below.keys() - hidden:
        covered = {one for child in tree.nearest_below(team_id, hidden) for one in tree.below[child]}
        yield set(tree.below[team_id]) - covered


@given(
    parents=st.lists(st.integers(0, 100), max_size=9),
    people=st.lists(st.sets(st.integers(0, 11), max_size=9), min_size=10, max_size=10),
)
def test_nothing_about_too_few_people_can_be_computed_in_any_tree(parents, people):
    tree = Tree({0: None} | {index: parent % index for index, parent in enumerate(parents, start=1)})
    found = dict(enumerate(people))
    hidden = hidden_teams(tree, found)
    for teams in revealed(tree, hidden):
        assert len(set().union(*(found[team_id] for team_id in teams))) not in range(1, MIN_GROUP_SIZE)


def suppression_of(days_of_people, periods):
    """One team; ``days_of_people``: by person, the days with a number."""
    parts = sorted({part for period in periods for part in parts_of(period)}, key=lambda part: (part.first, part.last))
    people = [
        {1: {who for who, days in days_of_people.items() if any(part.first <= day <= part.last for day in days)}}
        for part in parts
    ]
    return Suppression(Tree({1: None}), parts, people)


def test_month_is_hidden_if_one_of_its_weeks_is():
    october = period_of("month", MONDAY)
    busy = [october.first + DAY * offset for offset in range(-3, 34)]
    everybody = dict.fromkeys(range(MIN_GROUP_SIZE), busy)
    assert not suppression_of(everybody, [october]).is_hidden(1, october)
    quiet_week = {day for day in busy if monday_of(day) == MONDAY + WEEK}
    one_of_them = everybody | {person: [day for day in busy if day not in quiet_week] for person in range(1, MIN_GROUP_SIZE)}
    assert suppression_of(one_of_them, [october]).is_hidden(1, october)
    nobody = {person: [day for day in busy if day not in quiet_week] for person in range(MIN_GROUP_SIZE)}
    assert not suppression_of(nobody, [october]).is_hidden(1, october)


def test_month_is_hidden_if_its_first_week_less_its_days_would_tell_of_one_person():
    """1 October 2026 is a Thursday: the month less its whole weeks is a part of that week, and the week less that part the
    rest of it."""
    october = period_of("month", MONDAY)
    days = {person: [october.first + DAY * offset for offset in range(31)] for person in range(MIN_GROUP_SIZE)}
    assert not suppression_of(days, [october]).is_hidden(1, october)
    assert suppression_of(days | {0: [*days[0], october.first - DAY]}, [october]).is_hidden(1, october)


def test_week_depends_on_itself_alone():
    week = week_period(MONDAY)
    assert parts_of(week) == (week,)
    assert not suppression_of({person: [MONDAY] for person in range(MIN_GROUP_SIZE)}, [week]).is_hidden(1, week)
    assert suppression_of({person: [MONDAY] for person in range(MIN_GROUP_SIZE - 1)}, [week]).is_hidden(1, week)
    assert suppression_of({}, [week]).is_hidden(1, week)


@given(
    first=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    kind=st.sampled_from(["month", "quarter", "custom"]),
    days=st.integers(0, 90),
)
def test_parts_cover_the_weeks_of_a_period_without_overlap(first, kind, days):
    period = Period("custom", first, first + timedelta(days)) if kind == "custom" else period_of(kind, first)
    parts = parts_of(period)
    covered = [part.first + DAY * offset for part in parts for offset in range(part.days)]
    around = whole_weeks(period)
    assert covered == [around.first + DAY * offset for offset in range(around.days)]
    assert {part.first for part in parts} >= {period.first}
    assert {part.last for part in parts} >= {period.last}
