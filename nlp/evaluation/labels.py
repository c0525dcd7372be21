"""Agreement of the learned measures with people's labels of held-out texts, compared with that of text length alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from nlp.evaluation.card import Table
from nlp.evaluation.metrics import Numbers, auc, bootstrap, spearman
from nlp.quality.features import of_post, of_prose
from nlp.quality.scoring import Scoring
from nlp.training.quality import corpora as sets
from nlp.training.quality.corpora import Graded


class Labelled(NamedTuple):
    """A learned model, the texts it is measured on, and the metric."""

    learned: str
    read: Callable[[Path], tuple[Graded, Graded]]
    metric: Callable[[Numbers, Numbers], float]
    features: Callable[[str], dict[str, float]] = of_prose


def _above_half(predicted: Numbers, grades: Numbers) -> float:
    return auc(predicted, [float(grade > 0.5) for grade in grades])


MEASURED = (
    Labelled("bait", sets.bait, spearman, of_post),
    Labelled("bait", sets.bait, _above_half, of_post),
    Labelled("formality", sets.formality, spearman),
    Labelled("level", sets.level, spearman),
    Labelled("politeness", sets.politeness, auc),
    Labelled("warmth", sets.warmth, auc),
    Labelled("spam", sets.spam, auc, of_post),
)
METRIC_NAMES: dict[Callable[[Numbers, Numbers], float], str] = {
    spearman: "Spearman",
    auc: "AUC",
    _above_half: "AUC, mark above 0.5",
}


def measure(scoring: Scoring, corpora: Path) -> Table:
    """One row per model and kind of text, with 95 % intervals."""
    rows: list[Sequence[str]] = []
    for labelled in MEASURED:
        weights = scoring.learned(labelled.learned)
        assert weights is not None  # noqa: S101 the packaged version has them all
        _, held_out = labelled.read(corpora)
        predicted = [weights.predict(labelled.features(text)) for text in held_out.texts]
        length = [float(len(text.split())) for text in held_out.texts]
        # Use the direction in which length predicts better, so that the baseline is not too weak.
        if labelled.metric(length, held_out.grades) < labelled.metric([-x for x in length], held_out.grades):
            length = [-x for x in length]
        kinds = sorted(set(held_out.kinds))
        for kind in ["", *kinds] if len(kinds) > 1 else [""]:
            chosen = [i for i, text_kind in enumerate(held_out.kinds) if kind in ("", text_kind)]
            truth = [held_out.grades[i] for i in chosen]
            rows.append(
                (
                    labelled.learned + (f", {kind}" if kind else ""),
                    METRIC_NAMES[labelled.metric],
                    str(bootstrap(labelled.metric, [predicted[i] for i in chosen], truth)),
                    str(bootstrap(labelled.metric, [length[i] for i in chosen], truth)),
                    f"{len(chosen):,}",
                )
            )
    heads = ("measure", "figure", "learned (95 % interval)", "length alone", "held-out texts")
    return Table(heads, rows, "Learned measures against people's labels")
