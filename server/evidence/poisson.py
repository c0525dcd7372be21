"""Poisson regression with fixed effects and errors clustered by unit, by pyfixest (its ``fepois`` follows Correia, Guimarães
and Zylkin 2020, "Fast Poisson estimation with high-dimensional fixed effects"), and a negative binomial as a cross-check, by
statsmodels.

Both packages are optional and slow to import. Only the process that computes (``compute.py``) and tests import this module."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyfixest
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy import stats

from server.evidence.report import Estimate

LEVEL = 0.95
POWER = 0.8
MAX_ITERATIONS = 100
#: Of the alternating projections, in units of the regressors; pyfixest's default of 1e-6 moves the sixth digit.
TOLERANCE = 1e-8

#: From here on, memory matters more than the time to free it.
MANY_ROWS = 100_000

Array = NDArray[np.float64]


class NotFitted(Exception):
    """``code``: ``separation`` if no row is left, ``convergence``, ``no-variation`` if a regressor is collinear with the
    effects, or ``singular``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Fit:
    """``errors``: clustered standard errors. ``separated``: rows that say nothing because their rep, or their week, never had
    an outcome or has no other row. ``collinear``: regressors that the effects or others already say. ``units``: the clusters,
    with the sum of the scores and the part of the second derivatives of each, in the order of ``names``."""

    coefficients: Mapping[str, float]
    errors: Mapping[str, float]
    rows: int
    separated: int
    collinear: Sequence[str]
    names: Sequence[str]
    units: NDArray[Any]
    scores: Array
    curvature: Array

    @property
    def clusters(self) -> int:
        return len(self.units)

    def interval(self, name: str) -> Estimate:
        """With quantiles of t with one degree of freedom less than there are clusters."""
        coefficient, error = self.coefficients[name], self.errors[name]
        half = float(stats.t.ppf(0.5 + LEVEL / 2, self.clusters - 1)) * error
        return Estimate(coefficient=coefficient, error=error, low=coefficient - half, high=coefficient + half)

    def detectable(self, name: str) -> float:
        """The smallest effect, on the log scale, that such data would show in four of five cases at the 5% level: the standard
        error times the sum of two quantiles of t (Bloom 1995, "Minimum detectable effects")."""
        free = self.clusters - 1
        return float(stats.t.ppf(0.5 + LEVEL / 2, free) + stats.t.ppf(POWER, free)) * self.errors[name]

    def without_each(self, name: str) -> Array:
        """About what the coefficient would be without each of ``units``: one Newton step from the estimate, with the week
        effects as they are."""
        rest = self.curvature.sum(axis=0) - self.curvature
        steps = np.linalg.solve(rest, self.scores[:, :, None])[:, :, 0]
        moved: Array = self.coefficients[name] - steps[:, self.names.index(name)]
        return moved


def fit_poisson(
    data: pd.DataFrame,
    outcome: str,
    regressors: Sequence[str],
    *,
    effects: Sequence[str] = (),
    cluster: str,
    offset: str | None = None,
) -> Fit:
    """Fits ``outcome``, counts, to ``regressors`` with ``effects`` of each value of these columns, and errors clustered by
    ``cluster``. Raises ``NotFitted``; a regressor that is collinear is left out, unless it is the first."""
    informative = _informative(data, outcome, effects)
    uninformative = len(data) - len(informative)
    if informative.empty:
        raise NotFitted("separation")
    formula = f"{outcome} ~ {' + '.join(regressors)}" + (f" | {' + '.join(effects)}" if effects else "")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            fit: Any = pyfixest.fepois(
                formula,
                informative,
                vcov={"CRV1": cluster},
                offset=offset,
                iwls_maxiter=MAX_ITERATIONS,
                demeaner=pyfixest.MapDemeaner(fixef_tol=TOLERANCE),
                # Done above.
                separation_check=[],
                fixef_rm="none",
                # Millions of rows otherwise take several gigabytes.
                copy_data=False,
                store_data=False,
            )
        except (ValueError, ZeroDivisionError, np.linalg.LinAlgError, pyfixest.errors.NonConvergenceError) as error:
            # If no regressor is left.
            raise NotFitted("no-variation" if "collinear" in str(error) else "singular") from error
    if not fit.convergence:
        raise NotFitted("convergence")
    names = [name for name in fit._coefnames if name != "Intercept"]  # noqa: SLF001 (no public name)
    if regressors[0] not in names:
        raise NotFitted("no-variation")
    errors = fit.se()
    coefficients = fit.coef()
    if not all(np.isfinite([coefficients[name], errors[name]]).all() for name in names):
        raise NotFitted("singular")
    clusters, position = np.unique(informative[cluster].to_numpy(), return_inverse=True)
    scores, curvature = _sums(fit._scores, fit._X, position, len(clusters))  # noqa: SLF001
    found = Fit(
        {name: float(coefficients[name]) for name in names},
        {name: float(errors[name]) for name in names},
        rows=len(informative),
        separated=uninformative,
        collinear=[name for name in regressors if name not in names],
        names=list(fit._coefnames),  # noqa: SLF001
        units=clusters,
        scores=scores,
        curvature=curvature,
    )
    if len(informative) > MANY_ROWS:
        # The objects of a fit refer to each other, so that their arrays would stay for some more fits.
        del fit
        gc.collect()
    return found


