"""Export files after the shapes that Salesforce, HubSpot and Ambition document, with what each must count for: recounted here,
with none of the code that imports them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook

#: Clocks change on the Sunday of the second.
WEEKS = (date(2025, 3, 17), date(2025, 3, 24))
ZONE = ZoneInfo("Europe/Berlin")
#: Reasons to skip a line, as the page says them.
ADDS_UP, NOTHING_COUNTED = "add up other lines", "have nothing that is counted"
DAYS = [WEEKS[0] + timedelta(days=number) for number in range(14)]


@dataclass(frozen=True)
class Person:
    name: str
    email: str


@dataclass(frozen=True)
class Event:
    """What a row counts for."""

    metric: str
    person: Person
    day: date
    count: int = 1
    value: int = 0


@dataclass(frozen=True)
class Export:
    """``events``: by what identifies them, together with ``source``. ``title``: as what it is recognised; empty if its columns
    have to be said (``mapping``, by the label of the field). ``matches``: the names in it that are not known, and who is meant.
    ``skipped``: its lines that count for nothing, by the reason."""

    filename: str
    content: bytes
    source: str
    title: str
    events: dict[object, Event]
    mapping: dict[str, str] = field(default_factory=dict)
    matches: dict[str, Person] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    #: A line of the page of a name that is not known.
    hint: str = ""


def as_csv(rows: Iterable[Sequence[object]], *, separator: str = ",", encoding: str = "utf-8", before: str = "") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return (before + text.getvalue()).encode(encoding)


def as_xlsx(rows: Iterable[Sequence[Any]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), ZONE)


def salesforce_tasks(ann: Person, ben: Person, zoe: Person) -> Export:
    """A formatted report: titles above the columns, a totals row and a notice below the lines; days in American order."""
    tasks = [
        ("00T1", "Ann Ames", ann, DAYS[0], "Completed", "Call"),
        ("00T2", "Ann Ames", ann, DAYS[1], "Completed", "Email"),
        ("00T3", "Z. O'Neill", zoe, DAYS[8], "Completed", "Call"),
        ("00T4", "Ben Birk", ben, DAYS[13], "Completed", "Call"),
        ("00T5", "Ben Birk", ben, DAYS[9], "Not Started", "Call"),
    ]
    lines = [
        (name, f"Call, the {number}th", f"{day:%m/%d/%Y}", status, kind, id_, f"{day:%m/%d/%Y} 4:10 PM")
        for number, (id_, name, _, day, status, kind) in enumerate(tasks, start=4)
    ]
    content = as_csv(
        [
            ("Tasks of the team",), ("As of 2025-04-01 09:12:44 Central European Summer Time",), (),
            ("Assigned", "Subject", "Date", "Status", "Task Subtype", "Activity ID", "Last Modified Date"),
            *lines, ("Total", "", "", "Count: 5"), (), ("Confidential Information - Do Not Distribute",),
        ]
    )  # fmt: skip
    events = {
        id_: Event("call", who, day) for id_, _, who, day, status, kind in tasks if (status, kind) == ("Completed", "Call")
    }
    return Export(
        "salesforce-tasks.csv", content, "salesforce", "Salesforce report of tasks", events, matches={"Z. O'Neill": zoe},
        skipped={ADDS_UP: 1, NOTHING_COUNTED: 3}, hint="Suggested",
    )  # fmt: skip


def salesforce_events(ann: Person, ben: Person) -> Export:
    """Semicolons and days as in Germany."""
    meetings = [("00U1", ann, DAYS[2], DAYS[10]), ("00U2", ben, DAYS[7], DAYS[9]), ("00U3", ben, DAYS[7], DAYS[12])]
    lines = [
        (who.email, "Demo; with lunch", f"{start:%d.%m.%Y} 10:00", f"{start:%d.%m.%Y} 11:00", f"{made:%d.%m.%Y}", id_)
        for id_, who, made, start in meetings
    ]
    columns = ("Assigned To Email", "Subject", "Start", "End", "Created Date", "Activity ID")
    events = {id_: Event("meeting", who, made) for id_, who, made, _ in meetings}
    content = as_csv([columns, *lines], separator=";")
    return Export("salesforce-events.csv", content, "salesforce", "Salesforce report of events", events)


OPPORTUNITIES = ("Opportunity Owner", "Opportunity Name", "Stage", "Close Date", "Created Date", "Amount", "Opportunity ID")


def salesforce_opportunities(ann: Person, ben: Person) -> Export:
    """UTF-16 with tabs and decimal commas, as Excel saves Unicode text; a grand total below."""
    sales = [("006A", ann, "Closed Won", DAYS[3], DAYS[0], 12_500), ("006B", ben, "Negotiation", DAYS[11], DAYS[8], 7_250)]
    lines = [
        (who.name, "Pumps", stage, f"{closed:%d.%m.%Y}", f"{made:%d.%m.%Y}", f"{amount:,}".replace(",", ".") + ",00", id_)
        for id_, who, stage, closed, made, amount in sales
    ]
    content = as_csv(
        [OPPORTUNITIES, *lines, ("Grand Totals (2 records)", "", "", "", "", "19.750,00", "")],
        separator="\t",
        encoding="utf-16",
    )
    return Export(
        "salesforce-opportunities.txt", content, "salesforce", "Salesforce report of opportunities", _deals(sales),
        skipped={ADDS_UP: 1},
    )  # fmt: skip


def salesforce_opportunities_xlsx(ann: Person, zoe: Person) -> Export:
    """Excel's own dates and numbers, a title above and a total below."""
    sales = [("006C", zoe, "Closed Won", DAYS[10], DAYS[1], 900), ("006D", ann, "Closed Lost", DAYS[9], DAYS[9], 4_000)]
    lines = [
        (who.name, "Valves", stage, datetime.combine(closed, time()), made, amount, id_)
        for id_, who, stage, closed, made, amount in sales
    ]
    content = as_xlsx([("Opportunities",), (), OPPORTUNITIES, *lines, ("Total", None, None, None, None, 4_900, None)])
    return Export(
        "salesforce-opportunities.xlsx", content, "salesforce", "Salesforce report of opportunities", _deals(sales),
        skipped={ADDS_UP: 1},
    )  # fmt: skip


