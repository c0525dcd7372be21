"""The limits of each surface: length, counting rule and folds, from dated data (limits.yml)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from nlp.model import Fold, Length, Surface, Utf16
from nlp.surfaces import weighted
from nlp.surfaces.weighted import Weights


@dataclass(frozen=True, slots=True)
class FoldRule:
    """A fold comes after ``characters`` or after ``lines`` lines of equal width, whichever is first."""

    where: str
    characters: int
    lines: int


@dataclass(frozen=True, slots=True)
class Limits:
    """``advisory`` limits are shown but never enforced; ``rule`` is the row in EVIDENCE.md."""

    unit: str
    limit: int
    rule: str
    advisory: bool
    leading_mentions_free: bool
    folds: tuple[FoldRule, ...]


@cache
def _data() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("limits.yml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


@cache
def weights() -> Weights:
    data = _data()["weighted"]
    ranges = tuple((low, high, weight) for low, high, weight in data["ranges"])
    return Weights(data["scale"], data["default"], data["url"], data["emoji"], ranges)


@cache
def limits(surface: Surface) -> Limits:
    data = _data()[surface]
    folds = tuple(FoldRule(fold["where"], fold["characters"], fold["lines"]) for fold in data["folds"])
    return Limits(
        unit=data["unit"],
        limit=data["limit"],
        rule=data["rule"],
        advisory=data.get("advisory", False),
        leading_mentions_free=data.get("leading_mentions_free", False),
        folds=folds,
    )


def measure(surface: Surface, text: str) -> Length:
    """How much of the surface's limit ``text`` uses, and where its folds are. LinkedIn's characters are counted in UTF-16
    units, as form fields in browsers do."""
    rules = limits(surface)
    if rules.unit == "weighted":
        counted = weighted.without_leading_mentions(text) if rules.leading_mentions_free else text
        used = weighted.length(counted, weights())
    else:
        used = Utf16(text).length
    return Length(used, rules.limit, rules.unit, tuple(Fold(f.where, fold_offset(text, f)) for f in rules.folds))


def overflow(surface: Surface, text: str) -> int | None:
    """The code point offset from which ``text`` is too long, or ``None`` where it fits or the limit is advisory."""
    rules = limits(surface)
    if rules.advisory or measure(surface, text).used <= rules.limit:
        return None
    if rules.unit != "weighted":
        return Utf16(text).to_code_points(rules.limit)
    free = len(text) - len(weighted.without_leading_mentions(text)) if rules.leading_mentions_free else 0
    return free + weighted.overflow(text[free:], rules.limit, weights())


def fold_offset(text: str, rule: FoldRule) -> int | None:
    """The code point offset of the fold, or ``None`` where the whole text is visible. An estimate: real lines break by the
    widths of letters, while this gives every character the same width. Whitespace at either end is not shown and not
    counted."""
    width = math.ceil(rule.characters / rule.lines)
    remaining = rule.lines
    shown = text.rstrip()
    offset = len(shown) - len(shown.lstrip())
    for line in shown.lstrip().split("\n"):
        needed = max(1, math.ceil(len(line) / width))
        if needed > remaining:
            return offset + remaining * width
        remaining -= needed
        offset += len(line) + 1
        if not remaining:
            return offset if offset < len(shown) else None
    return None
