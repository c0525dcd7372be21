"""Checks the invariants of the ledgers of outcomes (TRUST.md O1 to O4). Reads everything and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from server.credit.models import LedgerEntry
from server.outcomes.models import SOURCED, Outcome, OutcomeEvent, OutcomeRecord, OutcomeText
from server.outcomes.queries import has_event


@dataclass(frozen=True, slots=True)
class Violation:
    """``invariant``: ``O1`` to ``O4`` as in TRUST.md."""

    invariant: str
    detail: str


def verify(session: Session) -> list[Violation]:
    """All violations; empty when the ledgers are valid."""
    checks = (_separate, _decided, _corrected, _texts, _records)
    return [violation for check in checks for violation in check(session)]


def _ids(session: Session, query: Any) -> Iterator[int]:
    yield from session.scalars(query.order_by(None))


def _separate(session: Session) -> Iterator[Violation]:
    for entry_id in _ids(session, select(LedgerEntry.id).where(LedgerEntry.ledger != "effort")):
        yield Violation("O1", f"entry {entry_id}: what is not effort is among the points for effort")


def _decided(session: Session) -> Iterator[Violation]:
    decisions = select(Outcome.id).join(OutcomeEvent, OutcomeEvent.outcome_id == Outcome.id)
    decisions = decisions.where(OutcomeEvent.event.in_(("approved", "declined")))
    for outcome_id in _ids(session, decisions.where(Outcome.ledger != SOURCED)):
        yield Violation("O2", f"outcome {outcome_id}: a decision about what needs none")
    for outcome_id in _ids(session, decisions.where(OutcomeEvent.actor_id == Outcome.user_id)):
        yield Violation("O2", f"outcome {outcome_id}: decided by the person whose item it is")
    for outcome_id in _ids(session, select(Outcome.id).where(has_event("approved"), has_event("declined"))):
        yield Violation("O2", f"outcome {outcome_id}: approved and declined")
    undecided = select(Outcome.id).where(Outcome.origin == "crm", ~has_event("approved"), ~has_event("declined"))
    for outcome_id in _ids(session, undecided):
        yield Violation("O2", f"outcome {outcome_id}: another system named it, and nobody decided")


def _corrected(session: Session) -> Iterator[Violation]:
    replaced = aliased(Outcome)
    is_withdrawn = exists().where(OutcomeEvent.outcome_id == replaced.id, OutcomeEvent.event == "withdrawn")
    wrong = (
        select(Outcome.id)
        .join(replaced, replaced.id == Outcome.replaces_id)
        .where(or_(replaced.user_id != Outcome.user_id, replaced.activity_id != Outcome.activity_id, ~is_withdrawn))
    )
    for outcome_id in _ids(session, wrong):
        yield Violation("O3", f"outcome {outcome_id}: what it corrects is not withdrawn or belongs to another item")


def _texts(session: Session) -> Iterator[Violation]:
    kept = select(Outcome.id).join(OutcomeText, OutcomeText.outcome_id == Outcome.id).where(has_event("withdrawn"))
    for outcome_id in _ids(session, kept):
        yield Violation("O3", f"outcome {outcome_id}: withdrawn, and its texts are kept")


def _records(session: Session) -> Iterator[Violation]:
    links = select(Outcome.id).join(OutcomeRecord, OutcomeRecord.outcome_id == Outcome.id)
    wrong = links.where(
        or_(
            Outcome.record_id.is_(None),
            Outcome.record_id != OutcomeRecord.record_id,
            has_event("withdrawn"),
            has_event("declined"),
        )
    )
    for outcome_id in _ids(session, wrong):
        yield Violation("O4", f"outcome {outcome_id}: the record it holds is not its own, or it is not valid any more")
