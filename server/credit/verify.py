"""Checks the invariants of the ledger (TRUST.md I1 to I8). Reads everything and changes nothing.

``rollups.recount`` checks I6, that weekly sums equal what they are of, and ``tuning.verify`` the scoring versions that entries
refer to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, inspect, or_, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.types import Integer

from server.core.hash_chain import FIRST_SHA256, chain_hash, column_values
from server.credit.corrections import is_within_limits
from server.credit.formula import Policy, Quality, compute_points
from server.credit.models import CreditAccount, CreditPolicy, LedgerEntry, LedgerSeal

NUMBER_COLUMNS = ("amount", "balance_after", "seq")
ROWS_PER_FETCH = 1_000


@dataclass(frozen=True, slots=True)
class Violation:
    """``invariant``: ``I1`` to ``I8`` as in TRUST.md, or ``C1``: the published formula gives other points."""

    invariant: str
    detail: str


def verify(session: Session) -> list[Violation]:
    """All violations; empty when the ledger is valid."""
    checks = (_totals, _sequence, _keys, _reversals, _policies, _formula, _chain, _whole_numbers)
    return [violation for check in checks for violation in check(session)]


def _totals(session: Session) -> Iterator[Violation]:
    sums = (
        select(
            LedgerEntry.account_id,
            func.sum(LedgerEntry.amount).label("total"),
            func.max(LedgerEntry.seq).label("last"),
        )
        .group_by(LedgerEntry.account_id)
        .subquery()
    )
    newest = aliased(LedgerEntry)
    rows = session.execute(
        select(CreditAccount, func.coalesce(sums.c.total, 0), func.coalesce(newest.balance_after, 0))
        .outerjoin(sums, sums.c.account_id == CreditAccount.user_id)
        .outerjoin(newest, (newest.account_id == CreditAccount.user_id) & (newest.seq == sums.c.last))
    )
    for account, total, last_balance in rows:
        balance = account.credited_total - account.debited_total
        if not int(total) == balance == last_balance:
            yield Violation("I1", f"account {account.user_id}: entries {total}, totals {balance}, last balance {last_balance}")
    running = func.sum(LedgerEntry.amount).over(partition_by=LedgerEntry.account_id, order_by=LedgerEntry.seq)
    running_totals = select(LedgerEntry.id, LedgerEntry.balance_after, running.label("running")).subquery()
    for (entry_id,) in session.execute(
        select(running_totals.c.id).where(running_totals.c.balance_after != running_totals.c.running)
    ):
        yield Violation("I1", f"entry {entry_id}: its balance is not the sum of the entries up to and including it")


def _sequence(session: Session) -> Iterator[Violation]:
    counts = (
        select(
            LedgerEntry.account_id,
            func.count().label("entries"),
            func.min(LedgerEntry.seq).label("first"),
            func.max(LedgerEntry.seq).label("last"),
        )
        .group_by(LedgerEntry.account_id)
        .subquery()
    )
    rows = session.execute(
        select(CreditAccount.user_id)
        .outerjoin(counts, counts.c.account_id == CreditAccount.user_id)
        .where(
            or_(
                CreditAccount.last_seq != func.coalesce(counts.c.last, 0),
                func.coalesce(counts.c.entries, 0) != func.coalesce(counts.c.last, 0),
                func.coalesce(counts.c.first, 1) != 1,
            )
        )
    )
    for (user_id,) in rows:
        yield Violation("I2", f"account {user_id}: its sequence numbers have a gap")


def _keys(session: Session) -> Iterator[Violation]:
    duplicates = (
        select(LedgerEntry.account_id, func.min(LedgerEntry.id))
        .group_by(LedgerEntry.account_id, LedgerEntry.key)
        .having(func.count() > 1)
    )
    for user_id, entry_id in session.execute(duplicates):
        yield Violation("I3", f"account {user_id}: the key of entry {entry_id} is used twice")


def _reversals(session: Session) -> Iterator[Violation]:
    reversal = aliased(LedgerEntry)
    inexact = (
        select(reversal.id)
        .outerjoin(LedgerEntry, LedgerEntry.id == reversal.reverses_id)
        .where(
            reversal.reverses_id.is_not(None),
            or_(
                LedgerEntry.id.is_(None),
                LedgerEntry.amount != -reversal.amount,
                LedgerEntry.account_id != reversal.account_id,
                LedgerEntry.reverses_id.is_not(None),
            ),
        )
    )
    for (entry_id,) in session.execute(inexact):
        yield Violation("I4", f"entry {entry_id}: does not exactly cancel the entry it reverses")
    twice = select(LedgerEntry.reverses_id).group_by(LedgerEntry.reverses_id).having(func.count() > 1)
    for (reversed_id,) in session.execute(twice.where(LedgerEntry.reverses_id.is_not(None))):
        yield Violation("I4", f"entry {reversed_id}: reversed more than once")


def _policies(session: Session) -> Iterator[Violation]:
    missing = (
        select(LedgerEntry.id)
        .outerjoin(CreditPolicy, CreditPolicy.hash == LedgerEntry.policy_hash)
        .where(CreditPolicy.hash.is_(None))
    )
    for (entry_id,) in session.execute(missing):
        yield Violation("I5", f"entry {entry_id}: refers to a policy that does not exist")
    for policy in session.scalars(select(CreditPolicy)):
        if document_hash(policy.document) != policy.hash:
            yield Violation("I5", f"policy {policy.hash[:12]}: its document was changed")


def _formula(session: Session) -> Iterator[Violation]:
    # A policy whose document was changed is reported under I5; nothing can be computed from it.
    unchanged = [row for row in session.scalars(select(CreditPolicy)) if document_hash(row.document) == row.hash]
    policies = {row.hash: Policy.model_validate(row.document) for row in unchanged}
    entries = session.execute(
        select(
            LedgerEntry.id, LedgerEntry.amount, LedgerEntry.reverses_id, LedgerEntry.policy_hash, LedgerEntry.arithmetic
        ).execution_options(yield_per=ROWS_PER_FETCH)
    )
    for entry_id, amount, reverses_id, policy_hash, arithmetic in entries:
        if reverses_id is not None or policy_hash not in policies:
            continue
        if arithmetic["mode"] == "stated":
            if not is_within_limits(policies[policy_hash], arithmetic) or arithmetic["points"] != amount:
                yield Violation("C1", f"entry {entry_id}: the policy's limits do not allow {amount}")
            continue
        recomputed = compute_points(
            policies[policy_hash],
            kind=arithmetic["kind"],
            quality=Quality(arithmetic["mode"], band=arithmetic["band"], checks_passed=arithmetic["checks"] == "passed"),
            nth=arithmetic["nth"],
            kind_total_before=arithmetic["kind_total_before"],
            week_total_before=arithmetic["week_total_before"],
            words=arithmetic.get("words"),
        )
        if recomputed != arithmetic or arithmetic["points"] != amount:
            yield Violation("C1", f"entry {entry_id}: the published formula gives {recomputed['points']}, not {amount}")


def _chain(session: Session) -> Iterator[Violation]:
    previous_sha256, last_entry_id = FIRST_SHA256, 0
    for seal in session.scalars(select(LedgerSeal).order_by(LedgerSeal.id)):
        covered = session.scalars(
            select(LedgerEntry)
            .where(LedgerEntry.id > last_entry_id, LedgerEntry.id <= seal.last_entry_id)
            .order_by(LedgerEntry.id)
            .execution_options(populate_existing=True)
        ).all()
        is_contiguous = bool(covered) and covered[0].id == seal.first_entry_id and seal.previous_sha256 == previous_sha256
        if not is_contiguous or chain_hash(previous_sha256, map(column_values, covered)) != seal.sha256:
            yield Violation("I7", f"seal {seal.id}: entries {seal.first_entry_id} to {seal.last_entry_id} were changed")
        previous_sha256, last_entry_id = seal.sha256, seal.last_entry_id


def _whole_numbers(session: Session) -> Iterator[Violation]:
    if session.get_bind().dialect.name == "sqlite":
        # SQLite stores values of any type in any column.
        not_integer = [func.typeof(getattr(LedgerEntry, name)) != "integer" for name in NUMBER_COLUMNS]
        for (entry_id,) in session.execute(select(LedgerEntry.id).where(or_(*not_integer))):
            yield Violation("I8", f"entry {entry_id}: contains a number that is not an integer")
        return
    for column in inspect(session.connection()).get_columns(LedgerEntry.__tablename__):
        if column["name"] in NUMBER_COLUMNS and not isinstance(column["type"], Integer):
            yield Violation("I8", f"column {column['name']}: does not have an integer type")


def document_hash(document: object) -> str:
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
