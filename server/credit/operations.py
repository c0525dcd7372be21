"""Awards and reverses credit, and seals the ledger. Entries are only ever added.

Awards and reversals lock the account before they read its totals, and lock nothing else, so that people do not wait for one
another."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.clock import now
from server.core.database.closed_range import closed_up_to
from server.core.database.upsert import insert_if_absent
from server.core.hash_chain import FIRST_SHA256, chain_hash, column_values
from server.core.problems import Problem, not_found
from server.credit import queries
from server.credit.formula import Policy, Quality, compute_points
from server.credit.models import CreditAccount, LedgerEntry, LedgerSeal
from server.credit.publishing import publish_policy
from server.people.queries import get_calendar, team_on

REASONS = ("withdrawn", "appeal", "mistake")
#: Keeps the transaction of the job short; its next run seals the rest.
MAX_ENTRIES_PER_SEAL = 5_000


def award(  # noqa: PLR0913 (independent facts about one item)
    session: Session,
    *,
    activity_id: int,
    user_id: int,
    kind: str,
    quality: Quality,
    scoring_version: str | None,
    occurred_at: datetime,
    key: str,
    actor_id: int,
    recorded_at: datetime | None = None,
    words: int | None = None,
    account: CreditAccount | None = None,
    policy: Policy | None = None,
) -> LedgerEntry:
    """Credits one item under the policy of the week in which it happened. A second call with the same ``key`` (at most 100
    characters) returns the existing entry. The scoring version is stored only if its band was used. ``words``: as counted by
    ``word_count``; None for what has no minimum. ``account``, ``policy``: if the caller has locked and read them already."""
    account = account or lock_account(session, user_id)
    existing = queries.entry_by_key(session, user_id=user_id, key=key)
    if existing is not None:
        return existing
    calendar = get_calendar(session)
    week = calendar.monday_of(occurred_at)
    policy = policy or queries.policy_in_week(session, week=week)
    so_far = queries.week_so_far(session, calendar, user_id=user_id, week=week, kind=kind)
    arithmetic = compute_points(
        policy,
        kind=kind,
        quality=quality,
        nth=so_far.nth,
        kind_total_before=so_far.kind_total,
        week_total_before=so_far.week_total,
        words=words,
    )
    return append(
        session,
        account,
        kind=kind,
        amount=arithmetic["points"],
        occurred_at=occurred_at,
        recorded_at=recorded_at or now(),
        policy_hash=publish_policy(session, policy),
        scoring_version=scoring_version if quality.mode == "bands" and quality.band else None,
        activity_id=activity_id,
        team_id=team_on(session, user_id=user_id, day=calendar.day_of(occurred_at)),
        key=key,
        reason_code="earned",
        actor_id=actor_id,
        arithmetic=arithmetic,
    )


def reverse(
    session: Session, *, entry_id: int, reason_code: str, actor_id: int, recorded_at: datetime | None = None
) -> LedgerEntry:
    """Cancels an entry with a new one in the same week. 404 if it does not exist; 409 if it is a reversal itself or has been
    reversed already."""
    if reason_code not in REASONS:
        raise ValueError(f"unknown reason {reason_code!r}")
    entry = session.get(LedgerEntry, entry_id)
    if entry is None:
        raise not_found()
    account = lock_account(session, entry.account_id)
    if entry.reverses_id is not None:
        raise Problem(409, "is-reversal", "A reversal cannot be reversed")
    if queries.is_reversed(session, entry_id=entry_id):
        raise Problem(409, "already-reversed", "This entry has already been reversed")
    reversal = append(
        session,
        account,
        kind=entry.kind,
        amount=-entry.amount,
        occurred_at=entry.occurred_at,
        recorded_at=recorded_at or now(),
        policy_hash=entry.policy_hash,
        scoring_version=entry.scoring_version,
        activity_id=entry.activity_id,
        team_id=entry.team_id,
        key=f"reverse:{entry.id}",
        reverses_id=entry.id,
        reason_code=reason_code,
        actor_id=actor_id,
        arithmetic=entry.arithmetic,
    )
    if reason_code != "withdrawn":
        # A withdrawal is the rep's private choice and does not belong in a log that others read.
        audit.record(session, action="credit.reversed", object_type="ledger-entry", object_id=entry.id, reason_code=reason_code)
    return reversal


def seal(session: Session) -> int:
    """Seals up to ``MAX_ENTRIES_PER_SEAL`` entries that are not sealed yet; returns how many."""
    newest_id = closed_up_to(session, LedgerEntry)
    last_seal = session.scalar(select(LedgerSeal).order_by(LedgerSeal.id.desc()).limit(1))
    entries = session.scalars(
        select(LedgerEntry)
        .where(LedgerEntry.id > (last_seal.last_entry_id if last_seal else 0), LedgerEntry.id <= newest_id)
        .order_by(LedgerEntry.id)
        .limit(MAX_ENTRIES_PER_SEAL)
    ).all()
    if not entries:
        return 0
    previous_sha256 = last_seal.sha256 if last_seal else FIRST_SHA256
    session.add(
        LedgerSeal(
            first_entry_id=entries[0].id,
            last_entry_id=entries[-1].id,
            sha256=chain_hash(previous_sha256, map(column_values, entries)),
            previous_sha256=previous_sha256,
        )
    )
    session.flush()
    return len(entries)


def lock_account(session: Session, user_id: int) -> CreditAccount:
    """The person's account, locked until the transaction ends; created if there is none."""
    select_account = (
        select(CreditAccount)
        .where(CreditAccount.user_id == user_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    account = session.scalar(select_account)
    if account is None:
        insert_if_absent(session, CreditAccount, user_id=user_id, last_seq=0, credited_total=0, debited_total=0)
        account = session.scalars(select_account).one()
    return account


def append(session: Session, account: CreditAccount, *, amount: int, **columns: Any) -> LedgerEntry:
    """Adds an entry to the account, which is locked."""
    account.last_seq += 1
    if amount >= 0:
        account.credited_total += amount
    else:
        account.debited_total -= amount
    entry = LedgerEntry(
        account_id=account.user_id,
        seq=account.last_seq,
        ledger="effort",
        amount=amount,
        balance_after=account.credited_total - account.debited_total,
        **columns,
    )
    session.add(entry)
    session.flush()
    return entry
