"""Fits the levers (``nlp/quality/levers``) to the advice that the judges gave first, and their worth to what rewrites gained;
``make train`` writes ``nlp/quality/weights/levers.json``.

The lever is told as the kind is (``kinds.py``), from the predicted marks as well. Marks of a draft that the model of marks was
fitted to would look better than those of a new draft, so each draft's are predicted by a model that did not see it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from nlp.coach import Coach
from nlp.model import DRAFT_DIMENSIONS, LEVERS, Draft
from nlp.quality.kinds.described import number_names
from nlp.quality.levers.described import describe, extra_names
from nlp.quality.levers.weights import LeverWeights
from nlp.training import labels
from nlp.training.labels import LabelledDraft, hash_of
from nlp.training.quality import kinds, marks
from nlp.training.quality.kinds import COUNTS, FOLDS, LICENCE, Vector, stored

#: Strength of the penalty and the counts of features (see ``kinds.py``), chosen by folds over the training drafts.
STRENGTH = 1.2
LEVER_COUNTS = {**COUNTS, "mark": 1.0, "measure": 1.0}
#: How much the second-best lever counts, where a judge named one.
SECOND = 0.3
#: The score near which one change brings a draft, chosen for the smallest error over the rewrites. ``leave``: chosen by folds
#: so that four of five drafts that both judges would leave alone are left alone.
TARGET, LEAVE_SHARE = 75, 0.65
PRIOR = 6
DECIMALS = 2
TASK = "Which change a good coach would advise first, and what it gains"
SOURCE = "Labelled drafts and rewrites of this project (nlp/training/labels); word vectors distilled from all-MiniLM-L6-v2"


class Found(NamedTuple):
    """Drafts as the model sees them, in the order of ``drafts``."""

    drafts: list[LabelledDraft]
    rows: list[kinds.Row]
    measures: list[str]


class Rewrite(NamedTuple):
    """A draft that was rewritten by one lever, which the judges or the coach had named first: its score before, and by how many
    points the score rose."""

    draft_id: str
    lever: str
    before: int
    gain: int
    advised_by: Literal["judges", "coach"] = "judges"


def find(coach: Coach, drafts: Iterable[LabelledDraft]) -> Found:
    """The drafts that are scored and have a lever, with marks by models that did not see them."""
    logs = coach.scoring.marks.weights.tag_logs if coach.scoring.marks else {}
    used, seen, described = [], [], []
    for draft in drafts:
        marked = marks.rows(coach, [draft], tag_logs=logs) if draft.levers else []
        told = kinds.rows([draft]) if marked else []
        if told:
            used.append(draft)
            seen += marked
            described += told
    measures = sorted({name for row in seen for name in row.described.measures})
    predicted = unseen_marks(seen, logs)
    rows = []
    for draft, row, own, values in zip(used, described, seen, predicted, strict=True):
        full = describe(row.described, dict(zip(DRAFT_DIMENSIONS, values, strict=True)), own.described.measures, measures)
        rows.append(row._replace(described=full, shares=shares_of(draft)))
    return Found(used, rows, measures)


def unseen_marks(rows: Sequence[marks.Row], logs: Mapping[str, float]) -> Vector:
    """The marks of each draft by a model that was fitted to the other folds; a conversation is in one fold."""
    folds = np.array([hash_of(f"kind {row.group}") % FOLDS for row in rows])
    predicted = np.zeros((len(rows), len(DRAFT_DIMENSIONS)))
    for fold in range(FOLDS):
        rest = [row for row, other in zip(rows, folds, strict=True) if other != fold]
        fitted = marks.fit(rest, marks.vocabulary(rest, dict(logs)))
        own = [row for row, other in zip(rows, folds, strict=True) if other == fold]
        predicted[folds == fold] = marks.marks(fitted, own)
    return predicted


def shares_of(draft: LabelledDraft) -> Vector:
    """How much each of ``LEVERS`` was advised, adding up to 1."""
    counts = np.zeros(len(LEVERS))
    for lever in draft.levers:
        counts[LEVERS.index(lever)] += 1 / len(draft.levers)
    for lever in draft.second_levers:
        counts[LEVERS.index(lever)] += SECOND / 2
    return np.asarray(counts / counts.sum())


def unseen(found: Found) -> Vector:
    """The probabilities for each draft by a model that was fitted to the other folds."""
    return kinds.unseen(found.rows, strength=STRENGTH, counts=LEVER_COUNTS, numbers=numbers(found))


def numbers(found: Found) -> list[str]:
    return [*number_names(), *extra_names(found.measures)]


def rewrites(coach: Coach, *, held_out: bool = False) -> list[Rewrite]:
    """Rewrites of which both versions are scored. ``held_out``: also those of drafts that are held out."""
    drafts = {draft.id: draft for draft in labels.drafts("feed") if held_out or not draft.is_held_out}
    gains = []
    for row in labels.rows("feed/rewrites"):
        draft = drafts.get(row["id"])
        if draft is None:
            continue
        before = coach.assess(Draft(draft.surface, draft.text)).score
        after = coach.assess(Draft(draft.surface, row["text"])).score
        if before is not None and after is not None:
            gains.append(Rewrite(draft.id, row["lever"], before, after - before, row["advised_by"]))
    return gains


def shares(gains: Iterable[Rewrite], chances: Mapping[str, Vector]) -> dict[str, float]:
    """Lever to the share of the distance to ``TARGET`` that its rewrites gained, by least squares. ``chances``: id of a draft
    to the probabilities of its levers.

    How the levers compare follows from rewrites by the lever that both judges named, each drawn to the mean as if ``PRIOR``
    mean rewrites had been seen. How much they gain follows from rewrites by the coach's own first advice, which is not always
    what a draft needs most."""
    usable = [row for row in gains if row.before < TARGET and row.draft_id in chances]
    judged = [row for row in usable if row.advised_by == "judges"]
    mean_square = math.fsum((TARGET - row.before) ** 2 for row in judged) / len(judged)
    mean_share = math.fsum(row.gain * (TARGET - row.before) for row in judged) / (mean_square * len(judged))
    products: dict[str, float] = defaultdict(lambda: PRIOR * mean_share * mean_square)
    squares: dict[str, float] = defaultdict(lambda: PRIOR * mean_square)
    for row in judged:
        products[row.lever] += row.gain * (TARGET - row.before)
        squares[row.lever] += (TARGET - row.before) ** 2
    plain = {lever: products[lever] / squares[lever] for lever in products}
    own = [row for row in usable if row.advised_by == "coach"]
    told = [plain[r.lever] * math.sqrt(chances[r.draft_id][LEVERS.index(r.lever)]) * (TARGET - r.before) for r in own]
    factor = math.fsum(r.gain * points for r, points in zip(own, told, strict=True)) / math.fsum(p * p for p in told)
    scaled = {lever: round(share * factor, DECIMALS) for lever, share in sorted(plain.items())}
    return {**scaled, "leave": round(LEAVE_SHARE * factor, DECIMALS)}


def fitted_weights() -> LeverWeights:
    """What ``weights/levers.json`` holds: fitted to the drafts of the feed that are not held out. The marks and the rubric must
    have been written before."""
    coach = Coach()
    found = find(coach, (draft for draft in labels.drafts("feed") if not draft.is_held_out))
    chances = dict(zip((draft.id for draft in found.drafts), unseen(found), strict=True))
    fitted = kinds.fit(found.rows, strength=STRENGTH, counts=LEVER_COUNTS, numbers=numbers(found))
    fields: dict[str, Any] = stored(fitted)
    return LeverWeights(
        task=TASK,
        source=SOURCE,
        licence=LICENCE,
        rows=len(found.rows),
        levers=list(LEVERS),
        measures=found.measures,
        target=TARGET,
        shares=shares(rewrites(coach), chances),
        **fields,
    )


def write(out: Path) -> None:
    """Writes the weights to the folder ``out``."""
    (out / "levers.json").write_text(fitted_weights().model_dump_json() + "\n", encoding="utf-8")
