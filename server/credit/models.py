"""Published policies and the append-only ledger. Points are integers. Entries are never changed or removed; a correction is a
reversing entry."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Select, Text, UniqueConstraint, literal, select
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, one_of, short
from server.people.standard_metrics import LEDGER_METRIC
from server.rollups import sources

#: Kinds of credit that are never added together (TRUST.md C9).
LEDGERS = ("effort", "response", "sourced", "tested")
#: ``counted``: an item without points earns some. ``corrected``: other points than before. ``reversed``: points taken back.
#: ``refused``: an item without points stays without.
DECISIONS = ("counted", "corrected", "reversed", "refused")
#: About a policy.
POLICY_DECISIONS = ("announced", "withdrawn", "superseded")


class CreditPolicy(Base):
    """The formula; immutable, identified by the hash of its document."""

    __tablename__ = "credit_policy"

    hash: Mapped[str] = mapped_column(short(64), primary_key=True)
    version: Mapped[int]
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    published_at: Mapped[datetime] = mapped_column(default=now)
    #: A Monday; earlier weeks keep the policy they had. Later than the document's where a release was installed after it.
    effective_from: Mapped[date]


class CreditPolicyDecision(Base):
    """What was decided about a policy: ``announced`` by one or two people; before it starts also ``withdrawn``, or
    ``superseded`` by the announcement of another one. Policies of a release were announced by nobody here."""

    __tablename__ = "credit_policy_decision"
    __table_args__ = (one_of("decision", POLICY_DECISIONS), UniqueConstraint("policy_hash", "decision"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    policy_hash: Mapped[str] = mapped_column(ForeignKey("credit_policy.hash"))
    decision: Mapped[str] = mapped_column(short())
    #: Only of an announcement; the same as ``decided_by`` where one person may announce.
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime] = mapped_column(default=now)


class CreditAccount(Base):
    """Totals of one person's account. Apart from inserting its entry, an award updates this row only: nothing of a team or the
    organisation."""

    __tablename__ = "credit_account"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    last_seq: Mapped[int] = mapped_column(default=0)
    credited_total: Mapped[int] = mapped_column(default=0)
    debited_total: Mapped[int] = mapped_column(default=0)


class LedgerEntry(Base):
    __tablename__ = "ledger_entry"
    __table_args__ = (
        one_of("ledger", LEDGERS),
        UniqueConstraint("account_id", "seq"),
        UniqueConstraint("account_id", "key"),
        # An entry is reversed at most once.
        UniqueConstraint("reverses_id"),
        Index("ix_ledger_entry_occurred_at", "occurred_at", "account_id", "amount"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("credit_account.user_id"))
    #: 1, 2, 3 ... in each account, without gaps.
    seq: Mapped[int]
    ledger: Mapped[str] = mapped_column(short(), default="effort")
    kind: Mapped[str] = mapped_column(short())
    #: Points, negative for a reversal.
    amount: Mapped[int]
    balance_after: Mapped[int]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(default=now)
    policy_hash: Mapped[str] = mapped_column(ForeignKey("credit_policy.hash"))
    scoring_version: Mapped[str | None] = mapped_column(ForeignKey("scoring_version.hash"))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"), index=True)
    #: The person's team on that day, as known when the entry was made. Totals follow the memberships instead, which can be
    #: corrected; the column stays because the seals cover it.
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    key: Mapped[str] = mapped_column(short(100))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entry.id"))
    #: ``earned``, or ``decided`` by a person; of a reversal ``withdrawn``, ``appeal`` or ``mistake``.
    reason_code: Mapped[str] = mapped_column(short(), default="earned")
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    #: Every number used to compute ``amount``, integers only.
    arithmetic: Mapped[dict[str, Any]] = mapped_column(JSON)


class CreditDecision(Base):
    """A person decided about the credit of one item. Append-only, like the entries that the decision made."""

    __tablename__ = "credit_decision"
    __table_args__ = (
        one_of("kind", DECISIONS),
        CheckConstraint(
            "(kind = 'counted' AND reversal_id IS NULL AND entry_id IS NOT NULL) "
            "OR (kind = 'corrected' AND reversal_id IS NOT NULL AND entry_id IS NOT NULL) "
            "OR (kind = 'reversed' AND reversal_id IS NOT NULL AND entry_id IS NULL) "
            "OR (kind = 'refused' AND reversal_id IS NULL AND entry_id IS NULL)",
            name="entries",
        ),
        # Of two people who decide the same thing at once, the second is refused.
        UniqueConstraint("activity_id", "number"),
        UniqueConstraint("reversal_id"),
        UniqueConstraint("entry_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: Whose credit it is.
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    #: 1, 2, 3 ... for each item.
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(short())
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    #: As whom the person decided: ``manager``, ``admin`` or ``overseer``.
    role: Mapped[str] = mapped_column(short())
    at: Mapped[datetime] = mapped_column(default=now)
    reversal_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entry.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entry.id"))


class DecisionReason(Base):
    """Why somebody decided so, in their own words. Not part of the decision, so that it can be erased."""

    __tablename__ = "decision_reason"

    decision_id: Mapped[int] = mapped_column(ForeignKey("credit_decision.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class LedgerSeal(Base):
    """A hash over a range of entries and the previous seal, so that later changes are detected."""

    __tablename__ = "ledger_seal"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    first_entry_id: Mapped[int]
    last_entry_id: Mapped[int]
    sha256: Mapped[str] = mapped_column(short(64))
    previous_sha256: Mapped[str] = mapped_column(short(64))
    sealed_at: Mapped[datetime] = mapped_column(default=now)


def _summed_entries(user_ids: list[int]) -> Select[*tuple[Any, ...]]:
    return select(
        LedgerEntry.account_id, LedgerEntry.occurred_at, literal(LEDGER_METRIC), literal(1), LedgerEntry.amount
    ).where(LedgerEntry.account_id.in_(user_ids), LedgerEntry.ledger == "effort")


def _added(entry: LedgerEntry) -> sources.Change | None:
    if entry.ledger != "effort":
        return None
    return sources.Change(entry.account_id, entry.occurred_at, LEDGER_METRIC, 1, entry.amount)


sources.register(sources.Source(LedgerEntry, _summed_entries, _added))
