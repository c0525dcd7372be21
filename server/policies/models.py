"""Changes of the credit policy while they are prepared, and previews of what they would do. Policies themselves are in
``server.credit``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, one_of, short

STATES = ("draft", "proposed", "announced", "discarded")


class PolicyChange(Base):
    """A policy that an administrator prepares. If two people are required, the proposer cannot confirm it."""

    __tablename__ = "policy_change"
    __table_args__ = (
        one_of("state", STATES),
        # At most one proposal is open.
        Index(
            "uq_policy_change_open",
            "state",
            unique=True,
            sqlite_where=text("state = 'proposed'"),
            postgresql_where=text("state = 'proposed'"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: A ``credit.formula.Policy``. Its version and name are final once it is announced.
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(short(), default="draft")
    edited_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    edited_at: Mapped[datetime] = mapped_column(default=now)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime | None]
    #: The policy that it replaces, as of the proposal.
    replaces_hash: Mapped[str | None] = mapped_column(short(64))
    #: Once announced.
    policy_hash: Mapped[str | None] = mapped_column(ForeignKey("credit_policy.hash"))


class PolicyPreview(Base):
    """What a change would have done to past weeks, calculated by jobs because there are many items. Contains numbers of people,
    so it is deleted after some days, and when anybody is erased."""

    __tablename__ = "policy_preview"
    __table_args__ = (UniqueConstraint("change_id", "weeks"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: Names the preview in jobs: SQLite gives the id of a deleted row to the next.
    token: Mapped[str] = mapped_column(short(32), unique=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("policy_change.id"))
    #: How many, and a hash of everything that the numbers depend on apart from the ledger.
    weeks: Mapped[int]
    inputs_hash: Mapped[str] = mapped_column(short(64))
    accounts: Mapped[int]
    accounts_done: Mapped[int] = mapped_column(default=0)
    #: The last account that was calculated.
    last_account_id: Mapped[int] = mapped_column(default=0)
    #: By person: a ``preview.PersonEffect``.
    people: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
