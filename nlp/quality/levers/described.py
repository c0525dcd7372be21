"""A draft as the features that tell its lever: those of its kind, its predicted marks and its measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.model import DRAFT_DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nlp.quality.kinds.described import Described

#: The goodness of a measure that a text is too short for.
UNKNOWN = 0.5


def mark_name(dimension: str) -> str:
    return f"mark:{dimension}"


def measure_name(measure: str) -> str:
    return f"measure:{measure}"


def extra_names(measures: Iterable[str]) -> list[str]:
    """The names of the numbers that a kind does not have."""
    return [*map(mark_name, DRAFT_DIMENSIONS), *map(measure_name, measures)]


def describe(
    described: Described, marks: Mapping[str, float], goodness: Mapping[str, float], measures: Iterable[str]
) -> Described:
    """``described``: the draft as its kind is told from. ``marks``: dimension to predicted mark, 0-100. ``goodness``: measure
    to 0-1, without those that have none. ``measures``: the names of all measures that count."""
    extra = {mark_name(dimension): marks[dimension] / 100 for dimension in DRAFT_DIMENSIONS}
    extra.update((measure_name(name), goodness.get(name, UNKNOWN)) for name in measures)
    return described._replace(numbers={**described.numbers, **extra})
