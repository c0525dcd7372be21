"""Labelled drafts with the coach's own marks for them, and the collections that are reported apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from nlp.coach import Coach
from nlp.model import BANDS, Draft
from nlp.training.labels import WHOLE, LabelledDraft

#: The band limits in the judges' guide.
MARKED_BANDS = (48, 68, 82)
FEED, MODELS = "feed", "models"
#: Name to whether a draft belongs. Posts that were invented freely are in none: they are not like the feed.
COLLECTIONS: Mapping[str, Callable[[LabelledDraft], bool]] = {
    FEED: lambda draft: draft.collection == "feed" and not draft.is_invented,
    "feed, imitating real posts": lambda draft: draft.collection == "feed" and not draft.is_invented and not draft.is_planned,
    "feed, written to a plan": lambda draft: draft.is_planned,
    MODELS: lambda draft: draft.collection == "models",
}


class Scored(NamedTuple):
    """``marks``: the coach's mark for each dimension and ``whole``, 0-100. ``band``: the number of the coach's band. ``low``,
    ``high``: the interval around its score."""

    draft: LabelledDraft
    marks: Mapping[str, int]
    band: int
    low: int
    high: int


class Columns(NamedTuple):
    """One entry for each draft: the coach's mark, the mean of the judges, that of each pass, the judges' mean mark for the
    whole, and the number of words."""

    coach: list[float]
    judges: list[float]
    first: list[float]
    second: list[float]
    wholes: list[float]
    words: list[float]


def score(coach: Coach, drafts: Iterable[LabelledDraft]) -> list[Scored]:
    """The drafts that get a score."""
    scored = []
    for draft in drafts:
        assessment = coach.assess(Draft(draft.surface, draft.text))
        if assessment.score is None or assessment.band is None or assessment.confidence is None:
            continue
        marks = {**assessment.dimensions, WHOLE: assessment.score}
        confidence = assessment.confidence
        scored.append(Scored(draft, marks, BANDS.index(assessment.band), confidence.low, confidence.high))
    return scored


def columns(scored: Iterable[Scored], name: str) -> Columns:
    """The marks for ``name`` of the drafts for which the coach and both passes give it."""
    rows = []
    for draft, marks, *_ in scored:
        mean, whole = draft.mark(name), draft.mark(WHOLE)
        if name in marks and mean is not None and whole is not None:
            first, second = (own[name] for own in draft.passes)
            rows.append(tuple(map(float, (marks[name], mean, first, second, whole, len(draft.text.split())))))
    return Columns(*map(list, zip(*rows, strict=True))) if rows else Columns([], [], [], [], [], [])


def bands(marks: Sequence[float]) -> list[int]:
    """The numbers of the judges' bands; marks are rounded half up."""
    return [int(number) for number in np.digitize(np.floor(np.asarray(marks) + 0.5), MARKED_BANDS)]
