"""The jobs of connections. A job reads a few pages; each is stored together with its cursor, and the last one together with the
next job, so a kill at any moment repeats a page as a whole or not at all.

Requests are sent outside of transactions, because SQLite has a single writer. What was read is stored only if no other attempt
has stored anything since this one began (``Connection.step`` and ``pages``), so two attempts at once cannot go back in time."""

from __future__ import annotations

from functools import partial

from sqlalchemy import delete
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.connections import queries
from server.connections.applying import clear
from server.connections.models import Connection, ConnectionOwner, ConnectionRun, ConnectionStream
from server.connections.pulling import OWNERS, Plan, Task, pull
from server.connections.registry import SOURCES
from server.connections.report import Report
from server.connections.scheduling import enqueue_step, pause
from server.connections.source import Context
from server.core import encryption
from server.core.clock import now
from server.core.settings import Settings
from server.jobs.queue import Delivery
from server.people.queries import get_calendar


def start_due(session: Session) -> None:
    """Starts the runs that are due, and continues those whose jobs were lost."""
    for token in queries.due_connections(session, at=now()):
        connection = queries.lock_connection(session, token=token)
        if connection is not None and connection.due_at is not None and connection.due_at <= now():
            enqueue_step(session, connection)


def run_step(session: Session, *, token: str, step: int, settings: Settings) -> Delivery | None:
    """Deletes records that are not to be kept; otherwise returns what reads the next pages."""
    connection = queries.lock_connection(session, token=token)
    if connection is None or connection.step != step:
        return None
    if connection.state == "removing":
        _remove_some(session, connection)
        return None
    if connection.state != "active":
        return None
    run = queries.open_run(session, connection_id=connection.id) or _start_run(session, connection)
    settings_of_streams = queries.streams_of(session, connection_id=connection.id)
    clearing = next((one for one in settings_of_streams.values() if one.is_clearing), None)
    if clearing is not None:
        _clear_some(session, connection, clearing)
        return None
    try:
        values = encryption.decrypt(settings, connection.credentials)
    except encryption.KeyMissing as error:
        pause(session, connection, code="credentials", message=str(error))
        return None
    return partial(pull, plan=_make_plan(session, connection, run, settings_of_streams, values, settings))


def _start_run(session: Session, connection: Connection) -> ConnectionRun:
    chosen = queries.streams_of(session, connection_id=connection.id)
    keys = [stream.key for stream in SOURCES[connection.source].streams if stream.key in chosen]
    run = ConnectionRun(connection_id=connection.id, remaining=[OWNERS, *keys], report=Report().model_dump(mode="json"))
    session.add(run)
    session.flush()
    return run


def _make_plan(
    session: Session, connection: Connection, run: ConnectionRun, chosen: dict[str, ConnectionStream],
    values: dict[str, str], settings: Settings,
) -> Plan:  # fmt: skip
    tasks = tuple(
        Task(key, chosen[key].cursor if key in chosen else None) for key in run.remaining if key == OWNERS or key in chosen
    )
    return Plan(
        token=connection.token,
        step=connection.step,
        pages=connection.pages,
        source=SOURCES[connection.source],
        credentials=values,
        context=make_context(session, settings),
        since=connection.since,
        counts_only=connection.detail == "counts",
        tasks=tasks,
    )


def make_context(session: Session, settings: Settings) -> Context:
    address = settings.connection_test_url
    return Context(get_calendar(session).zone, allows_loopback=bool(address), base_url=address or None)


def _clear_some(session: Session, connection: Connection, stream: ConnectionStream) -> None:
    """Before a stream is read in the other detail. Its cursor is where deleting goes on."""
    metric = next(one.metric for one in SOURCES[connection.source].streams if one.key == stream.key)
    after = clear(
        session, connection.source, prefix=f"{metric}:", after=(stream.cursor or {}).get("cleared", ""),
        keeps=connection.detail, import_id=f"{connection.source}, clearing {stream.key}",
    )  # fmt: skip
    stream.cursor = {"cleared": after} if after else None
    stream.is_clearing = after is not None
    enqueue_step(session, connection)


def _remove_some(session: Session, connection: Connection) -> None:
    more = clear(
        session, connection.source, prefix="", after="", keeps=None, import_id=f"{connection.source}, removing"
    )  # fmt: skip
    if more:
        enqueue_step(session, connection)
    else:
        delete_connection(session, connection)


def delete_connection(session: Session, connection: Connection) -> None:
    """With its users and runs."""
    for table in (ConnectionRun, ConnectionOwner, ConnectionStream):
        session.execute(delete(table).where(table.connection_id == connection.id))
    audit.record(session, action="connection.removed", object_type="connection", object_id=connection.source)
    session.delete(connection)
    session.flush()
