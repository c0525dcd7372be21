"""What an administrator does with connections: tested, added, set up, started, paused, removed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.audit.operations import Value
from server.connections import queries
from server.connections.models import DETAILS, SCHEDULES, Connection, ConnectionRun, ConnectionStream
from server.connections.owners import MAX_OWNERS, reread, store_owners
from server.connections.registry import SOURCES
from server.connections.scheduling import enqueue_step, pause
from server.connections.source import Context, Owner, SourceError
from server.connections.steps import delete_connection
from server.core import encryption
from server.core.characters import STORABLE_REQUIREMENT, is_storable
from server.core.clock import now
from server.core.problems import Problem, field_problem, not_found
from server.core.settings import Settings
from server.people import notices
from server.people.queries import active_metrics, get_calendar, lock_organisation, notice_addition, users_by_id

#: How far back the first pass may go.
MAX_BACKFILL = timedelta(days=3 * 366)
#: Suggested for the first pass: a quarter, which the scorecard compares with.
SUGGESTED_BACKFILL = timedelta(days=91)
RUN_LIFETIME = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Tested:
    """What the CRM said: the account in words, and its users."""

    credentials: dict[str, str]
    account: str
    owners: tuple[Owner, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is read. ``metrics``: the metric of each stream that is read."""

    metrics: dict[str, str]
    detail: str
    schedule: str
    since: date | None


def test(settings: Settings, source: str, values: Mapping[str, str]) -> Tested:
    """Asks the CRM, so call it before the first query. Raises ``Problem`` for a field, and ``SourceError``."""
    kind = SOURCES.get(source)
    if kind is None:
        raise not_found()
    given = {field.key: values.get(field.key, "").strip() for field in kind.fields}
    for field in kind.fields:
        if not given[field.key]:
            raise field_problem(field.key, "is missing")
        if len(given[field.key]) > field.max_length:
            raise field_problem(field.key, f"has more than {field.max_length} characters", limit=field.max_length)
        if not is_storable(given[field.key]):
            raise field_problem(field.key, STORABLE_REQUIREMENT)
    address = settings.connection_test_url
    # The account and its users are the same in every time zone.
    context = Context(ZoneInfo("UTC"), allows_loopback=bool(address), base_url=address or None)
    with closing(kind(given, context)) as opened:
        account = opened.test()
        owners = tuple(islice(opened.owners(), MAX_OWNERS))
    return Tested(given, account[:200] if is_storable(account) else kind.title, owners)


def add(session: Session, settings: Settings, *, source: str, tested: Tested, user_id: int) -> Connection:
    """Stores the credentials and the CRM's users. Nothing is read until ``start``. A second call replaces the credentials."""
    encrypted = _encrypt(settings, tested.credentials)
    connection = queries.lock_connection(session, source=source)
    if connection is None:
        since = get_calendar(session).day_of(now()) - SUGGESTED_BACKFILL
        connection = Connection(
            token=secrets.token_hex(16), source=source, credentials=encrypted, account=tested.account, user_id=user_id,
            state="draft", detail="counts", schedule="hourly", since=since,
        )  # fmt: skip
        session.add(connection)
        session.flush()
        metrics = {metric.key for metric in active_metrics(session) if metric.record_kind == metric.key}
        session.add_all(
            ConnectionStream(connection_id=connection.id, key=stream.key, metric=stream.metric, is_reread=True)
            for stream in SOURCES[source].streams
            if stream.metric in metrics
        )
        audit.record(session, action="connection.added", object_type="connection", object_id=source)
    elif connection.state == "removing":
        raise _removing()
    else:
        connection.credentials, connection.account = encrypted, tested.account
        audit.record(session, action="connection.credentials-replaced", object_type="connection", object_id=source)
    is_reread = store_owners(session, connection, tested.owners)
    if connection.state == "paused" and connection.problem_code is not None:
        _resume(session, connection)
    elif is_reread or connection.state == "active":
        # Jobs that are waiting have the former credentials.
        _restart(session, connection)
    return connection


def stored_credentials(session: Session, settings: Settings, *, source: str) -> dict[str, str]:
    """Raises ``KeyMissing``."""
    connection = queries.get_connection(session, source=source)
    if connection is None or connection.state == "removing":
        raise not_found()
    return encryption.decrypt(settings, connection.credentials)


def store_test(session: Session, *, source: str, tested: Tested) -> None:
    """What the CRM said when its stored credentials were tested."""
    connection = _get(session, source)
    connection.account = tested.account
    if store_owners(session, connection, tested.owners):
        _restart(session, connection)


def change_plan(session: Session, *, source: str, plan: Plan) -> None:
    """Chooses what is read. What is counted differently from now on is read again from the start."""
    connection = _get(session, source)
    since = _validate(session, connection, plan)
    before = _describe(session, connection)
    chosen = queries.streams_of(session, connection_id=connection.id)
    for key in chosen.keys() - plan.metrics.keys():
        session.delete(chosen.pop(key))
    is_everything = since != connection.since or plan.detail != connection.detail
    stale = set(chosen) if is_everything else {key for key in chosen if chosen[key].metric != plan.metrics[key]}
    for key, metric in plan.metrics.items():
        if key in chosen:
            chosen[key].metric = metric
        else:
            session.add(ConnectionStream(connection_id=connection.id, key=key, metric=metric, is_reread=True))
    session.flush()
    reread(session, connection, keys=stale)
    if plan.detail != connection.detail:
        _clear_other_detail(session, connection)
    connection.detail, connection.schedule, connection.since = plan.detail, plan.schedule, since
    after = _describe(session, connection)
    changes = {name: (before.get(name), after.get(name)) for name in before | after if before.get(name) != after.get(name)}
    if changes:
        audit.record(session, action="connection.changed", object_type="connection", object_id=source, changes=changes)
        _restart(session, connection)


