"""Corrections and labels for the tests."""

from __future__ import annotations

import functools

import numpy as np

from nlp import Coach, Draft
from nlp.model import DRAFT_DIMENSIONS
from nlp.quality.correction import reference
from nlp.quality.correction.features import Measured
from nlp.quality.correction.labels import Preference
from nlp.quality.correction.store import as_weights
from nlp.quality.scoring import load_scoring
from server.tuning.reference_drafts import reference_drafts

LABELS_HASH = "0" * 64


def random_matrix(seed=1, size=0.4):
    """Dimensions x scaled features."""
    count = len(reference.load().scale)
    return np.random.default_rng(seed).normal(0, size, (len(DRAFT_DIMENSIONS), count))


def weights_of(matrix):
    measures = load_scoring().marks.weights.measures
    return as_weights(matrix, reference.load().scale, measures=measures, slope=0.06, labels=LABELS_HASH, count=40)


@functools.cache
def measured_drafts() -> dict[tuple[str, str], Measured]:
    """The reference drafts of the tuning pages that have a score."""
    coach = Coach()
    found = {(one.surface, one.text): coach.measure_for_correction(Draft(one.surface, one.text)) for one in reference_drafts()}
    return {key: measured for key, measured in found.items() if measured is not None}


def preferences(opinion, count, seed=0):
    """What a reader prefers whose opinion of a text is ``opinion(measured)``, of random pairs of one surface."""
    random = np.random.default_rng(seed)
    keys = list(measured_drafts())
    found = []
    while len(found) < count:
        a, b = (keys[i] for i in random.integers(0, len(keys), 2))
        if a != b and a[0] == b[0]:
            better = opinion(measured_drafts()[a]) > opinion(measured_drafts()[b])
            found.append(Preference(a[0], a[1], b[1], float(better), (a[1], b[1])))
    return found
