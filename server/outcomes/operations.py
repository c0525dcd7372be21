"""The verbs of the ledgers of outcomes. They only add rows, except for texts and for which outcome a record is. Who may use
them is decided by their callers: ``activities.outcomes`` for reps, ``scorecards.approvals`` for managers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.core.clock import now
from server.core.database.locks import lock_values
from server.core.database.upsert import insert_if_absent
from server.core.problems import Problem, field_problem
from server.outcomes import queries
from server.outcomes.models import REPLY, RESPONSE, SOURCED, Outcome, OutcomeEvent, OutcomeRecord, OutcomeText


@dataclass(frozen=True, slots=True)
class Statement:
    """What came of an item. ``grade`` is None for a reply, ``record_id`` unless it is a record of another system."""

    kind: str
    occurred_on: date
    grade: str | None = None
    url: str | None = None
    note: str | None = None
    record_id: int | None = None

    @property
    def ledger(self) -> str:
        return RESPONSE if self.kind == REPLY else SOURCED


def state_outcome(  # noqa: PLR0913 (independent facts)
    session: Session,
    statement: Statement,
    *,
    user_id: int,
    activity_id: int,
    key: str,
    actor_id: int,
    origin: str = "rep",
    replaces_id: int | None = None,
    is_linked: bool = True,
) -> Outcome | None:
    """Adds an outcome with its evidence. None if the person has stated one with this ``key`` already. 422 if the record is the
    outcome of another item already. ``is_linked``: False for one that is declined at once."""
    is_new = insert_if_absent(
        session,
        Outcome,
        user_id=user_id,
        activity_id=activity_id,
        ledger=statement.ledger,
        kind=statement.kind,
        grade=statement.grade,
        origin=origin,
        record_id=statement.record_id,
        occurred_on=statement.occurred_on,
        recorded_at=now(),
        key=key,
        replaces_id=replaces_id,
        actor_id=actor_id,
    )
    if not is_new:
        return None
    outcome = session.scalars(select(Outcome).where(Outcome.user_id == user_id, Outcome.key == key)).one()
    if statement.url or statement.note:
        session.add(OutcomeText(outcome_id=outcome.id, url=statement.url, note=statement.note))
    if statement.record_id is not None and is_linked:
        _link(session, outcome)
    session.flush()
    return outcome


def _link(session: Session, outcome: Outcome) -> None:
    assert outcome.record_id is not None  # noqa: S101 (the caller asks)
    record = queries.lock_record(session, record_id=outcome.record_id)
    holder = queries.holder_of_record(session, record_id=outcome.record_id)
    if record is None or record.user_id != outcome.user_id:
        raise field_problem("record", "is no longer one of this person's")
    if holder is not None and holder[1].user_id != record.user_id:
        # It was given to this person after somebody else had stated it.
        session.delete(holder[0])
        session.flush()
    elif holder is not None:
        raise field_problem("record", "is counted as the outcome of an item already")
    session.add(OutcomeRecord(record_id=record.id, outcome_id=outcome.id))


def withdraw(session: Session, outcome: Outcome, *, reason_code: str, actor_id: int) -> bool:
    """Takes it out of its ledger and deletes its texts; a second call changes nothing and returns False."""
    _lock(session, outcome)
    is_new = _add_event(session, outcome, "withdrawn", actor_id=actor_id, reason_code=reason_code)
    if is_new:
        _unlink(session, outcome)
        session.execute(delete(OutcomeText).where(OutcomeText.outcome_id == outcome.id))
    return is_new


def withdraw_of_item(session: Session, *, activity_id: int, actor_id: int) -> None:
    """Withdraws everything that came of an item, because the item is withdrawn."""
    for outcome in queries.of_items(session, activity_ids=[activity_id]):
        withdraw(session, outcome, reason_code="item-withdrawn", actor_id=actor_id)


def decide(session: Session, outcome: Outcome, *, event: str, actor_id: int, reason: str | None = None) -> None:
    """``event``: ``approved`` or ``declined``, then with the reason. 409 if it does not wait for a decision any more."""
    _lock(session, outcome)
    if queries.events_of(session, outcome_ids=[outcome.id]):
        raise Problem(
            409, "decided-already", "This has been decided or withdrawn already", detail="Reload the page to see what is left."
        )
    _add_event(session, outcome, event, actor_id=actor_id)
    if event == "declined":
        _unlink(session, outcome)
        text = session.get(OutcomeText, outcome.id)
        if text is None:
            session.add(OutcomeText(outcome_id=outcome.id, reason=reason))
        else:
            text.reason = reason
    session.flush()


def forget_texts(session: Session, *, user_id: int | None = None, before: date | None = None) -> None:
    """Deletes evidence and reasons: of one person's outcomes, of outcomes before a day."""
    chosen = select(Outcome.id)
    if user_id is not None:
        chosen = chosen.where(Outcome.user_id == user_id)
    if before is not None:
        chosen = chosen.where(Outcome.occurred_on < before)
    session.execute(delete(OutcomeText).where(OutcomeText.outcome_id.in_(chosen)))


def _lock(session: Session, outcome: Outcome) -> None:
    """The row itself cannot be locked: the application may not update it."""
    lock_values(session, "outcome", [outcome.id])


def _add_event(session: Session, outcome: Outcome, event: str, *, actor_id: int, reason_code: str | None = None) -> bool:
    at: datetime = now()
    return insert_if_absent(
        session,
        OutcomeEvent,
        outcome_id=outcome.id,
        event=event,
        reason_code=reason_code,
        recorded_at=at,
        actor_id=actor_id,
    )


def _unlink(session: Session, outcome: Outcome) -> None:
    session.execute(delete(OutcomeRecord).where(OutcomeRecord.outcome_id == outcome.id))
