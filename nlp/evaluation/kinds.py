"""How well the kind of a draft is told, against the judges of held-out drafts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nlp import language
from nlp.evaluation.card import Table
from nlp.evaluation.metrics import bootstrap
from nlp.model import KINDS
from nlp.quality.kinds.described import describe
from nlp.quality.scoring import Scoring
from nlp.training import labels
from nlp.training.quality.kinds import with_link


class Told(NamedTuple):
    """What the judges and the model say that a draft does."""

    judges: tuple[str, ...]
    model: str
    probability: float


def measure(scoring: Scoring) -> list[Table]:
    assert scoring.kinds is not None  # noqa: S101 the packaged version has them
    told = []
    for draft in labels.drafts("feed"):
        reading = language.read(with_link(draft.text))
        if draft.is_held_out and draft.kinds and not reading.is_foreign:
            kind = scoring.kinds.predict(describe(reading, draft.surface))
            if kind:
                told.append(Told(draft.kinds, kind.name, kind.probability))
    return [_accuracy(told), _by_kind(told)]


def agreement(told: Sequence[Told]) -> list[float]:
    """For each draft, the share of its judges whom the model agrees with."""
    return [item.judges.count(item.model) / len(item.judges) for item in told]


def _mean(values: Sequence[float], _: Sequence[float]) -> float:
    return sum(values) / len(values)


def _accuracy(told: Sequence[Told]) -> Table:
    rows: list[Sequence[str]] = []
    twice = [item for item in told if len(item.judges) == 2]
    sure = [item for item in told if item.probability >= 0.5]
    agreed = [item for item in twice if len(set(item.judges)) == 1]
    judges = [float(len(set(item.judges)) == 1) for item in twice]
    for what, values in (
        ("the judges, mean of those of a draft", agreement(told)),
        ("either judge of a draft", [float(item.model in item.judges) for item in told]),
        ("the kind that both judges chose", [float(item.model in item.judges) for item in agreed]),
        ("the judges, where the probability is 0.5 or more", agreement(sure)),
        ("each other (first and second judge)", judges),
    ):
        rows.append((what, str(bootstrap(_mean, values, values)), f"{len(values):,}"))
    return Table(("agreement with", "accuracy (95 % interval)", "held-out drafts"), rows, "The kind of a draft")


def _by_kind(told: Sequence[Told]) -> Table:
    """A prediction is right if a judge of the draft chose it; a draft is of a kind if any judge chose that."""
    rows = []
    for kind in KINDS:
        predicted = [item for item in told if item.model == kind]
        true = [item for item in told if kind in item.judges]
        right = sum(kind in item.judges for item in predicted)
        precision = f"{right / len(predicted):.2f}" if predicted else ""
        recall = f"{right / len(true):.2f}" if true else ""
        rows.append((kind, precision, recall, f"{len(predicted):,}", f"{len(true):,}"))
    heads = ("kind", "precision", "recall", "held-out drafts predicted", "held-out drafts of the kind")
    return Table(heads, rows, "By kind; right is what either judge chose")
