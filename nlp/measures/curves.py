"""From a number to how good it is."""

from __future__ import annotations

from itertools import pairwise


def goodness(value: float, *points: tuple[float, float]) -> float:
    """``value`` mapped along straight lines through ``points`` (value, goodness), flat beyond both ends; goodness 0-1.
    0.5 is what an average draft gets. The points are judgements, written where they are used and tunable only here."""
    if value <= points[0][0]:
        return points[0][1]
    for (left, low), (right, high) in pairwise(points):
        if value <= right:
            between = low + (high - low) * (value - left) / (right - left)
            # Rounding may step a hair outside the line's ends, and 0 to 1 is a promise.
            return min(max(between, min(low, high)), max(low, high))
    return points[-1][1]
