"""Reads of the ledger and its policies."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from server.core.weeks import Calendar
from server.credit.formula import Policy, packaged_policy
from server.credit.models import (
    CreditAccount,
    CreditDecision,
    CreditPolicy,
    CreditPolicyDecision,
    DecisionReason,
    LedgerEntry,
)
from server.people.queries import get_calendar


def policy_in_week(session: Session, *, week: date) -> Policy:
    """The policy that applies in the week beginning on ``week``. Weeks before the first policy use that one; before any policy
    is published, the packaged one applies."""
    return policies_by_week(session, weeks={week})[week]


def policies_by_week(session: Session, *, weeks: Collection[date]) -> dict[date, Policy]:
    """As ``policy_in_week``, by the Mondays of the weeks."""
    query = select(CreditPolicy).where(CreditPolicy.hash.not_in(_cancelled()))
    standing = session.scalars(query.order_by(CreditPolicy.effective_from, CreditPolicy.version)).all()
    if not standing:
        return dict.fromkeys(weeks, packaged_policy())
    policies = {row.hash: Policy.model_validate(row.document) for row in standing}
    places = {week: bisect_right(standing, week, key=lambda row: row.effective_from) for week in weeks}
    return {week: policies[standing[max(0, place - 1)].hash] for week, place in places.items()}


def _cancelled() -> Select[str]:
    """Policies that were withdrawn or superseded before they started."""
    return select(CreditPolicyDecision.policy_hash).where(CreditPolicyDecision.decision != "announced")


def current_policy(session: Session) -> Policy:
    return policy_in_week(session, week=get_calendar(session).this_monday())


def all_policies(session: Session) -> Sequence[CreditPolicy]:
    """In the order in which they start, cancelled ones included."""
    return session.scalars(select(CreditPolicy).order_by(CreditPolicy.effective_from, CreditPolicy.version)).all()


def all_decisions(session: Session) -> Sequence[CreditPolicyDecision]:
    """Oldest first."""
    return session.scalars(select(CreditPolicyDecision).order_by(CreditPolicyDecision.id)).all()


def policy_names(session: Session) -> dict[str, str]:
    """Names of the published policies, by hash."""
    return {row.hash: str(row.document["name"]) for row in session.scalars(select(CreditPolicy))}


def in_week(calendar: Calendar, week: date) -> ColumnElement[bool]:
    return (LedgerEntry.occurred_at >= calendar.start_of(week)) & (LedgerEntry.occurred_at < calendar.end_of(week))


def week_total(session: Session, *, user_id: int, week: date) -> int:
    """Points of the week, reversals included."""
    total = select(func.coalesce(func.sum(LedgerEntry.amount), 0)).where(
        LedgerEntry.account_id == user_id, in_week(get_calendar(session), week)
    )
    return int(session.scalars(total).one())


@dataclass(frozen=True, slots=True)
class WeekSoFar:
    """What a person's week holds before an item: ``nth`` is the place of the item among those of its kind that earn points and
    were not reversed; the totals are points, reversals included."""

    nth: int
    kind_total: int
    week_total: int


def _is_award() -> ColumnElement[bool]:
    """Whether the entry is not a reversal. Not ``IS NULL``: SQLite expects one such row in the unique index, and then reads all
    of them."""
    return func.coalesce(LedgerEntry.reverses_id, 0) == 0


def week_so_far(session: Session, calendar: Calendar, *, user_id: int, week: date, kind: str) -> WeekSoFar:
    reversal = aliased(LedgerEntry)
    is_of_kind = LedgerEntry.kind == kind
    earned = is_of_kind & (LedgerEntry.amount > 0) & _is_award() & reversal.id.is_(None)
    earning, kind_total, total = session.execute(
        select(
            func.count().filter(earned),
            func.coalesce(func.sum(LedgerEntry.amount).filter(is_of_kind), 0),
            func.coalesce(func.sum(LedgerEntry.amount), 0),
        )
        .select_from(LedgerEntry)
        .outerjoin(reversal, reversal.reverses_id == LedgerEntry.id)
        .where(LedgerEntry.account_id == user_id, in_week(calendar, week))
    ).one()
    return WeekSoFar(nth=int(earning) + 1, kind_total=int(kind_total), week_total=int(total))


def policy_of(session: Session, entry: LedgerEntry) -> Policy:
    """The policy under which the entry was made."""
    return Policy.model_validate(session.get_one(CreditPolicy, entry.policy_hash).document)


def last_award(session: Session, *, activity_id: int) -> LedgerEntry | None:
    """The item's newest entry that is not a reversal, whether it was reversed or not."""
    return session.scalar(
        select(LedgerEntry).where(LedgerEntry.activity_id == activity_id, _is_award()).order_by(LedgerEntry.id.desc()).limit(1)
    )


