"""What a correction changes, thing by thing, measured on the project's labelled drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nlp.language.meaning import width
from nlp.model import DRAFT_DIMENSIONS
from nlp.quality.correction import reference
from nlp.quality.marks.aspects import ASPECTS
from nlp.quality.marks.flow import FLOW, LABEL
from server.training.report import DimensionEffect, Effect

#: Smaller effects are not listed, in points of the score.
MIN_SPREAD = 0.3
MAX_LISTED = 10
ABOUT = "What the text is about"


def dimension_effects(worth: Mapping[str, float], unscaled: np.ndarray) -> list[DimensionEffect]:
    """``worth``: of a point of each dimension. ``unscaled``: the correction, dimensions x features; the first features are the
    marks."""
    worths = np.array([worth[dimension] for dimension in DRAFT_DIMENSIONS])
    added = worths @ unscaled[:, : len(DRAFT_DIMENSIONS)]
    return [
        DimensionEffect(dimension=dimension, before=10 * float(worths[i]), after=10 * float(worths[i] + added[i]))
        for i, dimension in enumerate(DRAFT_DIMENSIONS)
    ]


def describe_effects(per_unit: np.ndarray, measures: Sequence[str], labels: Mapping[str, str]) -> list[Effect]:
    """The things besides the dimensions that move scores most, the largest first. ``per_unit``: points for each unit of each
    feature. ``labels``: of the measures."""
    values = np.array([draft.values for draft in reference.load().drafts])
    found = []
    for label, columns, has_direction in _groups(measures, labels):
        points = values[:, columns] @ per_unit[columns]
        spread = float(points.std())
        if spread < MIN_SPREAD:
            continue
        direction = int(np.sign(per_unit[columns[0]])) if has_direction else 0
        found.append(Effect(label=label, spread=round(spread, 2), direction=direction))
    return sorted(found, key=lambda one: (-one.spread, one.label))[:MAX_LISTED]


def _groups(measures: Sequence[str], labels: Mapping[str, str]) -> list[tuple[str, list[int], bool]]:
    """Features that are explained together: their label, their columns, and whether the first of them is better if higher."""
    start, count = len(DRAFT_DIMENSIONS), len(measures)
    groups = [(labels.get(name, name), [start + i, start + count + i], True) for i, name in enumerate(measures)]
    column = start + 2 * count
    for aspect in ASPECTS.values():
        groups.append((aspect.label, list(range(column, column + len(aspect.features))), False))
        column += len(aspect.features)
    groups.append((LABEL, list(range(column, column + len(FLOW))), False))
    column += len(FLOW)
    return [*groups, (ABOUT, list(range(column, column + width())), False)]
