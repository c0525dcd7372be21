"""What changes from one credit policy to another, one sentence each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from server.core.kinds import SOCIAL_KINDS
from server.core.labels import band_label, kind_label
from server.credit.formula import Policy
from server.credit.modes import OrganisationMode
from server.credit.sentences import CHECK_LABELS, factor, ordinal


@dataclass(frozen=True, slots=True)
class Difference:
    """``mode``: the only mode in which it matters; None for every mode."""

    text: str
    mode: OrganisationMode | None = None


def differences(old: Policy, new: Policy) -> tuple[Difference, ...]:
    """Empty if both give everybody the same points, apart from the day on which they start."""
    return tuple(_differences(old, new))


def _differences(old: Policy, new: Policy) -> Iterator[Difference]:
    for kind in SOCIAL_KINDS:
        yield from _of_kind(kind, old, new)
    for band, percent in new.band_percent.items():
        yield from _factor(f"{band_label(band)}: factor", old.band_percent[band], percent, "bands")
    for outcome, percent in new.checks_percent.items():
        yield from _factor(f"{CHECK_LABELS[outcome]}: factor", old.checks_percent[outcome], percent, "checks")
    yield from _factor("Items that can be judged: factor", old.blind_percent, new.blind_percent, "blind")
    yield from _factor("Items that cannot be judged: factor", old.not_judged_percent, new.not_judged_percent)
    for index in range(max(len(old.repetition_percent), len(new.repetition_percent))):
        before, after = (
            policy.repetition_percent[index] if index < len(policy.repetition_percent) else 0 for policy in (old, new)
        )
        yield from _factor(f"{ordinal(index + 1)} item of its kind in a week: factor", before, after)
    yield from _number("Weekly limit", old.week_cap, new.week_cap)
    yield from _number("Days in which a copy earns nothing:", old.copy_days, new.copy_days)
    yield from _number("Comments under one post:", old.comments_per_post, new.comments_per_post)
    yield from _number("Comments a week under posts of colleagues:", old.comments_to_colleagues, new.comments_to_colleagues)
    yield from _number("Days in which points can be contested", old.appeal_days, new.appeal_days)


def _of_kind(kind: str, old: Policy, new: Policy) -> Iterator[Difference]:
    label = kind_label(kind)
    if (kind in old.base) != (kind in new.base):
        yield Difference(f"{label}: earns {'points' if kind in new.base else 'no points any more'}")
    if kind in new.base:
        fields: tuple[tuple[str, Mapping[str, int], Mapping[str, int]], ...] = (
            ("base", old.base, new.base),
            ("weekly limit", old.kind_cap, new.kind_cap),
            ("minimum words", old.minimum_words, new.minimum_words),
        )
        for name, before, after in fields:
            yield from _number(f"{label}: {name}", before.get(kind), after.get(kind))


def _factor(label: str, before: int, after: int, mode: OrganisationMode | None = None) -> Iterator[Difference]:
    if before != after:
        yield Difference(f"{label} {factor(before)} to {factor(after)}", mode)


def _number(label: str, before: int | None, after: int | None) -> Iterator[Difference]:
    if before != after:
        yield Difference(f"{label} {'none' if before is None else before} to {'none' if after is None else after}")
