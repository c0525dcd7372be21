"""Fits the genericness (``nlp/quality/genericness.py``) to what judges said of the drafts of the feed; ``make train`` writes
``nlp/quality/weights/genericness.json``."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nlp import language
from nlp.coach import Coach
from nlp.model import Draft, Surface
from nlp.quality.genericness import GenericnessWeights, Inputs
from nlp.quality.marks import described as descriptions
from nlp.quality.marks.described import Described
from nlp.quality.scoring import load_scoring
from nlp.training import labels
from nlp.training.labels import GENERIC, LabelledDraft
from nlp.training.quality.marks import DIGITS, ridge, rounded

#: Strength of the ridge penalty, and the scale of features after standardising, chosen by folds over the training drafts.
STRENGTH = 800.0
SCALES = {"measure": 1.0, "shape": 1.0, "rule": 1.0, "surface": 1.0, "mean": 1.0, "word": 0.45}
#: Drafts in which a rule has a finding, and in which a listed word begins with a small letter: names do not.
MIN_DRAFTS, MIN_WORD_DRAFTS = 5, 8
#: A feature that hardly ever varies would get a weight that is huge where it does.
MIN_SPREAD = 0.02
TASK = "How much a draft reads as if nobody in particular had written it, 0-100"
SOURCE = "Labelled drafts of this project (nlp/training/labels); word vectors distilled from all-MiniLM-L6-v2, Wang et al. 2020"
LICENCE = "Apache-2.0"


class Row(NamedTuple):
    """A draft as the model sees it. ``words``: those that begin with a small letter. ``rules``: the id of the rule of each
    finding. ``mark``: the judges' mean, 0-100."""

    group: str
    surface: Surface
    described: Described
    words: frozenset[str]
    rules: tuple[str, ...]
    mark: float


def rows(coach: Coach, drafts: Iterable[LabelledDraft]) -> list[Row]:
    """The drafts that have a mark and a sentence in English. ``coach``: a version that has marks."""
    found = []
    for draft in drafts:
        mark, model = draft.mark(GENERIC), coach.scoring.marks
        assessment = coach.assess(Draft(draft.surface, draft.text))
        if mark is None or model is None or not assessment.measures:
            continue
        scored = language.read(draft.text).scored
        described = descriptions.describe(scored, assessment.measures, model.weights.tag_logs)
        if described.sentences:
            words = frozenset(word.lower for word in scored.words if word.text[0].islower() or word.text == "I")
            rules = tuple(finding.rule for finding in assessment.findings)
            found.append(Row(draft.group or draft.id, draft.surface, described, words, rules, mark))
    return found


def inputs(found: Sequence[Row]) -> Inputs:
    """What occurs often enough in the drafts to have a weight."""
    with_rule = Counter(rule for row in found for rule in set(row.rules))
    with_word = Counter(word for row in found for word in row.words)
    return Inputs(
        sorted({name for row in found for name in row.described.measures}),
        sorted(rule for rule, count in with_rule.items() if count >= MIN_DRAFTS),
        {
            word: round(math.log(len(found) / count), DIGITS)
            for word, count in sorted(with_word.items())
            if count >= MIN_WORD_DRAFTS and word.isascii()
        },
    )


def fit(found: Sequence[Row], *, strength: float = STRENGTH) -> GenericnessWeights:
    """Ridge regression on the logarithm of the marks: most drafts are near 0."""
    used = inputs(found)
    raw = np.array([used.features(row.described, row.surface, row.rules) for row in found])
    centres, spread = raw.mean(axis=0), np.maximum(raw.std(axis=0), MIN_SPREAD)
    scale = np.array([SCALES[name.partition(":")[0]] for name in used.names]) / spread
    targets = np.log1p([row.mark for row in found])
    unbounded = np.zeros(raw.shape[1], dtype=bool)
    intercept, solution = ridge((raw - centres) * scale, targets, np.ones(len(found)), unbounded, strength)
    return GenericnessWeights(
        task=TASK,
        source=SOURCE,
        licence=LICENCE,
        fitted_with=f"numpy {np.__version__}",
        rows=len(found),
        measures=list(used.measures),
        rules=list(used.rules),
        listed=dict(used.listed),
        intercept=round(intercept, DIGITS),
        centres=rounded(centres),
        weights=rounded(solution * scale),
    )


def fitted_weights() -> GenericnessWeights:
    """What ``weights/genericness.json`` holds: fitted to the drafts of the feed that are not held out."""
    document = load_scoring().document
    del document["genericness"]
    drafts = [draft for draft in labels.drafts("feed") if not draft.is_held_out]
    return fit(rows(Coach(load_scoring(document)), drafts))


def write(out: Path) -> None:
    """Writes the fitted weights to the folder ``out``."""
    (out / "genericness.json").write_text(fitted_weights().model_dump_json() + "\n", encoding="utf-8")
