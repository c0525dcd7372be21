"""Values that the pages and the reasoning about them share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Series:
    """One metric of one person: ``value`` in the week, ``target`` a week (None where none is set), ``series`` by week."""

    value: int
    target: int | None
    series: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RepWeeks:
    """``metrics`` by ``METRICS`` and ``deal``."""

    week: date
    weeks: tuple[date, ...]
    metrics: dict[str, Series]


@dataclass(frozen=True, slots=True)
class Talk:
    """One thing to talk about: what the numbers show, the numbers themselves, and one open question."""

    title: str
    evidence: str
    question: str


def rounded(value: float, *, places: int = 0) -> float:
    """Half up, as people round; Python's own ``round`` goes to the even neighbour (9.25 to 9.2, but 9.35 to 9.4)."""
    return float(Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
