"""Publishing credit policies: those that a release brings, and those that administrators announce.

A policy starts with a week. Nothing about a week is decided in the two days before it, so that no transaction can change the
formula after the week's first item was credited, in any time zone."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from server.core.clock import now
from server.core.database.upsert import insert_if_absent
from server.core.problems import Problem, field_problem
from server.core.weeks import DAY, WEEK, Calendar, monday_of
from server.credit import queries
from server.credit.formula import Policy, packaged_policies, packaged_policy
from server.credit.models import CreditPolicy, CreditPolicyDecision
from server.people.queries import get_calendar

MIN_NOTICE = timedelta(days=2)


def publish_policy(session: Session, policy: Policy, *, effective_from: date | None = None) -> str:
    """Stores the policy if it is new; returns its hash. ``effective_from``: a Monday, if later than the document says."""
    policy_hash = policy.hash()
    insert_if_absent(
        session,
        CreditPolicy,
        hash=policy_hash,
        version=policy.version,
        document=policy.document(),
        published_at=now(),
        effective_from=effective_from or policy.effective_from,
    )
    return policy_hash


def publish_packaged_policies(session: Session) -> None:
    """Publishes the policies of this release where an earlier one was published, from the next week at the earliest. A new
    organisation needs none of the earlier ones: its first award publishes the newest. One that has announced a policy of its
    own keeps it."""
    stored = {row.hash: row.effective_from for row in queries.all_policies(session)}
    if not stored or queries.all_decisions(session):
        return
    next_monday = get_calendar(session).this_monday() + WEEK
    for policy in packaged_policies():
        # One that precedes what is in use never starts.
        if policy.hash() not in stored and policy.effective_from > max(stored.values()):
            publish_policy(session, policy, effective_from=max(policy.effective_from, next_monday))


def earliest_start(calendar: Calendar) -> date:
    """The first Monday on which a policy that is announced today may start."""
    return monday_of(calendar.today() + MIN_NOTICE + WEEK - DAY)


def check_start(calendar: Calendar, start: date) -> None:
    """422 unless a policy that is announced today may start on that day."""
    if start.weekday():
        raise field_problem("effective_from", "must be a Monday: a week is never split between two policies")
    if start < earliest_start(calendar):
        raise field_problem(
            "effective_from", f"must be {earliest_start(calendar)} or a later Monday, so that people know before"
        )


def announce(session: Session, policy: Policy, *, proposed_by: int, decided_by: int) -> str:
    """Publishes the policy and returns its hash. Announced policies that would start on the same Monday or later never start.
    The caller has locked the organisation. 422 if its start is too close."""
    check_start(get_calendar(session), policy.effective_from)
    if not queries.all_policies(session):
        # What has applied until now must be stored, or the first policy would be this one and apply to all earlier weeks.
        publish_policy(session, packaged_policy())
    cancelled = {row.policy_hash for row in queries.all_decisions(session) if row.decision != "announced"}
    for later in [row for row in queries.all_policies(session) if row.hash not in cancelled][1:]:
        if later.effective_from >= policy.effective_from:
            _decide(session, later.hash, "superseded", decided_by=decided_by)
    policy_hash = publish_policy(session, policy)
    _decide(session, policy_hash, "announced", decided_by=decided_by, proposed_by=proposed_by)
    return policy_hash


def withdraw(session: Session, *, policy_hash: str, decided_by: int) -> None:
    """Cancels a policy that has not started. The caller has locked the organisation and made sure that the policy is upcoming.
    409 if its start is too close."""
    row = session.get_one(CreditPolicy, policy_hash)
    if row.effective_from < earliest_start(get_calendar(session)):
        raise Problem(
            409, "too-late", "This policy can no longer be withdrawn", detail="It starts within two days. Announce another one."
        )
    _decide(session, policy_hash, "withdrawn", decided_by=decided_by)


def _decide(session: Session, policy_hash: str, decision: str, *, decided_by: int, proposed_by: int | None = None) -> None:
    session.add(
        CreditPolicyDecision(policy_hash=policy_hash, decision=decision, proposed_by=proposed_by, decided_by=decided_by)
    )
    session.flush()
