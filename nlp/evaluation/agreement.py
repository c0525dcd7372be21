"""Agreement of the score with the labelled set, compared with the agreement of its two passes with each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from sklearn.metrics import cohen_kappa_score

from nlp.coach import Coach
from nlp.evaluation.card import Table
from nlp.evaluation.metrics import Figure, Numbers, bootstrap, spearman
from nlp.model import BANDS, DRAFT_DIMENSIONS, Draft
from nlp.quality.rubric import band_of
from nlp.quality.scoring import Scoring
from nlp.training import labels
from nlp.training.labels import WHOLE, LabelledDraft

#: The band limits in the judges' guide.
MARKED_BANDS = (48, 68, 82)


class Scored(NamedTuple):
    """A labelled draft and the coach's own marks for it: each dimension and ``whole``, 0-100."""

    draft: LabelledDraft
    marks: dict[str, int]


def measure(scoring: Scoring) -> list[Table]:
    scored = _scored(Coach(scoring))
    held_out = [item for item in scored if item.draft.is_held_out]
    unscored = len(labels.drafts()) - len(scored)
    return [_whole_marks(held_out, scored, unscored), _dimensions(held_out), _kinds(held_out), *_bands(scoring, held_out)]


def mean_absolute_error(predicted: Numbers, true: Numbers) -> float:
    """Mean absolute error, in the unit of the marks."""
    return float(np.abs(np.asarray(predicted) - np.asarray(true)).mean())


def kappa(predicted: Numbers, true: Numbers) -> float:
    """Cohen's kappa with quadratic weights over numbered classes: 1 is full agreement, 0 is chance (Cohen 1968,
    https://doi.org/10.1037/h0026256)."""
    return float(cohen_kappa_score(predicted, true, weights="quadratic"))


def _scored(coach: Coach) -> list[Scored]:
    scored = []
    for draft in labels.drafts():
        assessment = coach.assess(Draft(draft.surface, draft.text))
        if assessment.score is not None:
            scored.append(Scored(draft, {**assessment.dimensions, WHOLE: assessment.score}))
    return scored


def _pairs(scored: Sequence[Scored], name: str) -> tuple[list[float], list[float], list[float], list[float]]:
    """The coach's marks for ``name``, the judges' mean, and each pass, of the drafts that have them all."""
    rows = [
        (item.marks[name], mark, *(marks[name] for marks in item.draft.passes))
        for item in scored
        if name in item.marks and (mark := item.draft.mark(name))
    ]
    coach, mean, first, second = (list(map(float, column)) for column in zip(*rows, strict=True))
    return coach, mean, first, second


def _whole_marks(held_out: Sequence[Scored], scored: Sequence[Scored], unscored: int) -> Table:
    coach, mean, first, second = _pairs(held_out, WHOLE)
    length = [float(len(item.draft.text.split())) for item in held_out]
    fitted_coach, fitted_mean, *_ = _pairs([item for item in scored if not item.draft.is_held_out], WHOLE)
    constant = [float(np.mean(fitted_mean))] * len(mean)
    compared: list[tuple[str, list[float], list[float]]] = [
        ("coach, held-out drafts", coach, mean),
        ("length alone, held-out drafts", length, mean),
        ("coach, drafts it was fitted on", fitted_coach, fitted_mean),
        ("first pass and second pass, held-out drafts", first, second),
    ]
    rows = [
        (what, str(bootstrap(spearman, x, y)), _with_interval(mean_absolute_error, x, y), f"{len(x):,}")
        for what, x, y in compared
    ]
    rows[1] = (*rows[1][:2], "", rows[1][3])
    error = _with_interval(mean_absolute_error, constant, mean)
    rows.append(("always predicting the mean of the fitted drafts", "", error, f"{len(mean):,}"))
    heads = ("the draft as a whole, 0-100", "Spearman (95 % interval)", "mean absolute error (95 % interval)", "drafts")
    title = f"Agreement with the labelled set; {unscored} of its drafts get no score (too short, or protected topics)"
    return Table(heads, rows, title)


def _dimensions(held_out: Sequence[Scored]) -> Table:
    rows = []
    for name in DRAFT_DIMENSIONS:
        coach, mean, first, second = _pairs(held_out, name)
        rows.append(
            (name, str(bootstrap(spearman, coach, mean)), str(bootstrap(spearman, first, second)),
             f"{kappa(first, second):.2f}", f"{len(mean):,}")
        )  # fmt: skip
    heads = (
        "dimension",
        "coach, Spearman",
        "first and second pass, Spearman",
        "first and second pass, weighted kappa",
        "held-out drafts",
    )
    return Table(heads, rows, "Agreement by dimension")


def _kinds(held_out: Sequence[Scored]) -> Table:
    kinds: tuple[tuple[str, Callable[[LabelledDraft], str]], ...] = (
        ("surface", lambda draft: draft.surface),
        ("English", lambda draft: draft.english),
    )
    rows = []
    for attribute, kind_of in kinds:
        for kind in sorted({kind_of(item.draft) for item in held_out}):
            coach, mean, first, second = _pairs([item for item in held_out if kind_of(item.draft) == kind], WHOLE)
            rows.append(
                (f"{attribute}: {kind}", str(bootstrap(spearman, coach, mean)), f"{np.mean(coach):.1f}", f"{np.mean(mean):.1f}",
                 f"{spearman(first, second):.3f}", f"{len(mean):,}")
            )  # fmt: skip
    heads = ("kind", "coach, Spearman", "coach's mean", "judges' mean", "first and second pass, Spearman", "held-out drafts")
    return Table(heads, rows, "Agreement by kind of draft, on the whole")


def _bands(scoring: Scoring, held_out: Sequence[Scored]) -> list[Table]:
    coach, mean, first, second = _pairs(held_out, WHOLE)
    rubric = scoring.rubric("linkedin-post")

    def bands(marks: Sequence[float]) -> list[int]:
        return [sum(int(mark + 0.5) >= limit for limit in MARKED_BANDS) for mark in marks]

    of_coach = [BANDS.index(band_of(rubric, int(score))) for score in coach]
    of_judges, of_first, of_second = map(bands, (mean, first, second))
    tables = []
    for title, columns, by_row in (
        ("Bands of held-out drafts: rows are the judges', columns the coach's", of_coach, of_judges),
        ("Bands of held-out drafts: rows are the first pass, columns the second", of_second, of_first),
    ):
        count = Counter(zip(by_row, columns, strict=True))
        rows = [(BANDS[i], *(str(count[i, j]) for j in range(len(BANDS)))) for i in range(len(BANDS))]
        same = sum(x == y for x, y in zip(by_row, columns, strict=True)) / len(by_row)
        near = sum(abs(x - y) <= 1 for x, y in zip(by_row, columns, strict=True)) / len(by_row)
        caption = f"{title}; {same:.0%} equal, {near:.0%} at most one apart, weighted kappa {kappa(columns, by_row):.2f}"
        tables.append(Table(("", *BANDS), rows, caption))
    return tables


def _with_interval(metric: Callable[[Numbers, Numbers], float], x: Numbers, y: Numbers) -> str:
    figure: Figure = bootstrap(metric, x, y)
    return f"{figure.value:.1f} ({figure.low:.1f} to {figure.high:.1f})"
