"""Deciding about the credit of one item: releasing or refusing what is on hold, correcting, taking back. Nothing is changed in
place: entries are reversed and added, and the decision is a row of its own, with the person and the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.appeals import queries
from server.appeals.access import require_decidable
from server.audit import operations as audit
from server.core.characters import STORABLE_REQUIREMENT, is_storable
from server.core.identity import Identity
from server.core.problems import Problem, field_problem, not_found
from server.credit import operations as ledger
from server.credit import queries as credit
from server.credit.corrections import Terms, award_by_decision
from server.credit.models import CreditDecision, DecisionReason, LedgerEntry

#: ``count``: the item earns what the terms give. ``refuse``: it earns nothing.
Change = Literal["count", "refuse"]
MAX_TEXT_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Author:
    """Who decides, and as whom. ``code``: the reason code of a reversal, ``mistake`` or ``appeal``."""

    user_id: int
    role: str
    code: str = "mistake"


def decide(
    session: Session,
    *,
    decider: Identity,
    activity_id: int,
    change: Change,
    terms: Terms | None = None,
    reason: str,
    seen: int,
) -> CreditDecision:
    """Decides without an appeal. ``seen``: how many decisions about the item the decider saw. A second call with the same
    decision returns it. 404 if the decider may not; 409 if somebody else decided meanwhile, or the rep contests the item."""
    reason = checked_text("reason", reason)
    activity = require_decidable(session, viewer=decider, activity_id=activity_id)
    activity = lock(session, activity)
    if activity.state == "withdrawn":
        raise not_found()
    decisions = credit.decisions_of_item(session, activity_id=activity.id)
    if len(decisions) != seen:
        last = decisions[-1] if decisions else None
        if last is not None and len(decisions) == seen + 1 and _is_repeated(session, last, decider, change, reason):
            return last
        raise Problem(
            409,
            "decided-meanwhile",
            "Somebody decided about this item meanwhile",
            detail="Nothing was changed. Open the item again to see what was decided, and decide again if it is still wrong.",
        )
    if queries.open_appeal_about(session, activity_id=activity.id, kind="credit") is not None:
        raise Problem(
            409,
            "is-contested",
            "The person contests this item",
            detail="Whoever answers the appeal decides about it. It is under Appeals for those who may.",
        )
    return apply(session, activity, change=change, terms=terms, reason=reason, author=Author(decider.user_id, decider.role))


def lock(session: Session, activity: Activity) -> Activity:
    """Locks the account, then the item, in the order in which sharing and withdrawing lock them."""
    ledger.lock_account(session, activity.user_id)
    return queries.lock_item(session, activity_id=activity.id)


def apply(
    session: Session, activity: Activity, *, change: Change, terms: Terms | None, reason: str, author: Author
) -> CreditDecision:
    """``activity`` and its account are locked."""
    live = credit.live_entry(session, activity_id=activity.id)
    number = len(credit.decisions_of_item(session, activity_id=activity.id)) + 1
    if change == "refuse":
        reversal, entry = _refuse(session, activity, live, author), None
    else:
        if terms is None:
            raise ValueError("an item that counts needs terms")
        reversal, entry = _count(session, activity, live, terms, number=number, author=author)
    kinds = {(False, True): "counted", (True, True): "corrected", (True, False): "reversed", (False, False): "refused"}
    decision = CreditDecision(
        user_id=activity.user_id,
        activity_id=activity.id,
        number=number,
        kind=kinds[reversal is not None, entry is not None],
        actor_id=author.user_id,
        role=author.role,
        reversal_id=reversal.id if reversal else None,
        entry_id=entry.id if entry else None,
    )
    session.add(decision)
    session.flush()
    session.add(DecisionReason(decision_id=decision.id, text=reason))
    audit.record(
        session,
        action="credit.decided",
        object_type="shared-item",
        object_id=activity.id,
        reason_code=decision.kind,
    )
    return decision


def _refuse(session: Session, activity: Activity, live: LedgerEntry | None, author: Author) -> LedgerEntry | None:
    if live is None and activity.state not in ("held", "duplicate"):
        raise Problem(409, "earns-nothing", "This item earns nothing already")
    activity.state = "refused"
    session.flush()
    if live is None:
        return None
    return ledger.reverse(session, entry_id=live.id, reason_code=author.code, actor_id=author.user_id)


def _count(
    session: Session, activity: Activity, live: LedgerEntry | None, terms: Terms, *, number: int, author: Author
) -> tuple[LedgerEntry | None, LedgerEntry]:
    if queries.has_other_counted_item_at(session, activity=activity):
        raise Problem(
            409,
            "counts-already",
            "This item counts already",
            detail="The person shared the same address again, and that item counts. One item earns once.",
        )
    reversal = None
    if live is not None:
        reversal = ledger.reverse(session, entry_id=live.id, reason_code=author.code, actor_id=author.user_id)
    entry = award_by_decision(
        session,
        activity_id=activity.id,
        user_id=activity.user_id,
        terms=terms,
        words=activity.words,
        # A band that a person chose does not come from the scoring version.
        scoring_version=activity.scoring_version if terms.quality.band == activity.band else None,
        occurred_at=activity.occurred_at,
        number=number,
        actor_id=author.user_id,
    )
    if live is not None and (live.kind, live.amount) == (entry.kind, entry.amount):
        raise field_problem("terms", "would leave the kind and the points as they are; choose something else")
    activity.state = "counted"
    session.flush()
    return reversal, entry


def _is_repeated(session: Session, last: CreditDecision, decider: Identity, change: Change, reason: str) -> bool:
    """Whether this is the same form, sent twice."""
    is_same_change = (last.entry_id is not None) == (change == "count")
    texts = credit.decision_reasons(session, decision_ids=[last.id])
    return last.actor_id == decider.user_id and is_same_change and texts.get(last.id) == reason


def checked_text(field: str, text: str) -> str:
    """What somebody wrote, without blanks around it. 422 if it is empty, too long or cannot be stored."""
    text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if not text:
        raise field_problem(field, "must not be empty: the other person reads it")
    if len(text) > MAX_TEXT_LENGTH:
        raise field_problem(field, f"must have at most {MAX_TEXT_LENGTH:,} characters", limit=MAX_TEXT_LENGTH)
    if not is_storable(text):
        raise field_problem(field, STORABLE_REQUIREMENT)
    return text
