"""Evaluates the score: learned measures, comparisons, agreement with judges, fairness."""

from __future__ import annotations

from pathlib import Path

from nlp.coach import Coach
from nlp.evaluation import advice, agreement, fairness, genericness, kinds, labels, profile_agreement, sheets, wordings
from nlp.evaluation.card import Table
from nlp.quality.scoring import Scoring


def measure(scoring: Scoring, corpora: Path) -> list[Table]:
    """All tables of the quality model card."""
    return [
        sheets.measure(scoring),
        labels.measure(scoring, corpora),
        *wordings.measure(scoring, corpora),
        *agreement.measure(scoring),
        *profile_agreement.measure(scoring),
        *kinds.measure(scoring),
        *advice.measure(Coach(scoring)),
        genericness.measure(Coach(scoring)),
        fairness.measure(Coach(scoring)),
    ]
