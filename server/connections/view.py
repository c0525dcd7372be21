"""What the pages of connections show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from server.connections import queries
from server.connections.applying import matched_users
from server.connections.models import Connection, ConnectionOwner, ConnectionRun
from server.connections.registry import SOURCES
from server.connections.report import Report
from server.connections.source import Stream
from server.people.models import User
from server.people.queries import active_metrics, all_users, users_by_id

RUNS_SHOWN = 10
#: Users that can be matched by hand at once; the next ones follow when these are decided about.
UNMATCHED_SHOWN = 100
STATE_LABELS = {
    "none": "Not connected",
    "draft": "Not started",
    "reading": "Reading",
    "waiting": "Waiting",
    "active": "Up to date",
    "paused": "Paused",
    "stopped": "Needs attention",
    "removing": "Being removed",
}
RESULT_LABELS = {
    "new": "new",
    "corrected": "corrected",
    "deleted": "removed",
    "unchanged": "unchanged",
    "skipped": "of people who are not counted",
    "refused": "refused",
}


@dataclass(frozen=True, slots=True)
class SourceRow:
    """``connection`` is None if the CRM is not connected."""

    name: str
    title: str
    state: str
    connection: Connection | None


@dataclass(frozen=True, slots=True)
class StreamRow:
    """``metric`` is empty if the stream is not read. ``share``: rows read and rows in all of the first pass, None if that is
    complete or has not begun."""

    stream: Stream
    metric: str
    share: tuple[int, int] | None
    is_complete: bool


@dataclass(frozen=True, slots=True)
class RunRow:
    """``results``: labels and numbers."""

    started_at: datetime
    is_finished: bool
    results: tuple[tuple[str, int], ...]
    problems: Sequence[str]
    refused: Sequence[tuple[str, str]]
    refused_count: int


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """``state``: a key of ``STATE_LABELS``. ``unmatched``: users of the CRM whom nobody here is matched with, those with work
    that is not counted first. ``matched``: users and people."""

    state: str
    by: str
    streams: tuple[StreamRow, ...]
    has_counts: bool
    metric_choices: tuple[tuple[str, str], ...]
    unmatched: tuple[ConnectionOwner, ...]
    unmatched_count: int
    not_counted: tuple[ConnectionOwner, ...]
    matched: tuple[tuple[ConnectionOwner, User], ...]
    people: Sequence[User]
    runs: tuple[RunRow, ...]
    next_at: datetime | None
    records: int


def list_sources(session: Session) -> list[SourceRow]:
    connections = {one.source: one for one in queries.all_connections(session)}
    return [
        SourceRow(name, kind.title, STATE_LABELS[_state(session, connections.get(name))], connections.get(name))
        for name, kind in SOURCES.items()
    ]


def connection_view(session: Session, connection: Connection) -> ConnectionView:
    kind = SOURCES[connection.source]
    owners = queries.owners_of(session, connection_id=connection.id)
    users = matched_users(session, owners.values())
    free = [one for key, one in owners.items() if key not in users and one.matching in ("email", "person")]
    free.sort(key=lambda one: (not one.has_skipped_rows, not one.is_active, one.name.lower()))
    runs = queries.latest_runs(session, connection_id=connection.id, limit=RUNS_SHOWN)
    state = _state(session, connection)
    return ConnectionView(
        state=state,
        by=users_by_id(session, user_ids=[connection.user_id])[connection.user_id].name,
        streams=tuple(_stream_rows(session, connection)),
        has_counts=any(stream.has_counts for stream in kind.streams),
        metric_choices=tuple((one.key, one.title) for one in active_metrics(session) if one.record_kind == one.key),
        unmatched=tuple(free[:UNMATCHED_SHOWN]),
        unmatched_count=len(free),
        not_counted=tuple(one for one in owners.values() if one.matching == "skip"),
        matched=tuple((one, users[key]) for key, one in owners.items() if key in users and one.matching != "erased"),
        people=[user for user in all_users(session) if user.is_active],
        runs=tuple(_run_row(run) for run in runs),
        next_at=connection.due_at if state == "active" else queries.next_job_at(session, connection),
        records=queries.count_records(session, source=connection.source),
    )


def connected_titles(session: Session) -> list[str]:
    """Of the CRMs that are or were read: what the notice to staff names."""
    return [SOURCES[one.source].title for one in queries.all_connections(session) if one.state != "draft"]


def _state(session: Session, connection: Connection | None) -> str:
    if connection is None:
        return "none"
    if connection.state == "paused":
        return "stopped" if connection.problem else "paused"
    if connection.state != "active":
        return connection.state
    if connection.problem:
        return "waiting"
    # A job that is enqueued is as good as a run that has begun.
    has_run = queries.open_run(session, connection_id=connection.id) is not None
    return "reading" if has_run or queries.next_job_at(session, connection) is not None else "active"


def _stream_rows(session: Session, connection: Connection) -> list[StreamRow]:
    chosen = queries.streams_of(session, connection_id=connection.id)
    rows = []
    for stream in SOURCES[connection.source].streams:
        setting = chosen.get(stream.key)
        share = None
        if setting is not None and setting.complete_at is None and setting.rows_read:
            share = (setting.rows_read, setting.rows_read + (setting.rows_left or 0))
        rows.append(
            StreamRow(stream, setting.metric if setting else "", share, bool(setting and setting.complete_at is not None))
        )
    return rows


def _run_row(run: ConnectionRun) -> RunRow:
    report = Report.model_validate(run.report)
    return RunRow(
        started_at=run.started_at,
        is_finished=run.finished_at is not None,
        results=tuple((label, report.results[name]) for name, label in RESULT_LABELS.items() if report.results[name]),
        problems=report.problems,
        refused=tuple((one.record, one.message) for one in report.refused),
        refused_count=report.results["refused"],
    )
