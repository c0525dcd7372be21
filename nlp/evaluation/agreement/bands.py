"""In which band drafts are, by the coach and by the judges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import mean

from nlp.evaluation.agreement.scored import Scored, bands, columns
from nlp.evaluation.card import Table
from nlp.evaluation.metrics import kappa
from nlp.model import BANDS
from nlp.training.labels import WHOLE


def measure(name: str, scored: Sequence[Scored]) -> list[Table]:
    """``name``: of the collection. ``scored``: its held-out drafts."""
    of = columns(scored, WHOLE)
    coach = [item.band for item in scored]
    return [
        _table(f"Bands of held-out drafts, {name}: rows are the judges', columns the coach's", bands(of.judges), coach),
        _table(
            f"Bands of held-out drafts, {name}: rows are the first pass, columns the second", bands(of.first), bands(of.second)
        ),
    ]


def _table(title: str, by_row: Sequence[int], by_column: Sequence[int]) -> Table:
    pairs = list(zip(by_row, by_column, strict=True))
    count = Counter(pairs)
    rows = [(BANDS[i], *(str(count[i, j]) for j in range(len(BANDS)))) for i in range(len(BANDS))]
    same, near = mean(x == y for x, y in pairs), mean(abs(x - y) <= 1 for x, y in pairs)
    agreement = f"{same:.0%} equal, {near:.0%} at most one apart, weighted kappa {kappa(by_row, by_column):.2f}"
    return Table(("", *BANDS), rows, f"{title}; {agreement}")
