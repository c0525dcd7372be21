"""Template filters for numbers, dates and names."""

from __future__ import annotations

from datetime import date

import pytest

from server.web.pages import factor, initials, number, plural, signed, week_range


@pytest.mark.parametrize(
    ("value", "expected"), [(0, "0"), (999, "999"), (12400, "12\u202f400"), (-8, "\u22128"), (41.5, "41.5")]
)
def test_number(value, expected):
    assert number(value) == expected


@pytest.mark.parametrize(("value", "expected"), [(0, "0"), (7.2, "+7.2"), (-6.3, "\u22126.3")])
def test_signed(value, expected):
    assert signed(value) == expected


@pytest.mark.parametrize(("count", "expected"), [(0, "points"), (1, "point"), (-1, "point"), (2, "points"), (1.5, "points")])
def test_plural(count, expected):
    assert plural(count, "point") == expected


def test_plural_with_an_irregular_form():
    assert [plural(count, "person", "people") for count in (1, 2)] == ["person", "people"]


@pytest.mark.parametrize(("percent", "expected"), [(100, "1"), (150, "1.5"), (80, "0.8"), (0, "0")])
def test_factor(percent, expected):
    assert factor(percent) == expected


@pytest.mark.parametrize(
    ("monday", "expected"),
    [
        (date(2026, 11, 16), "16 – 22 Nov 2026"),
        (date(2026, 10, 26), "26 Oct – 1 Nov 2026"),
        (date(2026, 12, 28), "28 Dec 2026 – 3 Jan 2027"),
    ],
)
def test_week_range_repeats_month_or_year_only_where_it_changes(monday, expected):
    assert week_range(monday) == expected


@pytest.mark.parametrize(("name", "expected"), [("Grace Tan", "GT"), ("Hugo van Dijk", "HD"), ("Cher", "CH")])
def test_initials(name, expected):
    assert initials(name) == expected
