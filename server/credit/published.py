"""The organisation's credit policies in their order: which one applies, which is next, which were cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from server.core.problems import not_found
from server.core.weeks import DAY
from server.credit import queries
from server.credit.formula import Policy, packaged_policy
from server.people.queries import get_calendar, user_names


@dataclass(frozen=True, slots=True)
class PublishedPolicy:
    """``state``: ``ended``, ``active``, ``upcoming``, ``withdrawn`` or ``superseded``; the last two never applied.
    ``starts_on``: a Monday; None for the first policy, which applies to all weeks before the second one. ``ends_on``: the last
    day, None until another policy is announced. ``proposed_by`` and ``confirmed_by``: names, None for policies of a release.
    ``previous``: the policy that it replaces, None for the first and for cancelled ones."""

    hash: str
    policy: Policy
    state: str
    starts_on: date | None
    ends_on: date | None
    announced_at: datetime | None
    proposed_by: str | None
    confirmed_by: str | None
    previous: Policy | None

    @property
    def name(self) -> str:
        return self.policy.name


def list_policies(session: Session) -> tuple[PublishedPolicy, ...]:
    """The latest start first. Before anything is published: the policy of this release."""
    decisions = queries.all_decisions(session)
    announced = {row.policy_hash: row for row in decisions if row.decision == "announced"}
    cancelled = {row.policy_hash: row.decision for row in decisions if row.decision != "announced"}
    names = user_names(
        session, user_ids={id_ for row in announced.values() for id_ in (row.proposed_by, row.decided_by) if id_}
    )
    rows = queries.all_policies(session)
    if not rows:
        policy = packaged_policy()
        return (PublishedPolicy(policy.hash(), policy, "active", None, None, None, None, None, None),)
    standing = [row for row in rows if row.hash not in cancelled]
    week = get_calendar(session).this_monday()
    # Of those that start on the same day, the last one applies.
    active = max((index for index, row in enumerate(standing) if row.effective_from <= week), default=0)
    policies = []
    for row in rows:
        index = standing.index(row) if row in standing else None
        following = standing[index + 1].effective_from if index is not None and index + 1 < len(standing) else None
        decision = announced.get(row.hash)
        state = (
            cancelled[row.hash]
            if index is None
            else ("active" if index == active else "upcoming" if index > active else "ended")
        )
        policies.append(
            PublishedPolicy(
                hash=row.hash,
                policy=Policy.model_validate(row.document),
                state=state,
                starts_on=None if index == 0 else row.effective_from,
                ends_on=following - DAY if following else None,
                announced_at=decision.decided_at if decision else row.published_at if index != 0 else None,
                proposed_by=names.get(decision.proposed_by or 0) if decision else None,
                confirmed_by=names.get(decision.decided_by) if decision else None,
                previous=Policy.model_validate(standing[index - 1].document) if index else None,
            )
        )
    return tuple(reversed(policies))


def active_policy(policies: tuple[PublishedPolicy, ...]) -> PublishedPolicy:
    return next(one for one in policies if one.state == "active")


def next_policy(session: Session) -> PublishedPolicy | None:
    """The policy that starts next, if one is announced."""
    return next((one for one in reversed(list_policies(session)) if one.state == "upcoming"), None)


def find_policy(policies: tuple[PublishedPolicy, ...], *, policy_hash: str) -> PublishedPolicy:
    """404 if there is none."""
    for one in policies:
        if one.hash == policy_hash:
            return one
    raise not_found()
