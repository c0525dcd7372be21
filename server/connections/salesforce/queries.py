"""What is read of Salesforce: for each stream a query for counts, one for records, and what makes a record count.

What counts is said twice, in SOQL for counts and here for records. Records are not filtered by it in SOQL: one that no longer
counts, such as a reopened task, must be found in order to be removed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from server.connections.salesforce import soql
from server.connections.source import SourceRow, Stream
from server.core.weeks import Calendar
from server.people.standard_metrics import CALL, DEAL, MEETING, MEETING_HELD, OPPORTUNITY
from server.records.schemas import MAX_VALUE

#: Ids of users. What belongs to a queue or a public calendar is nobody's.
USER_PREFIX = "005"
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Moment:
    """What decides whether something has happened: Salesforce's time, and the zone of the organisation."""

    now: datetime
    zone: ZoneInfo

    def noon_of(self, day: date) -> datetime:
        """For a day without a time. Noon is on the same day in most of the world, and clocks do not change then."""
        return datetime.combine(day, time(12), self.zone)

    def start_of(self, day: date) -> datetime:
        return Calendar(self.zone).start_of(day)

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Query:
    """``kind``: the object. ``counts`` and ``records``: SOQL. ``occurred``: when a record counts, None if it does not.
    ``counted``: the day of a group of ``counts``. ``needs_time_zone``: in counts, Salesforce decides on which day a time is."""

    stream: Stream
    kind: str
    counts: str
    records: str
    occurred: Callable[[Record, Moment], datetime | None]
    counted: Callable[[Record], date | None]
    subject: str = "Subject"
    booked_for: str | None = None
    needs_time_zone: bool = True


def read_time(text: Any) -> datetime | None:
    """Salesforce writes 2026-11-23T09:30:00.000+0000."""
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


def read_day(text: Any) -> date | None:
    return None if text is None else date.fromisoformat(text)


def whole_units(amount: Decimal | int | None) -> int | None:
    """None for an amount that a record cannot have: none, a negative or an excessive one."""
    if amount is None:
        return None
    whole = int(Decimal(amount).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
    return whole if 0 <= whole <= MAX_VALUE else None


def to_row(query: Query, record: Record, moment: Moment, *, since: date, base_url: str) -> SourceRow:
    """What does not count, or no longer, or is from before ``since``, is a deleted row.

    Those have no version: a meeting that was moved to next week counts again when it has been held, although Salesforce has not
    changed it since."""
    is_owned = record["OwnerId"].startswith(USER_PREFIX)
    occurred = query.occurred(record, moment) if is_owned and not record["IsDeleted"] else None
    if occurred is None or moment.day_of(occurred) < since:
        return SourceRow(record["Id"], record["OwnerId"], None, is_deleted=True)
    return SourceRow(
        source_id=record["Id"],
        owner_id=record["OwnerId"],
        occurred_at=occurred,
        value=whole_units(record.get("convertedAmount", record.get("Amount"))) if query.stream.has_values else None,
        booked_for=read_time(record[query.booked_for]) if query.booked_for else None,
        subject=record.get(query.subject),
        url=f"{base_url}/{record['Id']}",
        version=read_time(record["SystemModstamp"]),
    )


def _call_day(planned: date | None, completed: date | None) -> date | None:
    """The day of the task; if it was completed before that day came, the day when it was."""
    return min((day for day in (planned, completed) if day is not None), default=None)


def _call_occurred(task: Record, moment: Moment) -> datetime | None:
    is_call = task["TaskSubtype"] == "Call" or task["CallType"] is not None or task["Type"] == "Call"
    if not task["IsClosed"] or not is_call:
        return None
    completed = read_time(task["CompletedDateTime"])
    day = _call_day(read_day(task["ActivityDate"]), None if completed is None else moment.day_of(completed))
    return None if day is None or day > moment.day_of(moment.now) else moment.noon_of(day)


def _is_meeting(event: Record) -> bool:
    is_related = event["WhoId"] is not None or event["WhatId"] is not None
    is_confirmed = event["GroupEventType"] not in ("2", "3")
    return is_related and is_confirmed and not event["IsAllDayEvent"] and not event["IsPrivate"]


def _booked(event: Record, _: Moment) -> datetime | None:
    return read_time(event["CreatedDate"]) if _is_meeting(event) else None


def _held(event: Record, moment: Moment) -> datetime | None:
    ends = read_time(event["EndDateTime"])
    return read_time(event["StartDateTime"]) if _is_meeting(event) and ends is not None and ends < moment.now else None


def _won(opportunity: Record, moment: Moment) -> datetime | None:
    day = read_day(opportunity["CloseDate"])
    if not opportunity["IsWon"] or day is None or day > moment.day_of(moment.now):
        return None
    return moment.noon_of(day)


def _day_of_group(group: Record) -> date | None:
    return read_day(group["countedOn"])


QUERIES = (
    Query(
        Stream(
            "calls",
            "Calls",
            CALL,
            has_counts=True,
            description="Completed tasks of the subtype or type Call, or with a call type, on their date; if completed "
            "earlier, on the day of completion. E-mails are left out.",
        ),
        kind="Task",
        counts=soql.CALL_COUNTS,
        records=soql.CALL_RECORDS,
        occurred=_call_occurred,
        counted=lambda group: _call_day(read_day(group["ActivityDate"]), read_day(group["completedOn"])),
    ),
    Query(
        Stream(
            "meetings",
            "Meetings booked",
            MEETING,
            has_counts=True,
            description="Calendar events about a lead, contact, account or other record, on the day on which they were "
            "entered. All-day, private and proposed events are left out, and so are the copies of invited colleagues.",
        ),
        kind="Event",
        counts=soql.BOOKED_COUNTS,
        records=soql.BOOKED_RECORDS,
        occurred=_booked,
        counted=_day_of_group,
        booked_for="StartDateTime",
    ),
    Query(
        Stream(
            "meetings-held",
            "Meetings held",
            MEETING_HELD,
            has_counts=True,
            description="The same events once they have ended, on the day on which they began. Salesforce does not store "
            "whether a meeting took place: one that was cancelled counts unless its event is deleted or moved.",
        ),
        kind="Event",
        counts=soql.HELD_COUNTS,
        records=soql.HELD_RECORDS,
        occurred=_held,
        counted=_day_of_group,
    ),
    Query(
        Stream(
            "opportunities",
            "Opportunities",
            OPPORTUNITY,
            has_counts=True,
            description="Opportunities on the day on which they were created, whatever became of them.",
        ),
        kind="Opportunity",
        counts=soql.OPPORTUNITY_COUNTS,
        records=soql.OPPORTUNITY_RECORDS,
        occurred=lambda opportunity, _: read_time(opportunity["CreatedDate"]),
        counted=_day_of_group,
        subject="Name",
    ),
    Query(
        Stream(
            "deals",
            "Deals won",
            DEAL,
            has_counts=True,
            has_values=True,
            description="Won opportunities on their close date, once it has come, with the amount in the currency of the "
            "Salesforce organisation.",
        ),
        kind="Opportunity",
        counts=soql.DEAL_COUNTS,
        records=soql.DEAL_RECORDS,
        occurred=_won,
        counted=lambda group: read_day(group["CloseDate"]),
        subject="Name",
        needs_time_zone=False,
    ),
)
BY_STREAM = {query.stream.key: query for query in QUERIES}
