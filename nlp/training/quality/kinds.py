"""Fits the kinds of drafts (``nlp/quality/kinds``) to what the judges said each draft does; ``make train`` writes
``nlp/quality/weights/kinds.json``.

Multinomial logistic regression with a ridge penalty. Where two judges differ, each counts half.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy import linalg, optimize

from nlp import language
from nlp.model import KINDS
from nlp.quality.kinds.classifier import scaled, sort_of
from nlp.quality.kinds.described import PLACES, Described, describe, number_names
from nlp.quality.kinds.weights import KindWeights
from nlp.training import labels
from nlp.training.labels import LabelledDraft, hash_of
from nlp.training.quality.marks import rounded

Vector = np.ndarray[Any, np.dtype[np.float64]]

#: Strength of the penalty, and how much each group of features counts: the mean squared length of its part of a draft. Chosen
#: by folds over the training drafts.
STRENGTH = 0.8
COUNTS = {
    "surface": 0.7, "whole": 1.0, "first": 0.7, "last": 0.3, "shape": 1.0, "tag": 0.6, "about": 0.4, "about_first": 0.2,
    "about_last": 0.2, "word": 1.5, "pair": 1.3, "start": 0.3,
}  # fmt: skip
#: Drafts in which a listed entry occurs, and the share of the uses of a word that begin with a small letter: names do not.
MIN_DRAFTS, MIN_LOWER = 8, 0.6
#: A feature that hardly ever varies is not scaled up as if it did.
MIN_SPREAD = 0.05
FOLDS = 5
#: Significant digits of a weight. Values of listed entries are at most 1, so their weights are rounded to decimal places.
DIGITS, WORD_DECIMALS = 3, 2
#: Where the texts have had a link.
PLACEHOLDER, EXAMPLE_LINK = "<url>", "https://example.com"
TASK = "What a draft does: one of twenty kinds"
SOURCE = "Labelled drafts of this project (nlp/training/labels); word vectors distilled from all-MiniLM-L6-v2, Wang et al. 2020"
LICENCE = "Apache-2.0"


class Row(NamedTuple):
    """A draft as the model sees it. ``shares``: how many of its judges chose each of ``KINDS``, as a share. ``lower`` and
    ``uses``: how often each of its words begins with a small letter, and occurs."""

    group: str
    described: Described
    shares: Vector
    lower: Counter[str]
    uses: Counter[str]


def rows(drafts: Iterable[LabelledDraft]) -> list[Row]:
    """The drafts in English that a judge gave a kind."""
    found = []
    for draft in drafts:
        reading = language.read(with_link(draft.text))
        if not draft.kinds or reading.is_foreign:
            continue
        shares = np.array([draft.kinds.count(kind) / len(draft.kinds) for kind in KINDS])
        uses = Counter(word.lower for word in reading.words)
        lower = Counter(word.lower for word in reading.words if word.text[0].islower() or len(word.text) == 1)
        found.append(Row(draft.group or draft.id, describe(reading, draft.surface), shares, lower, uses))
    return found


def with_link(text: str) -> str:
    return text.replace(PLACEHOLDER, EXAMPLE_LINK)


def rarities(found: Sequence[Row]) -> dict[str, float]:
    """Listed entry to the natural logarithm of one over the share of drafts that have it."""
    drafts, lower, uses = Counter[str](), Counter[str](), Counter[str]()
    for row in found:
        drafts.update(row.described.words)
        lower.update(row.lower)
        uses.update(row.uses)
    common = sorted(entry for entry, count in drafts.items() if count >= MIN_DRAFTS)
    return {
        entry: round(math.log(len(found) / drafts[entry]), WORD_DECIMALS)
        for entry in common
        if all(lower[word] >= MIN_LOWER * uses[word] for word in entry.split())
    }


class Fitted(NamedTuple):
    """Weights for features as they are, one row for each feature and one column for each kind."""

    intercepts: Vector
    numbers: dict[str, Vector]
    vectors: Vector
    words: dict[str, Vector]
    rarity: dict[str, float]


def fit(
    found: Sequence[Row],
    *,
    strength: float = STRENGTH,
    counts: Mapping[str, float] = COUNTS,
    numbers: Sequence[str] = number_names(),
) -> Fitted:
    rarity = rarities(found)
    raw = matrix(found, rarity, numbers)
    kinds_of_feature = [*(name.partition(":")[0] for name in numbers), *_vector_groups(raw.shape[1], numbers, rarity)]
    kinds_of_feature += [sort_of(entry) for entry in rarity]
    groups = np.array(kinds_of_feature)
    is_word = np.isin(groups, ("word", "pair", "start"))
    centres = np.where(is_word, 0.0, raw.mean(axis=0))
    scale = np.where(is_word | (groups == "surface"), 1.0, 1 / np.maximum(raw.std(axis=0), MIN_SPREAD))
    for group, count in counts.items():
        inside = groups == group
        length = np.square((raw[:, inside] - centres[inside]) * scale[inside]).sum(axis=1).mean()
        scale[inside] *= math.sqrt(count / max(length, 1e-9))
    intercepts, weights = _logistic((raw - centres) * scale, np.array([row.shares for row in found]), strength)
    weights *= scale[:, None]
    intercepts = intercepts - centres @ weights
    first, after = len(numbers), len(groups) - len(rarity)
    return Fitted(
        intercepts, dict(zip(numbers, weights, strict=False)), weights[first:after],
        dict(zip(rarity, weights[after:], strict=True)), rarity,
    )  # fmt: skip


def matrix(found: Sequence[Row], rarity: dict[str, float], numbers: Sequence[str] = number_names()) -> Vector:
    """One row for each draft: numbers, vectors and listed entries."""
    columns = {entry: column for column, entry in enumerate(rarity)}
    lines = []
    for row in found:
        words = np.zeros(len(columns))
        for entry, value in scaled(row.described.words, rarity):
            words[columns[entry]] = value
        own = [row.described.numbers.get(name, 0.0) for name in numbers]
        lines.append(np.concatenate([own, row.described.vectors, words]))
    return np.array(lines)


def _vector_groups(columns: int, numbers: Sequence[str], rarity: dict[str, float]) -> list[str]:
    components = (columns - len(numbers) - len(rarity)) // len(PLACES)
    return [group for group in ("about", "about_first", "about_last") for _ in range(components)]


def _logistic(x: Vector, shares: Vector, strength: float) -> tuple[Vector, Vector]:
    """Intercepts and weights. There are fewer drafts than features, so the fit runs on the drafts' main components, which
    loses nothing."""
    values, directions = linalg.eigh(x @ x.T)
    kept = values > values[-1] * 1e-6
    root = np.sqrt(values[kept])
    z = directions[:, kept] * root
    count, kinds = z.shape[1], shares.shape[1]

    def loss(flat: Vector) -> tuple[float, Vector]:
        weights = flat.reshape(count + 1, kinds)
        scores = z @ weights[:-1] + weights[-1]
        scores -= scores.max(axis=1, keepdims=True)
        odds = np.exp(scores)
        total = odds.sum(axis=1, keepdims=True)
        error = odds / total - shares
        value = strength / 2 * np.square(weights[:-1]).sum() - (shares * (scores - np.log(total))).sum()
        return float(value), np.vstack([z.T @ error + strength * weights[:-1], error.sum(axis=0)]).ravel()

    start = np.zeros((count + 1, kinds))
    start[-1] = np.log(shares.mean(axis=0) + 1e-3)
    best = optimize.minimize(loss, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 500, "ftol": 1e-9})
    weights = best.x.reshape(count + 1, kinds)
    return weights[-1], x.T @ (directions[:, kept] / root) @ weights[:-1]


def unseen(found: Sequence[Row], **options: Any) -> Vector:
    """The probabilities for each draft by a model that was fitted on the other folds; a conversation is in one fold."""
    folds = np.array([hash_of(f"kind {row.group}") % FOLDS for row in found])
    chances = np.zeros((len(found), found[0].shares.size))
    for fold in range(FOLDS):
        inside = folds == fold
        fitted = fit([row for row, skip in zip(found, inside, strict=True) if not skip], **options)
        weights = np.vstack([*fitted.numbers.values(), fitted.vectors, *fitted.words.values()])
        scores = (
            matrix([row for row, use in zip(found, inside, strict=True) if use], fitted.rarity, list(fitted.numbers)) @ weights
        )
        odds = np.exp(scores + fitted.intercepts - (scores + fitted.intercepts).max(axis=1, keepdims=True))
        chances[inside] = odds / odds.sum(axis=1, keepdims=True)
    return chances


def fitted_weights() -> KindWeights:
    """What ``weights/kinds.json`` holds: fitted to the drafts of the feed that are not held out."""
    found = rows(draft for draft in labels.drafts("feed") if not draft.is_held_out)
    return as_weights(fit(found), len(found))


def as_weights(fitted: Fitted, count: int) -> KindWeights:
    """The weights in the form that is stored."""
    return KindWeights(task=TASK, source=SOURCE, licence=LICENCE, rows=count, kinds=list(KINDS), **stored(fitted))


def stored(fitted: Fitted) -> dict[str, Any]:
    """The fields of ``ClassWeights``, rounded to ``DIGITS`` significant digits."""
    return {
        "fitted_with": f"numpy {np.__version__}",
        "intercepts": rounded(fitted.intercepts, DIGITS),
        "numbers": {name: rounded(row, DIGITS) for name, row in fitted.numbers.items()},
        "vectors": [rounded(row, DIGITS) for row in fitted.vectors],
        "words": {
            entry: [fitted.rarity[entry], *(round(float(weight), WORD_DECIMALS) for weight in row)]
            for entry, row in fitted.words.items()
        },
    }


def write(out: Path) -> None:
    """Writes the weights to the folder ``out``."""
    (out / "kinds.json").write_text(fitted_weights().model_dump_json() + "\n", encoding="utf-8")
