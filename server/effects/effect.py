"""What a change of the rubric would do, as the pages show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from nlp import Scoring
from nlp.model import BANDS, DRAFT_SURFACES, Surface
from nlp.quality.rescoring import is_covered
from nlp.quality.rubric import Rubric
from server.effects.change import Change
from server.effects.credit import CreditEffect, credit_effect
from server.effects.items import shared_items
from server.effects.rated import RatedEffect, rated_effect
from server.effects.shared import SharedEffect, shared_effect
from server.tuning.rated_texts import is_measured_alike


@dataclass(frozen=True, slots=True)
class RubricEffect:
    """``bands_before`` and ``bands_after``: the lowest score of each band of drafts, in ascending order. ``leaves_out``: the
    change also concerns words, styles, learned weights or rules that are turned on, which are not part of it.
    ``has_other_marks``: the rated texts were measured with other learned marks than those of the active version."""

    rated: RatedEffect
    shared: SharedEffect
    credit: CreditEffect
    bands_before: dict[str, int]
    bands_after: dict[str, int]
    leaves_out: bool
    has_other_marks: bool


def rubric_effect(session: Session, change: Change, *, version: Scoring) -> RubricEffect:
    """``version``: the one that the change leads to, or begins with."""
    items = shared_items(session, change.champion)
    return RubricEffect(
        rated=rated_effect(change),
        shared=shared_effect(session, change, items),
        credit=credit_effect(session, change, items),
        bands_before=_bands(change.before),
        bands_after=_bands(change.after),
        leaves_out=not is_covered(version, change.champion),
        has_other_marks=not is_measured_alike(change.champion),
    )


def _bands(rubrics: Mapping[Surface, Rubric]) -> dict[str, int]:
    return dict(zip(BANDS[1:], rubrics[DRAFT_SURFACES[0]].bands, strict=True))
