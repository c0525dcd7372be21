"""The ledger's verbs: award, reverse, seal. Entries are only ever added.

Every verb locks the one account that it touches before it reads what it adds to; nothing else is locked, so people do not
wait for one another."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.core.clock import now
from server.core.database.upsert import insert_missing
from server.core.problems import Problem, not_found
from server.core.weeks import monday_of
from server.credit import queries
from server.credit.formula import Policy, Quality, work_out
from server.credit.models import CreditAccount, CreditPolicy, LedgerEntry, LedgerSeal
from server.privacy.operations import audit

REASONS = ("withdrawn", "appeal", "mistake")
#: Entries under one seal: the job's transaction stays short, the next run takes the rest.
SEAL_AT_MOST = 5_000
#: What the first seal stands on.
FIRST_SHA256 = "0" * 64


def publish(session: Session, policy: Policy) -> str:
    """Stores a policy, once; its hash."""
    digest = policy.hash()
    insert_missing(
        session,
        CreditPolicy,
        hash=digest,
        version=policy.version,
        document=policy.document(),
        published_at=now(),
        effective_from=policy.effective_from,
    )
    return digest


def award(
    session: Session,
    activity: Activity,
    *,
    quality: Quality,
    key: str,
    actor_id: int,
    recorded_at: datetime | None = None,
) -> LedgerEntry:
    """The entry for one item, under the policy of the week it happened in. A second call with the same ``key`` (<= 100
    characters) gives the first one's entry. The scoring version is named only where a band came from one."""
    account = lock(session, activity.user_id)
    known = queries.entry_by_key(session, user_id=activity.user_id, key=key)
    if known is not None:
        return known
    kind, week = activity.kind, monday_of(activity.occurred_at)
    policy = queries.policy_for(session, week=week)
    arithmetic = work_out(
        policy,
        kind=kind,
        quality=quality,
        nth=queries.earned_in_week(session, user_id=activity.user_id, week=week, kind=kind) + 1,
        kind_total_before=queries.week_total(session, user_id=activity.user_id, week=week, kind=kind),
        week_total_before=queries.week_total(session, user_id=activity.user_id, week=week),
    )
    return _append(
        session,
        account,
        kind=kind,
        amount=arithmetic["points"],
        occurred_at=activity.occurred_at,
        recorded_at=recorded_at or now(),
        policy_hash=publish(session, policy),
        scoring_version=activity.scoring_version if quality.mode == "bands" and quality.band else None,
        activity_id=activity.id,
        team_id=activity.team_id,
        key=key,
        reason_code="earned",
        actor_id=actor_id,
        arithmetic=arithmetic,
    )


def reverse(
    session: Session, *, entry_id: int, reason_code: str, actor_id: int, recorded_at: datetime | None = None
) -> LedgerEntry:
    """Cancels one entry, once, in the week it happened in. 404 for none, 409 for a reversal or a second time."""
    if reason_code not in REASONS:
        raise ValueError(f"unknown reason {reason_code!r}")
    entry = session.get(LedgerEntry, entry_id)
    if entry is None:
        raise not_found()
    account = lock(session, entry.account_id)
    if entry.reverses_id is not None:
        raise Problem(409, "is-reversal", "A reversal cannot be reversed")
    if queries.is_reversed(session, entry_id=entry_id):
        raise Problem(409, "already-reversed", "This entry was taken back already")
    reversal = _append(
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
        # What a rep takes back is nobody's business, so it leaves no line in a log that others read.
        audit(session, action="credit.reversed", object_type="ledger-entry", object_id=entry.id, reason_code=reason_code)
    return reversal


def seal(session: Session) -> int:
    """Seals the entries that no seal covers yet, at most ``SEAL_AT_MOST``; how many."""
    if session.get_bind().dialect.name == "postgresql":
        # Numbers are given out before they are committed. Once no writer is inside the table, none below the last can follow.
        session.execute(text("LOCK TABLE ledger_entry IN SHARE MODE"))
    last = session.scalar(select(LedgerSeal).order_by(LedgerSeal.id.desc()).limit(1))
    entries = session.scalars(
        select(LedgerEntry)
        .where(LedgerEntry.id > (last.last_entry_id if last else 0))
        .order_by(LedgerEntry.id)
        .limit(SEAL_AT_MOST)
    ).all()
    if not entries:
        return 0
    previous = last.sha256 if last else FIRST_SHA256
    session.add(
        LedgerSeal(
            first_entry_id=entries[0].id,
            last_entry_id=entries[-1].id,
            sha256=chain(previous, entries),
            previous_sha256=previous,
        )
    )
    session.flush()
    return len(entries)


def chain(previous: str, entries: Any) -> str:
    """SHA-256 over the seal before and every column of every entry, in the order of their ids."""
    digest = hashlib.sha256(previous.encode())
    columns = [column.key for column in LedgerEntry.__mapper__.columns]
    for entry in entries:
        row = {name: _plain(getattr(entry, name)) for name in columns}
        digest.update(json.dumps(row, sort_keys=True, separators=(",", ":")).encode())
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def lock(session: Session, user_id: int) -> CreditAccount:
    """The person's account, held until the transaction ends."""
    insert_missing(session, CreditAccount, user_id=user_id, last_seq=0, credited_total=0, debited_total=0)
    return session.scalars(
        select(CreditAccount)
        .where(CreditAccount.user_id == user_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _append(session: Session, account: CreditAccount, *, amount: int, **columns: Any) -> LedgerEntry:
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
