"""Agreement of the scores of profiles with the labelled profiles, by surface, and what a borrowed promise adds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nlp.coach import Coach
from nlp.evaluation.card import Table
from nlp.evaluation.metrics import bootstrap, mean_absolute_error, spearman
from nlp.model import PROFILE_SURFACES, Profile
from nlp.quality.marks.profiles.weights import JUDGED
from nlp.quality.scoring import Scoring
from nlp.training.labels import WHOLE
from nlp.training.labels.profiles import LabelledProfile, profiles
from nlp.training.quality.padding import before

#: The promise that is put before headlines and bios. The fit uses others.
PROMISE = "I help operations teams get their lead time from nine days to three. "


def measure(scoring: Scoring) -> list[Table]:
    coach = Coach(scoring)
    held_out = [each for each in profiles() if each.is_held_out]
    mean = float(np.mean([each.mark(WHOLE) for each in profiles() if not each.is_held_out]))
    rows = [_whole("all", held_out, coach, mean)]
    rows += [
        _whole(surface, [each for each in held_out if each.surface == surface], coach, mean) for surface in PROFILE_SURFACES
    ]
    heads = (
        "held-out profiles", "Spearman (95 % interval)", "length alone", "judges with one another", "mean absolute error",
        "error of the mean", "points that a promise before the headline adds", "profiles",
    )  # fmt: skip
    return [Table(heads, rows, "Agreement with the labelled profiles"), _dimensions(held_out, coach)]


def _whole(name: str, found: Sequence[LabelledProfile], coach: Coach, mean: float) -> tuple[str, ...]:
    scores = [_score(coach, each.profile) for each in found]
    wholes = [each.mark(WHOLE) for each in found]
    lengths = [float(len(coach.assess(each.profile).text.split())) for each in found]
    first, second = ([float(each.passes[number][WHOLE]) for each in found] for number in (0, 1))
    promised = [_score(coach, _with_promise(each.profile)) for each in found]
    return (
        name,
        str(bootstrap(spearman, scores, wholes)),
        f"{spearman(lengths, wholes):.3f}",
        f"{spearman(first, second):.3f}",
        f"{mean_absolute_error(scores, wholes):.1f}",
        f"{mean_absolute_error([mean] * len(wholes), wholes):.1f}",
        f"{float(np.mean(promised) - np.mean(scores)):.1f}",
        f"{len(found):,}",
    )


def _dimensions(found: Sequence[LabelledProfile], coach: Coach) -> Table:
    judged = [coach.assess(each.profile).dimensions for each in found]
    rows = []
    for dimension in JUDGED:
        marks = [each.mark(dimension) for each in found]
        predicted = [float(dimensions[dimension]) for dimensions in judged]
        rows.append((dimension, str(bootstrap(spearman, predicted, marks)), f"{len(found):,}"))
    return Table(("dimension of a profile", "Spearman (95 % interval)", "held-out profiles"), rows)


def _score(coach: Coach, profile: Profile) -> float:
    score = coach.assess(profile).score
    return float("nan") if score is None else float(score)


def _with_promise(profile: Profile) -> Profile:
    return before(profile, {"bio" if profile.surface == "x-profile" else "headline": PROMISE})
