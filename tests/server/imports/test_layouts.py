"""Exports after the shapes that the vendors document: what is recognised, and which records they give."""

from __future__ import annotations

from io import BytesIO
from zoneinfo import ZoneInfo

import pytest

from server.imports.layouts import recognise
from server.imports.mapping import Condition, Mapping, Rule
from server.imports.reader import Reader
from server.imports.sheets import open_sheet
from server.imports.style import find_style
from server.people.standard_metrics import STANDARD_KEYS
from server.records.rows import InvalidRow

ZONE = ZoneInfo("Europe/Berlin")
SALESFORCE_TASKS = """\
"Assigned","Subject","Date","Status","Task Subtype","Activity ID","Last Modified Date"
"Ann Ames","Call Müller AG","11/23/2026","Completed","Call","00T5g00000Aa1","11/23/2026 4:10 PM"
"Ann Ames","Send offer","11/23/2026","Completed","Email","00T5g00000Aa2","11/23/2026 4:11 PM"
"Ben Birk","Call back","11/24/2026","Not Started","Call","00T5g00000Aa3","11/20/2026 9:00 AM"
"Ben Birk","Call, the second","11/24/2026","Completed","Call","00T5g00000Aa4","11/24/2026 9:00 AM"


"Confidential Information - Do Not Distribute"
"Copyright © 2000-2026 Example. All rights reserved."
"""
SALESFORCE_EVENTS = """\
Assigned To Email;Subject;Start;End;Created Date;Activity ID
ann@acme.example;Demo;25.11.2026 10:00;25.11.2026 11:00;23.11.2026;00U1
ann@acme.example;Review;26.11.2026 10:00;26.11.2026 11:00;24.11.2026;00U2
"""
SALESFORCE_OPPORTUNITIES = """\
Opportunity Owner\tOpportunity Name\tStage\tClose Date\tCreated Date\tAmount\tOpportunity ID
Ann Ames\tPumps\tClosed Won\t20.11.2026\t02.09.2026\t12.500,00\t006A
Ben Birk\tValves\tNegotiation\t15.12.2026\t09.11.2026\t7.250,50\t006B
Grand Totals (2 records)\t\t\t\t\t19.750,50\t
"""
HUBSPOT_CALLS = """\
"Record ID","Call Title","Activity date","Activity assigned to","Call outcome"
"101","Intro","2026-11-23 09:12","ann@acme.example","Connected"
"102","Second","2026-11-23 17:45","ben@acme.example","No answer"
"""
HUBSPOT_CALLS_API = """\
hs_object_id,hs_timestamp,hubspot_owner_id,hs_call_disposition,hs_call_title
9001,1795421520000,77,f240bbac-87c9-4f6e-bf70-924b57d47db7,Intro
9002,2026-11-23T16:45:00.000Z,78,9d9162e7-6cf3-4944-bf63-4dff82258764,Second
"""
HUBSPOT_MEETINGS = """\
Record ID,Meeting name,Meeting start time,Meeting outcome,Activity assigned to,Create date
201,Demo,2026-11-26 10:00,Scheduled,ann@acme.example,2026-11-23 12:00
202,Kick-off,2026-11-20 10:00,Completed,ann@acme.example,2026-11-10 12:00
203,Lunch,2026-11-21 10:00,Canceled,ben@acme.example,2026-11-11 12:00
"""
HUBSPOT_MEETINGS_API = """\
hs_object_id,hs_meeting_start_time,hs_meeting_outcome,hubspot_owner_id,hs_createdate,hs_lastmodifieddate
301,2026-11-20T09:00:00Z,COMPLETED,77,2026-11-10T09:00:00Z,2026-11-20T10:00:00Z
302,2026-11-27T09:00:00Z,NO_SHOW,78,2026-11-12T09:00:00Z,2026-11-21T10:00:00Z
"""
HUBSPOT_DEALS = """\
Record ID,Deal Name,Deal Stage,Deal owner,Close Date,Create Date,Amount
401,Pumps,Closed Won,ann@acme.example,2026-11-19 14:00,2026-10-01 09:00,"12,500.00"
402,Valves,Contract sent,ben@acme.example,2026-12-20 14:00,2026-11-02 09:00,7250
"""
DAILY_TOTALS = """\
email,date,calls,emails,appointments
ann@acme.example,2026-11-23,31,12,2
ben@acme.example,2026-11-23,0,9,1
"""
DAILY_TOTALS_GERMAN_EXCEL = (
    "\ufeffsep=;\r\nE-Mail;Date;Calls;Leads followed up;Meetings held\r\nann@acme.example;23.11.2026;31;4;1\r\n"
)


