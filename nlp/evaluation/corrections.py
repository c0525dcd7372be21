"""How much labels teach a correction: simulated readers, from no label to a thousand, on drafts that no label is about."""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence
from statistics import mean

import numpy as np

from nlp.coach import Coach
from nlp.evaluation import raters
from nlp.evaluation.card import Table
from nlp.evaluation.raters import TASTES, Pool
from nlp.model import DRAFT_DIMENSIONS
from nlp.quality.correction import reference, rows
from nlp.quality.correction.agreement import pair_accuracy
from nlp.quality.correction.anchors import anchors
from nlp.quality.correction.fit import added
from nlp.quality.correction.folds import fit_by_folds
from nlp.quality.correction.rows import Rows

COUNTS = (0, 20, 50, 100, 300, 1_000)
#: Readers of each taste, whose pairs and noise differ.
READERS = 4
#: Pairs of unseen drafts on which agreement is measured.
TEST_PAIRS = 2_000
LARGE = 10_000
METHODS = ("correction, random pairs", "correction, closest pairs", "from scratch, random pairs")


def measure(coach: Coach) -> list[Table]:
    found = raters.pool(coach)
    worth = coach.scoring.worths()
    shares: dict[tuple[str, int], list[float]] = {}
    for taste in TASTES:
        for reader in range(READERS):
            for key, share in _learn(found, worth, taste, seed=reader).items():
                shares.setdefault(key, []).append(share)
    lines = [
        (f"{count:,}", *(_cell(shares.get((method, count), [])) for method in METHODS), _cell(shares["ceiling", 0]))
        for count in COUNTS
    ]
    people = f"{len(TASTES) * READERS} simulated readers of {len(TASTES)} tastes"
    title = f"Pairs of unseen drafts ranked as the reader would, in percent (lowest to highest): {people}"
    return [
        Table(("labels", *METHODS, "the reader's own noise allows"), lines, title),
        _large(found, worth),
    ]


def _cell(values: Sequence[float]) -> str:
    return f"{100 * mean(values):.1f} ({100 * min(values):.1f} to {100 * max(values):.1f})" if values else "not measured"


def _learn(found: Pool, worth: rows.Worths, taste: str, *, seed: int) -> dict[tuple[str, int], float]:
    opinions = found.opinions[taste]
    random = np.random.default_rng(seed)
    tests = [raters.answer(pair, opinions, random) for pair in raters.pairs(found.unseen, TEST_PAIRS, random)]
    scale = reference.load().scale
    unseen = rows.build(tests, found.drafts, scale=scale, worth=worth)
    offered = [raters.answer(pair, opinions, random) for pair in raters.pairs(found.learning, 2 * max(COUNTS), random)]
    own = rows.build(offered, found.drafts, scale=scale, worth=worth)
    place, closeness = np.arange(len(own)), np.argsort(np.argsort(np.abs(own.shipped), kind="stable"))
    noiseless = np.array([opinions[label.surface, label.first] - opinions[label.surface, label.second] for label in tests])
    held = anchors(worth)
    shares = {("ceiling", 0): pair_accuracy(noiseless, unseen.target)}
    for count in COUNTS:
        known = own.take(place < count)
        shares[METHODS[0], count] = _accuracy(known, unseen, held)
        shares[METHODS[1], count] = _accuracy(own.take(closeness < count), unseen, held)
        shares[METHODS[2], count] = _accuracy(_without_shipped(known), _without_shipped(unseen))
    return shares


def _accuracy(known: Rows, unseen: Rows, held: Rows | None = None) -> float:
    fitted = fit_by_folds(known, anchors=held)
    return pair_accuracy(unseen.shipped + added(unseen, fitted.matrix), unseen.target)


def _without_shipped(own: Rows) -> Rows:
    """The same labels for a model that knows nothing of the shipped marks."""
    values = own.values.copy()
    values[:, : len(DRAFT_DIMENSIONS)] = 0.0
    return Rows(values, own.worth, np.zeros(len(own)), own.target, own.noise, own.label, own.groups)


def _large(found: Pool, worth: rows.Worths) -> Table:
    random = np.random.default_rng(0)
    opinions = found.opinions["engineer"]
    labels = [raters.answer(pair, opinions, random) for pair in raters.pairs(found.learning, LARGE + 200, random)][:LARGE]
    started = time.perf_counter()
    known = rows.build(labels, found.drafts, scale=reference.load().scale, worth=worth)
    fit_by_folds(known, anchors=anchors(worth))
    seconds = time.perf_counter() - started
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = (f"{len(known):,}", f"{seconds:.0f} s", f"{known.values.nbytes / 2**20:.0f} MB", f"{megabytes:.0f} MB")
    return Table(("labels", "fit with all folds", "features", "highest memory of the process"), [line], "A large set of pairs")
