"""Explains a score as a sum of steps: it starts at the average draft, and each dimension adds or takes points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp import Assessment
from nlp.model import DRAFT_DIMENSIONS, Contribution
from server.core.labels import dimension_label

#: How many parts of a step are listed; the others are added up by kind.
LISTED = 3
#: The longest quotation of a sentence, in characters.
MAX_QUOTATION = 48
OTHERS = {"sentence": "other sentences", "measure": "other measures", "finding": "other tips"}


@dataclass(frozen=True, slots=True)
class Part:
    """A measure, a tip, a sentence by its first words, or the sum of several that are too small to be listed."""

    label: str
    tenths: int
    is_quotation: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """``start`` and ``end`` are the totals before and after the step, in points; ``parts`` add up to ``points`` exactly, and
    are empty where the step belongs to no dimension."""

    label: str
    start: float
    end: float
    points: float
    parts: tuple[Part, ...]


def steps(assessment: Assessment) -> tuple[Step, ...]:
    """The average draft, one step per dimension in the order people read them, and the limits of the score where they matter;
    the last one ends at the score. Empty if there is no score."""
    groups: dict[str, list[Contribution]] = {}
    for part in sorted(assessment.contributions, key=_position):
        groups.setdefault(dimension_label(part.dimension) or part.label, []).append(part)
    result, total_tenths = [], 0
    for label, group in groups.items():
        tenths = sum(part.tenths for part in group)
        parts = tuple(_parts(group, assessment.text)) if group[0].dimension else ()
        result.append(Step(label, total_tenths / 10, (total_tenths + tenths) / 10, tenths / 10, parts))
        total_tenths += tenths
    return tuple(result)


def _position(part: Contribution) -> int:
    if part.kind == "baseline":
        return -1
    return DRAFT_DIMENSIONS.index(part.dimension) if part.dimension in DRAFT_DIMENSIONS else len(DRAFT_DIMENSIONS)


def _parts(group: Sequence[Contribution], text: str) -> Iterator[Part]:
    """The largest parts, largest first, and the sums of the others."""
    ordered = sorted((part for part in group if part.tenths), key=lambda part: -abs(part.tenths))
    counts: Counter[str] = Counter(part.kind for part in ordered[LISTED:])
    others: Counter[str] = Counter()
    for number, part in enumerate(ordered):
        # A single part takes no more room than a line that stands for it.
        if number < LISTED or counts[part.kind] == 1:
            yield _sentence(part.span.of(text), part.tenths) if part.span else Part(part.label, part.tenths)
        else:
            others[part.kind] += part.tenths
    for kind, tenths in others.items():
        yield Part(f"{counts[kind]} {OTHERS[kind]}", tenths)


def _sentence(words: str, tenths: int) -> Part:
    """A sentence by its first words in quotation marks, on one line."""
    line = " ".join(words.split())
    if len(line) > MAX_QUOTATION:
        start = line[: MAX_QUOTATION + 1]
        line = (start[: start.rfind(" ")] if " " in start else start[:MAX_QUOTATION]).rstrip(" ,;:-\u2013\u2014") + "\u2026"
    return Part(f"\u201c{line}\u201d", tenths, is_quotation=True)
