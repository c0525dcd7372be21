"""Checks that the ledger, the decisions of people and the outcomes of appeals say the same. Reads everything and changes
nothing."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.appeals.models import Appeal, AppealClosing
from server.credit.models import CreditDecision, LedgerEntry
from server.credit.verify import Violation

#: The kinds of decision that each outcome comes with.
DECISIONS = {"reversed": {"reversed"}, "new-entry": {"counted", "corrected"}}
#: Entries that a person made about somebody else's credit.
IS_DECIDED = LedgerEntry.reason_code.in_(("decided", "appeal", "mistake"))


def verify(session: Session) -> list[Violation]:
    """All violations; empty if each change of credit has a person, and each outcome its entries."""
    return [*_decisions(session), *_entries_without_decision(session), *_outcomes(session), *_live_entries(session)]


def _decisions(session: Session) -> Iterator[Violation]:
    """A decision's entries are about its item, by its person, and of the kind that it says."""
    entries = {entry.id: entry for entry in session.scalars(select(LedgerEntry).where(IS_DECIDED))}
    numbers: dict[int, int] = {}
    for decision in session.scalars(select(CreditDecision).order_by(CreditDecision.activity_id, CreditDecision.number)):
        numbers[decision.activity_id] = numbers.get(decision.activity_id, 0) + 1
        if decision.number != numbers[decision.activity_id]:
            yield Violation("C10", f"decision {decision.id}: the numbers of the item's decisions have a gap")
        for entry_id, is_reversal in ((decision.reversal_id, True), (decision.entry_id, False)):
            if entry_id is None:
                continue
            entry = entries.get(entry_id)
            expected = (decision.user_id, decision.activity_id, decision.actor_id, is_reversal)
            if entry is None or expected != (
                entry.account_id, entry.activity_id, entry.actor_id, entry.reverses_id is not None
            ):  # fmt: skip
                yield Violation("C10", f"decision {decision.id}: entry {entry_id} is not what it decided")
        if decision.actor_id == decision.user_id:
            yield Violation("C11", f"decision {decision.id}: somebody decided about their own credit")


def _entries_without_decision(session: Session) -> Iterator[Violation]:
    named = (
        select(CreditDecision.reversal_id)
        .where(CreditDecision.reversal_id.is_not(None))
        .union(select(CreditDecision.entry_id).where(CreditDecision.entry_id.is_not(None)))
    )
    for entry_id in session.scalars(select(LedgerEntry.id).where(IS_DECIDED, LedgerEntry.id.not_in(named))):
        yield Violation("C10", f"entry {entry_id}: was decided by a person, but there is no decision")


def _outcomes(session: Session) -> Iterator[Violation]:
    rows = session.execute(
        select(AppealClosing, Appeal, CreditDecision)
        .join(Appeal, Appeal.id == AppealClosing.appeal_id)
        .outerjoin(CreditDecision, CreditDecision.id == AppealClosing.decision_id)
    )
    for closing, appeal, decision in rows:
        kinds = DECISIONS.get(closing.outcome)
        matches = decision is None if kinds is None else decision is not None and decision.kind in kinds
        if decision is not None:
            matches = matches and (decision.activity_id, decision.actor_id) == (appeal.activity_id, closing.actor_id)
        if not matches:
            yield Violation("C11", f"appeal {appeal.id}: its outcome is {closing.outcome}, and the decision is another")
        if (closing.outcome == "withdrawn") != (closing.actor_id == appeal.user_id):
            yield Violation("C11", f"appeal {appeal.id}: was ended by somebody who may not")
        if decision is not None and decision.reversal_id is not None:
            reversal = session.get_one(LedgerEntry, decision.reversal_id)
            if reversal.reverses_id != appeal.entry_id:
                yield Violation("C11", f"appeal {appeal.id}: another entry than the contested one was reversed")


def _live_entries(session: Session) -> Iterator[Violation]:
    """What counts has exactly one entry that was not reversed; what does not has none."""
    reversed_ids = select(LedgerEntry.reverses_id).where(LedgerEntry.reverses_id.is_not(None))
    live: dict[int | None, int] = {}
    for activity_id in session.scalars(
        select(LedgerEntry.activity_id).where(LedgerEntry.reverses_id.is_(None), LedgerEntry.id.not_in(reversed_ids))
    ):
        live[activity_id] = live.get(activity_id, 0) + 1
    decided = select(CreditDecision.activity_id)
    for activity_id, state in session.execute(select(Activity.id, Activity.state).where(Activity.id.in_(decided))):
        if live.get(activity_id, 0) != (state == "counted"):
            yield Violation("C10", f"item {activity_id}: is {state} and has {live.get(activity_id, 0)} entries that count")
