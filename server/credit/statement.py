"""A person's own credit statement: the balance, the points of the current week and every entry in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from server.credit import queries
from server.credit.models import LedgerEntry
from server.credit.sentences import entry_sentence
from server.people.queries import get_calendar


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A ledger entry. ``reverses_id`` and ``reverses_day`` identify the entry it reverses, if any."""

    id: int
    seq: int
    day: date
    kind: str
    points: int
    balance_after: int
    sentence: str
    reason_code: str
    reverses_id: int | None
    reverses_day: date | None
    activity_id: int | None
    policy: str


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
    policy_names = queries.policy_names(session)
    entries = queries.entries_of(session, user_id=user_id)
    days_by_entry = {entry.id: calendar.day_of(entry.occurred_at) for entry in entries}
    return Statement(
        balance=queries.balance(session, user_id=user_id),
        week=week,
        week_points=queries.week_total(session, user_id=user_id, week=week),
        week_cap=queries.current_policy(session).week_cap,
        entries=tuple(
            StatementLine(
                id=entry.id,
                seq=entry.seq,
                day=calendar.day_of(entry.occurred_at),
                kind=entry.kind,
                points=entry.amount,
                balance_after=entry.balance_after,
                sentence=entry_sentence(entry),
                reason_code=entry.reason_code,
                reverses_id=entry.reverses_id,
                reverses_day=days_by_entry[entry.reverses_id] if entry.reverses_id else None,
                activity_id=entry.activity_id,
                policy=policy_names[entry.policy_hash],
            )
            for entry in entries
        ),
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