def _deals(sales: Iterable[tuple[str, Person, str, date, date, int]]) -> dict[object, Event]:
    events: dict[object, Event] = {}
    for id_, who, stage, closed, made, amount in sales:
        events["opportunity", id_] = Event("opportunity", who, made)
        if stage in ("Closed Won", "closedwon"):
            events["deal", id_] = Event("deal", who, closed, value=amount)
    return events


Call = tuple[int, Person, date, datetime]


def hubspot_calls(ann: Person, ben: Person) -> tuple[Export, Export]:
    """Exported from the page of calls; then corrected: a call on another day, one of somebody else, and a new one."""
    changed = at(DAYS[9], 8)
    calls: list[Call] = [(101, ann, DAYS[0], changed), (102, ann, DAYS[1], changed), (103, ben, DAYS[7], changed)]
    later = at(DAYS[10], 8)
    corrected: list[Call] = [calls[0], (102, ann, DAYS[8], later), (103, ann, DAYS[7], later), (104, ben, DAYS[9], later)]

    def export(rows: list[Call], filename: str) -> Export:
        columns = ("Record ID", "Call Title", "Activity date", "Activity assigned to", "Call outcome", "Last modified date")
        lines = [
            (id_, "Intro", f"{day} 23:30", who.email, "Connected", f"{changed:%Y-%m-%d %H:%M}")
            for id_, who, day, changed in rows
        ]
        events: dict[object, Event] = {id_: Event("call", who, day) for id_, who, day, _ in rows}
        return Export(filename, as_csv([columns, *lines]), "hubspot", "HubSpot calls", events)

    return export(calls, "hubspot-calls.csv"), export(corrected, "hubspot-calls-corrected.csv")


def hubspot_calls_api(ann: Person, zoe: Person) -> Export:
    """Properties of the API: owners are numbers, moments are milliseconds or in UTC."""
    calls = [(9001, "77", ann, at(DAYS[2], 0)), (9002, "78", zoe, at(DAYS[12], 23)), (9003, "78", zoe, at(DAYS[13], 23))]
    lines: list[Sequence[object]] = [
        (id_, int(moment.timestamp() * 1000), owner, "f240bbac-87c9-4f6e-bf70-924b57d47db7", "Intro with Krämer AG")
        for id_, owner, _, moment in calls[:2]
    ]
    lines += [
        (id_, f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}", owner, "9d9162e7-6cf3-4944-bf63-4dff82258764", "Second")
        for id_, owner, _, moment in calls[2:]
    ]
    columns = ("hs_object_id", "hs_timestamp", "hubspot_owner_id", "hs_call_disposition", "hs_call_title")
    events: dict[object, Event] = {id_: Event("call", who, moment.date()) for id_, _, who, moment in calls}
    return Export(
        "hubspot-calls-api.csv", as_csv([columns, *lines]), "hubspot", "HubSpot calls", events, matches={"77": ann, "78": zoe},
        hint="call on 19 Mar 2025, Intro with Krämer AG",
    )  # fmt: skip


Meeting = tuple[int, str, Person, date, str]


def hubspot_meetings_api(ann: Person, zoe: Person) -> tuple[Export, Export]:
    """The same numbers of owners; then one was held and one was cancelled."""
    meetings: list[Meeting] = [(301, "77", ann, DAYS[4], "COMPLETED"), (302, "78", zoe, DAYS[9], "SCHEDULED")]
    meetings += [(303, "78", zoe, DAYS[11], "SCHEDULED"), (304, "77", ann, DAYS[3], "CANCELED")]
    later = [meetings[0], (302, "78", zoe, DAYS[9], "COMPLETED"), (303, "78", zoe, DAYS[11], "CANCELED"), meetings[3]]

    def export(rows: list[Meeting], filename: str, skipped: int) -> Export:
        columns = ("hs_object_id", "hs_timestamp", "hs_meeting_outcome", "hubspot_owner_id", "hs_meeting_title")
        lines = [(id_, f"{day}T09:00:00Z", outcome, owner, "Demo") for id_, owner, _, day, outcome in rows]
        events: dict[object, Event] = {}
        for id_, _, who, day, outcome in rows:
            if outcome != "CANCELED":
                events["meeting", id_] = Event("meeting", who, day)
            if outcome == "COMPLETED":
                events["meeting-held", id_] = Event("meeting-held", who, day)
        return Export(
            filename, as_csv([columns, *lines]), "hubspot", "HubSpot meetings", events, skipped={NOTHING_COUNTED: skipped}
        )

    return export(meetings, "hubspot-meetings.csv", 1), export(later, "hubspot-meetings-later.csv", 2)


