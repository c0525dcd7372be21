"""Poisson with fixed effects and clustered errors against published numbers of other programs."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris

from server.evidence.poisson import fit_poisson

#: Damage incidents of ships by type, period of construction, period of operation and aggregate months of service, without the
#: cells that have no service: McCullagh and Nelder (1989), Generalized Linear Models, second edition, table 6.2.
SHIPS = """type,built,operated,service,incidents
A,60,60,127,0
A,60,75,63,0
A,65,60,1095,3
A,65,75,1095,4
A,70,60,1512,6
A,70,75,3353,18
A,75,75,2244,11
B,60,60,44882,39
B,60,75,17176,29
B,65,60,28609,58
B,65,75,20370,53
B,70,60,7064,12
B,70,75,13099,44
B,75,75,7117,18
C,60,60,1179,1
C,60,75,552,1
C,65,60,781,0
C,65,75,676,1
C,70,60,783,6
C,70,75,1948,2
C,75,75,274,1
D,60,60,251,0
D,60,75,105,0
D,65,60,288,0
D,65,75,192,0
D,70,60,349,2
D,70,75,1208,11
D,75,75,2051,4
E,60,60,45,0
E,65,60,789,7
E,65,75,437,7
E,70,60,1157,5
E,70,75,2161,12
E,75,75,542,1
"""
#: Their table 6.3: estimates of the periods against the first ones.
PERIODS = {"built_65": 0.70, "built_70": 0.82, "built_75": 0.45, "operated_75": 0.38}
#: Stata's `poisson accident yr_con op_75_79, vce(cluster ship)`, without and with `exposure(service)`, on the same table:
#: coefficients and errors as statsmodels 0.15 has them in discrete/tests/results/results_count_robust_cluster.py.
STATA = {
    None: {"built": (-0.02172061893549, 0.19933709357097), "operated_75": (0.22148585072024, 0.11093628220713)},
    "exposure": {"built": (0.30633819450439, 0.03817694295902), "operated_75": (0.35592229608495, 0.09213163536669)},
}
#: R's fixest, reference page of `feglm`: `fepois(Sepal.Length ~ Sepal.Width + Petal.Length | Species, iris)`, errors clustered
#: by species, as the page prints them.
FIXEST = {"sepal_width": ("0.0778", "0.0339"), "petal_length": ("0.1221", "0.0150")}


def ships():
    table = pd.read_csv(io.StringIO(SHIPS))
    for year in (65, 70, 75):
        table[f"built_{year}"] = (table.built == year).astype(float)
    table["built"] = (table.built - 55) / 5
    table["operated_75"] = (table.operated == 75).astype(float)
    table["exposure"] = np.log(table.service)
    return table


def test_coefficients_with_fixed_effects_are_those_of_mccullagh_and_nelder():
    fit = fit_poisson(ships(), "incidents", list(PERIODS), effects=["type"], cluster="type", offset="exposure")
    assert {name: round(fit.coefficients[name], 2) for name in PERIODS} == PERIODS


@pytest.mark.parametrize("exposure", STATA)
def test_clustered_errors_are_those_of_stata(exposure):
    table, expected = ships(), STATA[exposure]
    fit = fit_poisson(table, "incidents", list(expected), cluster="type", offset=exposure)
    # Stata's poisson corrects for few clusters only, fixest for the number of parameters, too.
    factor = np.sqrt((len(table) - 1) / (len(table) - 1 - len(expected)))
    for name, (coefficient, error) in expected.items():
        assert fit.coefficients[name] == pytest.approx(coefficient, abs=1e-8)
        assert fit.errors[name] / factor == pytest.approx(error, rel=1e-5)


def test_fixed_effects_and_clustered_errors_are_those_of_fixest():
    iris = load_iris()
    table = pd.DataFrame(iris.data, columns=["sepal_length", "sepal_width", "petal_length", "petal_width"])
    table["species"] = iris.target
    fit = fit_poisson(table, "sepal_length", list(FIXEST), effects=["species"], cluster="species")
    assert {name: (f"{fit.coefficients[name]:.4f}", f"{fit.errors[name]:.4f}") for name in FIXEST} == FIXEST
