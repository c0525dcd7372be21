"""The calculator of the policy page: the arithmetic of one item that a visitor chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nlp.model import BANDS
from server.core.labels import band_label
from server.credit.formula import Policy, Quality, compute_points
from server.credit.modes import OrganisationMode
from server.credit.sentences import CHECK_LABELS, earning_sentence
from server.credit.worked_example import NOT_JUDGED, steps

NOT_JUDGED_CHOICE = ("none", "Not judged: too short, or not in English")
MAX_NTH, MAX_TOTAL, MAX_WORDS = 50, 1_000, 5_000


@dataclass(slots=True)
class Calculation:
    """``values``: the fields as typed. ``sentence`` is None if a field is wrong; ``lines``: the steps of an item that earns."""

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    sentence: str | None = None
    points: int = 0
    lines: tuple[str, ...] = ()


def quality_choices(mode: OrganisationMode) -> tuple[tuple[str, str], ...]:
    """Values and labels of the quality in this mode."""
    choices: dict[OrganisationMode, tuple[tuple[str, str], ...]] = {
        "bands": tuple((band, band_label(band)) for band in reversed(BANDS)),
        "checks": tuple(CHECK_LABELS.items()),
        "blind": (("judged", "Can be judged"),),
    }
    return (*choices[mode], NOT_JUDGED_CHOICE)


def calculate(policy: Policy, mode: OrganisationMode, form: Mapping[str, str]) -> Calculation:
    """Without any field: the third item of the kind with the highest base."""
    qualities = quality_choices(mode)
    best = max(policy.base, key=lambda kind: policy.base[kind])
    default = {"kind": best, "quality": qualities[0][0], "nth": "3", "words": "", "kind_total": "0", "week_total": "0"}
    found = Calculation(default | {name: form[name] for name in default if name in form})
    values = found.values
    if values["kind"] not in policy.base:
        found.errors["kind"] = "This must be one of the kinds that earn points."
    if values["quality"] not in dict(qualities):
        found.errors["quality"] = "This must be one of the qualities listed."
    nth = _number(found, "nth", 1, MAX_NTH)
    kind_total = _number(found, "kind_total", 0, MAX_TOTAL)
    week_total = _number(found, "week_total", 0, MAX_TOTAL)
    words = _number(found, "words", 0, MAX_WORDS) if values["words"].strip() else None
    if week_total < kind_total and not found.errors:
        found.errors["week_total"] = "This must include the points of the kind."
    if found.errors:
        return found
    arithmetic: dict[str, Any] = compute_points(
        policy,
        kind=values["kind"],
        quality=_quality(mode, values["quality"]),
        nth=nth,
        kind_total_before=kind_total,
        week_total_before=week_total,
        words=words,
    )
    found.sentence, found.points = earning_sentence(arithmetic), arithmetic["points"]
    # The sentence says why nothing was calculated.
    found.lines = steps(arithmetic) if " = " in found.sentence else ()
    return found


def _number(found: Calculation, name: str, lowest: int, highest: int) -> int:
    text = found.values[name].strip()
    if text.isascii() and text.isdecimal() and len(text) < 10 and lowest <= int(text) <= highest:
        return int(text)
    found.errors[name] = f"This must be a whole number from {lowest} to {highest}."
    return lowest


def _quality(mode: OrganisationMode, choice: str) -> Quality:
    if choice == NOT_JUDGED_CHOICE[0]:
        return NOT_JUDGED
    if mode == "bands":
        return Quality("bands", band=choice)
    return Quality("checks", checks_passed=choice == "passed") if mode == "checks" else Quality("blind")
