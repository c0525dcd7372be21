"""Random histories: whatever people do in Salesforce, and wherever reading is interrupted, the numbers end up as a direct count
of Salesforce's records gives them, as counts and as records."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from server.connections.salesforce.source import SalesforceSource
from server.connections.source import SourceError
from tests.server.connections.salesforce.fake_salesforce import FakeSalesforce, Fault, Record
from tests.server.connections.salesforce.pulls import BERLIN, SINCE, Store
from tests.server.connections.salesforce.test_counts import ANNA, BEN, DAY, QUEUE

START = datetime(2026, 10, 19, 9, tzinfo=UTC)
#: This machine's clock must stay ahead of the fake's.
LAST = START + 36 * DAY
OWNERS = st.sampled_from([ANNA, ANNA, BEN, QUEUE])
DAYS = st.integers(-30, 12)
STREAMS = st.sampled_from([stream.key for stream in SalesforceSource.streams])
WAITS = st.sampled_from([timedelta(minutes=n) for n in (1, 2, 7, 61, 60 * 5, 60 * 15, 60 * 26, 60 * 75)])
TASKS = st.fixed_dictionaries(
    {
        "OwnerId": OWNERS,
        "IsClosed": st.booleans(),
        "TaskSubtype": st.sampled_from(["Call", "Call", "Task", "Email", None]),
        "CallType": st.sampled_from([None, None, "Outbound"]),
        "Type": st.sampled_from([None, "Call", "Other"]),
    }
)
EVENTS = st.fixed_dictionaries(
    {
        "OwnerId": OWNERS,
        "IsAllDayEvent": st.sampled_from([False, False, True]),
        "IsPrivate": st.sampled_from([False, False, True]),
        "GroupEventType": st.sampled_from(["0", "0", "1", "2", None]),
        "WhoId": st.sampled_from(["003000000000001AAA", None]),
        "WhatId": st.sampled_from(["001000000000001AAA", None]),
    }
)
OPPORTUNITIES = st.fixed_dictionaries(
    {"OwnerId": OWNERS, "IsWon": st.booleans(), "Amount": st.sampled_from([None, Decimal(0), Decimal(100), Decimal(2500)])}
)
Numbers = dict[tuple[str, date], tuple[int, int]]


class Histories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.fake = FakeSalesforce(START)
        self.fake.largest_batch = 2
        self.keys: list[str] = []
        self.stores = {
            (stream.key, counts_only): Store(stream.key, counts_only=counts_only)
            for stream in SalesforceSource.streams
            for counts_only in (True, False)
        }

    def day(self, days: int) -> date:
        return self.fake.now.date() + days * DAY

    def times(self, days: int, hour: int) -> dict[str, datetime]:
        starts = datetime.combine(self.day(days), datetime.min.time(), UTC) + timedelta(hours=hour)
        return {"StartDateTime": starts, "EndDateTime": starts + timedelta(minutes=45)}

    @rule(fields=TASKS, days=st.none() | DAYS)
    def add_task(self, fields: Record, days: int | None) -> None:
        self.keys.append(self.fake.create("Task", ActivityDate=None if days is None else self.day(days), **fields))

    @rule(fields=EVENTS, days=DAYS, hour=st.integers(6, 19), is_child=st.sampled_from([False, False, False, True]))
    def add_event(self, fields: Record, days: int, hour: int, *, is_child: bool) -> None:
        self.keys.append(self.fake.create("Event", IsChild=is_child, **self.times(days, hour), **fields))

    @rule(fields=OPPORTUNITIES, days=DAYS)
    def add_opportunity(self, fields: Record, days: int) -> None:
        self.keys.append(self.fake.create("Opportunity", CloseDate=self.day(days), **fields))

    @precondition(lambda self: self.keys)
    @rule(data=st.data(), days=DAYS, hour=st.integers(6, 19))
    def change(self, data: st.DataObject, days: int, hour: int) -> None:
        key = data.draw(st.sampled_from(self.keys))
        kind = self.fake._records[key]["kind"]
        fields: Record = data.draw({"Task": TASKS, "Event": EVENTS, "Opportunity": OPPORTUNITIES}[kind])
        chosen = {name: value for name, value in fields.items() if data.draw(st.booleans())}
        # Salesforce does not allow another subtype.
        chosen.pop("TaskSubtype", None)
        if data.draw(st.booleans()):
            chosen |= {
                "Task": {"ActivityDate": self.day(days)},
                "Event": self.times(days, hour),
                "Opportunity": {"CloseDate": self.day(days)},
            }[kind]
        self.fake.update(key, **chosen)

    @precondition(lambda self: self.keys)
    @rule(data=st.data(), how=st.sampled_from(["delete", "undelete", "delete_with_account", "erase"]))
    def delete_or_restore(self, data: st.DataObject, how: str) -> None:
        key = data.draw(st.sampled_from(self.keys))
        getattr(self.fake, how)(key)
        if how == "erase":
            self.keys.remove(key)

    @precondition(lambda self: self.keys)
    @rule(data=st.data(), minutes=st.integers(1, 7))
    def commit_late(self, data: st.DataObject, minutes: int) -> None:
        key = data.draw(st.sampled_from(self.keys))
        record = self.fake._records[key]
        if not record["IsDeleted"] and record["SystemModstamp"] == self.fake.now == record["CreatedDate"]:
            self.fake.hide_until(key, self.fake.now + timedelta(minutes=minutes))

    @rule(wait=WAITS)
    def wait(self, wait: timedelta) -> None:
        self.fake.now = min(self.fake.now + wait, LAST)

    @rule(stream=STREAMS, counts_only=st.booleans(), pages=st.none() | st.integers(1, 4), loses_last=st.booleans())
    def read(self, stream: str, pages: int | None, *, counts_only: bool, loses_last: bool) -> None:
        self.stores[stream, counts_only].pull(self.fake, pages=pages, loses_last=loses_last)

    @rule(stream=STREAMS, counts_only=st.booleans(), after=st.integers(0, 3), kind=st.sampled_from(["cut", "html", "garbage"]))
    def read_with_a_fault(self, stream: str, after: int, kind: str, *, counts_only: bool) -> None:
        self.fake.faults.extend([*[None] * after, Fault(kind, 503)])
        with contextlib.suppress(SourceError):
            self.stores[stream, counts_only].pull(self.fake)
        self.fake.faults.clear()

    @rule()
    def expire(self) -> None:
        self.fake.expire_locators()

    def teardown(self) -> None:
        try:
            self.check()
        finally:
            self.fake.close()

    def check(self) -> None:
        # After a day, counts are read from the start, and nothing ends or begins within the last minute.
        self.fake.now = (self.fake.now + 2 * DAY).replace(hour=3, minute=3)
        for (stream, counts_only), store in self.stores.items():
            while not store.pull(self.fake):
                pass
            # The run before may have been a rest of one that began earlier.
            assert store.pull(self.fake)
            found: Numbers = {}
            for row in store.rows.values():
                assert row.occurred_at is not None
                add(found, row.owner_id, row.occurred_at.astimezone(BERLIN).date(), row.count, row.value or 0)
            assert found == recount(self.fake, stream), (stream, counts_only)


def add(numbers: Numbers, owner: str, day: date, count: int, value: int) -> None:
    before = numbers.get((owner, day), (0, 0))
    numbers[owner, day] = before[0] + count, before[1] + value


def recount(fake: FakeSalesforce, stream: str) -> Numbers:
    """Without queries: what the records themselves say."""
    numbers: Numbers = {}
    kind = {"calls": "Task", "meetings": "Event", "meetings-held": "Event"}.get(stream, "Opportunity")
    for record in fake.all(kind):
        day = day_of_record(record, stream, fake.now)
        if day is not None and SINCE <= day <= fake.now.date() and not record["IsDeleted"] and record["OwnerId"] != QUEUE:
            value = int(record["Amount"] or 0) if stream == "deals" else 0
            add(numbers, record["OwnerId"], day, 1, value)
    return numbers


def day_of_record(record: Record, stream: str, now: datetime) -> date | None:
    if stream == "calls":
        return day_of_call(record)
    if stream == "deals":
        return record["CloseDate"] if record["IsWon"] else None
    if stream != "opportunities" and not is_meeting(record):
        return None
    if stream == "meetings-held":
        return local(record["StartDateTime"]) if record["EndDateTime"] < now else None
    return local(record["CreatedDate"])


def day_of_call(task: Record) -> date | None:
    is_call = "Call" in (task["TaskSubtype"], task["Type"]) or task["CallType"]
    if not task["IsClosed"] or not is_call or task["TaskSubtype"] == "Email":
        return None
    completed = local(task["CompletedDateTime"])
    return min(completed, task["ActivityDate"] or completed)


def is_meeting(event: Record) -> bool:
    is_left_out = event["IsChild"] or event["IsAllDayEvent"] or event["IsPrivate"] or event["GroupEventType"] == "2"
    return not is_left_out and bool(event["WhoId"] or event["WhatId"])


def local(moment: datetime) -> date:
    return moment.astimezone(BERLIN).date()


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)  # fmt: skip
