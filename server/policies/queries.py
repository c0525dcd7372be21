"""Queries of changes, previews and the entries that a preview calculates again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import get_args

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.core.weeks import Calendar
from server.credit.formula import Mode, Quality
from server.credit.models import LedgerEntry
from server.policies.models import PolicyChange, PolicyPreview
from server.policies.replay import Entry

#: Modes of entries that the formula can compute again.
MODES = get_args(Mode)


def get_change(session: Session, *, change_id: int) -> PolicyChange | None:
    return session.get(PolicyChange, change_id)


def change_for_update(session: Session, *, change_id: int) -> PolicyChange | None:
    return session.get(PolicyChange, change_id, with_for_update=True, populate_existing=True)


def open_changes(session: Session) -> Sequence[PolicyChange]:
    """Drafts and the proposal, last edited first."""
    return session.scalars(
        select(PolicyChange)
        .where(PolicyChange.state.in_(("draft", "proposed")))
        .order_by(PolicyChange.state.desc(), PolicyChange.edited_at.desc(), PolicyChange.id.desc())
    ).all()


def open_proposal(session: Session) -> PolicyChange | None:
    return session.scalar(select(PolicyChange).where(PolicyChange.state == "proposed"))


def find_preview(session: Session, *, change_id: int, weeks: int) -> PolicyPreview | None:
    return session.scalar(select(PolicyPreview).where(PolicyPreview.change_id == change_id, PolicyPreview.weeks == weeks))


def preview_for_update(session: Session, *, token: str) -> PolicyPreview | None:
    return session.scalar(select(PolicyPreview).where(PolicyPreview.token == token).with_for_update())


def all_previews(session: Session) -> Sequence[PolicyPreview]:
    return session.scalars(select(PolicyPreview).order_by(PolicyPreview.id)).all()


def _within(since: datetime, until: datetime) -> ColumnElement[bool]:
    """``until`` is exclusive. Only effort is credited by a policy."""
    return (LedgerEntry.occurred_at >= since) & (LedgerEntry.occurred_at < until) & (LedgerEntry.ledger == "effort")


def count_entries(session: Session, since: datetime, until: datetime) -> int:
    return session.scalars(select(func.count()).select_from(LedgerEntry).where(_within(since, until))).one()


def count_accounts(session: Session, since: datetime, until: datetime) -> int:
    return session.scalars(select(func.count(LedgerEntry.account_id.distinct())).where(_within(since, until))).one()


def next_accounts(session: Session, since: datetime, until: datetime, *, after: int, limit: int) -> Sequence[int]:
    """Accounts with entries, in the order of their ids."""
    return session.scalars(
        select(LedgerEntry.account_id)
        .where(_within(since, until), LedgerEntry.account_id > after)
        .distinct()
        .order_by(LedgerEntry.account_id)
        .limit(limit)
    ).all()


def load_entries(
    session: Session, calendar: Calendar, weeks: tuple[date, ...], *, accounts: tuple[int, int] | None = None
) -> list[Entry]:
    """Entries of complete weeks, each account's in order. ``accounts``: the first and last id; None for all."""
    query = (
        select(
            LedgerEntry.id,
            LedgerEntry.account_id,
            LedgerEntry.occurred_at,
            LedgerEntry.kind,
            LedgerEntry.amount,
            LedgerEntry.policy_hash,
            LedgerEntry.reverses_id,
            LedgerEntry.activity_id,
            LedgerEntry.reason_code,
            LedgerEntry.arithmetic,
            Activity.words,
        )
        .outerjoin(Activity, Activity.id == LedgerEntry.activity_id)
        .where(_within(calendar.start_of(weeks[0]), calendar.end_of(weeks[-1])))
        .order_by(LedgerEntry.account_id, LedgerEntry.seq)
    )
    if accounts is not None:
        query = query.where(LedgerEntry.account_id.between(*accounts))
    entries = []
    for row in session.execute(query):
        arithmetic = row.arithmetic
        is_computed = row.reverses_id is None and arithmetic["mode"] in MODES
        quality = (
            Quality(arithmetic["mode"], band=arithmetic["band"], checks_passed=arithmetic["checks"] == "passed")
            if is_computed
            else None
        )
        entries.append(
            Entry(
                id=row.id,
                account_id=row.account_id,
                week=calendar.monday_of(row.occurred_at),
                kind=row.kind,
                amount=row.amount,
                policy_hash=row.policy_hash,
                reverses_id=row.reverses_id,
                quality=quality,
                words=arithmetic.get("words", row.words) if is_computed else None,
                activity_id=row.activity_id,
                keeps_place=row.reason_code != "earned",
            )
        )
    return entries
