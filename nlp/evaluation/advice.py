"""How well the first advice fits what the judges of held-out drafts would say first, and what rewrites by it gain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from nlp.coach import Coach
from nlp.evaluation.card import Table
from nlp.evaluation.metrics import bootstrap
from nlp.model import LEVERS, Draft, Profile
from nlp.training import labels
from nlp.training.labels import LabelledDraft
from nlp.training.labels.profiles import profiles
from nlp.training.quality.levers import rewrites

LEAVE = "leave"
#: Points of the score that following advice should gain.
ENOUGH = 8
#: Levers that ask for much the same, as one kind of advice: what is particular, what a reader can use, how it is worded.
KIND_OF = {
    **{lever: lever for lever in LEVERS},
    "fact": "case", "step": "reader", "hype": "wording", "own": "wording", "plain": "wording", "form": "wording",
}  # fmt: skip


class Told(NamedTuple):
    """``judges``: the lever that each judge named first. ``others``: those named second. ``coach``: the codes of the advice."""

    draft: LabelledDraft
    judges: tuple[str, ...]
    others: tuple[str, ...]
    coach: tuple[str, ...]


def measure(coach: Coach) -> list[Table]:
    told = []
    for draft in labels.drafts("feed"):
        if draft.is_held_out and draft.levers and not draft.is_invented:
            advice = coach.assess(Draft(draft.surface, draft.text)).advice
            if advice:
                told.append(Told(draft, draft.levers, draft.second_levers, tuple(each.code for each in advice)))
    return [_agreement(told), _by_lever(told), _worth(coach)]


def _agreement(told: Sequence[Told]) -> Table:
    parts = {
        "all": told,
        "imitating real posts": [item for item in told if not item.draft.is_planned],
        "written to a plan": [item for item in told if item.draft.is_planned],
    }
    rows: list[Sequence[str]] = []
    for name, items in parts.items():
        checks: dict[str, Callable[[Told], bool]] = {
            "the lever that either judge named first": lambda item: item.coach[0] in item.judges,
            "the kind of advice that either judge named first": lambda item: _kind(item.coach[0]) in map(_kind, item.judges),
            "the first judge's kind of advice": lambda item: _kind(item.coach[0]) == _kind(item.judges[0]),
            "judges with each other, kind of advice": lambda item: len(set(map(_kind, item.judges))) == 1,
        }
        rows += [(name, what, _share([check(item) for item in items]), f"{len(items):,}") for what, check in checks.items()]
    both = [item for item in told if set(item.judges) == {LEAVE}]
    either = [item for item in told if LEAVE in item.judges]
    left = [item for item in told if item.coach[0] == LEAVE]
    rows.append(("both judges leave it", "the coach leaves it", _share([i.coach[0] == LEAVE for i in both]), f"{len(both):,}"))
    rows.append(
        ("either judge leaves it", "the coach leaves it", _share([i.coach[0] == LEAVE for i in either]), f"{len(either):,}")
    )
    rows.append(("the coach leaves it", "either judge leaves it", _share([LEAVE in i.judges for i in left]), f"{len(left):,}"))
    heads = ("held-out drafts", "the first advice is", "share (95 % interval)", "drafts")
    return Table(heads, rows, "The first advice")


def _by_lever(told: Sequence[Told]) -> Table:
    rows = []
    for lever in LEVERS:
        first = [item for item in told if item.coach[0] == lever]
        named = [item for item in told if lever in item.judges]
        right = sum(lever in item.judges for item in first)
        second = sum(lever in (*item.judges, *item.others) for item in first)
        precision = f"{right / len(first):.2f}" if first else ""
        wider = f"{second / len(first):.2f}" if first else ""
        recall = f"{sum(item.coach[0] == lever for item in named) / len(named):.2f}" if named else ""
        rows.append((lever, precision, wider, recall, f"{len(first):,}", f"{len(named):,}"))
    heads = ("lever", "precision", "named first or second", "recall", "held-out drafts advised", "named first by a judge")
    return Table(heads, rows, "By lever")


def _worth(coach: Coach) -> Table:
    """All but the rows of the coach's own advice are in the fit."""
    gains = rewrites(coach, held_out=True)
    parts = {lever: [row for row in gains if row.lever == lever and row.advised_by == "judges"] for lever in LEVERS}
    parts["all, by the judges' first advice"] = [row for row in gains if row.advised_by == "judges"]
    parts["all, by the coach's first advice"] = [row for row in gains if row.advised_by == "coach"]
    rows = [(name, *_gain([float(row.gain) for row in own])) for name, own in parts.items() if own]
    rows.append(("profiles, by the coach's first advice", *_gain(_profile_gains(coach))))
    return Table(("rewritten by", "mean rise in points", "share that rose by 8 or more", "texts"), rows, "What rewrites gain")


def _gain(gains: Sequence[float]) -> tuple[str, str, str]:
    at_least = sum(gain >= ENOUGH for gain in gains) / len(gains)
    return f"{sum(gains) / len(gains):+.1f}", f"{at_least:.2f}", f"{len(gains):,}"


def _profile_gains(coach: Coach) -> list[float]:
    before = {each.id: each.profile for each in profiles()}
    gains = []
    for row in labels.rows("feed/profile_rewrites"):
        old = before[row["id"]]
        new = Profile(old.surface, {name: tuple(s) if isinstance(s, list) else s for name, s in row["sections"].items()})
        scores = [coach.assess(each).score for each in (old, new)]
        if scores[0] is not None and scores[1] is not None:
            gains.append(float(scores[1] - scores[0]))
    return gains


def _kind(lever: str) -> str:
    return KIND_OF[lever]


def _share(values: Sequence[bool]) -> str:
    numbers = [float(value) for value in values]
    return str(bootstrap(lambda drawn, _: sum(drawn) / len(drawn), numbers, numbers)) if numbers else ""