def match_owners(session: Session, *, source: str, matches: Mapping[str, tuple[str, int | None]]) -> None:
    """``matches``: by the id of the CRM's user, ``email``, ``person`` with the person's id, or ``skip``."""
    connection = _get(session, source)
    owners = queries.owners_of(session, connection_id=connection.id)
    people = users_by_id(session, user_ids={user_id for _, user_id in matches.values() if user_id is not None})
    count = 0
    for owner_id, (match, user_id) in matches.items():
        owner = owners.get(owner_id)
        if owner is None or owner.matching == "erased":
            continue
        if match not in ("email", "person", "skip") or (match == "person" and user_id not in people):
            raise field_problem("person", "is not in the organisation")
        if (owner.matching, owner.user_id if match == "person" else None) != (match, user_id if match == "person" else None):
            owner.matching, owner.user_id = match, user_id if match == "person" else None
            count += 1
    session.flush()
    if count:
        reread(session, connection)
        changes: dict[str, tuple[Value, Value]] = {"owners_matched": (0, count)}
        audit.record(
            session, action="connection.owners-matched", object_type="connection", object_id=source, changes=changes
        )  # fmt: skip
        _restart(session, connection)


def start(session: Session, *, source: str) -> None:
    """Reads now, and from then on as scheduled. The first time, a new version of the notice says so to staff."""
    connection = _get(session, source)
    if not queries.streams_of(session, connection_id=connection.id):
        raise field_problem("metrics", "needs at least one thing to read")
    if connection.state == "draft":
        organisation = lock_organisation(session)
        connection.state = "active"
        session.flush()
        notices.publish_version(session, organisation, addition=notice_addition(session))
    _resume(session, connection)


def pause_reading(session: Session, *, source: str) -> None:
    connection = _get(session, source)
    if connection.state == "active":
        pause(session, connection, code="admin", message="")
        connection.problem_code = connection.problem = None


def remove(session: Session, *, source: str, with_records: bool) -> None:
    """Deletes the credentials, the CRM's users and the runs, and with ``with_records`` all records of this source. They are
    deleted by jobs."""
    connection = _get(session, source)
    if not with_records:
        delete_connection(session, connection)
        return
    connection.state, connection.credentials = "removing", ""
    audit.record(session, action="connection.removal-started", object_type="connection", object_id=source)
    enqueue_step(session, connection)


def forget_person(session: Session, *, user_id: int, email: str) -> None:
    """Deletes the name and the address of this person in CRMs. Their work still counts in the totals of teams."""
    for _, owner in queries.owners_of_person(session, user_id=user_id, email=email):
        owner.matching, owner.user_id, owner.email, owner.name = "erased", user_id, "", ""
    session.flush()


def purge(session: Session, *, at: datetime) -> None:
    session.execute(delete(ConnectionRun).where(ConnectionRun.finished_at < at - RUN_LIFETIME))


def _encrypt(settings: Settings, values: Mapping[str, str]) -> str:
    try:
        return encryption.encrypt(settings, values)
    except encryption.KeyMissing as error:
        raise SourceError("credentials", str(error)) from None


def _get(session: Session, source: str) -> Connection:
    connection = queries.lock_connection(session, source=source)
    if connection is None:
        raise not_found()
    if connection.state == "removing":
        raise _removing()
    return connection


def _removing() -> Problem:
    return Problem(409, "being-removed", "This connection is being removed", detail="Wait until its records are deleted.")


def _resume(session: Session, connection: Connection) -> None:
    if connection.state != "active":
        audit.record(session, action="connection.resumed", object_type="connection", object_id=connection.source)
    connection.state, connection.failures = "active", 0
    connection.problem_code = connection.problem = None
    enqueue_step(session, connection)


def _restart(session: Session, connection: Connection) -> None:
    """Ends the open run, whose jobs go by what was chosen before, and starts another if the connection is active."""
    run = queries.open_run(session, connection_id=connection.id)
    if run is not None:
        run.finished_at = now()
    connection.step += 1
    if connection.state == "active":
        enqueue_step(session, connection)


def _validate(session: Session, connection: Connection, plan: Plan) -> date:
    streams = {stream.key for stream in SOURCES[connection.source].streams}
    metrics = {metric.key for metric in active_metrics(session) if metric.record_kind == metric.key}
    if not plan.metrics:
        raise field_problem("metrics", "needs at least one thing to read")
    if not plan.metrics.keys() <= streams or not set(plan.metrics.values()) <= metrics:
        raise field_problem("metrics", "must name metrics of the organisation")
    if plan.detail not in DETAILS:
        raise field_problem("detail", "must be one of the choices")
    if plan.schedule not in SCHEDULES:
        raise field_problem("schedule", "must be one of the choices")
    today = get_calendar(session).day_of(now())
    if plan.since is None or not today - MAX_BACKFILL <= plan.since <= today:
        raise field_problem("since", f"must be a day from {today - MAX_BACKFILL} to today")
    return plan.since


def _describe(session: Session, connection: Connection) -> dict[str, Value]:
    """For the audit log."""
    described: dict[str, Value] = {
        f"connection_{name}": str(getattr(connection, name)) for name in ("detail", "schedule", "since")
    }
    chosen = queries.streams_of(session, connection_id=connection.id)
    return described | {f"{connection.source}, {key}": stream.metric for key, stream in chosen.items()}


def _clear_other_detail(session: Session, connection: Connection) -> None:
    """Counts and single records of the same day would add up."""
    has_counts = {stream.key for stream in SOURCES[connection.source].streams if stream.has_counts}
    for key, stream in queries.streams_of(session, connection_id=connection.id).items():
        stream.is_clearing = key in has_counts
    session.flush()