def read(text, owners=(), encoding="utf-8", mapping=None):
    with open_sheet(BytesIO(text.encode(encoding))) as sheet:
        columns, lines = sheet.columns, list(sheet.lines)
    source = None
    if mapping is None:
        layout, mapping = recognise(columns, kinds=STANDARD_KEYS)
        source = layout.key
    style = find_style(columns, lines, mapping)
    return source, style, list(Reader(columns, mapping, style, dict(owners), ZONE).read(lines))


def kept(readings):
    return [
        (row.kind, row.owner, row.occurred_at.strftime("%m-%d"), row.count, row.value)
        for reading in readings
        for row in reading.rows
        if not isinstance(row, InvalidRow) and not row.is_deleted
    ]


@pytest.mark.parametrize(
    ("text", "key", "records"),
    [
        (
            SALESFORCE_TASKS,
            "salesforce-tasks",
            [("call", "Ann Ames", "11-23", 1, None), ("call", "Ben Birk", "11-24", 1, None)],
        ),
        (
            SALESFORCE_EVENTS,
            "salesforce-events",
            [("meeting", "ann@acme.example", "11-23", 1, None), ("meeting", "ann@acme.example", "11-24", 1, None)],
        ),
        (
            SALESFORCE_OPPORTUNITIES,
            "salesforce-opportunities",
            [
                ("opportunity", "Ann Ames", "09-02", 1, None),
                ("deal", "Ann Ames", "11-20", 1, 12500),
                ("opportunity", "Ben Birk", "11-09", 1, None),
            ],
        ),
        (
            HUBSPOT_CALLS,
            "hubspot-calls",
            [("call", "ann@acme.example", "11-23", 1, None), ("call", "ben@acme.example", "11-23", 1, None)],
        ),
        (HUBSPOT_CALLS_API, "hubspot-calls", [("call", "77", "11-23", 1, None), ("call", "78", "11-23", 1, None)]),
        (
            HUBSPOT_MEETINGS,
            "hubspot-meetings",
            [
                ("meeting", "ann@acme.example", "11-23", 1, None),
                ("meeting", "ann@acme.example", "11-10", 1, None),
                ("meeting-held", "ann@acme.example", "11-20", 1, None),
            ],
        ),
        (
            HUBSPOT_MEETINGS_API,
            "hubspot-meetings",
            [
                ("meeting", "77", "11-10", 1, None),
                ("meeting-held", "77", "11-20", 1, None),
                ("meeting", "78", "11-12", 1, None),
            ],
        ),
        (
            HUBSPOT_DEALS,
            "hubspot-deals",
            [
                ("opportunity", "ann@acme.example", "10-01", 1, None),
                ("deal", "ann@acme.example", "11-19", 1, 12500),
                ("opportunity", "ben@acme.example", "11-02", 1, None),
            ],
        ),
        (
            DAILY_TOTALS,
            "ambition-daily-totals",
            [
                ("call", "ann@acme.example", "11-23", 31, None),
                ("meeting", "ann@acme.example", "11-23", 2, None),
                ("meeting", "ben@acme.example", "11-23", 1, None),
            ],
        ),
        (
            DAILY_TOTALS_GERMAN_EXCEL,
            "ambition-daily-totals",
            [
                ("call", "ann@acme.example", "11-23", 31, None),
                ("lead-followed-up", "ann@acme.example", "11-23", 4, None),
                ("meeting-held", "ann@acme.example", "11-23", 1, None),
            ],
        ),
    ],
    ids=[
        "salesforce-tasks",
        "salesforce-events",
        "salesforce-opportunities",
        "hubspot-calls",
        "hubspot-calls-of-the-api",
        "hubspot-meetings",
        "hubspot-meetings-of-the-api",
        "hubspot-deals",
        "daily-totals",
        "daily-totals-of-german-excel",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_known_exports(text, key, records, encoding):
    found, _, readings = read(text, encoding=encoding)
    assert (found, kept(readings)) == (key, records)


def test_totals_and_footnotes_are_skipped_and_say_so():
    _, _, readings = read(SALESFORCE_OPPORTUNITIES)
    assert readings[-1].skipped == "add up other lines"
    _, _, readings = read(SALESFORCE_TASKS)
    assert [reading.rows for reading in readings[-2:]] == [(), ()]


def test_a_row_that_no_longer_counts_deletes_its_record_only_if_there_is_one():
    _, _, readings = read(HUBSPOT_MEETINGS)
    rows = {row.source_id: row for reading in readings for row in reading.rows}
    assert rows["meeting:203"].is_deleted
    assert rows["meeting:203"].only_if_known
    _, _, readings = read(DAILY_TOTALS)
    rows = {row.source_id: row for reading in readings for row in reading.rows}
    assert rows["call:ben@acme.example:2026-11-23"].is_deleted


def test_same_lines_have_the_same_ids_again_and_equal_lines_have_their_own():
    mapping = Mapping(owner="who", rules=(Rule(kind="call", occurred="when"),))
    text = "who,when\nann@acme.example,2026-11-23\nann@acme.example,2026-11-23\nben@acme.example,2026-11-23\n"
    ids = [[row.source_id for reading in read(text, mapping=mapping)[2] for row in reading.rows] for _ in range(2)]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 3


def test_people_are_matched_by_name_or_skipped():
    _, found, readings = read(SALESFORCE_TASKS, owners={"ann ames": "ann@acme.example", "ben birk": None})
    assert kept(readings) == [("call", "ann@acme.example", "11-23", 1, None)]
    assert readings[3].skipped == "name somebody who is skipped"
    assert found.day_order == "month-first"


def test_errors_name_the_line_and_the_column():
    columns = "Record ID,Call Title,Activity date,Activity assigned to,Call outcome"
    text = f"{columns}\n1,a,soon,ann@acme.example,\n2,b,,ann@acme.example,\n"
    _, _, readings = read(text)
    errors = [
        (reading.line, error.field, error.message) for reading in readings for row in reading.rows for error in row.errors
    ]
    assert errors == [(2, "Activity date", '"soon" is not a date'), (3, "Activity date", "is empty")]


def test_dates_that_could_be_swapped_ask_for_the_order():
    text = "email,date,calls\nann@acme.example,03/04/2026,4\n"
    _, found, readings = read(text)
    assert found.day_order is None
    assert "say whether the day or the month comes first" in readings[0].rows[0].errors[0].message
    _, mapping = recognise(("email", "date", "calls"), kinds=STANDARD_KEYS)
    _, _, readings = read(text, mapping=mapping.model_copy(update={"day_order": "day-first"}))
    assert kept(readings) == [("call", "ann@acme.example", "04-03", 4, None)]


def test_any_other_file_by_a_mapping():
    mapping = Mapping(
        owner="Vertrieb",
        source_id="Nr",
        rules=(Rule(kind="call", occurred="Am", conditions=(Condition(column="Art", values=("Anruf",)),)),),
    )
    text = "Nr;Vertrieb;Am;Art\n1;ann@acme.example;3.11.2026;Anruf\n2;ann@acme.example;4.11.2026;Brief\n"
    assert kept(read(text, mapping=mapping)[2]) == [("call", "ann@acme.example", "11-03", 1, None)]
    assert mapping.missing(("Nr", "Am")) == ["Vertrieb", "Art"]


@pytest.mark.parametrize(
    ("columns", "owner"),
    [
        (("hs_object_id", "hs_timestamp", "hubspot_owner_id", "hs_call_disposition", "Owner email"), "Owner email"),
        (("hs_object_id", "hs_timestamp", "hubspot_owner_id", "hs_call_disposition", "Owner name"), "Owner name"),
        (("OwnerId", "Owner.Name", "Owner.Email", "StageName", "CloseDate", "Id"), "Owner.Email"),
    ],
)
def test_an_address_is_used_before_a_name_and_a_name_before_an_id(columns, owner):
    assert recognise(columns, kinds=STANDARD_KEYS)[1].owner == owner


def test_a_column_may_say_which_post_a_line_came_of():
    rules = (Rule(kind="deal", occurred="when"),)
    mapping = Mapping(owner="who", rules=rules, social_source="post")
    text = "who,when,post\nann@acme.example,2026-11-23,https://x.com/ann/status/1865432\nann@acme.example,2026-11-23,a post\n"
    links = [row.social_source for reading in read(text, mapping=mapping)[2] for row in reading.rows]
    assert links == ["https://x.com/ann/status/1865432", None]
    assert mapping.missing(("who", "when")) == ["post"]


def test_unknown_columns_are_not_recognised():
    assert recognise(("Name", "Street", "City"), kinds=STANDARD_KEYS) is None


def test_metrics_that_the_organisation_does_not_use_are_left_out():
    columns = ("email", "date", "calls", "appointments")
    assert [rule.kind for rule in recognise(columns, kinds={"call"})[1].rules] == ["call"]
    assert recognise(columns, kinds={"demo"}) is None
