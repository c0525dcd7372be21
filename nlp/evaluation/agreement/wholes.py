"""Agreement on the draft as a whole: how the coach ranks drafts, and how far its score is from the judges' mark."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import mean
from typing import NamedTuple

from nlp.evaluation.agreement.scored import COLLECTIONS, FEED, MODELS, Scored, bands, columns
from nlp.evaluation.card import Table
from nlp.evaluation.metrics import Numbers, bootstrap, mean_absolute_error, spearman
from nlp.training.labels import WHOLE, LabelledDraft

#: Kinds of draft with fewer held-out drafts are left out.
MIN_DRAFTS = 10
FITTED = "feed, drafts it was fitted on"
#: What drafts differ in, to the value of one; empty where it is not known.
KINDS: Mapping[str, Callable[[LabelledDraft], str]] = {
    "surface": lambda draft: draft.surface,
    "English": lambda draft: draft.english,
    "planned level": lambda draft: draft.level,
    "kind": lambda draft: draft.kinds[0] if draft.kinds else "",
}

#: Collection to surface to the judges' mean mark.
Means = Mapping[str, Mapping[str, float]]


class Group(NamedTuple):
    """Drafts that are reported in one row. ``means``: surface to the judges' mean mark for drafts that the coach was fitted
    on."""

    name: str
    scored: Sequence[Scored]
    means: Mapping[str, float]


def measure(scored: Sequence[Scored], drafts: Sequence[LabelledDraft]) -> list[Table]:
    """``scored``: those of ``drafts`` that get a score."""
    groups = list(_groups(scored, _means(drafts)))
    held_out = sum(draft.is_held_out and not draft.is_invented for draft in drafts)
    unscored = held_out - sum(item.draft.is_held_out and not item.draft.is_invented for item in scored)
    title = (
        f"Agreement on the whole, held-out drafts; {unscored} of {held_out} get no score (too short, another language or "
        f"protected topics). Kinds are those named by the first judge; kinds with fewer than {MIN_DRAFTS} drafts are left out"
    )
    errors = (
        "Distance from the judges' mark for the whole, in points. The ratio is to always saying the mean of the training "
        "drafts of the collection and surface; below 1 is better than that"
    )
    return [_ranks(groups, title), _errors(groups, errors)]


def _means(drafts: Sequence[LabelledDraft]) -> Means:
    """Of the drafts that are not held out."""
    wholes: dict[str, dict[str, list[float]]] = {name: {} for name in (FEED, MODELS)}
    for draft in drafts:
        whole = draft.mark(WHOLE)
        for name, by_surface in wholes.items():
            if whole is not None and not draft.is_held_out and COLLECTIONS[name](draft):
                by_surface.setdefault(draft.surface, []).append(whole)
    return {name: {surface: mean(marks) for surface, marks in own.items()} for name, own in wholes.items()}


def _groups(scored: Sequence[Scored], means: Means) -> Iterator[Group]:
    held_out = [item for item in scored if item.draft.is_held_out]
    for name, belongs in COLLECTIONS.items():
        yield Group(name, [item for item in held_out if belongs(item.draft)], means[MODELS if name == MODELS else FEED])
    fitted = [item for item in scored if not item.draft.is_held_out and COLLECTIONS[FEED](item.draft)]
    yield Group(FITTED, fitted, means[FEED])
    for name in (FEED, MODELS):
        own = [item for item in held_out if COLLECTIONS[name](item.draft)]
        for attribute, value_of in KINDS.items():
            for value in sorted({value_of(item.draft) for item in own} - {""}):
                chosen = [item for item in own if value_of(item.draft) == value]
                if len(chosen) >= MIN_DRAFTS:
                    yield Group(f"{name}, {attribute}: {value}", chosen, means[name])


def _ranks(groups: Sequence[Group], title: str) -> Table:
    rows = []
    for group in groups:
        of = columns(group.scored, WHOLE)
        compared = ((of.coach, of.judges), (of.words, of.judges), (of.first, of.second))
        rows.append((group.name, f"{len(of.judges):,}", *(str(bootstrap(spearman, x, y)) for x, y in compared)))
    heads = ("drafts", "number", "coach, Spearman (95 % interval)", "length alone", "first and second pass")
    return Table(heads, rows, title)


def _errors(groups: Sequence[Group], title: str) -> Table:
    rows = []
    for group in groups:
        of = columns(group.scored, WHOLE)
        constant = [group.means[item.draft.surface] for item in group.scored]
        error = bootstrap(mean_absolute_error, of.coach, of.judges)
        ratio = bootstrap(_ratio, of.coach, of.judges, constant)
        same = mean(item.band == band for item, band in zip(group.scored, bands(of.judges), strict=True))
        inside = mean(item.low <= mark <= item.high for item, mark in zip(group.scored, of.judges, strict=True))
        rows.append(
            (
                group.name, f"{error.value:.1f} ({error.low:.1f} to {error.high:.1f})",
                f"{ratio.value:.2f} ({ratio.low:.2f} to {ratio.high:.2f})", f"{mean_absolute_error(of.first, of.second):.1f}",
                f"{same:.0%}", f"{inside:.0%}", f"{mean(of.coach):.1f}", f"{mean(of.judges):.1f}",
            )
        )  # fmt: skip
    heads = (
        "drafts",
        "mean absolute error (95 % interval)",
        "ratio to the mean",
        "error of first and second pass",
        "same band",
        "mark within the interval",
        "coach's mean",
        "judges' mean",
    )
    return Table(heads, rows, title)


def _ratio(predicted: Numbers, true: Numbers, constant: Numbers) -> float:
    return mean_absolute_error(predicted, true) / (mean_absolute_error(constant, true) or 1.0)
