"""Fits the marks (``nlp/quality/marks``) to the labelled sets; ``make train`` writes ``nlp/quality/weights/marks.json``.

Each dimension is a ridge regression on all features. All surfaces share weights, and each group of surfaces has its own
deviations from them, which are penalised more, so that few drafts suffice where surfaces are judged alike. No weight of a
measure is negative: what is better by its curve never lowers a mark.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from nlp import language
from nlp.coach import Coach
from nlp.language.meaning import width
from nlp.model import DRAFT_DIMENSIONS, DRAFT_SURFACES, Draft, Surface
from nlp.quality.marks import described as descriptions
from nlp.quality.marks.described import Described
from nlp.quality.marks.flow import tag_pairs
from nlp.quality.marks.weights import GROUPS, PLACES, MarkWeights
from nlp.quality.stored import SurfaceWeights
from nlp.training.labels import WHOLE, LabelledDraft

Vector = np.ndarray[Any, np.dtype[np.float64]]

#: Of each draft in the loss: model answers and texts without a real source lead less than texts like the feed.
MODEL_WEIGHT, INVENTED_WEIGHT = 0.4, 0.5
#: Strength of the ridge penalty, and the scale of features after standardising, chosen by folds over the training drafts.
STRENGTH = 450.0
SCALES = {"measure": 1.0, "missing": 1.0, "shape": 1.0, "flow": 1.5, "mean": 0.7, "first": 0.7, "last": 0.7, "word": 0.45}
#: Scale of the shared weights and of a group's deviations from them.
SHARED, OWN = 0.8, 0.6
#: Scale of the indicator of a surface.
SURFACE = 3.0
#: Drafts in which a listed word occurs, and the share of its uses that begin with a small letter: names do not.
MIN_DRAFTS, MIN_LOWER = 8, 0.6
DIGITS = 4
#: A pair of parts of speech is seen at least this often.
MIN_PAIRS = 5
#: Rounds in which negative weights of measures are set to zero.
ROUNDS = 6
TASK = "The marks of readers for each dimension of a draft, 1-5 scaled to 0-100"
SOURCE = "Labelled drafts of this project (nlp/training/labels); word vectors distilled from all-MiniLM-L6-v2, Wang et al. 2020"
LICENCE = "Apache-2.0"


class Row(NamedTuple):
    """A draft as the model sees it. ``marks``: dimension to 0-100, without those that do not apply; ``costs``: dimension to
    what its findings cost, in points (<= 0). ``group``: see ``LabelledDraft``."""

    surface: Surface
    text: str
    group: str
    described: Described
    costs: Mapping[str, float]
    marks: Mapping[str, float]
    whole: float
    weight: float

    @property
    def cost(self) -> float:
        return sum(self.costs.values())


class Vocabulary(NamedTuple):
    measures: list[str]
    rarity: dict[str, float]
    tag_logs: dict[str, float]


def rows(coach: Coach, drafts: Sequence[LabelledDraft], *, tag_logs: Mapping[str, float]) -> list[Row]:
    """The drafts that are scored. ``coach``: gives measures and findings."""
    found = []
    for draft in drafts:
        assessment = coach.assess(Draft(draft.surface, draft.text))
        whole = draft.mark(WHOLE)
        if assessment.score is None or whole is None:
            continue
        scored = language.read(draft.text).scored
        described = descriptions.describe(scored, assessment.measures, tag_logs)
        if not described.sentences:
            continue
        costs: Counter[str] = Counter()
        for finding in assessment.findings:
            costs[finding.dimension] += finding.points
        marks = {d: 25 * (mark - 1) for d in DRAFT_DIMENSIONS if (mark := draft.mark(d)) is not None}
        weight = MODEL_WEIGHT if draft.collection == "models" else INVENTED_WEIGHT if draft.is_invented else 1.0
        in_points = {dimension: cost / 10 for dimension, cost in costs.items() if cost}
        found.append(Row(draft.surface, draft.text, draft.group or draft.id, described, in_points, marks, whole, weight))
    return found


def words_of(drafts: Sequence[LabelledDraft]) -> list[list[str]]:
    """The lower-case words of each draft that is not held out."""
    return [[word.lower for word in language.read(draft.text).words] for draft in drafts if not draft.is_held_out]


def tag_logs(drafts: Sequence[LabelledDraft]) -> dict[str, float]:
    """Pair of parts of speech to the natural logarithm of the probability of the second after the first."""
    pairs = Counter(pair for draft in drafts for _, line in language.read(draft.text).placed_lines for pair in tag_pairs(line))
    before: Counter[str] = Counter()
    for pair, count in pairs.items():
        before[pair.partition(" ")[0]] += count
    kinds = len(before)
    logs = {
        pair: math.log((count + 0.1) / (before[pair.partition(" ")[0]] + 0.1 * kinds))
        for pair, count in sorted(pairs.items())
        if count >= MIN_PAIRS
    }
    return {pair: round(log, DIGITS) for pair, log in logs.items()}


def vocabulary(found: Sequence[Row], logs: dict[str, float]) -> Vocabulary:
    measures = sorted({name for row in found for name in row.described.measures})
    in_drafts, lower, uses = Counter[str](), Counter[str](), Counter[str]()
    for row in found:
        words = {word for sentence in row.described.sentences for word in sentence.words}
        in_drafts.update(words)
        for sentence in row.described.sentences:
            for word, written in zip(sentence.words, _written(row.text, sentence.span.start, sentence.words), strict=True):
                uses[word] += 1
                lower[word] += written
    listed = sorted(w for w, n in in_drafts.items() if n >= MIN_DRAFTS and lower[w] >= MIN_LOWER * uses[w] and w.isascii())
    return Vocabulary(measures, {word: round(math.log(len(found) / in_drafts[word]), DIGITS) for word in listed}, logs)


def _written(text: str, start: int, words: Sequence[str]) -> list[bool]:
    """Whether each word begins with a small letter, or is one letter, where it stands."""
    folded, place, lower = text.replace("’", "'"), start, []
    for word in words:
        found = folded.lower().find(word, place)
        place = found if found >= 0 else place
        lower.append(found < 0 or folded[place : place + 1].islower() or len(word) == 1)
        place += len(word)
    return lower


class Fitted(NamedTuple):
    """The weights for features as they are. ``own``: group to dimension to weights of the dense and vector features; ``words``:
    dimension to weights; ``intercepts``: surface to dimension."""

    vocabulary: Vocabulary
    centres: Vector
    own: dict[str, dict[str, Vector]]
    words: dict[str, Vector]
    intercepts: dict[Surface, dict[str, float]]


def matrix(found: Sequence[Row], vocabulary: Vocabulary) -> Vector:
    """One row for each draft, in the order of ``described.names``."""
    columns = {word: i for i, word in enumerate(vocabulary.rarity)}
    rarity = np.array(list(vocabulary.rarity.values()))
    lines = []
    for row in found:
        sentences = row.described.sentences
        pieces = max(1, sum(sentence.meaning.pieces for sentence in sentences))
        mean = sum((sentence.meaning.total for sentence in sentences), np.zeros(width())) / pieces
        words = np.zeros(len(columns))
        present = sorted({columns[word] for sentence in sentences for word in sentence.words if word in columns})
        words[present] = rarity[present]
        words /= float(np.linalg.norm(words)) or 1.0
        dense = descriptions.dense(row.described, vocabulary.measures)
        lines.append(np.concatenate([dense, mean, sentences[0].meaning.mean, sentences[-1].meaning.mean, words]))
    return np.array(lines)


def fit(found: Sequence[Row], vocabulary: Vocabulary, *, strength: float = STRENGTH) -> Fitted:
    names = descriptions.names(vocabulary.measures, width=width(), words=list(vocabulary.rarity))
    raw = matrix(found, vocabulary)
    weight = np.array([row.weight for row in found])
    centres = np.average(raw, axis=0, weights=weight)
    spread = np.sqrt(np.average((raw - centres) ** 2, axis=0, weights=weight)) + 1e-6
    scale = np.array([SCALES[name.partition(":")[0]] for name in names]) / spread
    # A feature that hardly ever varies would get a weight that is huge where it does.
    scale = np.minimum(scale, 50.0)
    scaled = (raw - centres) * scale
    own_count = len(names) - len(vocabulary.rarity)
    groups = sorted(set(GROUPS.values()))
    in_group = np.array([[GROUPS[row.surface] == group for group in groups] for row in found], dtype=float)
    on_surface = np.array([[row.surface == surface for surface in DRAFT_SURFACES] for row in found], dtype=float)
    design = np.hstack(
        [SHARED * scaled, *(OWN * scaled[:, :own_count] * in_group[:, [i]] for i in range(len(groups))), SURFACE * on_surface]
    )
    positive = np.array([name.startswith("measure:") for name in names])
    bounded = np.concatenate([positive, np.tile(positive[:own_count], len(groups)), np.zeros(len(DRAFT_SURFACES), dtype=bool)])
    own: dict[str, dict[str, Vector]] = {group: {} for group in groups}
    words: dict[str, Vector] = {}
    intercepts: dict[Surface, dict[str, float]] = {surface: {} for surface in DRAFT_SURFACES}
    for dimension in DRAFT_DIMENSIONS:
        marked = [i for i, row in enumerate(found) if dimension in row.marks]
        targets = np.array([found[i].marks[dimension] for i in marked])
        intercept, solution = ridge(design[marked], targets, weight[marked], bounded, strength)
        shared, rest = SHARED * solution[: len(names)] * scale, solution[len(names) :]
        words[dimension] = shared[own_count:]
        for i, group in enumerate(groups):
            own[group][dimension] = shared[:own_count] + OWN * rest[i * own_count : (i + 1) * own_count] * scale[:own_count]
        for i, surface in enumerate(DRAFT_SURFACES):
            intercepts[surface][dimension] = float(intercept + SURFACE * rest[len(groups) * own_count + i])
    return Fitted(vocabulary, centres, own, words, intercepts)


def ridge(x: Vector, y: Vector, weight: Vector, bounded: NDArray[np.bool_], strength: float) -> tuple[float, Vector]:
    """Intercept and weights of a ridge regression in which the ``bounded`` weights are not negative: those that are are set to
    zero and the others fitted again."""
    intercept = float(np.average(y, weights=weight))
    root = np.sqrt(weight)
    left, right = x * root[:, None], (y - intercept) * root
    active = np.ones(x.shape[1], dtype=bool)
    solution = np.zeros(x.shape[1])
    for _ in range(ROUNDS):
        part = left[:, active]
        # The dual form: there are fewer drafts than features.
        factor = cho_factor(part @ part.T + strength * np.eye(len(part)))
        solution = np.zeros(x.shape[1])
        solution[active] = part.T @ cho_solve(factor, right)
        negative = bounded & (solution < 0)
        if not negative.any():
            break
        active &= ~negative
    return intercept, np.where(bounded, np.maximum(solution, 0), solution)


def marks(fitted: Fitted, found: Sequence[Row]) -> Vector:
    """Predicted marks: one row for each draft, one column for each dimension."""
    values = matrix(found, fitted.vocabulary) - fitted.centres
    own_count = len(fitted.centres) - len(fitted.vocabulary.rarity)
    lines = []
    for row, line in zip(found, values, strict=True):
        own = fitted.own[GROUPS[row.surface]]
        lines.append(
            [
                fitted.intercepts[row.surface][d] + own[d] @ line[:own_count] + fitted.words[d] @ line[own_count:]
                for d in DRAFT_DIMENSIONS
            ]
        )
    return np.array(lines)


def as_weights(fitted: Fitted, baselines: Mapping[Surface, int], gains: Mapping[Surface, int], count: int) -> MarkWeights:
    """The weights in the form that is stored, rounded to ``DIGITS`` significant digits."""
    dense_count = len(fitted.centres) - len(fitted.vocabulary.rarity) - len(PLACES) * width()
    own_count = dense_count + len(PLACES) * width()
    return MarkWeights(
        task=TASK,
        source=SOURCE,
        licence=LICENCE,
        fitted_with=f"numpy {np.__version__}",
        rows=count,
        measures=fitted.vocabulary.measures,
        listed=fitted.vocabulary.rarity,
        centres=rounded(fitted.centres[:dense_count]),
        vector_centres=rounded(fitted.centres[dense_count:own_count]),
        word_centres=rounded(fitted.centres[own_count:]),
        dense={g: {d: rounded(w[:dense_count]) for d, w in own.items()} for g, own in fitted.own.items()},
        vectors={g: {d: rounded(w[dense_count:]) for d, w in own.items()} for g, own in fitted.own.items()},
        words={d: rounded(w) for d, w in fitted.words.items()},
        surfaces={
            surface: SurfaceWeights(
                baseline=baselines[surface], gain=gains[surface], intercepts={d: round(v, 2) for d, v in own.items()}
            )
            for surface, own in fitted.intercepts.items()
        },
        tag_logs=fitted.vocabulary.tag_logs,
    )


def rounded(row: Vector, digits: int = DIGITS) -> list[float]:
    """``digits``: significant digits."""
    return [float(f"{value:.{digits}g}") for value in row]


def write(weights: MarkWeights, path: Path) -> None:
    path.write_text(weights.model_dump_json() + "\n", encoding="utf-8")
