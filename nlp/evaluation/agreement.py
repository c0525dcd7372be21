"""How the score agrees with the labelled set, beside how its two passes agree with each other."""

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
from nlp.training import labels as judged
from nlp.training.labels import WHOLE, Judged

#: The limits that the judges were told.
MARKED_BANDS = (48, 68, 82)


class Scored(NamedTuple):
    """A judged draft, and the coach's own marks of it: the dimensions and ``whole``, 0-100."""

    draft: Judged
    marks: dict[str, int]


def measure(scoring: Scoring) -> list[Table]:
    scored = _scored(Coach(scoring))
    held = [one for one in scored if one.draft.held]
    unjudged = len(judged.drafts()) - len(scored)
    return [_wholes(held, scored, unjudged), _dimensions(held), _kinds(held), *_bands(scoring, held)]


def absolute(predicted: Numbers, true: Numbers) -> float:
    """Mean absolute error, in the marks' own unit."""
    return float(np.abs(np.asarray(predicted) - np.asarray(true)).mean())


def kappa(predicted: Numbers, true: Numbers) -> float:
    """Cohen's kappa with squared weights over numbered classes: 1 full agreement, 0 that of chance (Cohen 1968,
    https://doi.org/10.1037/h0026256)."""
    return float(cohen_kappa_score(predicted, true, weights="quadratic"))


def _scored(coach: Coach) -> list[Scored]:
    found = []
    for draft in judged.drafts():
        seen = coach.assess(Draft(draft.surface, draft.text))
        if seen.score is not None:
            found.append(Scored(draft, {**seen.dimensions, WHOLE: seen.score}))
    return found


def _pairs(some: Sequence[Scored], name: str) -> tuple[list[float], list[float], list[float], list[float]]:
    """The coach's marks of ``name``, the judges' mean, and each pass: on the drafts where all are given."""
    rows = [
        (o.marks[name], m, *(p[name] for p in o.draft.passes)) for o in some if name in o.marks and (m := o.draft.mark(name))
    ]
    coach, mean, first, second = (list(map(float, column)) for column in zip(*rows, strict=True))
    return coach, mean, first, second


def _wholes(held: Sequence[Scored], every: Sequence[Scored], unjudged: int) -> Table:
    coach, mean, first, second = _pairs(held, WHOLE)
    length = [float(len(one.draft.text.split())) for one in held]
    seen_coach, seen_mean, *_ = _pairs([one for one in every if not one.draft.held], WHOLE)
    middle = [float(np.mean(seen_mean))] * len(mean)
    compared: list[tuple[str, list[float], list[float]]] = [
        ("coach, held-out drafts", coach, mean),
        ("length alone, held-out drafts", length, mean),
        ("coach, drafts it was fitted on", seen_coach, seen_mean),
        ("one pass and the other, held-out drafts", first, second),
    ]
    rows = [(what, str(bootstrap(spearman, x, y)), _short(absolute, x, y), f"{len(x):,}") for what, x, y in compared]
    rows[1] = (*rows[1][:2], "", rows[1][3])
    rows.append(("always the mean of the fitted drafts", "", _short(absolute, middle, mean), f"{len(mean):,}"))
    heads = ("the whole, 0-100", "Spearman (95 % interval)", "mean absolute error (95 % interval)", "drafts")
    title = f"Agreement with the labelled set; {unjudged} of its drafts get no score (too short, or talk that is let alone)"
    return Table(heads, rows, title)


def _dimensions(held: Sequence[Scored]) -> Table:
    rows = []
    for name in DRAFT_DIMENSIONS:
        coach, mean, first, second = _pairs(held, name)
        rows.append(
            (name, str(bootstrap(spearman, coach, mean)), str(bootstrap(spearman, first, second)),
             f"{kappa(first, second):.2f}", f"{len(mean):,}")
        )  # fmt: skip
    heads = ("dimension", "coach, Spearman", "one pass and the other, Spearman", "the same, weighted kappa", "held-out drafts")
    return Table(heads, rows, "Agreement by dimension")


def _kinds(held: Sequence[Scored]) -> Table:
    kinds: tuple[tuple[str, Callable[[Judged], str]], ...] = (
        ("surface", lambda draft: draft.surface),
        ("English", lambda draft: draft.english),
    )
    rows = []
    for about, of in kinds:
        for kind in sorted({of(one.draft) for one in held}):
            coach, mean, first, second = _pairs([one for one in held if of(one.draft) == kind], WHOLE)
            rows.append(
                (f"{about}: {kind}", str(bootstrap(spearman, coach, mean)), f"{np.mean(coach):.1f}", f"{np.mean(mean):.1f}",
                 f"{spearman(first, second):.3f}", f"{len(mean):,}")
            )  # fmt: skip
    heads = ("kind", "coach, Spearman", "coach's mean", "judges' mean", "one pass and the other, Spearman", "held-out drafts")
    return Table(heads, rows, "Agreement by kind, of the whole")


def _bands(scoring: Scoring, held: Sequence[Scored]) -> list[Table]:
    coach, mean, first, second = _pairs(held, WHOLE)
    rubric = scoring.rubric("linkedin-post")

    def bands(marks: Sequence[float]) -> list[int]:
        return [sum(int(mark + 0.5) >= limit for limit in MARKED_BANDS) for mark in marks]

    of_coach = [BANDS.index(band_of(rubric, int(score))) for score in coach]
    of_judges, of_first, of_second = map(bands, (mean, first, second))
    tables = []
    for title, across, down in (
        ("Bands, held-out drafts: down the judges', across the coach's", of_coach, of_judges),
        ("Bands, held-out drafts: down the first pass, across the second", of_second, of_first),
    ):
        count = Counter(zip(down, across, strict=True))
        rows = [(BANDS[i], *(str(count[i, j]) for j in range(len(BANDS)))) for i in range(len(BANDS))]
        same = sum(x == y for x, y in zip(down, across, strict=True)) / len(down)
        near = sum(abs(x - y) <= 1 for x, y in zip(down, across, strict=True)) / len(down)
        told = f"{title}; {same:.0%} the same, {near:.0%} within one, weighted kappa {kappa(across, down):.2f}"
        tables.append(Table(("", *BANDS), rows, told))
    return tables


def _short(metric: Callable[[Numbers, Numbers], float], x: Numbers, y: Numbers) -> str:
    found: Figure = bootstrap(metric, x, y)
    return f"{found.value:.1f} ({found.low:.1f} to {found.high:.1f})"
