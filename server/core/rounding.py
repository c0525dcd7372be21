"""Rounding half up, as people expect."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def round_half_up(value: float, *, places: int = 0) -> float:
    """Python's ``round`` rounds half to even: 9.25 becomes 9.2, but 9.75 becomes 9.8."""
    return float(Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
