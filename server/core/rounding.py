"""Rounding as people do it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def round_half_up(value: float, *, places: int = 0) -> float:
    """Python's own ``round`` goes to the even neighbour: 9.25 becomes 9.2, but 9.35 becomes 9.4."""
    return float(Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
