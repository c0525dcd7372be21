"""The data sheet of every learned model: what it predicts, the data it was fitted to, their licence, and its size."""

from __future__ import annotations

from nlp.evaluation.card import Table
from nlp.quality.scoring import LEARNED, Scoring

FORMS = {"logistic": "logistic regression", "share": "ridge regression, clamped to 0-1", "number": "ridge regression"}


def measure(scoring: Scoring) -> Table:
    rows = []
    for name in LEARNED:
        weights = scoring.learned(name)
        assert weights is not None  # noqa: S101 the packaged version has them all
        form = FORMS[weights.link] + (", temperature fitted on unseen folds" if weights.temper != 1 else "")
        digest = scoring.document["learned"][name]["sha256"][:12]
        rows.append(
            (
                name, weights.task, weights.source, weights.licence, f"{weights.rows:,}", f"{len(weights.weights):,}", form,
                weights.fitted_with, digest,
            )
        )  # fmt: skip
    if scoring.marks:
        marks = scoring.marks.weights
        features = len(marks.centres) + len(marks.vector_centres) + len(marks.word_centres)
        digest = scoring.document["marks"]["sha256"][:12]
        form = "ridge regressions, weights of measures not negative"
        rows.append(
            (
                "marks",
                marks.task,
                marks.source,
                marks.licence,
                f"{marks.rows:,}",
                f"{features:,}",
                form,
                marks.fitted_with,
                digest,
            )
        )
    heads = ("model", "predicts", "fitted to", "licence", "rows", "features", "form", "fitted with", "SHA-256")
    return Table(heads, rows, "Learned models")
