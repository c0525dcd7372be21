"""Simulated readers whose taste is known and differs from the shipped weights, for ``corrections.py``.

A reader's opinion of a draft is a weighted mean of the marks that the judges of the labelled sets gave it, with other weights
than the rubric's and with noise, so that nothing the model computes is part of it. Drafts of the held-out part are not used:
the drafts that are not held out are split once more, by conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from nlp.coach import Coach
from nlp.model import DRAFT_DIMENSIONS, DRAFT_SURFACES, Surface
from nlp.quality.correction.features import Measured
from nlp.quality.correction.labels import Preference
from nlp.quality.correction.rows import Key
from nlp.training.labels import LabelledDraft, hash_of
from nlp.training.quality import correction

#: Weight of each dimension in a reader's opinion; others count 0.
TASTES: Mapping[str, Mapping[str, float]] = {
    "storyteller": {"story": 3, "voice": 2, "specificity": -2, "form": -1, "credibility": -1},
    "engineer": {"specificity": 3, "credibility": 2, "story": -2, "hook": -2},
    "host": {"conversation": 3, "audience": 2, "credibility": -2, "story": -1},
}
#: Standard deviation of what a reader adds to each opinion at random, as a share of that of the opinions.
NOISE = 0.5
#: Of the drafts, those that labels are collected on; agreement is measured on the others.
LEARNING_SHARE = 0.6


class Pool(NamedTuple):
    """``drafts``: by surface and text. ``opinions``: of a reader, without noise, in standard deviations. ``learning``,
    ``unseen``: keys of the two parts."""

    drafts: dict[Key, Measured]
    opinions: dict[str, dict[Key, float]]
    learning: list[Key]
    unseen: list[Key]


def pool(coach: Coach) -> Pool:
    rows = correction.measure(coach, correction.drafts())
    keys: list[Key] = [(draft.surface, draft.text) for draft, _ in rows]
    labelled = [draft for draft, _ in rows]
    in_learning = [hash_of(f"learning {draft.group or draft.id}") % 100 < 100 * LEARNING_SHARE for draft in labelled]
    return Pool(
        {key: measured for key, (_, measured) in zip(keys, rows, strict=True)},
        {name: dict(zip(keys, _opinions(labelled, taste), strict=True)) for name, taste in TASTES.items()},
        [key for key, inside in zip(keys, in_learning, strict=True) if inside],
        [key for key, inside in zip(keys, in_learning, strict=True) if not inside],
    )


def _opinions(labelled: Sequence[LabelledDraft], taste: Mapping[str, float]) -> list[float]:
    marks = np.array([[draft.mark(d) or np.nan for d in DRAFT_DIMENSIONS] for draft in labelled])
    marks = np.where(np.isnan(marks), np.nanmean(marks, axis=0), marks)
    opinion = marks @ np.array([taste.get(d, 0.0) for d in DRAFT_DIMENSIONS])
    return [float(value) for value in (opinion - opinion.mean()) / opinion.std()]


def pairs(keys: Sequence[Key], count: int, random: np.random.Generator) -> list[tuple[Key, Key]]:
    """Random pairs of drafts of one surface."""
    by_surface: dict[Surface, list[Key]] = {surface: [] for surface in DRAFT_SURFACES}
    for key in keys:
        by_surface[key[0]].append(key)
    found = []
    for first in random.choice(len(keys), size=count).tolist():
        others = by_surface[keys[first][0]]
        second = others[int(random.integers(len(others)))]
        found.append((keys[first], second))
    return [(a, b) for a, b in found if a != b]


def answer(pair: tuple[Key, Key], opinions: Mapping[Key, float], random: np.random.Generator) -> Preference:
    """What the reader says of the pair, with noise."""
    first, second = (opinions[key] + NOISE * float(random.normal()) for key in pair)
    (surface, a), (_, b) = pair
    return Preference(surface, a, b, float(first > second), (a, b))
