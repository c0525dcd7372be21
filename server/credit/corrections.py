"""Credit that a person decided: by the formula under another kind or quality, or a number within the policy's weekly limits.

A correction keeps the policy and the place in the week of the entry that it replaces. Its limits are those of now, so that no
week ever exceeds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from server.core.clock import now
from server.core.kinds import SOCIAL_KINDS
from server.core.problems import field_problem
from server.credit import operations, queries
from server.credit.formula import Policy, Quality, compute_points
from server.credit.models import LedgerEntry
from server.credit.publishing import publish_policy
from server.people.queries import get_calendar, team_on


@dataclass(frozen=True, slots=True)
class Terms:
    """What an item shall earn: what the formula gives for ``kind`` and ``quality``, or ``points`` if given."""

    kind: str
    quality: Quality
    points: int | None = None


def award_by_decision(  # noqa: PLR0913 (independent facts about one item)
    session: Session,
    *,
    activity_id: int,
    user_id: int,
    terms: Terms,
    words: int | None,
    scoring_version: str | None,
    occurred_at: datetime,
    number: int,
    actor_id: int,
) -> LedgerEntry:
    """Credits an item that has no live entry. The account is locked. ``scoring_version``: which gave the band, unless the
    person chose another; ``number``: the decision's. 422 for an unknown kind and for points outside of the weekly limits."""
    if terms.kind not in SOCIAL_KINDS:
        raise field_problem("kind", "must be one of the kinds of the policy")
    calendar = get_calendar(session)
    before = queries.last_award(session, activity_id=activity_id)
    week = calendar.monday_of(occurred_at)
    policy = queries.policy_in_week(session, week=week) if before is None else queries.policy_of(session, before)
    so_far = queries.week_so_far(session, calendar, user_id=user_id, week=week, kind=terms.kind)
    if before is not None and before.kind == terms.kind:
        so_far = replace(so_far, nth=before.arithmetic["nth"])
    arithmetic = compute(policy, terms, so_far, words=words)
    account = operations.lock_account(session, user_id)
    return operations.append(
        session,
        account,
        kind=terms.kind,
        amount=arithmetic["points"],
        occurred_at=occurred_at,
        recorded_at=now(),
        policy_hash=publish_policy(session, policy) if before is None else before.policy_hash,
        scoring_version=scoring_version if arithmetic["mode"] == "bands" and arithmetic["band"] else None,
        activity_id=activity_id,
        team_id=team_on(session, user_id=user_id, day=calendar.day_of(occurred_at)),
        key=f"decision:{activity_id}:{number}",
        reason_code="decided",
        actor_id=actor_id,
        arithmetic=arithmetic,
    )


def compute(policy: Policy, terms: Terms, so_far: queries.WeekSoFar, *, words: int | None) -> dict[str, Any]:
    """The points of the terms with every number used to compute them."""
    if terms.points is None:
        return compute_points(
            policy,
            kind=terms.kind,
            quality=terms.quality,
            nth=so_far.nth,
            kind_total_before=so_far.kind_total,
            week_total_before=so_far.week_total,
            words=words,
        )
    arithmetic = {
        "kind": terms.kind,
        "mode": "stated",
        "band": None,
        "checks": None,
        "nth": so_far.nth,
        "before_cap": terms.points,
        "kind_total_before": so_far.kind_total,
        "kind_cap": policy.kind_cap.get(terms.kind, 0),
        "week_total_before": so_far.week_total,
        "week_cap": policy.week_cap,
        "points": terms.points,
    }
    if not is_within_limits(policy, arithmetic):
        limit = _limit(arithmetic)
        raise field_problem(
            "points", f"must be a whole number from 0 to {limit}, which is what the limits of that week leave", limit=limit
        )
    return arithmetic


def is_within_limits(policy: Policy, arithmetic: Mapping[str, Any]) -> bool:
    """Whether points that a person stated are what the policy's weekly limits left."""
    limits = (policy.kind_cap.get(arithmetic["kind"], 0), policy.week_cap)
    return limits == (arithmetic["kind_cap"], arithmetic["week_cap"]) and 0 <= arithmetic["points"] <= _limit(arithmetic)


def _limit(arithmetic: Mapping[str, Any]) -> int:
    left_for_kind: int = arithmetic["kind_cap"] - arithmetic["kind_total_before"]
    left_for_week: int = arithmetic["week_cap"] - arithmetic["week_total_before"]
    return max(0, min(left_for_kind, left_for_week))
