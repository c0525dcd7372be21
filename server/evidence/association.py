"""Whether social work goes with an outcome some weeks later, in a panel of rep x week: an association, never a cause (S6).

Model: the number of outcomes of rep i in week t is Poisson with mean exp(b x items of week t - lag + controls + effect of i +
effect of t). 100 x (exp(b) - 1) is by how many percent more outcomes go with one more item in the week. Only the process that
computes (``compute.py``) and tests import this module."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from server.evidence import limits
from server.evidence.poisson import Array, Fit, NotFitted, fit_negative_binomial, fit_poisson
from server.evidence.report import Estimate

OUTCOME, ITEMS = "outcome", "items"
EFFECTS = ("rep", "week")
#: Of results: the last digits of a sum depend on how the processor splits it up.
DECIMALS = 9
#: Called with the share that is done, from 0 to 1.
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """``outcome`` and ``controls`` are columns of the panel. ``lag``: weeks from the items to the outcome. ``cluster``:
    ``rep``, or ``team`` if who does social work is decided by team. ``seed``: of the draw for the cross-check."""

    outcome: str
    lag: int = limits.DEFAULT_LAG
    cluster: str = "rep"
    controls: Sequence[str] = ()
    seed: int = 20261130


@dataclass(slots=True)
class Result:
    """``refusal``: why there is no estimate. ``detectable``: the smallest detectable effect, also on the log scale; None if it
    cannot be computed or too few people are in the data. ``by_lag``: the same model with other lags; negative ones are
    placebos, because work cannot change what came before it."""

    refusal: str | None = None
    estimate: dict[str, float] | None = None
    detectable: float | None = None
    unadjusted: dict[str, float] | None = None
    placebo: dict[str, float] | None = None
    by_lag: list[dict[str, float]] = field(default_factory=list)
    without_one: dict[str, Any] | None = None
    negative_binomial: dict[str, Any] | None = None
    counts: dict[str, int] = field(default_factory=dict)
    used_controls: list[str] = field(default_factory=list)
    dropped_controls: list[str] = field(default_factory=list)


def needed_columns(settings: Settings) -> frozenset[str]:
    return frozenset((
        "rep", "week", "team", "workdays", ITEMS, settings.outcome, f"target_{settings.outcome}", *settings.controls,
    ))  # fmt: skip


class Matrices:
    """The panel as one matrix of rep x week for each column; NaN where a week is missing."""

    def __init__(self, panel: pd.DataFrame) -> None:
        """Raises ``ValueError`` if a week of a rep is there twice."""
        if panel.duplicated(["rep", "week"]).any():
            raise ValueError("duplicated weeks")
        self._panel = panel
        self._reps, self._rep = np.unique(panel["rep"].to_numpy(), return_inverse=True)
        weeks = pd.to_datetime(panel["week"]).to_numpy().astype("datetime64[D]").astype(np.int64)
        self._week = (weeks - (weeks.min() if len(weeks) else 0)) // 7
        self._shape = len(self._reps), int(self._week.max()) + 1 if len(weeks) else 0

    def matrix(self, column: str) -> Array:
        values = np.full(self._shape, np.nan)
        values[self._rep, self._week] = self._panel[column].to_numpy(dtype=float)
        return values


def lagged(items: Array, lag: int) -> Array:
    """The items of ``lag`` weeks before each week, or after it if negative; NaN beyond the panel."""
    found = np.full_like(items, np.nan)
    if abs(lag) >= items.shape[1]:
        return found
    if lag > 0:
        found[:, lag:] = items[:, :-lag]
    elif lag < 0:
        found[:, :lag] = items[:, -lag:]
    else:
        found[:] = items
    return found


class _Model:
    def __init__(self, panel: pd.DataFrame, settings: Settings) -> None:
        matrices = Matrices(panel)
        self._settings = settings
        self.outcome, self.items = matrices.matrix(settings.outcome), matrices.matrix(ITEMS)
        self._team = matrices.matrix("team")
        candidates = {"workdays": matrices.matrix("workdays")}
        # Counts of hundreds would outweigh everything, and doubling calls is a step at any level.
        candidates |= {name: np.log1p(matrices.matrix(name)) for name in settings.controls if name != settings.outcome}
        target = f"target_{settings.outcome}"
        if target in panel.columns:
            candidates[target] = np.nan_to_num(matrices.matrix(target))
        self.controls, self.dropped = {}, []
        for name, values in candidates.items():
            there = values[~np.isnan(self.outcome) & ~np.isnan(self.items)]
            recorded = there[~np.isnan(there)]
            if len(recorded) and len(recorded) >= limits.MIN_RECORDED * len(there) and np.ptp(recorded) > 0:
                self.controls[name] = values
            else:
                self.dropped.append(name)

    def data(self, lag: int) -> pd.DataFrame:
        items = lagged(self.items, lag)
        is_known = ~np.isnan(self.outcome) & ~np.isnan(items)
        for values in self.controls.values():
            is_known &= ~np.isnan(values)
        rep, week = np.nonzero(is_known)
        columns: dict[str, NDArray[Any]] = {
            OUTCOME: self.outcome[rep, week], ITEMS: items[rep, week],
            "rep": rep.astype(np.int32), "week": week.astype(np.int32),
            "team": np.nan_to_num(self._team[rep, week]).astype(np.int32),
        }  # fmt: skip
        columns |= {f"control_{index}": values[rep, week] for index, values in enumerate(self.controls.values())}
        return pd.DataFrame(columns)

    @property
    def regressors(self) -> list[str]:
        return [ITEMS, *(f"control_{index}" for index in range(len(self.controls)))]

    def fit(self, data: pd.DataFrame) -> Fit:
        return fit_poisson(data, OUTCOME, self.regressors, effects=EFFECTS, cluster=self._settings.cluster)


def associate(panel: pd.DataFrame, settings: Settings, *, progress: Progress = lambda _share: None) -> Result:
    """Raises ``NotFitted`` if the model of an answerable question cannot be fitted, and ``ValueError`` for a panel with
    duplicated weeks."""
    result = Result()
    model = _Model(panel, settings)
    data = model.data(settings.lag)
    result.counts = _count(model, data)
    result.refusal = _refusal(result.counts, settings)
    # Numbers of a handful of people would be about them.
    if min(result.counts["reps"], result.counts["sharers"]) < limits.MIN_PEOPLE or not result.counts["outcomes"]:
        return result
    try:
        fit = model.fit(data)
    except NotFitted as error:
        if result.refusal is not None:
            return result
        if error.code in ("no-variation", "separation"):
            result.refusal = error.code
            return result
        raise
    result.detectable = round(fit.detectable(ITEMS), DECIMALS)
    result.counts |= {"separated": fit.separated, "clusters": fit.clusters, "rows_used": fit.rows}
    names = list(model.controls)
    collinear = [names[int(name.removeprefix("control_"))] for name in fit.collinear]
    result.used_controls = [name for name in names if name not in collinear]
    result.dropped_controls = [*model.dropped, *collinear]
    if result.refusal is None and np.expm1(result.detectable) > limits.LARGEST_PLAUSIBLE:
        result.refusal = "cannot-tell"
    if result.refusal is not None:
        return result
    result.estimate = _numbers(fit.interval(ITEMS))
    progress(0.1)
    _doubt(result, model, data, fit, settings, progress)
    progress(1.0)
    return result


def _count(model: _Model, data: pd.DataFrame) -> dict[str, int]:
    by_rep = data.groupby("rep")[ITEMS]
    varying = (by_rep.max() > by_rep.min()).sum() if len(data) else 0
    return {
        "reps": int(data["rep"].nunique()),
        "sharers": int(varying),
        "teams": int(data["team"].nunique()),
        "weeks": int(data["week"].nunique()),
        "rows": len(data),
        "outcomes": int(data[OUTCOME].sum()),
        "items": int(data[ITEMS].sum()),
        "left_out": int((~np.isnan(model.outcome)).sum()) - len(data),
    }


def _refusal(counts: dict[str, int], settings: Settings) -> str | None:
    rules = (
        (counts["rows"] == 0, "no-rows"),
        (counts["items"] == 0, "no-items"),
        (counts["outcomes"] == 0, "no-outcomes"),
        (counts["reps"] < limits.MIN_REPS, "few-reps"),
        (counts["weeks"] < limits.MIN_WEEKS, "few-weeks"),
        (counts["sharers"] == 0, "no-variation"),
        (counts["sharers"] < limits.MIN_REPS, "few-sharers"),
        (settings.cluster == "team" and counts["teams"] < limits.MIN_REPS, "few-teams"),
        (counts["rows"] < limits.MIN_ROWS, "few-rows"),
    )
    return next((code for holds, code in rules if holds), None)


def _doubt(result: Result, model: _Model, data: pd.DataFrame, fit: Fit, settings: Settings, progress: Progress) -> None:
    """Everything that may speak against the estimate."""
    offsets = [-settings.lag, *range(limits.MAX_LAG + 1)]
    for index, lag in enumerate(offsets):
        found = fit.interval(ITEMS) if lag == settings.lag else _interval(model, lag)
        if found is not None:
            result.by_lag.append({"lag": lag, **_numbers(found)})
            if lag < 0:
                result.placebo = _numbers(found)
        progress(0.1 + 0.4 * (index + 1) / len(offsets))
    try:
        unadjusted = fit_poisson(data, OUTCOME, [ITEMS], cluster=settings.cluster)
        result.unadjusted = _numbers(unadjusted.interval(ITEMS))
    except NotFitted:
        pass
    result.without_one = _without_one(model, data, fit, settings, lambda share: progress(0.5 + 0.4 * share))
    result.negative_binomial = _cross_check(model, data, settings)


def _interval(model: _Model, lag: int) -> Estimate | None:
    data = model.data(lag)
    if data["week"].nunique() < limits.MIN_WEEKS:
        return None
    try:
        return model.fit(data).interval(ITEMS)
    except NotFitted:
        return None


def _without_one(model: _Model, data: pd.DataFrame, fit: Fit, settings: Settings, progress: Progress) -> dict[str, Any]:
    """The lowest and highest estimate without any one cluster. ``survives``: the interval excludes zero on the same side
    without any of them, if it does with all."""
    clusters, about = fit.units, fit.without_each(ITEMS)
    order = np.argsort(about)
    if len(order) > limits.MAX_REFITS:
        ends = limits.REFITS_AT_EACH_END
        order = np.concatenate([order[:ends], order[-ends:]])
    whole = fit.interval(ITEMS)
    found: list[Estimate] = []
    for index, position in enumerate(order):
        try:
            found.append(model.fit(data[data[settings.cluster] != clusters[position]]).interval(ITEMS))
        except NotFitted:
            continue
        progress((index + 1) / len(order))
    survives = not whole.excludes_zero or all(
        one.excludes_zero and (one.coefficient > 0) == (whole.coefficient > 0) for one in found
    )
    lowest = min((one.coefficient for one in found), default=whole.coefficient)
    highest = max((one.coefficient for one in found), default=whole.coefficient)
    return {
        "lowest": round(lowest, DECIMALS), "highest": round(highest, DECIMALS), "refits": len(found), "of": len(clusters),
        "survives": survives,
    }  # fmt: skip


def _cross_check(model: _Model, data: pd.DataFrame, settings: Settings) -> dict[str, Any] | None:
    # Who never had an outcome says nothing in the Poisson model either, and has no dummy that could be estimated.
    with_outcome = data.groupby("rep")[OUTCOME].transform("sum") > 0
    data = data[with_outcome & (data.groupby("week")[OUTCOME].transform("sum") > 0)]
    reps = np.sort(data["rep"].unique())
    if len(reps) > limits.MAX_CROSS_CHECK_REPS:
        reps = np.sort(np.random.default_rng(settings.seed).choice(reps, limits.MAX_CROSS_CHECK_REPS, replace=False))
        data = data[data["rep"].isin(reps)]
    try:
        found = fit_negative_binomial(data, OUTCOME, model.regressors, effects=EFFECTS)
    except NotFitted:
        return None
    return {"reps": len(reps), **_numbers(found)}


def _numbers(estimate: Estimate) -> dict[str, float]:
    return {name: round(value, DECIMALS) for name, value in estimate.model_dump().items()}
