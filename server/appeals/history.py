"""What happened to one item's credit, in order: entries, decisions and appeals, each with its day, who and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.appeals import queries
from server.appeals.models import Appeal, AppealClosing, AppealText
from server.credit.models import CreditDecision, LedgerEntry
from server.credit.queries import decision_reasons
from server.credit.sentences import entry_sentence
from server.people.queries import get_calendar

REFUSED = "Does not count"
#: How long My work says that something was answered.
NEWS_DAYS = 14


@dataclass(frozen=True, slots=True)
class OwnAppeal:
    """An appeal with what became of it, as the rep and whoever answers see it. ``is_open`` and ``outcome`` exclude each other;
    an appeal that is neither ended with the item. Words are None after they were deleted."""

    id: int
    activity_id: int
    kind: str
    opened: date
    due_on: date
    is_overdue: bool
    is_open: bool
    outcome: str | None
    role: str | None
    answered: date | None
    question: str | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """An entry with ``points``, or something that made none. ``role`` and ``reason`` if a person decided."""

    day: date
    text: str
    points: int | None
    role: str | None
    reason: str | None


def describe(session: Session, appeals: Collection[Appeal]) -> list[OwnAppeal]:
    """In the order of ``appeals``."""
    ids = [appeal.id for appeal in appeals]
    closings = queries.closings(session, appeal_ids=ids)
    texts = queries.texts(session, appeal_ids=ids)
    open_ids = {appeal.id for appeal in queries.open_appeals(session)}
    return [
        _describe(session, appeal, closings.get(appeal.id), texts.get(appeal.id), is_open=appeal.id in open_ids)
        for appeal in appeals
    ]


def _describe(
    session: Session, appeal: Appeal, closing: AppealClosing | None, text: AppealText | None, *, is_open: bool
) -> OwnAppeal:
    calendar = get_calendar(session)
    return OwnAppeal(
        id=appeal.id,
        activity_id=appeal.activity_id,
        kind=appeal.kind,
        opened=calendar.day_of(appeal.opened_at),
        due_on=appeal.due_on,
        is_overdue=is_open and calendar.today() > appeal.due_on,
        is_open=is_open,
        outcome=closing.outcome if closing else None,
        role=closing.role if closing else None,
        answered=calendar.day_of(closing.at) if closing else None,
        question=text.question if text else None,
        answer=text.answer if text else None,
    )


def own_appeals(session: Session, *, user_id: int) -> list[OwnAppeal]:
    """The person's appeals, newest first."""
    return describe(session, queries.appeals_of_person(session, user_id=user_id))


def appeals_by_item(session: Session, *, user_id: int) -> dict[int, list[OwnAppeal]]:
    """The person's appeals that were not withdrawn, newest first."""
    found: dict[int, list[OwnAppeal]] = {}
    for appeal in own_appeals(session, user_id=user_id):
        if appeal.outcome != "withdrawn":
            found.setdefault(appeal.activity_id, []).append(appeal)
    return found


def recent_answers(session: Session, *, user_id: int) -> list[OwnAppeal]:
    """Answers of the last ``NEWS_DAYS`` days, newest first."""
    since = get_calendar(session).today() - timedelta(days=NEWS_DAYS)
    own = own_appeals(session, user_id=user_id)
    return [one for one in own if one.answered and one.outcome != "withdrawn" and one.answered >= since]


def item_history(session: Session, *, activity_id: int) -> tuple[HistoryLine, ...]:
    """Oldest first. Withdrawals are the rep's own affair and are left out."""
    calendar = get_calendar(session)
    decisions = queries.decisions_about(session, activity_ids=[activity_id]).get(activity_id, [])
    reasons = decision_reasons(session, decision_ids=[decision.id for decision in decisions])
    by_entry: dict[int, CreditDecision] = {}
    for decision in decisions:
        by_entry |= {entry_id: decision for entry_id in (decision.reversal_id, decision.entry_id) if entry_id is not None}
    lines = []
    entries = session.scalars(select(LedgerEntry).where(LedgerEntry.activity_id == activity_id).order_by(LedgerEntry.id))
    for entry in entries:
        made_by = by_entry.get(entry.id)
        lines.append(
            (
                entry.recorded_at,
                HistoryLine(
                    day=calendar.day_of(entry.recorded_at),
                    text=entry_sentence(entry),
                    points=entry.amount,
                    role=made_by.role if made_by else None,
                    reason=reasons.get(made_by.id) if made_by else None,
                ),
            )
        )
    for decision in decisions:
        if decision.kind == "refused":
            day, text = calendar.day_of(decision.at), REFUSED
            lines.append((decision.at, HistoryLine(day, text, None, decision.role, reasons.get(decision.id))))
    return tuple(line for _, line in sorted(lines, key=lambda pair: pair[0]))
