"""Fits the marks of profiles (``nlp/quality/marks/profiles``) to the labelled profiles; ``make train`` writes
``nlp/quality/weights/profile_marks.json``.

Each judged dimension is a ridge regression on all features. All profiles share weights, and each group has its own deviations
from them. The marks of the dimensions are moved so that, weighted as in the rubric, they make the judges' mark of the whole.
No weight of a measure is negative.

Profiles are also fitted with headline or About alone, so that each is judged by itself where the other is not loaded, and
with a borrowed promise before the headline (``padding.py``), which must not raise them.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nlp import language, profiles
from nlp.coach import Coach
from nlp.model import PROFILE_DIMENSIONS, PROFILE_SURFACES, Profile, Surface
from nlp.quality.counts import vocabulary
from nlp.quality.marks.profiles.described import GROUPS, Described, Group, Layout, describe
from nlp.quality.marks.profiles.predict import AVERAGE_GOODNESS
from nlp.quality.marks.profiles.weights import JUDGED, ProfileMarkWeights
from nlp.quality.scoring import FORMAT, load_scoring, packaged
from nlp.quality.stored import SurfaceWeights
from nlp.training.labels import WHOLE, hash_of
from nlp.training.labels.profiles import MARKS, LabelledProfile
from nlp.training.labels.profiles import profiles as labelled_profiles
from nlp.training.quality.marks import LICENCE, ridge, rounded
from nlp.training.quality.padding import padded
from nlp.training.quality.rubric import LABELS, band_precision, fit_bands, interval_scale

Vector = np.ndarray[Any, np.dtype[np.float64]]

FOLDS = 5
#: Of copies in the loss: with one text alone, and with a promise before the headline.
ALONE_WEIGHT, PADDED_WEIGHT = 0.5, 0.5
#: Promises that each profile is fitted with.
PROMISES = 3
#: Strength of the ridge penalty, and the scale of features after standardising, chosen by folds over the training profiles.
STRENGTH = 450.0
SCALES = {"measure": 2.0, "shape": 1.0, "all": 0.7, "first": 0.7, "last": 0.7, "word": 0.8}
#: Scale of the shared weights, of a group's deviations from them and of the indicator of a surface.
SHARED, OWN, SURFACE = 0.8, 0.3, 3.0
#: Profiles in which a listed word occurs, or a feature differs from what it is in most of the others. The weight of a feature
#: that hardly ever varies would be a guess, and huge where it does.
MIN_PROFILES = 8
#: Words that say nothing about a profile but who its person is.
UNLISTED = frozenset({"he", "she", "his", "her", "him", "hers", "himself", "herself"})
#: Measures of sections that the judges did not see, or of how sections agree: what they add is set by judgement.
CHECKED = (
    "recommendations", "work_shown", "sections_filled", "photo", "skills", "roles_described", "headline_kept", "one_speaker",
    "skills_shown", "ways_to_reach", "invitation", "place_named",
)  # fmt: skip
MEASURES = [name for name in profiles.NAMES if name not in CHECKED]
#: The measures of each dimension, which share its 100 points where all of them are checked.
IN_DIMENSION = {"proof": 3, "completeness": 4, "consistency": 3, "contact": 3}
TASK = "The marks of readers for each dimension of a profile, 1-5 scaled to 0-100"
SOURCE = (
    "Labelled profiles of this project (nlp/training/labels); word vectors distilled from all-MiniLM-L6-v2, Wang et al. 2020"
)


class Row(NamedTuple):
    """A profile as the model sees it. ``costs``: dimension to what its findings cost, in points (<= 0). ``checked``: dimension
    to what the measures of ``CHECKED`` add to its mark. ``marks``: judged dimension to 0-100."""

    id: str
    surface: Surface
    described: Described
    costs: Mapping[str, float]
    checked: Mapping[str, float]
    marks: Mapping[str, float]
    whole: float
    weight: float
    is_copy: bool

    @property
    def cost(self) -> float:
        return sum(self.costs.values())


class Reader:
    """Turns profiles into rows. ``coach``: gives measures and findings."""

    def __init__(self, coach: Coach) -> None:
        self.coach = coach
        dimension = {m.name: m.dimension for m in coach.assess(Profile("linkedin-profile", {"headline": "Pumps"})).measures}
        self.dimensions = {name: dimension[name] for name in CHECKED}
        self.points = {name: round(100 / IN_DIMENSION[self.dimensions[name]], 1) for name in CHECKED}

    def rows(self, found: Sequence[LabelledProfile]) -> list[Row]:
        """Each profile that is scored, as it is and as copies."""
        rows = []
        for each in found:
            profile = each.profile
            texts = [name for name in ("headline", "about") if name in each.sections]
            alone = [Profile(each.surface, {name: each.sections[name]}) for name in texts]
            promises = [padded(profile, f"{each.id} {number}") for number in range(PROMISES)]
            promises += [padded(copy, f"{each.id} alone") for copy in alone if "headline" in copy.sections]
            copies = [(copy, ALONE_WEIGHT) for copy in alone] + [(copy, PADDED_WEIGHT) for copy in promises]
            rows += [self.row(each, profile, 1.0, is_copy=False)]
            rows += [self.row(each, copy, weight, is_copy=True) for copy, weight in copies]
        return [row for row in rows if row]

    def row(self, labelled: LabelledProfile, profile: Profile, weight: float, *, is_copy: bool) -> Row | None:
        """``profile``: as in ``labelled``, or a copy of it that is judged alike."""
        assessment = self.coach.assess(profile)
        if assessment.score is None:
            return None
        flat = profiles.flatten_profile(profile)
        costs: Counter[str] = Counter()
        for finding in assessment.findings:
            costs[finding.dimension] += finding.points
        checked: dict[str, float] = {}
        for m in assessment.measures:
            if m.name in self.points and m.goodness is not None:
                added = self.points[m.name] * (m.goodness - AVERAGE_GOODNESS)
                checked[m.dimension] = checked.get(m.dimension, 0.0) + added
        marks = {name: 25 * (labelled.mark(name) - 1) for name in MARKS}
        marks["about"] = (marks["about"] + marks.pop("voice")) / 2
        return Row(
            labelled.id,
            profile.surface,
            describe(flat, language.read(flat.text), assessment.measures),
            {dimension: cost / 10 for dimension, cost in costs.items() if cost},
            checked,
            marks,
            labelled.mark(WHOLE),
            weight,
            is_copy,
        )


def listed_words(found: Sequence[Row]) -> dict[str, float]:
    """Common words, no names, that occur in enough profiles, with their rarity."""
    originals = [row for row in found if not row.is_copy]
    counts = Counter(
        word for row in originals for word in {w for section in row.described.texts.values() for w in section.words}
    )
    kept = sorted(w for w, n in counts.items() if n >= MIN_PROFILES and w in vocabulary() and w not in UNLISTED)
    return {word: round(math.log(len(originals) / counts[word]), 4) for word in kept}


class Model(NamedTuple):
    """``worth``: surface to dimension to what a point of its mark is worth in the score."""

    layout: Layout
    rarity: dict[str, float]
    centres: Vector
    weights: dict[Group, dict[str, Vector]]
    intercepts: dict[Surface, dict[str, float]]
    gains: dict[Surface, int]
    worth: dict[Surface, dict[str, float]]
    baselines: dict[Surface, int]

    def marks(self, found: Sequence[Row]) -> list[dict[str, float]]:
        """What the features add to each judged dimension."""
        rarity = np.array(list(self.rarity.values()))
        lines = []
        for row in found:
            values = self.layout.values(row.described, rarity)
            centred = np.where(np.isnan(values), 0.0, values - self.centres)
            lines.append({d: float(w @ centred) for d, w in self.weights[row.described.group].items()})
        return lines

    def scores(self, found: Sequence[Row]) -> Vector:
        """Scores, not rounded, by the formula of ``nlp/quality/rubric.py``."""
        baselines = np.array([self.baselines[row.surface] / 10 for row in found])
        return np.asarray(np.clip(baselines + self.sums(found), 0, 100))

    def sums(self, found: Sequence[Row]) -> Vector:
        """Scores without baselines."""
        return np.array(
            [
                sum(self.worth[row.surface][d] * value for d, value in line.items()) + _fixed(row, self.worth[row.surface])
                for row, line in zip(found, self.marks(found), strict=True)
            ]
        )


def _fixed(row: Row, worth: Mapping[str, float]) -> float:
    """The part of the score that is not learned."""
    return row.cost + sum(worth[d] * points for d, points in row.checked.items())


def fit(found: Sequence[Row], shares: Mapping[Surface, Mapping[str, float]], *, strength: float = STRENGTH) -> Model:
    """``shares``: surface to dimension to its part in the score."""
    gains = {surface: _gain([row for row in found if row.surface == surface], shares[surface]) for surface in PROFILE_SURFACES}
    worth = {surface: {d: gains[surface] / 100 * share for d, share in shares[surface].items()} for surface in shares}
    targets = _targets(found, worth)
    rarity = listed_words(found)
    layout = Layout(MEASURES, list(rarity))
    raw = np.array([layout.values(row.described, np.array(list(rarity.values()))) for row in found])
    originals = np.array([not row.is_copy for row in found])
    centres = np.nan_to_num(np.nanmean(raw[originals], axis=0))
    spread = np.nan_to_num(np.nanstd(raw[originals], axis=0), nan=1.0) + 1e-6
    scale = np.concatenate([np.full(b.stop - b.start, SCALES[name.rpartition(":")[2]]) for name, b in layout.blocks.items()])
    scale = np.where(_varying(raw[originals]) < MIN_PROFILES, 0.0, scale / spread)
    scaled = np.nan_to_num((raw - centres) * scale)
    in_group = np.array([[row.described.group == group for group in GROUPS] for row in found], dtype=float)
    on_surface = np.array([[row.surface == surface for surface in PROFILE_SURFACES] for row in found], dtype=float)
    design = np.hstack([SHARED * scaled, *(OWN * scaled * in_group[:, [i]] for i in range(len(GROUPS))), SURFACE * on_surface])
    bounded = np.zeros(layout.size, dtype=bool)
    bounded[layout.blocks["measure"]] = True
    all_bounded = np.concatenate([np.tile(bounded, 1 + len(GROUPS)), np.zeros(len(PROFILE_SURFACES), dtype=bool)])
    weight = np.array([row.weight for row in found])
    weights: dict[Group, dict[str, Vector]] = {group: {} for group in GROUPS}
    intercepts: dict[Surface, dict[str, float]] = {surface: {} for surface in PROFILE_SURFACES}
    for dimension in JUDGED:
        intercept, solution = ridge(design, targets[dimension], weight, all_bounded, strength)
        parts = solution[: layout.size * (1 + len(GROUPS))].reshape(1 + len(GROUPS), layout.size)
        for i, group in enumerate(GROUPS):
            weights[group][dimension] = (SHARED * parts[0] + OWN * parts[1 + i]) * scale
        for i, surface in enumerate(PROFILE_SURFACES):
            intercepts[surface][dimension] = float(intercept + SURFACE * solution[i - len(PROFILE_SURFACES)])
    model = Model(layout, rarity, centres, weights, intercepts, gains, worth, dict.fromkeys(PROFILE_SURFACES, 0))
    rest = np.array([row.whole for row in found]) - model.sums(found)
    baselines: dict[Surface, int] = {}
    for surface in PROFILE_SURFACES:
        own = [i for i, row in enumerate(found) if row.surface == surface and not row.is_copy]
        baselines[surface] = round(10 * float(np.mean(rest[own])))
    return model._replace(baselines=baselines)


def _varying(raw: Vector) -> Vector:
    """In how many rows each column differs from its most common value."""
    counts = [np.unique(column[~np.isnan(column)], return_counts=True)[1] for column in raw.T]
    return np.array([count.sum() - count.max(initial=0) for count in counts])


def _gain(found: Sequence[Row], shares: Mapping[str, float]) -> int:
    """In percent: by how many points the judges' whole rises with one of their marks, weighted as in the rubric."""
    originals = [row for row in found if not row.is_copy]
    weighted = np.array([sum(shares[d] * row.marks[d] for d in JUDGED) for row in originals])
    whole = np.array([row.whole for row in originals])
    return round(100 * float(np.cov(weighted, whole, bias=True)[0, 1] / weighted.var()))


