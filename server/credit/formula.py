"""The published formula that turns one shared item into points (product.md C1 to C5). Integers only; no database.

    points = base(kind) * quality percent * repetition percent // 10000, then at most what the week's limits leave

``quality percent`` depends on the organisation's mode: the band's in ``bands``, whether the deterministic checks passed in
``checks``, one number for everybody in ``blind``. A policy never changes: another document is another policy, named by the
hash of its canonical JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from nlp.model import BANDS
from server.activities.models import SOCIAL_KINDS

POLICIES = Path(__file__).parent / "policies"
PACKAGED = POLICIES / "2026-1.json"

Mode = Literal["bands", "checks", "blind"]
Points = Annotated[int, Field(ge=0, le=1000)]
Percent = Annotated[int, Field(ge=0, le=1000)]

KIND_NAMES = {
    "linkedin-post": "Post",
    "linkedin-comment": "Comment",
    "x-post": "X post",
    "x-reply": "X reply",
    "linkedin-profile": "Profile update",
    "x-profile": "X profile update",
}
BAND_NAMES = {"needs-work": "Needs work", "fair": "Fair", "good": "Good", "strong": "Strong", None: "Not judged"}
CHECK_NAMES = {"passed": "Checks passed", "remarks": "Checks with remarks"}


class Policy(BaseModel):
    """``repetition_percent``: for the first, second ... item of a kind in a week, falling; 0 beyond its end."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=50)]
    version: Annotated[int, Field(ge=1)]
    effective_from: date
    words: Annotated[str, Field(min_length=1, max_length=2000)]
    base: dict[str, Points]
    band_percent: dict[str, Percent]
    not_judged_percent: Percent
    checks_percent: dict[str, Percent]
    blind_percent: Percent
    repetition_percent: Annotated[tuple[Percent, ...], Field(min_length=1, max_length=50)]
    kind_cap: dict[str, Points]
    week_cap: Points

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.effective_from.weekday():
            raise ValueError("effective_from must be a Monday: a week is never split between two policies")
        if set(self.base) != set(SOCIAL_KINDS) or set(self.kind_cap) != set(SOCIAL_KINDS):
            raise ValueError("base and kind_cap must name every kind")
        if set(self.band_percent) != set(BANDS) or set(self.checks_percent) != set(CHECK_NAMES):
            raise ValueError("band_percent and checks_percent must name every step")
        if any(later >= earlier for earlier, later in pairwise(self.repetition_percent)):
            raise ValueError("repetition_percent must fall: the n-th item earns less than the one before")
        return self

    def document(self) -> dict[str, Any]:
        return self.model_dump(mode="json")

    def hash(self) -> str:
        text = json.dumps(self.document(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Quality:
    """What the mode lets through the wall between coaching and credit: a band (None where the text could not be judged),
    or whether the checks passed, or nothing."""

    mode: Mode
    band: str | None = None
    checks_passed: bool | None = None


def packaged() -> Policy:
    return Policy.model_validate_json(PACKAGED.read_text(encoding="utf-8"))


def work_out(
    policy: Policy,
    *,
    kind: str,
    quality: Quality,
    nth: int,
    kind_total_before: int,
    week_total_before: int,
) -> dict[str, Any]:
    """Every number that goes into the points of the ``nth`` item of ``kind`` in a week, and the points."""
    percent = _quality_percent(policy, quality)
    repetition = policy.repetition_percent[nth - 1] if nth <= len(policy.repetition_percent) else 0
    before_cap = policy.base[kind] * percent * repetition // 10_000
    room = max(0, min(policy.week_cap - week_total_before, policy.kind_cap[kind] - kind_total_before))
    return {
        "kind": kind,
        "base": policy.base[kind],
        "mode": quality.mode,
        "band": quality.band if quality.mode == "bands" else None,
        "checks": _checks(quality) if quality.mode == "checks" else None,
        "band_percent": percent,
        "nth": nth,
        "repetition_percent": repetition,
        "before_cap": before_cap,
        "kind_total_before": kind_total_before,
        "kind_cap": policy.kind_cap[kind],
        "week_total_before": week_total_before,
        "week_cap": policy.week_cap,
        "points": min(before_cap, room),
    }


def sentence(arithmetic: Mapping[str, Any]) -> str:
    """One line anybody can check: "Post · Good · 3rd this week: 10 x 1.5 x 0.8 = 12"."""
    told = [KIND_NAMES[arithmetic["kind"]]]
    if arithmetic["mode"] == "bands":
        told.append(BAND_NAMES[arithmetic["band"]])
    elif arithmetic["mode"] == "checks":
        told.append(CHECK_NAMES[arithmetic["checks"]])
    told.append(f"{ordinal(arithmetic['nth'])} this week")
    factors = [str(arithmetic["base"]), _factor(arithmetic["band_percent"]), _factor(arithmetic["repetition_percent"])]
    line = f"{' · '.join(told)}: {' x '.join(factors)} = {arithmetic['before_cap']}"
    product = arithmetic["base"] * arithmetic["band_percent"] * arithmetic["repetition_percent"]
    if product % 10_000:
        line += ", rounded down"
    if arithmetic["points"] < arithmetic["before_cap"]:
        line += f"; {arithmetic['points']} under {_limit(arithmetic)}"
    return line


def reversal_sentence(arithmetic: Mapping[str, Any]) -> str:
    return f"{KIND_NAMES[arithmetic['kind']]}, taken back"


def ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _limit(arithmetic: Mapping[str, Any]) -> str:
    of_kind = arithmetic["kind_cap"] - arithmetic["kind_total_before"]
    of_week = arithmetic["week_cap"] - arithmetic["week_total_before"]
    if of_kind <= of_week:
        return f"the week's limit of {arithmetic['kind_cap']} for this kind"
    return f"the week's limit of {arithmetic['week_cap']}"


def _quality_percent(policy: Policy, quality: Quality) -> int:
    if quality.mode == "blind":
        return policy.blind_percent
    if quality.mode == "checks":
        return policy.checks_percent[_checks(quality)]
    return policy.not_judged_percent if quality.band is None else policy.band_percent[quality.band]


def _checks(quality: Quality) -> str:
    return "passed" if quality.checks_passed else "remarks"


def _factor(percent: int) -> str:
    return f"{percent / 100:.2f}".rstrip("0").rstrip(".")
