"""Response bodies: ledger entries and a rep's own statement."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field

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


class OutcomeOut(ResponseBody):
    id: int
    share_id: int
    ledger: Literal["response", "sourced"]
    kind: Literal["reply", "lead", "meeting", "opportunity", "deal", "other"]
    day: date
    state: Literal["counted", "waiting", "declined", "gone"] = Field(
        description="Sourced outcomes wait until a person approves them; gone: the other system removed the record"
    )
    grade: Literal["tracked-link", "buyer", "crm", "judgement"] | None = Field(description="How it is known; null of a reply")
    url: str | None
    note: str | None
    reason: str | None = Field(description="Why it was declined")


class CreditOut(ResponseBody):
    balance: int
    week: WeekOut
    entries: list[StatementEntryOut]
    policy: dict[str, Any]
    outcomes: list[OutcomeOut] = Field(
        description="What came of your shared items, newest first. They are on ledgers of their own: never add them to"
        " points, or those of one ledger to those of the other"
    )
