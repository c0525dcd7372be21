"""The form of a policy and the calculator: every wrong field is named with its limit, and nothing typed is lost."""

from __future__ import annotations

from datetime import date

import pytest

from server.credit.differences import differences
from server.credit.formula import packaged_policy
from server.policies.calculator import calculate
from server.policies.forms import form_of, read_policy

POLICY = packaged_policy()
MONDAY = date(2027, 3, 1)


def typed(**changes):
    return form_of(POLICY, start=MONDAY, note="Why").values | changes


def test_form_of_a_policy_reads_as_the_same_policy():
    form, policy = read_policy(typed(), POLICY)
    assert form.errors == {}
    assert policy.effective_from == MONDAY
    assert policy.words == "Why"
    assert differences(POLICY, policy) == ()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("base-linkedin-post", "0", "whole number from 1 to 1000"),
        ("base-linkedin-post", "", "whole number from 1 to 1000"),
        ("cap-x-post", "1001", "whole number from 1 to 1000"),
        ("words-x-reply", "201", "whole number from 1 to 200"),
        ("words-x-reply", "-3", "whole number from 1 to 200"),
        ("band-good", "10.01", "from 0 to 10 with at most two decimals"),
        ("band-good", "1.255", "from 0 to 10 with at most two decimals"),
        ("band-good", "1e5", "from 0 to 10 with at most two decimals"),
        ("band-good", "0.9", "not be below the factor of Fair"),
        ("checks-passed", "0.4", "not be below the factor of checks found problems"),
        ("blind", "nan", "from 0 to 10"),
        ("repetition", "", "1 to 20 numbers"),
        ("repetition", "1, two", "1 to 20 numbers"),
        ("repetition", "1, 1", "must fall"),
        ("repetition", "0", "above 0"),
        ("repetition", ",".join(str(n / 100) for n in range(100, 79, -1)), "1 to 20 numbers"),
        ("week_cap", "0", "whole number from 1 to 1000"),
        ("copy_days", "0", "whole number from 1 to 1100"),
        ("comments_per_post", "0", "whole number from 1 to 50"),
        ("comments_to_colleagues", "51", "whole number from 0 to 50"),
        ("appeal_days", "6", "whole number from 7 to 90"),
        ("effective_from", "2027-03-02", "Monday"),
        ("effective_from", "soon", "Mondays offered"),
        ("note", " ", "1 to 500 characters"),
        ("note", "x" * 501, "1 to 500 characters"),
    ],
)
def test_wrong_field_is_named_with_its_limit_and_what_was_typed_is_kept(field, value, message):
    form, policy = read_policy(typed(**{field: value}), POLICY)
    assert policy is None
    assert list(form.errors) == [field]
    assert message in form.errors[field]
    assert form.labels[field]
    assert form.values == typed(**{field: value})


def test_all_wrong_fields_are_named_at_once():
    form, _ = read_policy(typed(note="", week_cap="x", blind="y"), POLICY)
    assert set(form.errors) == {"note", "week_cap", "blind"}


def test_kinds_are_switched_off_and_at_least_one_stays():
    values = typed()
    del values["on-x-profile"]
    _, policy = read_policy(values, POLICY)
    assert "x-profile" not in policy.base
    assert "x-profile" not in policy.kind_cap
    none = {name: value for name, value in values.items() if not name.startswith("on-")}
    form, policy = read_policy(none, POLICY)
    assert (policy, list(form.errors)) == (None, ["kinds"])


def test_numbers_of_a_kind_that_is_off_are_not_checked():
    values = typed(**{"base-x-profile": "?"})
    del values["on-x-profile"]
    form, policy = read_policy(values, POLICY)
    assert policy is not None
    assert form.values["base-x-profile"] == "?"


def test_what_cannot_be_judged_earns_nothing_in_a_new_policy():
    _, policy = read_policy(typed(not_judged="1"), POLICY.model_copy(update={"not_judged_percent": 50}))
    assert policy.not_judged_percent == 0


@pytest.mark.parametrize(
    ("mode", "quality", "points"), [("bands", "strong", 16), ("checks", "remarks", 4), ("blind", "judged", 8)]
)
def test_calculator_shows_the_arithmetic_in_each_mode(mode, quality, points):
    found = calculate(POLICY, mode, {"kind": "linkedin-post", "quality": quality, "nth": "3"})
    assert (found.points, found.errors) == (points, {})
    assert found.lines[-1].endswith(f": {points}")
    assert len(found.lines) == 7


def test_calculator_says_which_limit_stops_an_item():
    found = calculate(POLICY, "blind", {"nth": "1", "kind_total": "35", "week_total": "58"})
    assert found.sentence == "Post · 1st of the week: 10 x 1 x 1 = 10; capped at 2 by the weekly limit of 60"
    assert found.lines[4:] == (
        "Left of the kind's weekly limit: 40 - 35 = 5",
        "Left of the weekly limit: 60 - 58 = 2",
        "The smallest of these three numbers: 2",
    )


def test_calculator_keeps_what_was_typed_and_names_wrong_fields():
    found = calculate(POLICY, "bands", {"nth": "0", "kind": "phone", "quality": "judged", "kind_total": "x"})
    assert set(found.errors) == {"nth", "kind", "quality", "kind_total"}
    assert found.sentence is None
    assert found.values["kind_total"] == "x"
    assert set(calculate(POLICY, "bands", {"kind_total": "9", "week_total": "8"}).errors) == {"week_total"}


def test_calculator_says_why_an_item_earns_nothing():
    found = calculate(POLICY, "bands", {"quality": "none"})
    assert found.sentence.startswith("Post: no points, because the coach could not judge it")
    assert found.lines == ()
