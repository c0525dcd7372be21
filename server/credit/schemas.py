"""Response bodies: ledger entries and a rep's own statement."""

from __future__ import annotations

from datetime import date
from typing import Any

from server.core.schemas import ResponseBody


class EntryOut(ResponseBody):
    id: int
    points: int
    policy: str
    arithmetic: dict[str, Any]
    sentence: str


class StatementEntryOut(EntryOut):
    kind: str
    occurred_at: str
    recorded_at: str
    balance_after: int
    reason_code: str
    share_id: int | None
    reverses_id: int | None


class WeekOut(ResponseBody):
    start: date
    points: int
    cap: int


class CreditOut(ResponseBody):
    balance: int
    week: WeekOut
    entries: list[StatementEntryOut]
    policy: dict[str, Any]
