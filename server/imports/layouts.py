"""The exports that are recognised: Salesforce's reports, HubSpot's exports and API, Ambition's daily totals.

The names of columns are those of the vendors' documentation in English: Salesforce report types "Tasks and Events" and
"Opportunities", HubSpot's default properties of calls, meetings and deals, Ambition's upload template."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from server.imports.mapping import Condition, Mapping, Rule
from server.people.standard_metrics import CALL, DEAL, LEAD_FOLLOWED_UP, MEETING, MEETING_HELD, OPPORTUNITY

#: The first column that a file has is used: an address is known here at once, a name mostly, and an id is matched by hand.
SALESFORCE_OWNER = (
    "Opportunity Owner: Email", "Owner Email", "Owner.Email", "Opportunity Owner", "Owner Name", "Owner.Name", "OwnerId",
)  # fmt: skip
SALESFORCE_ASSIGNED = (
    "Assigned: Email", "Assigned To Email", "Owner.Email", "Assigned", "Assigned To", "Owner.Name", "OwnerId",
)  # fmt: skip
HUBSPOT_OWNER = (
    "hubspot_owner_email", "Owner email", "owner_email", "Activity assigned to", "Owner name", "hubspot_owner_name",
    "owner_name", "hubspot_owner_id",
)  # fmt: skip
#: Values in exports and in API rows.
COMPLETED = ("Completed", "Closed")
HELD = ("Completed", "COMPLETED", "Held")
CANCELLED = ("Canceled", "Cancelled", "CANCELED", "Rescheduled", "RESCHEDULED")
WON = ("Closed Won", "closedwon", "Won", "Closed won")
#: The source of records from files of no known layout is this and a hash of the columns.
UNKNOWN_LAYOUT = "file-"


@dataclass(frozen=True, slots=True)
class Layout:
    """``names`` has, for each thing the mapping needs, the names its column may have; the first one found is used. A file is of
    this layout if all ``required`` things are found."""

    key: str
    #: The system that ids are unique in.
    source: str
    title: str
    names: dict[str, tuple[str, ...]]
    required: tuple[str, ...]
    rules: tuple[RuleTemplate, ...]
    is_daily_total: bool = False


@dataclass(frozen=True, slots=True)
class RuleTemplate:
    """A ``mapping.Rule`` with things instead of columns. ``occurred``: the first one that the file has."""

    kind: str
    occurred: tuple[str, ...]
    conditions: tuple[tuple[str, tuple[str, ...], bool], ...] = ()
    count: str | None = None
    value: str | None = None
    booked_for: str | None = None


LAYOUTS = (
    Layout(
        "salesforce-opportunities",
        "salesforce",
        "Salesforce report of opportunities",
        {
            "owner": SALESFORCE_OWNER,
            "id": ("Opportunity ID", "Opportunity Id", "Id"),
            "name": ("Opportunity Name", "Name"),
            "stage": ("Stage", "StageName"),
            "closed": ("Close Date", "CloseDate"),
            "created": ("Created Date", "CreatedDate"),
            "amount": ("Amount", "Amount (converted)"),
            "version": ("Last Modified Date", "LastModifiedDate"),
        },
        ("owner", "stage", "closed"),
        (
            RuleTemplate(OPPORTUNITY, ("created",)),
            RuleTemplate(DEAL, ("closed",), (("stage", WON, False),), value="amount"),
        ),
    ),
    Layout(
        "salesforce-events",
        "salesforce",
        "Salesforce report of events",
        {
            "owner": SALESFORCE_ASSIGNED,
            "id": ("Activity ID", "Event ID", "Id"),
            "subject": ("Subject",),
            "start": ("Start Date Time", "Start", "Start Date", "StartDateTime", "ActivityDateTime"),
            "end": ("End Date Time", "End", "End Date", "EndDateTime"),
            "created": ("Created Date", "CreatedDate"),
            "version": ("Last Modified Date", "LastModifiedDate"),
        },
        ("owner", "start", "end", "subject"),
        (
            RuleTemplate(MEETING, ("created", "start"), booked_for="start"),
        ),
    ),
    Layout(
        "salesforce-tasks",
        "salesforce",
        "Salesforce report of tasks",
        {
            "owner": SALESFORCE_ASSIGNED,
            "id": ("Activity ID", "Task ID", "Id"),
            "subject": ("Subject",),
            "date": ("Completed Date/Time", "CompletedDateTime", "Date", "Due Date", "ActivityDate"),
            "status": ("Status",),
            "type": ("Task Subtype", "TaskSubtype", "Type"),
            "version": ("Last Modified Date", "LastModifiedDate"),
        },
        ("owner", "date", "status"),
        (
            RuleTemplate(CALL, ("date",), (("status", COMPLETED, False), ("type", ("Call",), False))),
        ),
    ),
    Layout(
        "hubspot-calls",
        "hubspot",
        "HubSpot calls",
        {
            "owner": ("Call owner", *HUBSPOT_OWNER),
            "id": ("Record ID", "Call ID", "hs_object_id"),
            "subject": ("Call Title", "Call title", "hs_call_title"),
            "date": ("Activity date", "hs_timestamp"),
            "outcome": ("Call outcome", "hs_call_disposition"),
            "version": ("Last modified date", "hs_lastmodifieddate"),
        },
        ("owner", "date", "outcome"),
        (RuleTemplate(CALL, ("date",)),),
    ),
    Layout(
        "hubspot-meetings",
        "hubspot",
        "HubSpot meetings",
        {
            "owner": ("Meeting owner", *HUBSPOT_OWNER),
            "id": ("Record ID", "Meeting ID", "hs_object_id"),
            "subject": ("Meeting name", "Meeting title", "hs_meeting_title"),
            "start": ("Meeting start time", "hs_meeting_start_time", "hs_timestamp"),
            "created": ("Create date", "hs_createdate"),
            "outcome": ("Meeting outcome", "hs_meeting_outcome"),
            "version": ("Last modified date", "hs_lastmodifieddate"),
        },
        ("owner", "start", "outcome"),
        (
            RuleTemplate(MEETING, ("created", "start"), (("outcome", CANCELLED, True),), booked_for="start"),
            RuleTemplate(MEETING_HELD, ("start",), (("outcome", HELD, False),)),
        ),
    ),
    Layout(
        "hubspot-deals",
        "hubspot",
        "HubSpot deals",
        {
            "owner": ("Deal owner email", "Deal owner", *HUBSPOT_OWNER),
            "id": ("Record ID", "Deal ID", "hs_object_id"),
            "name": ("Deal Name", "Deal name", "dealname"),
            "stage": ("Deal Stage", "Deal stage", "dealstage"),
            "closed": ("Close Date", "Close date", "closedate"),
            "created": ("Create Date", "Create date", "createdate"),
            "amount": ("Amount", "amount"),
            "version": ("Last Modified Date", "Last modified date", "hs_lastmodifieddate"),
        },
        ("owner", "stage", "closed"),
        (
            RuleTemplate(OPPORTUNITY, ("created",)),
            RuleTemplate(DEAL, ("closed",), (("stage", WON, False),), value="amount"),
        ),
    ),
    Layout(
        "ambition-daily-totals",
        "daily-totals",
        "Daily totals",
        {
            "owner": ("email", "e-mail"),
            "date": ("date", "day"),
            "calls": ("calls",),
            "leads": ("leads followed up", "leads", "follow-ups"),
            "meetings": ("appointments", "meetings booked", "meetings"),
            "held": ("meetings held", "appointments held"),
        },
        ("owner", "date", "calls"),
        (
            RuleTemplate(CALL, ("date",), count="calls"),
            RuleTemplate(LEAD_FOLLOWED_UP, ("date",), count="leads"),
            RuleTemplate(MEETING, ("date",), count="meetings"),
            RuleTemplate(MEETING_HELD, ("date",), count="held"),
        ),
        is_daily_total=True,
    ),
)  # fmt: skip


def recognise(columns: Sequence[str], *, kinds: Collection[str]) -> tuple[Layout, Mapping] | None:
    """The layout that knows most of the columns, with the mapping of this file. ``kinds``: the metrics that the organisation
    uses; other rules are left out."""
    found = [(layout, _find(layout, columns)) for layout in LAYOUTS]
    complete = [(layout, things) for layout, things in found if all(name in things for name in layout.required)]
    if not complete:
        return None
    layout, things = max(complete, key=lambda item: len(item[1]))
    rules = tuple(
        rule
        for rule in (_make_rule(template, things) for template in layout.rules if template.kind in kinds)
        if rule is not None
    )
    if not rules:
        return None
    return layout, Mapping(
        owner=things["owner"],
        rules=rules,
        source_id=things.get("id"),
        version=things.get("version"),
        subject=things.get("subject") or things.get("name"),
        is_daily_total=layout.is_daily_total,
    )


def _find(layout: Layout, columns: Iterable[str]) -> dict[str, str]:
    by_name = {column.lower(): column for column in reversed(list(columns))}
    found = {}
    for thing, names in layout.names.items():
        column = next((by_name[name.lower()] for name in names if name.lower() in by_name), None)
        if column is not None:
            found[thing] = column
    return found


def _make_rule(template: RuleTemplate, things: dict[str, str]) -> Rule | None:
    """None if the file lacks a column that the rule needs."""
    occurred = next((things[name] for name in template.occurred if name in things), None)
    wanted = [name for name, _, _ in template.conditions] + ([template.count] if template.count else [])
    if occurred is None or not all(name in things for name in wanted):
        return None
    return Rule(
        kind=template.kind,
        occurred=occurred,
        conditions=tuple(
            Condition(column=things[name], values=values, excludes=excludes) for name, values, excludes in template.conditions
        ),
        count=things.get(template.count) if template.count else None,
        value=things.get(template.value) if template.value else None,
        booked_for=things.get(template.booked_for) if template.booked_for else None,
    )
