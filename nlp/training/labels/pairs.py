"""Pairs of versions of a text that differ in one dimension alone, judged on it by ``guide.md``. Nothing is fitted on them."""

from __future__ import annotations

from typing import NamedTuple, cast

from nlp.model import Surface
from nlp.training.labels import rows


class Pair(NamedTuple):
    """``first``, ``second``: what each judge gave ``a`` and ``b`` for ``dimension``, 1-5."""

    id: str
    dimension: str
    surface: Surface
    a: str
    b: str
    first: tuple[float, float]
    second: tuple[float, float]

    @property
    def lead(self) -> float:
        """How far both judges together put ``a`` above ``b``."""
        return sum(a - b for a, b in (self.first, self.second))

    @property
    def is_unanimous(self) -> bool:
        """Whether both judges prefer the same version."""
        return all((a - b) * self.lead > 0 for a, b in (self.first, self.second))


def pairs() -> tuple[Pair, ...]:
    return tuple(
        Pair(
            row["id"],
            row["dimension"],
            cast("Surface", row["surface"]),
            row["a"],
            row["b"],
            (row["first"][0], row["first"][1]),
            (row["second"][0], row["second"][1]),
        )
        for row in rows("feed/pairs")
    )
