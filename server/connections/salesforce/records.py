"""Single records, in the order of their last change, in windows of time.

Within a window Salesforce keeps the result, and a locator says where to go on. It expires after two days; then the window is
asked for again from the last record seen. Each window begins a little before the end of the one before, because a transaction
becomes visible some time after the time that its records carry.

A deleted record is changed by that, too, and is found for 15 days, unless somebody erases it from the recycle bin before. So
each read begins with Salesforce's log of deletions, which has those, and what went with a deleted account."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from server.connections.salesforce import errors, soql
from server.connections.salesforce.client import Batch, Client
from server.connections.salesforce.queries import Moment, Query, read_time, to_row
from server.connections.source import Page, SourceRow

MODE = "records"
WINDOW = timedelta(days=30)
SHORTEST_WINDOW = timedelta(hours=1)
OVERLAP = timedelta(minutes=10)
#: Times have whole seconds, and a record that is changed again within the second in which it was read has the same version. Up
#: to here that is over, even if the clocks of Salesforce's servers differ.
LAG = timedelta(minutes=1)
#: How far back the log of deletions goes, less a day for the clocks.
LOG = timedelta(days=14)
#: The address of a request is limited to 16 KB.
IDS_PER_QUERY = 200


@dataclass(frozen=True, slots=True)
class Cursor:
    """``start``: everything changed before has been read. In a window that has been begun: its end ``until``, the change of the
    last record seen, and where the next ones are. ``deletions_until``: how far the log of deletions has been read."""

    start: str
    deletions_until: str
    until: str | None = None
    seen: str | None = None
    locator: str | None = None
    #: To be changed with the fields: a cursor of another mode starts again.
    mode: str = MODE


def read_records(
    client: Client, query: Query, moment: Moment, *, text: str, since: date, cursor: dict[str, Any] | None
) -> Iterator[Page]:  # fmt: skip
    """``text``: ``query.records``, with amounts in the currency that is wanted."""
    if cursor:
        state = yield from _read_deletions(client, query, moment, Cursor(**cursor))
    else:
        state = Cursor(moment.start_of(since).isoformat(), moment.now.isoformat())
    end = moment.now - LAG
    if state.until is None:
        start = max(datetime.fromisoformat(state.start) - OVERLAP, moment.start_of(since))
        if start >= end:
            yield Page((), asdict(state), is_last=True)
            return
        state = _begin_window(state, start, end)
    while True:
        state, batch = _read_batch(client, state, text, moment)
        rows = tuple(to_row(query, record, moment, since=since, base_url=client.instance_url) for record in batch.records)
        until = datetime.fromisoformat(state.until or state.start)
        is_last = batch.locator is None and until >= end
        if batch.locator is None:
            state = _begin_window(state, until - OVERLAP, end)
            if is_last:
                state = replace(state, start=until.isoformat(), until=None)
        else:
            seen = batch.records[-1]["SystemModstamp"] if batch.records else state.seen
            state = replace(state, seen=seen, locator=batch.locator)
        yield Page(rows, asdict(state), is_last)
        if is_last:
            return


def _begin_window(state: Cursor, start: datetime, end: datetime) -> Cursor:
    return replace(state, start=start.isoformat(), until=min(start + WINDOW, end).isoformat(), seen=None, locator=None)


def _read_deletions(client: Client, query: Query, moment: Moment, state: Cursor) -> Generator[Page, None, Cursor]:
    """Also when an interrupted run goes on. Returns the cursor after it. A result that Salesforce keeps may have what was
    deleted since it was made: until it has been read, the same time is read again."""
    after = state if state.locator else replace(state, deletions_until=moment.now.isoformat())
    start = max(datetime.fromisoformat(state.deletions_until) - OVERLAP, moment.now - LOG)
    try:
        ids = client.deleted_ids(query.kind, start, moment.now)
    except errors.Refused as refused:
        if refused.code == errors.LOG_TOO_SHORT:
            return after
        raise
    for place in range(0, len(ids), IDS_PER_QUERY):
        some = ids[place : place + IDS_PER_QUERY]
        existing = {record["Id"] for record in client.query_all(soql.EXISTING[query.kind], with_deleted=True, ids=some)}
        rows = tuple(SourceRow(key, "", None, is_deleted=True) for key in some if key not in existing)
        is_end = place + IDS_PER_QUERY >= len(ids)
        yield Page(rows, asdict(after if is_end else state), is_last=False)
    return after


def _read_batch(client: Client, state: Cursor, text: str, moment: Moment) -> tuple[Cursor, Batch]:
    if state.locator is not None:
        try:
            return state, client.query_more(state.locator)
        except errors.Refused as refused:
            if refused.code != errors.LOCATOR_EXPIRED:
                raise
            state = replace(state, locator=None)
    while True:
        start, until = datetime.fromisoformat(state.start), datetime.fromisoformat(state.until or state.start)
        try:
            return state, client.query(
                text, with_deleted=True, changed_from=max(start, read_time(state.seen) or start), until=until,
                due_from=start, due_first=moment.day_of(start), due_last=moment.day_of(until),
            )  # fmt: skip
        except errors.Refused as refused:
            length = (until - start) / 2
            if refused.code != errors.QUERY_TOO_SLOW or length < SHORTEST_WINDOW or state.seen is not None:
                raise
            state = replace(state, until=(start + length).replace(microsecond=0).isoformat())
