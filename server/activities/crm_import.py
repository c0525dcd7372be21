"""Importing what a CRM reports: calls, leads followed up, meetings and deals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from server.activities import queries
from server.activities.models import Activity
from server.activities.schemas import RecordsIn
from server.audit import operations as audit
from server.core.clock import now
from server.core.database.upsert import insert_if_absent
from server.core.problems import field_problem
from server.people.queries import active_users_by_email

#: A CRM may date a meeting of this evening in a time zone ahead of ours.
MAX_AHEAD = timedelta(days=1)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def import_crm_records(session: Session, batch: RecordsIn, *, key: str) -> tuple[int, int]:
    """How many records are new, and how many were known by their ``record_id`` (those stay as they are). One invalid record
    refuses the whole batch."""
    users = active_users_by_email(session, (record.rep for record in batch.activities))
    for index, record in enumerate(batch.activities):
        path = f"activities.{index}"
        if record.rep.lower() not in users:
            raise field_problem(f"{path}.rep", "no active user has this e-mail address")
        if record.value is not None and record.kind != "deal":
            raise field_problem(f"{path}.value", "is for deals only")
        if not EARLIEST <= record.occurred_at <= now() + MAX_AHEAD:
            raise field_problem(f"{path}.occurred_at", "must lie between the year 2000 and now")
    record_ids = (record.record_id for record in batch.activities)
    known = queries.known_record_ids(session, source=batch.source, record_ids=record_ids)
    accepted = 0
    # In the same order everywhere, so that two concurrent imports cannot deadlock.
    for record in sorted(batch.activities, key=lambda record: record.record_id):
        if record.record_id in known:
            continue
        known.add(record.record_id)
        user = users[record.rep.lower()]
        accepted += insert_if_absent(
            session,
            Activity,
            user_id=user.id,
            team_id=user.team_id,
            kind=record.kind,
            source=batch.source,
            external_id=record.record_id,
            state="counted",
            count=record.count,
            value=record.value,
            occurred_at=record.occurred_at,
            recorded_at=now(),
        )
    audit.record(session, action="activities.imported", object_type="import", object_id=key)
    return accepted, len(batch.activities) - accepted
