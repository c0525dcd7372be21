"""Poisson with fixed effects against another implementation, and what it says of data that cannot carry it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from server.evidence.poisson import NotFitted, fit_negative_binomial, fit_poisson


def panel(seed=7, reps=30, weeks=20):
    rng = np.random.default_rng(seed)
    items = rng.poisson(1.5, (reps, weeks))
    calls = rng.normal(3, 0.3, (reps, weeks))
    ability, shock = rng.normal(0, 0.5, (reps, 1)), rng.normal(0, 0.2, (1, weeks))
    outcome = rng.poisson(np.exp(0.5 + 0.1 * items + 0.2 * calls + ability + shock))
    rep, week = np.indices(items.shape)
    columns = {"outcome": outcome, "items": items, "calls": calls, "rep": rep, "week": week}
    return pd.DataFrame({name: values.ravel() for name, values in columns.items()})


def test_estimates_and_clustered_errors_are_those_of_dummies():
    data = panel()
    fit = fit_poisson(data, "outcome", ["items", "calls"], effects=["rep", "week"], cluster="rep")
    dummies = [pd.get_dummies(data.rep, dtype=float), pd.get_dummies(data.week, drop_first=True, dtype=float)]
    design = np.column_stack([data[["items", "calls"]], *dummies])
    reference = sm.GLM(data.outcome, design, family=sm.families.Poisson()).fit(
        cov_type="cluster", cov_kwds={"groups": data.rep, "use_correction": False}
    )
    assert fit.coefficients["items"] == pytest.approx(reference.params.iloc[0], abs=1e-7)
    assert fit.coefficients["calls"] == pytest.approx(reference.params.iloc[1], abs=1e-7)
    # fixest's correction for few clusters: G / (G - 1), and (N - 1) / (N - K), where the effects of reps, nested in the
    # clusters, do not count among the K.
    rows, clusters, parameters = len(data), 30, 2 + 20
    factor = np.sqrt(clusters / (clusters - 1) * (rows - 1) / (rows - parameters))
    assert fit.errors["items"] == pytest.approx(reference.bse.iloc[0] * factor, rel=2e-3)


def test_leaving_out_one_rep_is_about_what_a_refit_gives():
    data = panel()
    fit = fit_poisson(data, "outcome", ["items", "calls"], effects=["rep", "week"], cluster="rep")
    clusters, about = fit.units, fit.without_each("items")
    moves = []
    for position in (int(about.argmin()), int(about.argmax())):
        rest = data[data.rep != clusters[position]]
        exact = fit_poisson(rest, "outcome", ["items", "calls"], effects=["rep", "week"], cluster="rep").coefficients["items"]
        moves.append((about[position] - fit.coefficients["items"], exact - fit.coefficients["items"]))
    for guess, move in moves:
        assert guess == pytest.approx(move, rel=0.25)


def test_the_detectable_effect_is_found_in_four_of_five_cases():
    """With as many reps that the error itself hardly varies; a true effect of the size that one panel calls detectable."""
    rng = np.random.default_rng(11)
    reps, weeks, runs = 60, 15, 120
    rep, week = np.indices((reps, weeks))

    def draw(effect):
        items = rng.poisson(1.5, (reps, weeks))
        outcome = rng.poisson(np.exp(0.3 + effect * items + rng.normal(0, 0.4, (reps, 1))))
        columns = {"outcome": outcome, "items": items, "rep": rep, "week": week}
        return pd.DataFrame({name: values.ravel() for name, values in columns.items()})

    def fit(data):
        return fit_poisson(data, "outcome", ["items"], effects=["rep", "week"], cluster="rep")

    effect = float(np.mean([fit(draw(0.0)).detectable("items") for _ in range(10)]))
    found = np.mean([fit(draw(effect)).interval("items").excludes_zero for _ in range(runs)])
    # Of 120 cases, one standard error is 3.7 points; a larger effect also has a slightly smaller error.
    assert 0.68 <= found <= 0.93


def test_rows_of_reps_without_any_outcome_say_nothing_and_are_counted():
    data = panel()
    data.loc[data.rep < 3, "outcome"] = 0
    fit = fit_poisson(data, "outcome", ["items"], effects=["rep", "week"], cluster="rep")
    assert (fit.separated, fit.clusters, fit.rows) == (60, 27, 540)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"outcome": 0}, "separation"),
        ({"items": 2}, "no-variation"),
    ],
)
def test_what_cannot_be_fitted_is_said_by_a_code(change, code):
    data = panel().assign(**change)
    with pytest.raises(NotFitted) as error:
        fit_poisson(data, "outcome", ["items"], effects=["rep", "week"], cluster="rep")
    assert error.value.code == code


def test_a_regressor_that_the_effects_already_say_is_left_out_by_name():
    data = panel()
    data["tenure"] = data.week + 10.0
    fit = fit_poisson(data, "outcome", ["items", "tenure"], effects=["rep", "week"], cluster="rep")
    assert fit.collinear == ["tenure"]


def test_the_negative_binomial_agrees_where_the_counts_are_poisson():
    data = panel()
    poisson = fit_poisson(data, "outcome", ["items", "calls"], effects=["rep", "week"], cluster="rep").interval("items")
    other = fit_negative_binomial(data, "outcome", ["items", "calls"], effects=["rep", "week"])
    assert other.coefficient == pytest.approx(poisson.coefficient, abs=0.005)
    assert other.error == pytest.approx(poisson.error, rel=0.1)
