"""What corrections are fitted with: how far each feature varies, and measured drafts of the labelled sets without their words,
on which a correction is checked. ``make train`` writes both to ``nlp/quality/correction/reference.npz``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nlp.coach import Coach
from nlp.model import DRAFT_DIMENSIONS, DRAFT_SURFACES, Draft
from nlp.quality.correction import reference
from nlp.quality.correction.features import Measured, names
from nlp.training import labels
from nlp.training.labels import WHOLE, LabelledDraft, hash_of
from nlp.training.quality.marks import SCALES

#: Drafts that are kept for checks.
DRAFTS = 600
#: Scale of the shipped marks after standardising: readers who weigh the dimensions in another way are the likeliest
#: difference.
MARK, SURFACE = 6.0, 1.5
#: As in ``marks.fit``: a feature that hardly ever varies would get a huge weight where it does.
MAX_SCALE = 50.0


def drafts() -> list[LabelledDraft]:
    """Drafts like the feed that are not held out, in a fixed order that has nothing to do with their content."""
    found = [draft for draft in labels.drafts("feed") if not (draft.is_held_out or draft.is_invented)]
    return sorted(found, key=lambda draft: hash_of(f"reference {draft.id}"))


def measure(coach: Coach, found: Sequence[LabelledDraft]) -> list[tuple[LabelledDraft, Measured]]:
    """Those that have a score and a mark for the whole."""
    rows = ((draft, coach.measure_for_correction(Draft(draft.surface, draft.text))) for draft in found)
    return [(draft, measured) for draft, measured in rows if measured is not None and draft.mark(WHOLE) is not None]


def scales(rows: Sequence[Measured], measures: Sequence[str]) -> np.ndarray:
    """What each feature is multiplied with before fitting."""
    spread = np.array([row.values for row in rows]).std(axis=0) + 1e-6
    of_kind = {**SCALES, "mark": MARK}
    found = [
        SURFACE if kind == "surface" else min(of_kind[kind] / one, MAX_SCALE)
        for kind, one in zip((name.partition(":")[0] for name in names(measures)), spread, strict=True)
    ]
    return np.array(found)


def write(path: Path = reference.PATH) -> None:
    coach = Coach()
    assert coach.scoring.marks is not None  # noqa: S101 (the packaged version has marks)
    rows = measure(coach, drafts())
    kept = rows[:DRAFTS]
    np.savez_compressed(
        path,
        scale=scales([row for _, row in rows], coach.scoring.marks.weights.measures).astype(np.float32),
        values=np.array([row.values for _, row in kept]).astype(np.float16),
        rest=np.array([[*row.marks, row.raw, row.average, row.top, row.kept] for _, row in kept]).astype(np.float32),
        surface=np.array([DRAFT_SURFACES.index(row.surface) for _, row in kept], dtype=np.int8),
        whole=np.array([draft.mark(WHOLE) for draft, _ in kept], dtype=np.float32),
    )
    assert len(kept[0][1].marks) == len(DRAFT_DIMENSIONS)  # noqa: S101
