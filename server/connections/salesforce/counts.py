"""Counts by owner and day, a few days at a time.

A group query has no further pages and at most 2,000 groups, so the number of days adapts to how many people are counted. Every
read goes over the last weeks again, and once a day over everything since the start, because a record may change its day and its
owner at any time, and without reading single records nothing tells from which day it came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from server.connections.salesforce import errors
from server.connections.salesforce.client import Client
from server.connections.salesforce.queries import USER_PREFIX, Moment, Query, whole_units
from server.connections.source import Page, SourceRow

MODE = "counts"
RECENT = timedelta(days=35)
READ_ALL_EVERY = timedelta(days=1)
DAY = timedelta(days=1)
FIRST_DAYS, MAX_DAYS = 7, 28
#: Fewer than Salesforce's 2,000, so that a busy week does not fail.
TARGET_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Cursor:
    """``next``: the day at which this run continues; None after its end. ``started_at``: of this run. ``complete_at``: when the
    last run began that read all days. ``days``: how many at a time."""

    next: str | None = None
    started_at: str | None = None
    is_complete: bool = True
    complete_at: str | None = None
    days: int = FIRST_DAYS
    #: To be changed with the fields: a cursor of another mode starts again.
    mode: str = MODE


def read_counts(client: Client, query: Query, moment: Moment, *, since: date, cursor: dict[str, Any] | None) -> Iterator[Page]:
    today = moment.day_of(moment.now)
    state = _start(cursor, moment, since)
    first = date.fromisoformat(state.next or since.isoformat())
    if first > today:
        yield Page((), asdict(state), is_last=True)
    while first <= today:
        last = min(first + (state.days - 1) * DAY, today)
        try:
            rows = _read_days(client, query, moment, first, last)
        except errors.Refused as refused:
            if refused.code not in (errors.TOO_MANY_GROUPS, errors.QUERY_TOO_SLOW) or first == last:
                raise
            state = replace(state, days=max(1, ((last - first).days + 1) // 2))
            continue
        state = replace(
            _finish(state) if last == today else replace(state, next=(last + DAY).isoformat()), days=_adapt(state, rows)
        )
        yield Page(rows, asdict(state), is_last=last == today, counted_days=(first, last))
        first = last + DAY


def _start(cursor: dict[str, Any] | None, moment: Moment, since: date) -> Cursor:
    state = Cursor(**cursor) if cursor else Cursor()
    if state.next is not None:
        return replace(state, next=max(state.next, since.isoformat()))
    is_complete = (
        state.complete_at is None or moment.now - datetime.fromisoformat(state.complete_at) >= READ_ALL_EVERY
    )  # fmt: skip
    first = since if is_complete else max(since, moment.day_of(moment.now - RECENT))
    return replace(state, next=first.isoformat(), started_at=moment.now.isoformat(), is_complete=is_complete)


def _finish(state: Cursor) -> Cursor:
    return replace(state, next=None, started_at=None, complete_at=state.started_at if state.is_complete else state.complete_at)


def _adapt(state: Cursor, rows: tuple[SourceRow, ...]) -> int:
    if len(rows) > TARGET_ROWS:
        return max(1, state.days // 2)
    return min(MAX_DAYS, state.days * 2) if len(rows) * 2 < TARGET_ROWS else state.days


def _read_days(client: Client, query: Query, moment: Moment, first: date, last: date) -> tuple[SourceRow, ...]:
    batch = client.query(
        query.counts, with_deleted=True, first=first, last=last, now=moment.now,
        starts=moment.start_of(first), ends=moment.start_of(last + DAY),
    )  # fmt: skip
    if batch.locator is not None:
        raise errors.Refused(errors.TOO_MANY_GROUPS, errors.not_understood())
    counts: dict[tuple[str, date], int] = {}
    amounts: dict[tuple[str, date], Any] = {}
    for group in batch.records:
        owner, day = group["OwnerId"], query.counted(group)
        if day is not None and first <= day <= last and owner.startswith(USER_PREFIX):
            counts[owner, day] = counts.get((owner, day), 0) + int(group["number"])
            amounts[owner, day] = group.get("amount")
    return tuple(
        SourceRow(
            source_id=f"{owner}:{day.isoformat()}",
            owner_id=owner,
            occurred_at=moment.noon_of(day),
            count=count,
            value=whole_units(amounts[owner, day]),
        )
        for (owner, day), count in sorted(counts.items())
    )
