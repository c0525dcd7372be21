"""Template filters: numbers, days and weeks as people read them."""

from __future__ import annotations

from datetime import date

import pytest

from server.web.pages import factor, initials, number, plural, signed, week_range


@pytest.mark.parametrize(("value", "words"), [(0, "0"), (999, "999"), (12400, "12\u202f400"), (-8, "\u22128"), (41.5, "41.5")])
def test_number(value, words):
    assert number(value) == words


@pytest.mark.parametrize(("value", "words"), [(0, "0"), (7.2, "+7.2"), (-6.3, "\u22126.3")])
def test_signed(value, words):
    assert signed(value) == words


@pytest.mark.parametrize(("count", "word"), [(0, "points"), (1, "point"), (-1, "point"), (2, "points"), (1.5, "points")])
def test_plural(count, word):
    assert plural(count, "point") == word


def test_plural_of_a_word_that_takes_no_s():
    assert [plural(count, "person", "people") for count in (1, 2)] == ["person", "people"]


@pytest.mark.parametrize(("percent", "words"), [(100, "1"), (150, "1.5"), (80, "0.8"), (0, "0")])
def test_factor(percent, words):
    assert factor(percent) == words


@pytest.mark.parametrize(
    ("monday", "words"),
    [
        (date(2026, 11, 16), "16 – 22 Nov 2026"),
        (date(2026, 10, 26), "26 Oct – 1 Nov 2026"),
        (date(2026, 12, 28), "28 Dec 2026 – 3 Jan 2027"),
    ],
)
def test_week_range_repeats_month_or_year_only_where_it_changes(monday, words):
    assert week_range(monday) == words


@pytest.mark.parametrize(("name", "letters"), [("Grace Tan", "GT"), ("Hugo van Dijk", "HD"), ("Cher", "CH")])
def test_initials(name, letters):
    assert initials(name) == letters
