"""What an analysis found: figures of groups and none of a person."""

from __future__ import annotations

import math

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BalanceRow(_Frozen):
    """As ``checks.Balance``; ``name`` is a code."""

    name: str
    first: float
    later: float
    difference: float
    expected: float


class Cell(_Frozen):
    """A wave in a period of a staggered start, compared with the waves that had not started. ``effect``: a log ratio; None
    where it cannot be estimated, or for fewer than five people."""

    wave: int
    period: int
    effect: float | None


class WeekRates(_Frozen):
    """The outcome per person at work in the week, of the first wave and of all others; None for fewer than five people."""

    week: str
    first: float | None
    later: float | None


class Report(_Frozen):
    """``effect``, ``low`` and ``high`` are log ratios. ``is_final``: of all weeks; otherwise an early look. ``detectable``:
    the smallest effect that this trial could see in 80 of 100 cases, as a share, from its own interval. ``placebo_p``: of an
    effect before the start, which cannot be. ``counts``: units with any week at work during the comparison, by wave;
    ``drawn``: all."""

    is_final: bool
    weeks: int
    people: int
    units: int
    level: float
    draws: int
    effect: float | None
    low: float | None
    high: float | None
    p_value: float
    is_effect: bool
    detectable: float | None
    rate_later: float
    outcomes: int
    drawn: tuple[int, ...]
    counts: tuple[int, ...]
    mismatch_p: float
    placebo_p: float
    balance: tuple[BalanceRow, ...]
    complied_first: float | None
    complied_later: float | None
    cells: tuple[Cell, ...]
    by_week: tuple[WeekRates, ...]
    lottery_holds: bool
    versions: dict[str, str]


def percent(effect: float) -> float:
    """Of a log ratio, as a change."""
    return 100 * math.expm1(effect)
