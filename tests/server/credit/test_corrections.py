"""Points that a person decides: by the formula or stated, never beyond the week's limits."""

from __future__ import annotations

import pytest

from server.core.kinds import SOCIAL_KINDS
from server.core.problems import Problem
from server.credit.corrections import Terms, compute, is_within_limits
from server.credit.formula import Quality, compute_points, packaged_policy
from server.credit.queries import WeekSoFar
from server.credit.sentences import earning_sentence

POLICY = packaged_policy()


@pytest.mark.parametrize("kind", SOCIAL_KINDS)
def test_without_stated_points_the_formula_decides(kind):
    quality = Quality("bands", band="good")
    expected = compute_points(POLICY, kind=kind, quality=quality, nth=2, kind_total_before=3, week_total_before=9)
    assert compute(POLICY, Terms(kind, quality), WeekSoFar(nth=2, kind_total=3, week_total=9), words=None) == expected


@pytest.mark.parametrize(("kind_total", "week_total", "limit"), [(0, 0, 40), (35, 40, 5), (10, 57, 3), (40, 40, 0)])
def test_stated_points_stay_within_what_the_week_leaves(kind_total, week_total, limit):
    so_far = WeekSoFar(nth=1, kind_total=kind_total, week_total=week_total)
    for points in (0, limit):
        arithmetic = compute(POLICY, Terms("linkedin-post", Quality("blind"), points), so_far, words=None)
        assert arithmetic["points"] == points
        assert is_within_limits(POLICY, arithmetic)
    for points in (-1, limit + 1):
        with pytest.raises(Problem) as refused:
            compute(POLICY, Terms("linkedin-post", Quality("blind"), points), so_far, words=None)
        assert refused.value.errors[0] | {"message": ""} == {"field": "points", "message": "", "limit": limit}


@pytest.mark.parametrize("change", [{"points": 41}, {"kind_cap": 99}, {"week_cap": 99}, {"points": -1}])
def test_changed_numbers_are_not_within_the_limits(change):
    arithmetic = compute(
        POLICY, Terms("linkedin-post", Quality("blind"), 7), WeekSoFar(nth=1, kind_total=0, week_total=0), words=None
    )
    assert not is_within_limits(POLICY, arithmetic | change)


def test_stated_points_are_said_to_be_stated():
    arithmetic = compute(
        POLICY, Terms("x-reply", Quality("blind"), 7), WeekSoFar(nth=1, kind_total=0, week_total=0), words=None
    )
    assert earning_sentence(arithmetic) == "X reply: set to 7 within the weekly limits"