def _sums(scores: Array, regressors: Array, position: NDArray[Any], count: int) -> tuple[Array, Array]:
    """Of each cluster: its scores, and its part of the matrix of second derivatives."""
    width = regressors.shape[1]
    sums, curvature = np.empty((count, width)), np.empty((count, width, width))
    for j in range(width):
        sums[:, j] = np.bincount(position, scores[:, j], count)
    for i, j in np.ndindex(width, width):
        curvature[:, i, j] = np.bincount(position, regressors[:, i] * regressors[:, j], count)
    return sums, curvature


def _informative(data: pd.DataFrame, outcome: str, effects: Sequence[str]) -> pd.DataFrame:
    """Without rows whose effect has no outcome at all, so that it would be minus infinity, or no other row. pyfixest would
    leave them out, too, but ends the process if nothing is left."""
    if not (data[outcome] > 0).any():
        return data.iloc[:0]
    keep = np.zeros(len(data), dtype=bool)
    while len(data) and not keep.all():
        keep = np.ones(len(data), dtype=bool)
        for name in effects:
            groups = data.groupby(name)[outcome]
            keep &= ((groups.transform("sum") > 0) & (groups.transform("size") > 1)).to_numpy()
        data = data[keep]
    return data.reset_index(drop=True)


def fit_negative_binomial(data: pd.DataFrame, outcome: str, regressors: Sequence[str], *, effects: Sequence[str]) -> Estimate:
    """A cross-check of the first regressor: negative binomial with a dummy for each value of ``effects``, its dispersion from
    the residuals of the Poisson model (Cameron and Trivedi 2013, section 3.3), and errors clustered by the first of the
    effects. With many reps the dummies bias its errors a little, which is why it only checks. Raises ``NotFitted``."""
    dummies = [pd.get_dummies(data[name], drop_first=index > 0, dtype=float) for index, name in enumerate(effects)]
    design = np.column_stack([data[list(regressors)].to_numpy(dtype=float), *(part.to_numpy() for part in dummies)])
    counts = data[outcome].to_numpy(dtype=float)
    groups = pd.factorize(data[effects[0]])[0]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            poisson = sm.GLM(counts, design, family=sm.families.Poisson()).fit()
            mean = poisson.mu
            free = len(counts) - design.shape[1]
            excess = float(np.sum(((counts - mean) ** 2 - mean) / mean) / max(free, 1))
            alpha = max(excess * float(mean.sum()) / float((mean**2).sum()), 1e-4)
            family = sm.families.NegativeBinomial(alpha=alpha)
            found = sm.GLM(counts, design, family=family).fit(cov_type="cluster", cov_kwds={"groups": groups})
        except (ValueError, np.linalg.LinAlgError) as error:
            raise NotFitted("singular") from error
    coefficient, deviation = float(found.params[0]), float(found.bse[0])
    if not found.converged or not np.isfinite([coefficient, deviation]).all():
        raise NotFitted("convergence")
    half = float(stats.t.ppf(0.5 + LEVEL / 2, len(np.unique(groups)) - 1)) * deviation
    return Estimate(coefficient=coefficient, error=deviation, low=coefficient - half, high=coefficient + half)