def decisions_of_item(session: Session, *, activity_id: int) -> Sequence[CreditDecision]:
    """Oldest first."""
    query = select(CreditDecision).where(CreditDecision.activity_id == activity_id)
    return session.scalars(query.order_by(CreditDecision.number)).all()


def decisions_of_person(session: Session, *, user_id: int) -> Sequence[tuple[CreditDecision, str | None]]:
    """Decisions about the person's credit with their reasons, None where these were deleted; newest first."""
    rows = session.execute(
        select(CreditDecision, DecisionReason.text)
        .outerjoin(DecisionReason, DecisionReason.decision_id == CreditDecision.id)
        .where(CreditDecision.user_id == user_id)
        .order_by(CreditDecision.id.desc())
    )
    return [(decision, text) for decision, text in rows]


def decision_reasons(session: Session, *, decision_ids: Collection[int]) -> dict[int, str]:
    """By decision; nothing for those whose reason was deleted."""
    rows = session.scalars(select(DecisionReason).where(DecisionReason.decision_id.in_(decision_ids)))
    return {row.decision_id: row.text for row in rows}


def balance(session: Session, *, user_id: int) -> int:
    account = session.get(CreditAccount, user_id)
    return 0 if account is None else account.credited_total - account.debited_total


def entry_by_key(session: Session, *, user_id: int, key: str) -> LedgerEntry | None:
    return session.scalar(select(LedgerEntry).where(LedgerEntry.account_id == user_id, LedgerEntry.key == key))


def live_entries(session: Session, *, activity_ids: Collection[int]) -> dict[int, LedgerEntry]:
    """Entries that were not reversed, by item."""
    reversal = aliased(LedgerEntry)
    entries = session.scalars(
        select(LedgerEntry)
        .outerjoin(reversal, reversal.reverses_id == LedgerEntry.id)
        .where(LedgerEntry.activity_id.in_(activity_ids), _is_award(), reversal.id.is_(None))
        .order_by(LedgerEntry.id)
    )
    return {entry.activity_id: entry for entry in entries if entry.activity_id is not None}


def live_entry(session: Session, *, activity_id: int) -> LedgerEntry | None:
    """The item's entry, unless it was reversed."""
    return live_entries(session, activity_ids=[activity_id]).get(activity_id)


def reversal_of_item(session: Session, *, activity_id: int) -> LedgerEntry | None:
    return session.scalar(
        select(LedgerEntry)
        .where(LedgerEntry.activity_id == activity_id, LedgerEntry.reverses_id.is_not(None))
        .order_by(LedgerEntry.id.desc())
        .limit(1)
    )


def is_reversed(session: Session, *, entry_id: int) -> bool:
    return session.scalar(select(LedgerEntry.id).where(LedgerEntry.reverses_id == entry_id)) is not None


def entries_of(
    session: Session, *, user_id: int, limit: int | None = None, below_seq: int | None = None
) -> Sequence[LedgerEntry]:
    """Newest first; only those before the one with the number ``below_seq``, if given."""
    query = select(LedgerEntry).where(LedgerEntry.account_id == user_id)
    if below_seq is not None:
        query = query.where(LedgerEntry.seq < below_seq)
    return session.scalars(query.order_by(LedgerEntry.seq.desc()).limit(limit)).all()


def entries_by_id(session: Session, *, entry_ids: Collection[int]) -> Sequence[LedgerEntry]:
    return session.scalars(select(LedgerEntry).where(LedgerEntry.id.in_(entry_ids))).all() if entry_ids else ()
