"""One thing to try: the coach's own words on an item, or nothing."""

from __future__ import annotations

from nlp.model import DRAFT_DIMENSIONS, LEVER_DIMENSIONS, LEVERS
from server.own_week.models import DIMENSIONS
from server.own_week.suggestion import suggest
from tests.server.own_week.week_helpers import WEEK, advised, item


def test_every_lever_is_about_dimensions_of_a_draft():
    assert tuple(LEVER_DIMENSIONS) == LEVERS
    assert {name for names in LEVER_DIMENSIONS.values() for name in names} == set(DRAFT_DIMENSIONS)
    assert [code for code, names in LEVER_DIMENSIONS.items() if not names] == ["leave"]


def test_goals_can_be_set_for_the_dimensions_of_a_draft():
    assert DIMENSIONS == DRAFT_DIMENSIONS


def test_largest_lever_of_the_weakest_dimension_at_the_item_where_it_is_worth_most():
    items = [
        item(-3, hook=30, story=60, advice=[advised("opening", 4, "Open with your strongest line."), advised("case", 20)]),
        item(-2, hook=34, story=62, advice=[advised("opening", 9, "Open with the second line."), advised("case", 20)]),
        item(0, hook=29, story=61, advice=[advised("case", 22)]),
    ]
    found = suggest(items, week=WEEK)
    assert (found.message, found.item, found.worth) == ("Open with the second line.", items[1], 9)
    assert (found.dimension, found.average, found.is_lowest) == ("hook", 31, True)
    assert (found.count, found.advised) == (3, 2)


def test_next_dimension_if_the_weakest_has_advice_on_one_item_only():
    items = [
        item(-3, hook=30, story=60, advice=[advised("opening", 30), advised("case", 5)]),
        item(-2, hook=34, story=62, advice=[advised("case", 7)]),
        item(0, hook=29, story=61),
    ]
    found = suggest(items, week=WEEK)
    assert (found.dimension, found.is_lowest, found.item, found.advised) == ("story", False, items[1], 2)


def test_nothing_without_a_basis():
    weak = [item(-1, hook=20, advice=[advised("opening", 9)]) for _ in range(3)]
    assert suggest(weak, week=WEEK) is not None
    assert suggest(weak[:2], week=WEEK) is None
    assert suggest([item(-9, hook=20, advice=[advised("opening", 9)]) for _ in range(3)], week=WEEK) is None
    assert suggest([item(-1, hook=20) for _ in range(5)], week=WEEK) is None
    assert suggest([item(-1, hook=85, advice=[advised("opening", 3)]) for _ in range(5)], week=WEEK) is None
    assert suggest([], week=WEEK) is None
