"""The audit log for administrators: newest first, filtered, and as a file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from server.audit import operations, queries, seals
from server.audit.labels import action_label, object_label, setting_label, value_label
from server.audit.models import AuditEntry
from server.audit.operations import Value
from server.audit.queries import EntryFilter
from server.core.access import page
from server.core.clock import now
from server.core.database.session import db
from server.core.hash_chain import column_values
from server.core.problems import field_problem
from server.core.spreadsheet import write_csv
from server.people.directory import team_paths
from server.people.queries import all_metrics, all_teams, all_user_names

pages = Blueprint("audit", __name__, template_folder="templates")

ENTRIES_PER_PAGE = 50
#: How much of the chain a page view checks; `python -m server audit verify` checks all of it.
MAX_ENTRIES_CHECKED = 20_000
#: One file; `python -m server audit export` has no limit.
MAX_ENTRIES_EXPORTED = 50_000
FORMATS = {"csv": "text/csv", "jsonl": "application/x-ndjson"}


@pages.get("/audit")
@page("admin", writes=False)
def audit_log() -> str:
    names = _load_names()
    matching = _filters(request.args)
    before = request.args.get("before", type=int)
    entries = queries.filtered_entries(db(), matching, before=before, limit=ENTRIES_PER_PAGE + 1)
    shown = entries[:ENTRIES_PER_PAGE]
    filters = asdict(matching)
    older = None
    if len(entries) > ENTRIES_PER_PAGE:
        older = f"/audit?{_query(filters | {'before': shown[-1].id})}"
    return render_template(
        "audit/log.html",
        entries=[_described(entry, names) for entry in shown],
        total=queries.count_entries(db(), matching),
        actions=sorted((action_label(code), code) for code in queries.recorded_actions(db())),
        people=sorted(((name, user_id) for user_id, name in names.people.items()), key=lambda row: (row[0].casefold(), row[1])),
        matching=matching,
        is_filtered=matching != EntryFilter(),
        older=older,
        newest=f"/audit?{_query(filters)}" if before is not None else None,
        chain=seals.verify(db(), max_entries=MAX_ENTRIES_CHECKED),
        max_exported=MAX_ENTRIES_EXPORTED,
    )


@pages.post("/audit/export")
@page("admin", confirm="/audit")
def export() -> Response:
    """The newest entries that match the filters. A POST, because an export is itself recorded."""
    file_format = request.form.get("format", "csv")
    if file_format not in FORMATS:
        raise field_problem("format", "must be csv or jsonl")
    matching = _filters(request.form)
    # Recorded first, so that the file says that it was made.
    operations.record(db(), action="audit.exported", object_type="audit-log", object_id="all", reason_code=file_format)
    entries = queries.filtered_entries(db(), matching, limit=MAX_ENTRIES_EXPORTED)
    content = _as_csv(entries) if file_format == "csv" else _as_json_lines(entries)
    return Response(
        content,
        mimetype=FORMATS[file_format],
        headers={"Content-Disposition": f'attachment; filename="repute-audit-{now():%Y-%m-%d}.{file_format}"'},
    )


def _filters(values: MultiDict[str, str]) -> EntryFilter:
    """What cannot be read as a number or a date filters nothing."""
    return EntryFilter(
        action=values.get("action", ""),
        person=values.get("person", type=int),
        first_day=values.get("first_day", type=date.fromisoformat),
        last_day=values.get("last_day", type=date.fromisoformat),
    )


def _query(values: dict[str, Any]) -> str:
    return urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True, slots=True)
class _Names:
    """By id or, of metrics, by key."""

    people: dict[int, str]
    teams: dict[int, str]
    metrics: dict[str, str]


def _load_names() -> _Names:
    return _Names(
        all_user_names(db()), team_paths(all_teams(db())), {metric.key: metric.title for metric in all_metrics(db())}
    )  # fmt: skip


def _described(entry: AuditEntry, names: _Names) -> dict[str, Any]:
    """``teams``: the paths of the teams that still exist."""
    about = _about(entry, names)
    return {
        "id": entry.id,
        "at": entry.at,
        "actor": names.people.get(entry.actor_id, f"Person {entry.actor_id}") if entry.actor_id is not None else "System",
        "role": entry.role,
        "action": action_label(entry.action),
        "about": "" if entry.object_type == "user" and entry.object_id == str(entry.actor_id) else about,
        "reason": entry.reason_code,
        "changes": [
            (setting_label(name, names.metrics), _value(name, before, names.teams), _value(name, after, names.teams))
            for name, (before, after) in sorted((entry.changes or {}).items())
        ],
    }


def _about(entry: AuditEntry, names: _Names) -> str:
    """A target is stored as that of ``user 12``, ``team 3`` or ``role rep``."""
    is_target = entry.object_type == "target"
    kind, _, found = entry.object_id.partition(" ") if is_target else (entry.object_type, "", entry.object_id)
    known = {"user": names.people, "team": names.teams}.get(kind, {})
    name = known.get(int(found)) if found.isdecimal() else None
    if name is None:
        return object_label(entry.object_type, entry.object_id)
    return f"Target of {name}" if is_target else name


def _value(setting: str, value: Value, teams: dict[int, str]) -> str:
    is_team = setting.partition(" from ")[0] in {"team", "parent"}
    return teams.get(value, f"team {value}") if is_team and isinstance(value, int) else value_label(setting, value)


def _as_json_lines(entries: Iterable[AuditEntry]) -> str:
    return "".join(json.dumps(column_values(entry), separators=(",", ":")) + "\n" for entry in entries)


def _as_csv(entries: Sequence[AuditEntry]) -> str:
    names = _load_names()
    header = (
        "id", "time (UTC)", "person id", "person", "role", "action",
        "code", "about", "object", "object id", "reason", "request", "changes",
    )  # fmt: skip
    rows = ((entry, _described(entry, names)) for entry in entries)
    return write_csv(
        header,
        (
            (
                entry.id, f"{entry.at:%Y-%m-%d %H:%M:%S}", entry.actor_id, row["actor"], entry.role, row["action"],
                entry.action, row["about"], entry.object_type, entry.object_id, entry.reason_code, entry.request_id,
                "; ".join(f"{name}: {before} -> {after}" for name, before, after in row["changes"]),
            )
            for entry, row in rows
        ),
    )  # fmt: skip
