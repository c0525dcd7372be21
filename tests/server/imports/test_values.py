"""Dates, times and amounts as exports write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from server.imports.amounts import guess_decimal_sign, parse_amount, parse_whole
from server.imports.dates import guess_day_order, parse_moment

BERLIN = ZoneInfo("Europe/Berlin")


def moment(cell, day_order=None):
    return parse_moment(cell, zone=BERLIN, day_order=day_order)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-11-02", (2, 11, 0)),
        ("2026-11-02 15:05", (2, 14, 5)),
        ("2026-11-02T15:05:00Z", (2, 15, 5)),
        ("2026-11-02T15:05:00.000+0000", (2, 15, 5)),
        ("2026-11-02T15:05:00-05:00", (2, 20, 5)),
        ("1793631900000", (2, 15, 5)),
        ("46328", (2, 11, 0)),
        ("46328.25", (2, 5, 0)),
        (46328, (2, 11, 0)),
        ("02.11.2026 15:05", (2, 14, 5)),
        ("13/11/2026", (13, 11, 0)),
        ("11/13/2026 3:05 PM", (13, 14, 5)),
        ("11/13/2026 12:05 AM", (12, 23, 5)),
        ("11/13/2026 12:05 pm", (13, 11, 5)),
        ("13/11/2026 9:05", (13, 8, 5)),
        ("13-11-2026 09:05:30", (13, 8, 5)),
        ("2-Nov-2026", (2, 11, 0)),
        ("Nov 2, 2026 at 9:15 am", (2, 8, 15)),
        ("Mon, 2 November 2026", (2, 11, 0)),
        ("2026/11/2", (2, 11, 0)),
        (date(2026, 11, 2), (2, 11, 0)),
        (datetime(2026, 11, 2), (2, 11, 0)),  # noqa: DTZ001
        (datetime(2026, 11, 2, 15, 5), (2, 14, 5)),  # noqa: DTZ001
    ],
)
def test_moments(cell, expected):
    day, hour, minute = expected
    assert moment(cell).replace(second=0) == datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    "cell",
    [
        "call 3",
        "3",
        "13:40",
        "hello",
        "2026-13-40",
        "0000-00-00",
        "May 2026",
        "12/11/26 25:00",
        "31/11/2026",
        "12/11/2026 13:00 PM",
        "9" * 90,
    ],
)
def test_what_is_no_date_is_refused(cell):
    with pytest.raises(ValueError, match="is not a date"):
        moment(cell, "day-first")


def test_day_and_month_that_could_be_swapped_need_an_order():
    with pytest.raises(ValueError, match="say whether the day or the month comes first"):
        moment("03/04/2026")
    assert moment("03/04/2026", "day-first").date() == date(2026, 4, 3)
    assert moment("03/04/2026", "month-first").date() == date(2026, 3, 4)
    assert moment("04/04/2026").date() == date(2026, 4, 4)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["01/02/2026", "13/02/2026"], "day-first"),
        (["01/02/2026", "01/13/2026"], "month-first"),
        (["01.02.2026"], "day-first"),
        (["01/02/2026"], None),
        (["13/02/2026", "01/13/2026"], None),
        (["2026-02-01", None, 46328], None),
    ],
)
def test_order_of_day_and_month_is_told_by_the_column(cells, expected):
    assert guess_day_order(cells) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1.234,56 €", "1234.56"), ("1,234.56", "1234.56"), ("$ 1,234", "1234"), ("0,5", "0.5"), ("EUR 12.000", "12000"),
        ("1 234 567", "1234567"), ("1.234.567,8", "1234567.8"),
        ("CHF 1'200", "1200"), ("(300)", "-300"), ("-5", "-5"), (12.5, "12.5"),
    ],
)  # fmt: skip
def test_amounts(cell, expected):
    assert parse_amount(cell, decimal_sign=guess_decimal_sign([cell])) == Decimal(expected)


def test_decimal_sign_is_told_by_the_column():
    assert guess_decimal_sign(["12.000", "7,5"]) == ","
    assert guess_decimal_sign(["12.000", "7.5"]) == "."
    assert guess_decimal_sign([None, 3, "1,234"]) == "."


@pytest.mark.parametrize("cell", ["abc", "1,2,3", "--4", "."])
def test_what_is_no_number_is_refused(cell):
    with pytest.raises(ValueError, match="is not a number"):
        parse_amount(cell, decimal_sign=",")


def test_whole_numbers_are_rounded():
    assert (parse_whole("1.234,56", decimal_sign=","), parse_whole(""), parse_whole("7")) == (1235, None, 7)
