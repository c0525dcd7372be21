"""A person's own credit statement: the balance, the points of the current week and every entry in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from server.core.weeks import Calendar
from server.credit import queries
from server.credit.models import CreditDecision, LedgerEntry
from server.credit.sentences import entry_sentence
from server.people.queries import get_calendar

REFUSAL = "An item that had no points does not count"


@dataclass(frozen=True, slots=True)
class Decided:
    """A person's decision: as what they decided, on which day and why. ``reason`` is None after it was deleted."""

    kind: str
    role: str
    day: date
    reason: str | None


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A ledger entry, or a decision that an item earns nothing, which made none: then ``id``, ``kind`` and ``balance_after``
    are None. ``reverses_id`` and ``reverses_day`` identify the entry it reverses, if any; ``decided`` is the decision that made
    it, if a person did."""

    id: int | None
    day: date
    kind: str | None
    points: int
    balance_after: int | None
    sentence: str
    reason_code: str
    reverses_id: int | None
    reverses_day: date | None
    activity_id: int | None
    policy: str
    decided: Decided | None


@dataclass(frozen=True, slots=True)
class Statement:
    """``entries`` newest first. ``week_points``: earned in the current week, at most ``week_cap``."""

    balance: int
    week: date
    week_points: int
    week_cap: int
    entries: tuple[StatementLine, ...]


def get_statement(session: Session, *, user_id: int) -> Statement:
    """The statement with all entries of the account."""
    calendar = get_calendar(session)
    week = calendar.this_monday()
    return Statement(
        balance=queries.balance(session, user_id=user_id),
        week=week,
        week_points=queries.week_total(session, user_id=user_id, week=week),
        week_cap=queries.current_policy(session).week_cap,
        entries=tuple(_lines(session, user_id, calendar)),
    )


def _lines(session: Session, user_id: int, calendar: Calendar) -> Iterator[StatementLine]:
    """The entries from the newest to the oldest, and between them the refusals, each before what was recorded before it."""
    policy_names = queries.policy_names(session)
    entries = queries.entries_of(session, user_id=user_id)
    days_by_entry = {entry.id: calendar.day_of(entry.occurred_at) for entry in entries}
    made_by: dict[int | None, Decided] = {}
    refusals: list[tuple[CreditDecision, Decided]] = []
    for decision, reason in queries.decisions_of_person(session, user_id=user_id):
        decided = Decided(decision.kind, decision.role, calendar.day_of(decision.at), reason)
        made_by |= {decision.reversal_id: decided, decision.entry_id: decided}
        if decision.kind == "refused":
            refusals.append((decision, decided))
    for entry in entries:
        while refusals and refusals[0][0].at > entry.recorded_at:
            yield _refusal(*refusals.pop(0))
        yield StatementLine(
            id=entry.id,
            day=days_by_entry[entry.id],
            kind=entry.kind,
            points=entry.amount,
            balance_after=entry.balance_after,
            sentence=entry_sentence(entry),
            reason_code=entry.reason_code,
            reverses_id=entry.reverses_id,
            reverses_day=days_by_entry[entry.reverses_id] if entry.reverses_id else None,
            activity_id=entry.activity_id,
            policy=policy_names[entry.policy_hash],
            decided=made_by.get(entry.id),
        )
    for refusal in refusals:
        yield _refusal(*refusal)


def _refusal(decision: CreditDecision, decided: Decided) -> StatementLine:
    return StatementLine(
        id=None,
        day=decided.day,
        kind=None,
        points=0,
        balance_after=None,
        sentence=REFUSAL,
        reason_code="decided",
        reverses_id=None,
        reverses_day=None,
        activity_id=decision.activity_id,
        policy="",
        decided=decided,
    )


def entry_out(session: Session, entry: LedgerEntry | None) -> dict[str, Any] | None:
    """An entry as ``EntryOut``."""
    if entry is None:
        return None
    return {
        "id": entry.id,
        "points": entry.amount,
        "policy": queries.policy_names(session)[entry.policy_hash],
        "arithmetic": entry.arithmetic,
        "sentence": entry_sentence(entry),
    }
