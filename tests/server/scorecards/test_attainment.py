"""Attainment: weights times the share of each target, with arithmetic that adds up."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.people import standard_metrics
from server.people.models import Metric, WeightSet
from server.people.standard_metrics import CALL, LEAD_FOLLOWED_UP, LEDGER_METRIC, MEETING
from server.people.weights import weights_for
from server.scorecards.attainment import Reached, find_attainment

METRICS = [Metric(**row) for row in standard_metrics.rows()]
WEIGHTS = {CALL: 20, LEAD_FOLLOWED_UP: 30, MEETING: 50}


def attain(numbers, weights=None, *, is_capped=False):
    row = WeightSet(valid_from=date(2026, 1, 5), weights=WEIGHTS if weights is None else weights, is_capped=is_capped)
    return find_attainment(row, METRICS, numbers)


def test_example_of_the_documentation():
    found = attain({CALL: Reached(20, 20), LEAD_FOLLOWED_UP: Reached(6, 12), MEETING: Reached(3, 2)})
    assert found.percent == 20 * 1 + 30 * 0.5 + 50 * 1.5
    assert [(line.metric.key, line.weight, line.percent, line.points) for line in found.lines] == [
        (CALL, 20.0, 100.0, 20.0), (LEAD_FOLLOWED_UP, 30.0, 50.0, 15.0), (MEETING, 50.0, 150.0, 75.0),
    ]  # fmt: skip


def test_more_than_the_target_counts_as_the_target_if_capped():
    numbers = {CALL: Reached(60, 20), LEAD_FOLLOWED_UP: Reached(6, 12), MEETING: Reached(2, 2)}
    assert attain(numbers).percent == 60 + 15 + 50
    assert attain(numbers, is_capped=True).percent == 20 + 15 + 50


@pytest.mark.parametrize("missing", [Reached(9, None), Reached(0, 3, takes_part=False), Reached(None, 3)])
def test_what_has_no_target_or_is_hidden_or_voluntary_is_left_out_and_not_a_zero(missing):
    numbers = {CALL: Reached(10, 20), LEAD_FOLLOWED_UP: Reached(12, 12), MEETING: missing}
    found = attain(numbers)
    assert found.percent == 40 * 0.5 + 60 * 1
    assert [(metric.key, weight) for metric, _, weight in found.left_out] == [(MEETING, 50)]


def test_people_who_do_not_share_lose_nothing():
    weights = {CALL: 60, LEDGER_METRIC: 40}
    rest = {CALL: Reached(20, 20)}
    assert attain(rest | {LEDGER_METRIC: Reached(0, 20, takes_part=False)}, weights).percent == 100
    assert attain(rest | {LEDGER_METRIC: Reached(0, 20)}, weights).percent == 60


def test_no_number_without_weights_or_targets():
    assert find_attainment(None, METRICS, {CALL: Reached(1, 1)}) is None
    assert attain({CALL: Reached(1, None)}) is None


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 300)), min_size=3, max_size=3), st.booleans())
def test_lines_add_up_to_the_number_that_is_shown(pairs, is_capped):
    numbers = {key: Reached(value, target) for key, (value, target) in zip(WEIGHTS, pairs, strict=True)}
    found = attain(numbers, is_capped=is_capped)
    assert found.percent == pytest.approx(sum(line.points for line in found.lines))
    exact = sum(
        weight * min(value / target, 1 if is_capped else 500)
        for weight, (value, target) in zip(WEIGHTS.values(), pairs, strict=True)
    )
    assert found.percent == pytest.approx(exact, abs=0.2)
    assert not is_capped or found.percent <= 100.1


def sets(*rows):
    return [WeightSet(valid_from=day, weights=weights, is_capped=False) for day, weights in rows]


def test_span_uses_the_weights_of_its_first_day():
    old, new = {CALL: 100}, {MEETING: 100}
    rows = sets((date(2026, 11, 9), new), (date(2026, 6, 1), old))
    assert weights_for(rows, first=date(2026, 11, 1), last=date(2026, 11, 29)).weights == old
    assert weights_for(rows, first=date(2026, 11, 9), last=date(2026, 11, 15)).weights == new


def test_first_weights_count_for_the_span_in_which_they_begin():
    rows = sets((date(2026, 11, 9), {CALL: 100}))
    assert weights_for(rows, first=date(2026, 11, 1), last=date(2026, 11, 29)).weights == {CALL: 100}
    assert weights_for(rows, first=date(2026, 11, 1), last=date(2026, 11, 8)) is None


def test_ended_weights_give_no_number():
    rows = sets((date(2026, 6, 1), {CALL: 100}), (date(2026, 11, 9), {}))
    assert weights_for(rows, first=date(2026, 11, 9), last=date(2026, 11, 15)) is None