def hubspot_deals(ben: Person, jurgen: Person) -> Export:
    """A column occurs twice, and owners are there as numbers and as names: the names are used. In the code page of Windows."""
    sales = [("401", jurgen, "closedwon", DAYS[5], DAYS[1], 12_500), ("402", ben, "contractsent", DAYS[12], DAYS[8], 7_250)]
    lines = [
        (id_, "Pumpen für Köln", stage, f"{closed} 14:00", f"{made} 09:00", f"{amount:,}.00", 99, who.name, f"{closed} 15:00")
        for id_, who, stage, closed, made, amount in sales
    ]
    columns = (
        "Record ID", "Deal Name", "Deal Stage", "Close Date", "Create Date", "Amount", "hubspot_owner_id", "Deal owner",
        "Close Date",
    )  # fmt: skip
    content = as_csv([columns, *lines], encoding="cp1252")
    return Export("hubspot-deals.csv", content, "hubspot", "HubSpot deals", _deals(sales))


def daily_totals(ann: Person, ben: Person) -> tuple[Export, Export]:
    """Ambition's template; then a number is corrected, and one is nothing any more."""
    days = [(ann, DAYS[0], 31, 2), (ann, DAYS[8], 20, 0), (ben, DAYS[0], 0, 1)]
    corrected = [(ann, DAYS[0], 33, 2), days[1], (ben, DAYS[0], 0, 0)]

    def export(rows: list[tuple[Person, date, int, int]], filename: str) -> Export:
        lines = [(who.email, day, calls, 12, appointments) for who, day, calls, appointments in rows]
        content = as_csv([("email", "date", "calls", "emails", "appointments"), *lines])
        return Export(
            filename, content, "daily-totals", "Daily totals", _totals((row[0], row[1], row[2], 0, row[3]) for row in rows)
        )

    return export(days, "daily-totals.csv"), export(corrected, "daily-totals-corrected.csv")


def daily_totals_of_german_excel(zoe: Person) -> Export:
    days = [(zoe, DAYS[6], 1_200, 4, 0), (zoe, DAYS[13], 8, 0, 3)]
    lines = [
        (who.email, f"{day:%d.%m.%Y}", f"{calls:,}".replace(",", "."), leads, meetings)
        for who, day, calls, leads, meetings in days
    ]
    columns = ("E-Mail", "Date", "Calls", "Leads followed up", "Meetings booked")
    content = as_csv([columns, *lines], separator=";", encoding="utf-8-sig", before="sep=;\r\n")
    return Export("tagessummen.csv", content, "daily-totals", "Daily totals", _totals(days))


def _totals(rows: Iterable[tuple[Person, date, int, int, int]]) -> dict[object, Event]:
    """Of a person's day: calls, leads followed up, meetings booked."""
    return {
        (metric, who.email, day): Event(metric, who, day, count=number)
        for who, day, *numbers in rows
        for metric, number in zip(("call", "lead-followed-up", "meeting"), numbers, strict=True)
        if number
    }


def dialler(ann: Person, zoe: Person) -> tuple[Export, Export]:
    """A tool that nobody knows, with columns in German. Two of its lines are equal. A second file has the same columns."""
    mapping = {
        "Person: e-mail address or name": "Vertrieb", "What a line counts as": "call", "Day on which it was done": "Am",
        "Only lines where this column": "Art", "has one of these values": "Anruf, Rückruf",
    }  # fmt: skip

    def export(rows: list[tuple[Person, date, str]], filename: str, **more: Any) -> Export:
        lines = [(who.email, f"{day:%d.%m.%Y}", kind) for who, day, kind in rows]
        counted = [(who, day) for who, day, kind in rows if kind in ("Anruf", "Rückruf")]
        events: dict[object, Event] = {(filename, index): Event("call", *one) for index, one in enumerate(counted)}
        skipped = {NOTHING_COUNTED: len(rows) - len(counted)}
        content = as_csv([("Vertrieb", "Am", "Art"), *lines], separator="|")
        return Export(filename, content, "dialler", "", events, skipped=skipped, **more)

    first = [(ann, DAYS[3], "Anruf"), (ann, DAYS[3], "Anruf"), (zoe, DAYS[10], "Rückruf"), (zoe, DAYS[10], "Brief")]
    second = [(zoe, DAYS[11], "Anruf"), (ann, DAYS[11], "Brief")]
    remembered = replace(export(second, "telefon-april.csv"), title="What the columns mean")
    return export(first, "telefon-maerz.csv", mapping=mapping), remembered
