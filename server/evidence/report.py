"""The stored result of a run, as ``compute.py`` printed it. Coefficients are on the log scale, for one more item in a week."""

from __future__ import annotations

import math

from pydantic import BaseModel, ConfigDict


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Estimate(_Part):
    """A coefficient with its standard error and 95% interval."""

    coefficient: float
    error: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0


class AtLag(Estimate):
    """Weeks from the items to the outcome; negative if the outcome was before them."""

    lag: int


class WithoutOne(_Part):
    """``lowest``, ``highest``: of the estimates without one of the clusters. ``refits``: how many of them were computed, those
    that matter most if not all."""

    lowest: float
    highest: float
    refits: int
    of: int
    survives: bool


class CrossCheck(Estimate):
    reps: int


class Settings(_Part):
    outcome: str
    lag: int
    cluster: str
    controls: tuple[str, ...]
    seed: int


class Result(_Part):
    """``association.Result`` with what it was computed from and with."""

    settings: Settings
    data_hash: str
    packages: dict[str, str]
    refusal: str | None
    estimate: Estimate | None
    detectable: float | None
    unadjusted: Estimate | None
    placebo: Estimate | None
    by_lag: tuple[AtLag, ...]
    without_one: WithoutOne | None
    negative_binomial: CrossCheck | None
    counts: dict[str, int]
    used_controls: tuple[str, ...]
    dropped_controls: tuple[str, ...]

    @property
    def placebo_alarm(self) -> bool:
        """Whether later items go with earlier outcomes, which they cannot have changed."""
        return self.placebo is not None and self.placebo.excludes_zero

    @property
    def one_alarm(self) -> bool:
        return self.without_one is not None and not self.without_one.survives


def percent(coefficient: float) -> float:
    """By how many percent more, of a coefficient on the log scale."""
    return 100 * math.expm1(min(coefficient, 50.0))
