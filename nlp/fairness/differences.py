"""How far the scores of texts that say the same differ, by kind of swap."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations
from statistics import mean
from typing import NamedTuple

from nlp.fairness.pairs import PAIRS, Pair, named
from nlp.model import Surface

#: Of the mean and of a single difference, in points of the score; set before the first run.
MEAN_LIMIT = 1.0
SINGLE_LIMIT = 5
NAMES_KIND = "names of six groups"

#: The score of a text, 0-100; ``None`` where it has none.
Score = Callable[[Surface, str], float | None]


class Difference(NamedTuple):
    """Over pairs of texts that say the same: ``mean`` is the absolute value of the mean signed difference (for names, the mean
    over all pairs of groups of the difference of their means), ``typical`` the mean absolute difference, ``worst`` the largest
    single one."""

    mean: float
    typical: float
    worst: float
    pairs: int


def measure(score: Score) -> dict[str, Difference]:
    """The differences of every kind."""
    return {NAMES_KIND: name_swaps(score)} | {kind: differences(score, pairs()) for kind, pairs in PAIRS.items()}


def name_swaps(score: Score) -> Difference:
    """The same drafts with names of women and men of six groups."""
    scores = {group: [score(surface, text) or 0 for surface, text in drafts] for group, drafts in named().items()}
    single = [abs(x - y) for a, b in combinations(scores, 2) for x, y in zip(scores[a], scores[b], strict=True)]
    groups = [abs(mean(scores[a]) - mean(scores[b])) for a, b in combinations(scores, 2)]
    return Difference(mean(groups), mean(single), max(single), len(single))


def differences(score: Score, pairs: Iterable[Pair]) -> Difference:
    """The change in score from the first to the second text of each pair. Pairs too short for a score are left out."""
    changes = []
    for surface, a, b in pairs:
        score_a, score_b = score(surface, a), score(surface, b)
        if score_a is not None and score_b is not None:
            changes.append(score_b - score_a)
    if not changes:
        return Difference(0.0, 0.0, 0.0, 0)
    return Difference(abs(mean(changes)), mean(map(abs, changes)), max(map(abs, changes)), len(changes))
