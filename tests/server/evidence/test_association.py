"""What the model says of made-up panels: of ones without any effect, of ones that cannot answer, and of ones that hang on one
rep."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from server.evidence.association import Settings, associate, lagged
from tests.server.evidence.evidence_helpers import confounded, panel_of

MEETINGS = Settings("meeting")


def plain(seed=5, reps=40, weeks=30, effect=0.0, lag=2):
    """Items by chance, and meetings that follow ``lag`` weeks later if there is an effect."""
    rng = np.random.default_rng(seed)
    items = rng.poisson(1.5, (reps, weeks))
    ability, shock = rng.normal(0, 0.5, (reps, 1)), rng.normal(0, 0.1, (1, weeks))
    earlier = np.zeros_like(items)
    earlier[:, lag:] = items[:, :-lag]
    return items, rng.poisson(2 * np.exp(ability + shock + effect * earlier))


def test_confounded_data_without_an_effect_look_like_one_and_the_placebo_as_much():
    """A few runs of ``tests.bench.evidence``: means within four standard errors of those of 120 runs."""
    runs = [associate(panel_of(*confounded(np.random.default_rng([1, run]))), MEETINGS) for run in range(4)]
    same_week = [next(one for one in run.by_lag if one["lag"] == 0)["coefficient"] for run in runs]
    assert np.mean(same_week) == pytest.approx(0.046, abs=4 * 0.011 / 2)
    assert np.mean([run.estimate["coefficient"] for run in runs]) == pytest.approx(0.023, abs=4 * 0.011 / 2)
    assert np.mean([run.placebo["coefficient"] for run in runs]) == pytest.approx(0.025, abs=4 * 0.011 / 2)
    assert all(run.unadjusted["coefficient"] > 3 * run.estimate["coefficient"] for run in runs)


def test_an_effect_is_found_at_its_lag_and_not_before():
    result = associate(panel_of(*plain(effect=0.1)), MEETINGS)
    assert result.refusal is None
    assert result.estimate["low"] < 0.1 < result.estimate["high"]
    assert result.estimate["low"] > 0
    assert result.placebo["low"] < 0 < result.placebo["high"]
    assert result.without_one["survives"]
    assert result.negative_binomial["coefficient"] == pytest.approx(result.estimate["coefficient"], abs=0.01)
    strongest = max(result.by_lag, key=lambda one: one["coefficient"])
    assert strongest["lag"] == 2


def test_an_association_of_one_rep_raises_the_alarm():
    items, meetings = plain(seed=9)
    items[0] = np.arange(30) % 2 * 12
    meetings[0, 2:] = 30 * (items[0, :-2] > 0) + 1
    result = associate(panel_of(items, meetings), MEETINGS)
    assert result.estimate["low"] > 0
    assert result.without_one["lowest"] == pytest.approx(0, abs=0.02)
    assert not result.without_one["survives"]


@pytest.mark.parametrize(
    ("code", "change", "settings"),
    [
        ("few-reps", {"reps": 19}, MEETINGS),
        ("few-weeks", {"weeks": 13}, MEETINGS),
        ("few-teams", {}, Settings("meeting", cluster="team")),
    ],
)
def test_too_little_data_give_no_number_but_the_smallest_effect_that_they_would_show(code, change, settings):
    result = associate(panel_of(*plain(**change)), settings)
    assert (result.refusal, result.estimate, result.placebo, result.by_lag) == (code, None, None, [])
    if code != "few-teams":
        assert 0 < result.detectable < 1


def with_items(change):
    items, meetings = plain()
    return panel_of(change(items), meetings)


def test_nothing_shared_no_variation_and_few_who_share_are_told_apart():
    assert associate(with_items(lambda items: items * 0), MEETINGS).refusal == "no-items"
    assert associate(with_items(lambda items: items * 0 + 3), MEETINGS).refusal == "no-variation"

    def few(items):
        items[10:] = 1
        return items

    result = associate(with_items(few), MEETINGS)
    assert (result.refusal, result.counts["sharers"], result.estimate) == ("few-sharers", 10, None)


def test_the_same_change_for_everybody_is_no_variation_either():
    """Everybody shares more in the same weeks: the weeks say it all."""

    def by_week(items):
        return items * 0 + np.arange(items.shape[1]) % 3

    result = associate(with_items(by_week), MEETINGS)
    assert (result.refusal, result.estimate, result.detectable) == ("no-variation", None, None)


def test_all_zeros_are_said_and_never_fitted():
    items, meetings = plain()
    assert associate(panel_of(items, meetings * 0), MEETINGS).refusal == "no-outcomes"


def test_numbers_of_a_handful_of_people_are_not_even_used_for_the_smallest_effect():
    result = associate(panel_of(*plain(reps=4)), MEETINGS)
    assert (result.refusal, result.detectable) == ("few-reps", None)


def test_an_effect_that_could_hide_is_said_instead_of_an_estimate():
    rng = np.random.default_rng(2)
    items = np.zeros((20, 16), dtype=int)
    items[np.arange(20), rng.integers(0, 13, 20)] = 1
    meetings = rng.poisson(0.4, (20, 16))
    result = associate(panel_of(items, meetings), MEETINGS)
    assert (result.refusal, result.estimate) == ("cannot-tell", None)
    assert np.expm1(result.detectable) > 0.5


def test_a_week_that_is_there_twice_is_refused():
    panel = panel_of(*plain())
    with pytest.raises(ValueError, match="duplicated"):
        associate(pd.concat([panel, panel.iloc[[5]]]), MEETINGS)


def test_reps_who_left_and_weeks_away_are_gaps_and_no_zeros():
    panel = panel_of(*plain(effect=0.1))
    mondays = sorted(panel["week"].unique())
    gone = (panel.rep <= 5) & (panel.week >= mondays[15])
    away = (panel.rep == 9) & (panel.week == mondays[10])
    result = associate(panel[~gone & ~away], MEETINGS)
    # Of rep 9 also the row two weeks later, of which nobody knows what was shared before.
    assert result.counts["rows"] == 40 * 28 - 5 * 15 - 2
    assert result.estimate["low"] < 0.1 < result.estimate["high"]


def test_a_holiday_is_allowed_for_by_workdays_if_it_was_not_everywhere():
    panel = panel_of(*plain())
    mondays = sorted(panel["week"].unique())
    panel.loc[(panel.week == mondays[8]) & (panel.rep % 2 == 0), "workdays"] = 4
    result = associate(panel, MEETINGS)
    assert result.used_controls == ["workdays"]
    everywhere = panel_of(*plain())
    everywhere.loc[everywhere.week == mondays[8], "workdays"] = 4
    # The effect of that week says it already.
    assert associate(everywhere, MEETINGS).dropped_controls == ["workdays"]


def test_a_control_that_was_not_recorded_for_long_is_left_out_and_named():
    panel = panel_of(*plain())
    calls = np.random.default_rng(4).poisson(30, len(panel)).astype(float)
    mondays = sorted(panel["week"].unique())
    settings = Settings("meeting", controls=("call",))
    late = associate(panel.assign(call=np.where(panel.week < mondays[10], np.nan, calls)), settings)
    assert late.dropped_controls == ["workdays", "call"]
    early = associate(panel.assign(call=np.where(panel.week < mondays[3], np.nan, calls)), settings)
    assert early.used_controls == ["call"]
    assert early.counts["rows"] == 40 * 27


def test_the_items_of_earlier_and_of_later_weeks():
    items = np.array([[1.0, 2.0, 3.0, np.nan]])
    assert lagged(items, 1).tolist()[0][1:] == [1, 2, 3]
    assert lagged(items, -1).tolist()[0][:2] == [2, 3]
    assert np.isnan(lagged(items, 4)).all()
