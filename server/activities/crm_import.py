"""Imports activities from a CRM: calls, leads followed up, meetings and deals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from server.activities import queries
from server.activities.models import Activity
from server.activities.schemas import RecordsIn
from server.audit import operations as audit
from server.core import metrics
from server.core.clock import now
from server.core.database.upsert import insert_if_absent
from server.core.problems import field_problem
from server.people.queries import active_users_by_email

#: A CRM's clock may be in a time zone ahead of ours.
MAX_AHEAD = timedelta(days=1)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def import_crm_records(session: Session, batch: RecordsIn, *, key: str) -> tuple[int, int]:
    """Stores the new records; those whose ``record_id`` is known are left unchanged. Returns the number of each. One invalid
    record rejects the whole batch."""
    users = active_users_by_email(session, (record.rep for record in batch.activities))
    for index, record in enumerate(batch.activities):
        path = f"activities.{index}"
        if record.rep.lower() not in users:
            raise field_problem(f"{path}.rep", "no active user has this e-mail address")
        if record.value is not None and record.kind != "deal":
            raise field_problem(f"{path}.value", "is only allowed for deals")
        if not EARLIEST <= record.occurred_at <= now() + MAX_AHEAD:
            raise field_problem(f"{path}.occurred_at", "must be between the year 2000 and now")
    record_ids = (record.record_id for record in batch.activities)
    known = queries.known_record_ids(session, source=batch.source, record_ids=record_ids)
    accepted = 0
    # Always in the same order, so that two concurrent imports cannot deadlock.
    for record in sorted(batch.activities, key=lambda record: record.record_id):
        if record.record_id in known:
            continue
        known.add(record.record_id)
        user = users[record.rep.lower()]
        accepted += insert_if_absent(
            session,
            Activity,
            user_id=user.id,
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
    metrics.IMPORT_ROWS.labels(outcome="new").inc(accepted)
    metrics.IMPORT_ROWS.labels(outcome="known").inc(len(batch.activities) - accepted)
    return accepted, len(batch.activities) - accepted
