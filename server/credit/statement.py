"""A person's own credit statement: the balance, the points of the current week and every entry in words, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from server.credit import queries
from server.credit.models import CreditDecision, LedgerEntry
from server.credit.sentences import entry_sentence
from server.people.queries import get_calendar

REFUSAL = "An item that had no points does not count"
ENTRIES_PER_PAGE = 50


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
    are None. ``reverses_id``, ``reverses_seq`` and ``reverses_day`` identify the entry it reverses, if any; ``decided`` is the
    decision that made it, if a person did."""

    id: int | None
    day: date
    kind: str | None
    points: int
    balance_after: int | None
    sentence: str
    reason_code: str
    reverses_id: int | None
    reverses_seq: int | None
    reverses_day: date | None
    activity_id: int | None
    policy: str
    decided: Decided | None


@dataclass(frozen=True, slots=True)
class Summary:
    """``week_points``: earned in the current week, at most ``week_cap``."""

    balance: int
    week: date
    week_points: int
    week_cap: int


@dataclass(frozen=True, slots=True)
class StatementPage:
    """``lines``: newest first. ``oldest``: the number of the oldest entry among them; ``has_older``: whether there are entries
    before it."""

    lines: tuple[StatementLine, ...]
    oldest: int | None
    has_older: bool


def get_summary(session: Session, *, user_id: int) -> Summary:
    week = get_calendar(session).this_monday()
    return Summary(
        balance=queries.balance(session, user_id=user_id),
        week=week,
        week_points=queries.week_total(session, user_id=user_id, week=week),
        week_cap=queries.current_policy(session).week_cap,
    )


def get_statement(session: Session, *, user_id: int, before: int | None = None, limit: int = ENTRIES_PER_PAGE) -> StatementPage:
    """The newest entries of the account, or those before the entry with the number ``before``; the decisions that made no entry
    are between them, each before what was recorded before it."""
    found = queries.entries_of(session, user_id=user_id, below_seq=None if before is None else before + 1, limit=limit + 2)
    # The last entry of the page before this one says which decisions that page has.
    newer = found[0] if before is not None and found and found[0].seq == before else None
    rest = found[1:] if newer else found
    entries, has_older = rest[:limit], len(rest) > limit
    lines = _Lines(session, user_id, entries)
    return StatementPage(
        lines=tuple(lines.between(newer, is_last=not has_older)),
        oldest=entries[-1].seq if entries else None,
        has_older=has_older,
    )


class _Lines:
    """``entries``: newest first."""

    def __init__(self, session: Session, user_id: int, entries: Sequence[LedgerEntry]) -> None:
        calendar = get_calendar(session)
        self._entries = entries
        self._days = {entry.id: calendar.day_of(entry.occurred_at) for entry in entries}
        self._policy_names = queries.policy_names(session)
        reversed_ids = {entry.reverses_id for entry in entries if entry.reverses_id is not None}
        self._reversed = {
            entry.id: (entry.seq, calendar.day_of(entry.occurred_at))
            for entry in queries.entries_by_id(session, entry_ids=reversed_ids)
        }
        self._made_by: dict[int | None, Decided] = {}
        self._refusals: list[tuple[CreditDecision, Decided]] = []
        for decision, reason in queries.decisions_of_person(session, user_id=user_id):
            decided = Decided(decision.kind, decision.role, calendar.day_of(decision.at), reason)
            self._made_by |= {decision.reversal_id: decided, decision.entry_id: decided}
            if decision.kind == "refused":
                self._refusals.append((decision, decided))

    def between(self, newer: LedgerEntry | None, *, is_last: bool) -> Iterator[StatementLine]:
        """The entries, and the refusals from ``newer`` on to the last entry, or to the end."""
        refusals = [one for one in self._refusals if newer is None or one[0].at <= newer.recorded_at]
        for entry in self._entries:
            while refusals and refusals[0][0].at > entry.recorded_at:
                yield _refusal(*refusals.pop(0))
            yield self._line(entry)
        if is_last:
            for refusal in refusals:
                yield _refusal(*refusal)

    def _line(self, entry: LedgerEntry) -> StatementLine:
        reverses_seq, reverses_day = self._reversed[entry.reverses_id] if entry.reverses_id else (None, None)
        return StatementLine(
            id=entry.id,
            day=self._days[entry.id],
            kind=entry.kind,
            points=entry.amount,
            balance_after=entry.balance_after,
            sentence=entry_sentence(entry),
            reason_code=entry.reason_code,
            reverses_id=entry.reverses_id,
            reverses_seq=reverses_seq,
            reverses_day=reverses_day,
            activity_id=entry.activity_id,
            policy=self._policy_names[entry.policy_hash],
            decided=self._made_by.get(entry.id),
        )


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
        reverses_seq=None,
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
        "policy": queries.policy_of(session, entry).name,
        "arithmetic": entry.arithmetic,
        "sentence": entry_sentence(entry),
    }
