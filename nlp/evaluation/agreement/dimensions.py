"""Agreement on each dimension, plainly and among drafts that the judges find equally good as a whole.

Marks of all dimensions rise and fall with the whole, so a dimension that only repeats the score agrees with the judges too.
With the whole held fixed, what is left is what the dimension says by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from nlp.evaluation.agreement.scored import Scored, columns
from nlp.evaluation.card import Table
from nlp.evaluation.metrics import bootstrap, partial_spearman, spearman
from nlp.model import DRAFT_DIMENSIONS

HEADS = (
    "dimension",
    "number",
    "coach, Spearman (95 % interval)",
    "length alone",
    "first and second pass",
    "coach, whole held fixed",
    "first and second pass, whole held fixed",
)


def measure(name: str, scored: Sequence[Scored], names: Sequence[str] = DRAFT_DIMENSIONS) -> Table:
    """``name``: of the collection. ``scored``: its held-out drafts. ``names``: of the dimensions."""
    rows = []
    for dimension in names:
        of = columns(scored, dimension)
        figures = (
            bootstrap(spearman, of.coach, of.judges),
            bootstrap(spearman, of.words, of.judges),
            bootstrap(spearman, of.first, of.second),
            bootstrap(partial_spearman, of.coach, of.judges, of.wholes),
            bootstrap(partial_spearman, of.first, of.second, of.wholes),
        )
        rows.append((dimension, f"{len(of.judges):,}", *map(str, figures)))
    return Table(HEADS, rows, f"Agreement by dimension, held-out drafts: {name}")
