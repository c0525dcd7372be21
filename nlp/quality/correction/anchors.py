"""What keeps a correction near the shipped scores: those of the packaged drafts, as if a reader had given them. Without it,
forty answers of somebody who prefers what the shipped scores find weak turn the scores upside down."""

from __future__ import annotations

import numpy as np

from nlp.quality.correction import reference
from nlp.quality.correction.rows import WHOLE_NOISE, Rows, Worths, worth_vectors

#: The packaged drafts together count as so many marks of a reader for the whole; chosen on simulated readers (README.md).
MARKS = 20


def anchors(worth: Worths) -> Rows:
    """One row for each packaged draft."""
    packaged = reference.load()
    whole = worth_vectors(worth)
    count = len(packaged.drafts)
    scores = np.array([draft.score() for draft in packaged.drafts])
    nothing = np.zeros(count, dtype=np.int64)
    return Rows(
        values=np.array([draft.rate * draft.values * packaged.scale for draft in packaged.drafts]),
        worth=np.array([whole[draft.surface] for draft in packaged.drafts]),
        shipped=scores,
        target=scores,
        noise=np.full(count, WHOLE_NOISE * np.sqrt(count / MARKS)),
        label=nothing,
        groups=np.zeros((count, 2), dtype=np.int64),
    )