def _targets(found: Sequence[Row], worth: Mapping[Surface, Mapping[str, float]]) -> dict[str, Vector]:
    """Dimension to the marks to fit: without what findings cost and checked measures add, and moved alike by as much as makes
    the whole."""
    targets = {d: np.zeros(len(found)) for d in JUDGED}
    for surface in PROFILE_SURFACES:
        own = [i for i, row in enumerate(found) if row.surface == surface]
        each = np.array([worth[surface][d] for d in JUDGED])
        marks = np.array([[_learned_mark(found[i], d, worth[surface]) for d in JUDGED] for i in own])
        rest = np.array([found[i].whole - _fixed(found[i], worth[surface]) for i in own]) - marks @ each
        originals = [not found[i].is_copy for i in own]
        moved = marks + ((rest - rest[originals].mean()) / each.sum())[:, None]
        for column, dimension in enumerate(JUDGED):
            targets[dimension][own] = moved[:, column]
    return targets


def _learned_mark(row: Row, dimension: str, worth: Mapping[str, float]) -> float:
    return row.marks[dimension] - row.costs.get(dimension, 0.0) / worth[dimension] - row.checked.get(dimension, 0.0)


def folds_of(found: Sequence[Row]) -> Vector:
    """The fold of each row; copies of a profile are in its fold."""
    return np.array([hash_of(f"fold {row.id}") % FOLDS for row in found])


