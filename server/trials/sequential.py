"""Looking before the end, without more false alarms: a randomisation test at planned weekly looks that spends its level bit
by bit.

At a look, the repeated lotteries that are more extreme than allowed so far are set aside, and the next look compares with
the rest. Together with the actual lottery, at most ``alpha`` of all lotteries are ever set aside, so that with no effect for
anybody the actual one is among them with a probability of at most ``alpha``, however often somebody looks and whenever they
stop (Plamadeala and Rosenberger 2012, Annals of Statistics 40(1), https://doi.org/10.1214/11-AOS941). How much is spent by
the share ``t`` of the weeks is ``alpha * t ** 2`` (Kim and DeMets 1987, https://doi.org/10.1093/biomet/74.1.149), which
leaves most for the end. The interval at a look has the effects that were not rejected at any look so far (repeated
intervals, Jennison and Turnbull 1989).

Confidence sequences for independent observations, such as those for linear models (Lindon et al.,
https://arxiv.org/abs/2210.08589), do not fit: here every look sees the same reps again, drawn by lot once."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from server.trials.statistics import Estimate, Floats, Ints, RandomisationTest, Sample, invert, nothing

#: Weeks before the first look: with less, hardly anything would be allowed to be seen.
FIRST_LOOK = 4
_EXPONENT = 2


def spent(alpha: float, share: float) -> float:
    """The level that may be used by ``share`` of the weeks, from 0 to 1."""
    return float(alpha * min(1.0, share) ** _EXPONENT)


def crossed_at(actual: Sequence[float], drawn: Sequence[Floats], shares: Sequence[float], *, alpha: float) -> int | None:
    """The first look at which the actual lottery is rejected. One element a look: its statistic, those of the repeated
    lotteries, and the share of the weeks that have passed."""
    margins = _margins(actual, drawn, shares, alpha=alpha)
    return next((look for look, margin in enumerate(margins) if margin > 0), None)


def _margins(actual: Sequence[float], drawn: Sequence[Floats], shares: Sequence[float], *, alpha: float) -> list[float]:
    """By look, how far the actual statistic lies beyond the critical value."""
    left = np.ones(len(drawn[0]), bool)
    margins = []
    for mine, theirs, share in zip(actual, drawn, shares, strict=True):
        allowed = math.floor(spent(alpha, share) * (1 + len(theirs)) + 1e-9) - int((~left).sum())
        sizes = np.where(left, np.abs(theirs), -1.0)
        if allowed <= 0:
            # The critical value is out of reach; how far matters only for finding the end of an interval.
            margins.append(-max(1.0, float(sizes.max()) - abs(mine)))
            continue
        critical = float(np.partition(sizes, -allowed)[-allowed]) + 1e-9
        margins.append(abs(mine) - critical)
        left &= sizes <= critical - 2e-9
        if int((~left).sum()) < allowed:
            # The one that gives the critical value is set aside, too.
            left[int(np.argmin(np.abs(sizes - (critical - 1e-9))))] = False
    return margins


class SequentialTest:
    """``looks``: the sample as of each look so far, oldest first, all with the same repeated lotteries; ``shares``: of the
    weeks that had passed."""

    def __init__(
        self, looks: Sequence[Sample], shares: Sequence[float], redrawn: Ints, tested: Callable[[], None] = nothing
    ) -> None:
        self._tests = [RandomisationTest(sample, redrawn, tested) for sample in looks]
        self._shares = shares

    def excess(self, effect: float, *, alpha: float) -> float:
        """Positive if the effect was rejected at any look so far."""
        found = [test.statistics(effect) for test in self._tests]
        return max(_margins([one for one, _ in found], [many for _, many in found], self._shares, alpha=alpha))

    def estimate(self, *, alpha: float = 0.05) -> Estimate:
        """The p-value is that of the last look alone: what counts is whether the interval excludes zero."""
        return invert(self._tests[-1], lambda effect: self.excess(effect, alpha=alpha))
