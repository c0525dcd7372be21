"""The order of rows and lines: nobody is last, and what is hidden or not taking part has no place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.people.standard_metrics import CALL, LEDGER_METRIC
from server.scorecards.attainment import Attainment
from server.scorecards.listing import ATTAINMENT, list_lines, list_rows
from server.scorecards.views import Series, TeamLine, TeamRow, Total

KEYS = (CALL, LEDGER_METRIC)


def row(name, *, calls=0, points=None, attainment=None, team="North"):
    """``points``: None for somebody who does not take part."""
    metrics = {
        CALL: Series(calls, None, (calls,), (None,)),
        LEDGER_METRIC: Series(points or 0, None, (points or 0,), (None,), takes_part=points is not None),
    }
    found = None if attainment is None else Attainment(attainment, (), (), is_capped=False)
    return TeamRow(hash(name), name, team, metrics, (5,), None, None, found)


def names(rows, *, sort="", search=""):
    listed = list_rows(rows, sort=sort, search=search, keys=KEYS, has_weights=True)
    return [one.name for one in listed.rows], listed.ranked


ROWS = (row("Ann", calls=3, points=5), row("Ben", calls=9), row("Cyd", calls=1, points=40), row("Dan", points=0),
        row("Eve", calls=5, points=20))  # fmt: skip


def test_people_are_listed_by_name_unless_asked_otherwise():
    assert names(ROWS) == (["Ann", "Ben", "Cyd", "Dan", "Eve"], None)
    assert names(ROWS, sort="salary") == names(ROWS)


def test_numbers_are_ordered_from_the_highest():
    assert names(ROWS, sort=CALL) == (["Ben", "Eve", "Ann", "Cyd", "Dan"], None)


def test_social_credit_orders_only_the_upper_half_of_those_with_points():
    assert names(ROWS, sort=LEDGER_METRIC) == (["Cyd", "Eve", "Ann", "Ben", "Dan"], 2)


def test_nobody_without_points_is_placed():
    assert names(ROWS[1:2] + ROWS[3:4], sort=LEDGER_METRIC) == (["Ben", "Dan"], 0)


def test_attainment_orders_only_the_upper_half():
    rows = (row("Ann", attainment=50.0), row("Ben", attainment=110.0), row("Cyd"))
    assert names(rows, sort=ATTAINMENT) == (["Ben", "Ann", "Cyd"], 1)


def test_search_keeps_the_order_and_counts_only_placed_people_whom_it_finds():
    assert names(ROWS, sort=LEDGER_METRIC, search="E") == (["Eve", "Ben"], 1)
    assert names((*ROWS, row("Flo", team="South")), search="south") == (["Flo"], None)


@given(st.lists(st.one_of(st.none(), st.integers(-20, 60)), max_size=12))
def test_lowest_points_are_never_placed_last(points):
    rows = [row(f"Person {index:02}", points=one) for index, one in enumerate(points)]
    listed = list_rows(rows, sort=LEDGER_METRIC, search="", keys=KEYS, has_weights=False)
    placed, others = listed.rows[: listed.ranked], listed.rows[listed.ranked :]
    assert all(one.metrics[LEDGER_METRIC].takes_part for one in placed)
    values = [one.metrics[LEDGER_METRIC].value for one in placed]
    assert values == sorted(values, reverse=True)
    assert [one.name for one in others] == sorted(one.name for one in others)
    with_points = [one for one in points if one and one > 0]
    assert len(placed) == (len(with_points) + 1) // 2


def line(name, average, *, managers=()):
    total = Total(None if average is None else 100, None, (), (), average, None, None, None, 5)
    return TeamLine(hash(name), name, managers, 5, 5, dict.fromkeys(KEYS, total), None)


@pytest.mark.parametrize("key", KEYS)
def test_teams_are_ordered_by_average_and_hidden_ones_follow_by_name(key):
    lines = (line("East", None), line("North", 7.5), line("South", 12.0), line("West", None))
    listed = list_lines(lines, sort=key, search="", keys=KEYS, has_weights=False)
    assert [one.name for one in listed.lines] == ["South", "North", "East", "West"]


def test_teams_are_found_by_their_managers():
    lines = (line("North", 1.0, managers=("Nora Petersen",)), line("South", 2.0, managers=("Simon Huber",)))
    listed = list_lines(lines, sort="", search="nora", keys=KEYS, has_weights=False)
    assert [one.name for one in listed.lines] == ["North"]
    assert replace(listed, lines=()).sort == ""