def unseen_scores(found: Sequence[Row], shares: Mapping[Surface, Mapping[str, float]], **options: Any) -> Vector:
    """The score of each row by a model that was fitted on the other folds."""
    folds, scores = folds_of(found), np.zeros(len(found))
    for fold in range(FOLDS):
        inside = [i for i in range(len(found)) if folds[i] == fold]
        model = fit([found[i] for i in range(len(found)) if folds[i] != fold], shares, **options)
        scores[inside] = model.scores([found[i] for i in inside])
    return scores


def shares_of(coach: Coach) -> dict[Surface, dict[str, float]]:
    """Surface to dimension to its part in the score, by the rubric."""
    shares: dict[Surface, dict[str, float]] = {}
    for surface in PROFILE_SURFACES:
        weights = coach.scoring.rubric(surface).weights
        shares[surface] = {d: weights[d] / sum(weights.values()) for d in PROFILE_DIMENSIONS}
    return shares


def fitted_weights() -> ProfileMarkWeights:
    """What ``weights/profile_marks.json`` holds, fitted to the profiles that are not held out."""
    by_hand = json.loads((LABELS / "by_hand.json").read_text(encoding="utf-8"))
    # Without marks: only the measures and the findings of this version are used.
    coach = Coach(load_scoring({"format": FORMAT, "learned": packaged(), "rubric": by_hand}))
    reader, shares = Reader(coach), shares_of(coach)
    found = reader.rows([each for each in labelled_profiles() if not each.is_held_out])
    model = fit(found, shares)
    originals = [i for i, row in enumerate(found) if not row.is_copy]
    points = np.floor(unseen_scores(found, shares) + 0.5)[originals]
    wholes = np.array([found[i].whole for i in originals])
    limits = fit_bands(by_hand["bands"], points, wholes)
    return ProfileMarkWeights(
        task=TASK,
        source=SOURCE,
        licence=LICENCE,
        fitted_with=f"numpy {np.__version__}",
        rows=len(originals),
        measures=MEASURES,
        checked=reader.points,
        listed=model.rarity,
        centres=rounded(model.centres),
        weights={group: {d: rounded(row) for d, row in own.items()} for group, own in model.weights.items()},
        surfaces={
            surface: SurfaceWeights(
                baseline=model.baselines[surface],
                gain=model.gains[surface],
                intercepts={d: round(value, 2) for d, value in own.items()},
            )
            for surface, own in model.intercepts.items()
        },
        bands=limits,
        interval_scale=interval_scale(points, wholes),
        band_precision=band_precision(by_hand["bands"], limits, points, wholes),
    )


def write(out: Path) -> None:
    """Writes the fitted marks to the folder ``out``."""
    (out / "profile_marks.json").write_text(fitted_weights().model_dump_json() + "\n", encoding="utf-8")
