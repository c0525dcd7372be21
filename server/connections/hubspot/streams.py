"""What of HubSpot is counted: the properties that are read of each object, and the row that they make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from server.connections.hubspot.api import moment
from server.connections.source import SourceRow, Stream
from server.people.standard_metrics import CALL, DEAL, MEETING, MEETING_HELD, OPPORTUNITY
from server.records.schemas import MAX_VALUE

Properties = dict[str, Any]

#: Calls that nobody made: not begun, given up by the system, or missed.
NOT_MADE = frozenset({"CALLING_CRM_USER", "CANCELED", "CONNECTING", "FAILED", "MISSED", "QUEUED"})
NOT_BOOKED = frozenset({"CANCELED", "RESCHEDULED"})
MAX_SUBJECT = 300


@dataclass(frozen=True, slots=True)
class ObjectStream:
    """``objects``: the type's name in the API. ``occurred``: the property with the day that counts. ``subject``: requested only
    with texts, which are the subject line and the link. ``counts``: whether an object counts, by its properties."""

    stream: Stream
    objects: str
    occurred: str
    subject: str
    properties: tuple[str, ...]
    counts: Callable[[Properties], bool]
    booked_for: str | None = None
    has_value: bool = False

    def requested(self, *, with_texts: bool) -> list[str]:
        names = ["hubspot_owner_id", "hs_lastmodifieddate", self.occurred, *self.properties]
        return [*dict.fromkeys(names), *([self.subject] if with_texts else [])]

    def row(self, found: dict[str, Any], *, since: datetime, with_texts: bool) -> SourceRow:
        """A row that counts, or a deleted one if the object does not count (any more)."""
        properties: Properties = found.get("properties") or {}
        occurred_at = moment(properties.get(self.occurred))
        version = moment(properties.get("hs_lastmodifieddate")) or moment(found.get("updatedAt"))
        owner = str(properties.get("hubspot_owner_id") or "")
        if occurred_at is None or occurred_at < since or not owner or not self.counts(properties):
            return SourceRow(str(found["id"]), owner, None, version=version, is_deleted=True)
        subject = str(properties.get(self.subject) or "").strip()[:MAX_SUBJECT] if with_texts else ""
        url = str(found.get("url") or "")
        return SourceRow(
            source_id=str(found["id"]),
            owner_id=owner,
            occurred_at=occurred_at,
            value=_amount(properties) if self.has_value else None,
            booked_for=moment(properties.get(self.booked_for)) if self.booked_for else None,
            subject=subject or None,
            url=url if with_texts and url.startswith("https://") and len(url) <= 2000 else None,
            version=version,
        )


def _is_call_made(properties: Properties) -> bool:
    return properties.get("hs_call_direction") != "INBOUND" and properties.get("hs_call_status") not in NOT_MADE


def _is_booked(properties: Properties) -> bool:
    return properties.get("hs_meeting_outcome") not in NOT_BOOKED


def _is_held(properties: Properties) -> bool:
    return properties.get("hs_meeting_outcome") == "COMPLETED"


def _is_won(properties: Properties) -> bool:
    return str(properties.get("hs_is_closed_won")).lower() == "true"


def _amount(properties: Properties) -> int | None:
    """In whole units of the account's currency; None if it is empty, negative or absurd."""
    text = properties.get("amount_in_home_currency") or properties.get("amount")
    try:
        amount = int(Decimal(str(text)))
    except (InvalidOperation, ValueError, OverflowError):
        return None
    return amount if 0 <= amount <= MAX_VALUE else None


OBJECT_STREAMS = {
    one.stream.key: one
    for one in (
        ObjectStream(
            Stream(
                "calls", "Calls", CALL,
                description="Outgoing calls, answered or not, on the day of the call, without failed and planned ones.",
            ),
            "calls", "hs_timestamp", "hs_call_title", ("hs_call_direction", "hs_call_status"), _is_call_made,
        ),
        ObjectStream(
            Stream(
                "meetings", "Meetings booked", MEETING,
                description="Meetings on the day on which they were created, unless they were cancelled or moved.",
            ),
            "meetings", "hs_createdate", "hs_meeting_title", ("hs_meeting_start_time", "hs_meeting_outcome"), _is_booked,
            booked_for="hs_meeting_start_time",
        ),
        ObjectStream(
            Stream(
                "meetings-held", "Meetings held", MEETING_HELD,
                description="Meetings with the outcome Completed, on the day on which they took place.",
            ),
            "meetings", "hs_meeting_start_time", "hs_meeting_title", ("hs_meeting_outcome",), _is_held,
        ),
        ObjectStream(
            Stream("deals-created", "Deals created", OPPORTUNITY, description="Deals on the day on which they were created."),
            "deals", "createdate", "dealname", ("hs_merged_object_ids",), lambda _properties: True,
        ),
        ObjectStream(
            Stream(
                "deals-won", "Deals won", DEAL, has_values=True,
                description="Deals in a stage that counts as won, on their close date, with their amount.",
            ),
            "deals", "closedate", "dealname",
            ("hs_is_closed_won", "amount", "amount_in_home_currency", "hs_merged_object_ids"), _is_won, has_value=True,
        ),
    )
}  # fmt: skip


def merged_ids(found: dict[str, Any]) -> list[str]:
    """Objects that were merged into this one: they are in no list any more, not even of deleted ones."""
    text = str((found.get("properties") or {}).get("hs_merged_object_ids") or "")
    return [part.strip() for part in text.split(";") if part.strip() and part.strip() != str(found["id"])]
