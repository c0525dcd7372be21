"""Trying the draft on a text of one's own, and on items that people shared. Texts are neither stored nor logged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy.orm import Session

from nlp import Coach, Draft
from nlp.inputs import check_draft
from nlp.model import Assessment, Finding, Surface
from server.core.small_groups import MIN_GROUP_SIZE
from server.people.queries import get_organisation
from server.tuning.champion import champion_coach
from server.tuning.coach_queue import run_coach
from server.tuning.draft import draft_coach

#: Shared items that the draft is tried on: what the coach reads in a few seconds.
MAX_SHARED_ITEMS = 40


@dataclass(frozen=True, slots=True)
class Trial:
    """A text under the draft. ``gone``: the tips that it has under the active version and not under the draft."""

    assessment: Assessment
    findings: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    is_protected: bool
    score_now: int | None


@dataclass(frozen=True, slots=True)
class SharedItems:
    """Of recent shared items: how many the draft was tried on, and how many of them would have a tip of the organisation's own
    rules, and had one. None where so few people shared them that one could be recognised."""

    count: int
    with_own_tip: int | None
    with_own_tip_now: int | None


def try_text(session: Session, *, user_id: int, surface: str, text: str) -> Trial:
    """422 if the text cannot be assessed; 503 if the coach is busy."""
    coach, active = draft_coach(session), champion_coach(session)
    trade_words = tuple(get_organisation(session).trade_words)

    def work() -> Trial:
        check_draft(surface, text)
        item = Draft(cast("Surface", surface), text, trade_words=trade_words)
        after, before = coach.assess(item), active.assess(item)
        kept = {_key(finding) for finding in after.findings}
        return Trial(
            assessment=after,
            findings=after.findings,
            gone=tuple(finding for finding in before.findings if _key(finding) not in kept),
            is_protected=after.gate.state == "protected",
            score_now=before.score,
        )

    return run_coach(work, user_id=user_id, label="try", texts=(text, text))


def try_shared_items(session: Session, items: Sequence[tuple[int, Surface, str]], *, user_id: int) -> SharedItems:
    """``items``: who shared it, where and its text, newest first."""
    items = items[:MAX_SHARED_ITEMS]
    if len({owner for owner, _, _ in items}) < MIN_GROUP_SIZE:
        return SharedItems(len(items), None, None)
    coaches = (draft_coach(session), champion_coach(session))
    trade_words = tuple(get_organisation(session).trade_words)

    def count(coach: Coach) -> int:
        own = {rule["id"] for rule in coach.scoring.rules if rule["is_own"]}
        drafts = (Draft(surface, text, trade_words=trade_words) for _, surface, text in items)
        return sum(any(finding.rule in own for finding in coach.assess(draft).findings) for draft in drafts) if own else 0

    texts = tuple(text for _, _, text in items)
    after, before = (
        run_coach(lambda coach=coach: count(coach), user_id=user_id, label="try", texts=texts, has_budget=False)  # type: ignore[misc]
        for coach in coaches
    )
    return SharedItems(len(items), after, before)


def _key(finding: Finding) -> tuple[Any, ...]:
    return (finding.rule, finding.span)
