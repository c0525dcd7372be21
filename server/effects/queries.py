"""Queries of the credit that a change would have changed."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.credit.models import LedgerEntry


class EntriesState(NamedTuple):
    """How many ledger entries there are, and the id and time of the newest one, None without any."""

    number: int
    newest: int | None
    recorded_at: datetime | None


def entries_state(session: Session, since: datetime, until: datetime) -> EntriesState:
    """Changes with every entry."""
    within = (LedgerEntry.occurred_at >= since) & (LedgerEntry.occurred_at < until) & (LedgerEntry.ledger == "effort")
    newest = (func.max(LedgerEntry.id), func.max(LedgerEntry.recorded_at))
    return EntriesState(*session.execute(select(func.count(), *newest).where(within)).one())
