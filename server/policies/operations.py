"""Changing the credit policy: drafted, previewed, proposed, confirmed by a second administrator where required, announced."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.clock import now
from server.core.identity import Identity
from server.core.problems import Problem, not_found
from server.core.weeks import WEEK
from server.credit import publishing
from server.credit.differences import differences
from server.credit.formula import Policy
from server.credit.published import find_policy, list_policies
from server.credit.queries import all_policies, policy_in_week
from server.people.organisation import require_second_person
from server.people.queries import get_calendar, get_organisation, lock_organisation
from server.policies import queries
from server.policies.models import PolicyChange, PolicyPreview


def policy_of(change: PolicyChange) -> Policy:
    return Policy.model_validate(change.document)


def replaced_policy(session: Session, policy: Policy) -> Policy:
    """The policy of the week before the other one starts."""
    return policy_in_week(session, week=policy.effective_from - WEEK)


def get_change(session: Session, *, change_id: int) -> PolicyChange:
    """404 if it does not exist or was discarded."""
    change = queries.get_change(session, change_id=change_id)
    if change is None or change.state == "discarded":
        raise not_found()
    return change


def save_draft(session: Session, *, editor: Identity, policy: Policy, change_id: int | None = None) -> PolicyChange:
    """Stores a new draft, or changes one. 409 if it is no longer a draft; 422 if it would change nothing or starts too
    early."""
    lock_organisation(session)
    publishing.check_start(get_calendar(session), policy.effective_from)
    if not differences(replaced_policy(session, policy), policy):
        raise Problem(422, "nothing-changed", "Change a number or a kind first")
    if change_id is None:
        change = PolicyChange(document=_numbered(session, policy), edited_by=editor.user_id)
        session.add(change)
    else:
        change = _change_in(session, change_id, "draft")
        change.document, change.edited_by, change.edited_at = _numbered(session, policy), editor.user_id, now()
        forget_previews(session, change_id=change_id)
    session.flush()
    audit.record(session, action="credit-policy.drafted", object_type="policy-change", object_id=change.id, actor=editor)
    return change


def _numbered(session: Session, policy: Policy) -> dict[str, object]:
    """The document with the next version and the name that follows from it."""
    version = max((row.version for row in all_policies(session)), default=replaced_policy(session, policy).version) + 1
    document = policy.document() | {"version": version, "name": f"{policy.effective_from.year}-{version}"}
    return Policy.model_validate(document).document()


def propose(session: Session, *, proposer: Identity, change_id: int) -> PolicyChange:
    """Proposes a draft; an earlier proposal becomes a draft again, and a second click changes nothing. Announces it at once
    unless the organisation requires a second person. 422 if its start is too close."""
    organisation = lock_organisation(session)
    change = get_change(session, change_id=change_id)
    if change.state == "proposed" and change.proposed_by == proposer.user_id:
        return change
    change = _change_in(session, change_id, "draft")
    policy = policy_of(change)
    publishing.check_start(get_calendar(session), policy.effective_from)
    earlier = queries.open_proposal(session)
    if earlier is not None:
        earlier.state = "draft"
        session.flush()
    change.state, change.proposed_by, change.proposed_at = "proposed", proposer.user_id, now()
    change.replaces_hash = replaced_policy(session, policy).hash()
    session.flush()
    _record(session, "credit-policy.proposed", change, actor=proposer)
    if not organisation.two_person:
        _announce(session, change, by=proposer)
    return change


def confirm(session: Session, *, confirmer: Identity, change_id: int) -> PolicyChange:
    """Announces a proposal. 409 if two people are required and the confirmer is the proposer, or if it would replace another
    policy than when it was proposed."""
    organisation = lock_organisation(session)
    change = _change_in(session, change_id, "proposed")
    require_second_person(organisation, proposed_by=change.proposed_by, confirmed_by=confirmer.user_id)
    if change.replaces_hash != replaced_policy(session, policy_of(change)).hash():
        raise Problem(409, "out-of-date", "Another policy was announced in the meantime", detail="Propose this one again.")
    _announce(session, change, by=confirmer)
    return change


def reopen(session: Session, *, change_id: int) -> None:
    """Makes a proposal a draft again."""
    lock_organisation(session)
    change = _change_in(session, change_id, "proposed")
    change.state = "draft"
    _record(session, "credit-policy.reopened", change)


def discard(session: Session, *, change_id: int) -> None:
    lock_organisation(session)
    change = _change_in(session, change_id, "draft")
    change.state = "discarded"
    forget_previews(session, change_id=change_id)
    audit.record(session, action="credit-policy.discarded", object_type="policy-change", object_id=change.id)


def withdraw(session: Session, *, actor: Identity, policy_hash: str) -> None:
    """Cancels an announced policy before it starts. 404 unless it is announced and has not started; 409 if its start is too
    close."""
    lock_organisation(session)
    policy = find_policy(list_policies(session), policy_hash=policy_hash)
    if policy.state != "upcoming":
        raise not_found()
    publishing.withdraw(session, policy_hash=policy_hash, decided_by=actor.user_id)
    audit.record(
        session, action="credit-policy.withdrawn", object_type="credit-policy", object_id=policy_hash, actor=actor,
        reason_code=policy.name,
    )  # fmt: skip


def forget_previews(session: Session, *, change_id: int | None = None) -> None:
    """Deletes the previews of a change, or all of them."""
    query = delete(PolicyPreview)
    session.execute(query if change_id is None else query.where(PolicyPreview.change_id == change_id))


def _announce(session: Session, change: PolicyChange, *, by: Identity) -> None:
    assert change.proposed_by is not None  # noqa: S101 (the caller has checked the state)
    change.document = _numbered(session, policy_of(change))
    policy = policy_of(change)
    change.policy_hash = publishing.announce(session, policy, proposed_by=change.proposed_by, decided_by=by.user_id)
    change.state = "announced"
    forget_previews(session, change_id=change.id)
    session.flush()
    audit.record(
        session, action="credit-policy.announced", object_type="credit-policy", object_id=change.policy_hash, actor=by,
        reason_code=policy.name, changes={"starts_on": (None, policy.effective_from.isoformat())},
    )  # fmt: skip


def _change_in(session: Session, change_id: int, state: str) -> PolicyChange:
    """404 if it does not exist; 409 if it is in another state."""
    change = queries.change_for_update(session, change_id=change_id)
    if change is None:
        raise not_found()
    if change.state != state:
        raise Problem(409, "decided", "Somebody else has changed this in the meantime", detail="Open it again.")
    return change


def _record(session: Session, action: str, change: PolicyChange, *, actor: Identity | None = None) -> None:
    audit.record(session, action=action, object_type="policy-change", object_id=change.id, actor=actor)


def needs_second_person(session: Session, change: PolicyChange, viewer: Identity) -> bool:
    """Whether somebody else than the viewer must confirm the proposal."""
    return get_organisation(session).two_person and change.proposed_by == viewer.user_id
