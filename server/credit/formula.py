"""The published formula that turns one shared item into points (TRUST.md C1 to C5). Integers only; no database.

    points = base(kind) * quality percent * repetition percent // 10000, capped at what is left of the weekly limits

``quality percent`` depends on the organisation's mode: on the band in ``bands``, on whether the deterministic checks passed in
``checks``; in ``blind`` it is the same for everybody. What could not be judged has a percentage of its own in every mode. A
policy is immutable and identified by the hash of its canonical JSON: a changed document is a new policy.

A kind that the policy does not name earns nothing, and neither does a text of a kind with fewer words than its minimum."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from nlp.model import BANDS
from server.core.kinds import SOCIAL_KINDS

POLICIES = Path(__file__).parent / "policies"
#: Oldest first. A new database begins with the last; one that has published an earlier policy gets the later ones.
PACKAGED = (POLICIES / "2026-1.json", POLICIES / "2026-2.json", POLICIES / "2026-3.json")

#: ``not-judged``: in every organisation, for a text that the coach could not score.
Mode = Literal["bands", "checks", "blind", "not-judged"]
Points = Annotated[int, Field(ge=0, le=1000)]
Percent = Annotated[int, Field(ge=0, le=1000)]
#: The longest comment has 1,250 characters, about 200 words.
MinimumWords = Annotated[int, Field(ge=1, le=200)]

CHECK_OUTCOMES = ("passed", "remarks")


class Policy(BaseModel):
    """``base``: points of each kind that earns. ``repetition_percent``: for the first, second ... item of a kind in a week,
    strictly falling; 0 for items beyond its end. ``minimum_words``: of the kinds that have a minimum. ``copy_days``: how long
    before or after an item a copy of it earns nothing, if its text is still kept. ``comments_per_post``: how many comments of a
    person under one post count; ``comments_to_colleagues``: how many a week under posts that colleagues shared; None for no
    limit. ``appeal_days``: how long an entry can be contested. ``words``: what the policy is for, in the words of whoever wrote
    it.

    Fields with a default came with a later release: the documents of earlier policies lack them and keep their hashes."""

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
    copy_days: Annotated[int, Field(ge=1, le=1_100)] = 90
    comments_per_post: Annotated[int, Field(ge=1, le=50)] | None = None
    comments_to_colleagues: Annotated[int, Field(ge=0, le=50)] | None = None
    minimum_words: dict[str, MinimumWords] = Field(default_factory=dict)
    appeal_days: Annotated[int, Field(ge=7, le=90)] = 28

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.effective_from.weekday():
            raise ValueError("effective_from must be a Monday: a week is never split between two policies")
        if not self.base or not set(self.base) <= set(SOCIAL_KINDS) or set(self.kind_cap) != set(self.base):
            raise ValueError("base and kind_cap must name the same kinds, at least one")
        if not set(self.minimum_words) <= set(self.base):
            raise ValueError("minimum_words may name only kinds that earn")
        if set(self.band_percent) != set(BANDS) or set(self.checks_percent) != set(CHECK_OUTCOMES):
            raise ValueError("band_percent and checks_percent must name every outcome")
        if any(later >= earlier for earlier, later in pairwise(self.repetition_percent)):
            raise ValueError("repetition_percent must fall: the n-th item earns less than the one before")
        return self

    def document(self) -> dict[str, Any]:
        """Without the fields that the policy was created without."""
        return self.model_dump(mode="json", exclude_unset=True)

    def hash(self) -> str:
        text = json.dumps(self.document(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Quality:
    """What the formula may use of an assessment: in ``bands`` the band, in ``checks`` whether the checks passed, in ``blind``
    and ``not-judged`` nothing. Entries of earlier releases have ``bands`` without a band for what was not judged."""

    mode: Mode
    band: str | None = None
    checks_passed: bool | None = None


def packaged_policies() -> tuple[Policy, ...]:
    """Oldest first."""
    return tuple(Policy.model_validate_json(path.read_text(encoding="utf-8")) for path in PACKAGED)


def packaged_policy() -> Policy:
    """The newest."""
    return packaged_policies()[-1]


def compute_points(
    policy: Policy,
    *,
    kind: str,
    quality: Quality,
    nth: int,
    kind_total_before: int,
    week_total_before: int,
    words: int | None = None,
) -> dict[str, Any]:
    """The points of the ``nth`` item of ``kind`` in a week (from 1), with every number used to compute them. ``words``: the
    length of its text; None if it is not known, which is treated as long enough."""
    base, kind_cap, minimum = policy.base.get(kind, 0), policy.kind_cap.get(kind, 0), policy.minimum_words.get(kind)
    percent = _quality_percent(policy, quality)
    repetition = policy.repetition_percent[nth - 1] if nth <= len(policy.repetition_percent) else 0
    is_too_short = minimum is not None and words is not None and words < minimum
    before_cap = 0 if is_too_short else base * percent * repetition // 10_000
    remaining = max(0, min(policy.week_cap - week_total_before, kind_cap - kind_total_before))
    arithmetic = {
        "kind": kind,
        "base": base,
        "mode": quality.mode,
        "band": quality.band if quality.mode == "bands" else None,
        "checks": _check_outcome(quality) if quality.mode == "checks" else None,
        "band_percent": percent,
        "nth": nth,
        "repetition_percent": repetition,
        "before_cap": before_cap,
        "kind_total_before": kind_total_before,
        "kind_cap": kind_cap,
        "week_total_before": week_total_before,
        "week_cap": policy.week_cap,
        "points": min(before_cap, remaining),
    }
    # Only where a minimum applies: entries of policies without one keep the numbers that they were recorded with.
    return arithmetic if minimum is None else arithmetic | {"words": words, "minimum_words": minimum}


def _quality_percent(policy: Policy, quality: Quality) -> int:
    if quality.mode == "not-judged":
        return policy.not_judged_percent
    if quality.mode == "blind":
        return policy.blind_percent
    if quality.mode == "checks":
        return policy.checks_percent[_check_outcome(quality)]
    return policy.not_judged_percent if quality.band is None else policy.band_percent[quality.band]


def _check_outcome(quality: Quality) -> str:
    return "passed" if quality.checks_passed else "remarks"
