"""What a CRM sends: all of a batch or nothing, and never twice."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from server.activities.models import Activity
from server.audit.models import AuditEntry
from server.core.access import INTEGRATION_SCOPES
from tests.factories import bearer, new_token, new_user


@pytest.fixture
def rep(engine):
    return new_user(engine)


@pytest.fixture
def send(client, engine):
    token = new_token(engine, new_user(engine, role="admin"), INTEGRATION_SCOPES)

    def post(records, key=None):
        headers = bearer(token, **{"Idempotency-Key": key or str(uuid.uuid4())})
        return client.post("/api/v1/activities", json={"source": "crm", "activities": records}, headers=headers)

    return post


def a_record(person, **changes):
    return {
        "record_id": uuid.uuid4().hex, "rep": person.email, "kind": "call", "occurred_at": "2026-11-20T17:00:00Z", "count": 4,
    } | changes  # fmt: skip


def of(session, rep):
    session.rollback()
    rows = session.scalars(select(Activity).where(Activity.user_id == rep.id).order_by(Activity.id)).all()
    session.rollback()
    return rows


def test_imported_records_are_stored(send, session, rep):
    answer = send([a_record(rep), a_record(rep, kind="deal", count=1, value=12_000, rep=rep.email.upper())])
    assert (answer.status_code, answer.json) == (201, {"accepted": 2, "already_known": 0})
    calls, deal = sorted(of(session, rep), key=lambda one: one.kind)
    assert (calls.count, calls.team_id, calls.occurred_at) == (4, rep.team_id, datetime(2026, 11, 20, 17, tzinfo=UTC))
    assert deal.value == 12_000


def test_record_is_imported_once_whatever_the_key(send, session, rep):
    records = [a_record(rep), a_record(rep)]
    send(records)
    again = send([*records, a_record(rep), records[0]])
    assert again.json == {"accepted": 1, "already_known": 3}
    assert len(of(session, rep)) == 3


def test_import_replays_the_first_response(send, session, rep):
    key, records = str(uuid.uuid4()), [a_record(rep)]
    first, again = send(records, key), send(records, key)
    assert again.json == first.json == {"accepted": 1, "already_known": 0}
    assert again.headers["Idempotency-Hit"] == "true"
    assert send([a_record(rep)], key).json["code"] == "key-reused"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rep": "nobody@example.com"}, "rep"),
        ({"kind": "linkedin-post"}, "kind"),
        ({"count": 0}, "count"),
        ({"count": 2.5}, "count"),
        ({"count": True}, "count"),
        ({"value": 5}, "value"),
        ({"kind": "deal", "value": -1}, "value"),
        ({"occurred_at": "2999-01-01T00:00:00Z"}, "occurred_at"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
        ({"record_id": ""}, "record_id"),
        ({"points": 100}, "(unknown field)"),
    ],
)
def test_invalid_record_is_named_and_refuses_the_batch(send, session, rep, change, field):
    refused = send([a_record(rep), a_record(rep, **change)])
    assert refused.status_code == 422
    assert refused.json["errors"][0]["field"] == f"activities.1.{field}"
    assert of(session, rep) == []


@pytest.mark.parametrize("number", [0, 501])
def test_batch_size_is_limited(send, session, rep, number):
    refused = send([a_record(rep) for _ in range(number)])
    assert refused.status_code == 422
    assert refused.json["errors"][0]["field"] == "activities"
    assert of(session, rep) == []


def test_import_refuses_inactive_users(engine, send, session, rep):
    session.get(type(rep), rep.id).is_active = False
    session.commit()
    assert send([a_record(rep)]).json["errors"][0]["field"] == "activities.0.rep"


def test_import_needs_the_integration_scope(client, engine, rep):
    headers = bearer(new_token(engine, rep), **{"Idempotency-Key": str(uuid.uuid4())})
    refused = client.post("/api/v1/activities", json={"source": "crm", "activities": [a_record(rep)]}, headers=headers)
    assert refused.status_code == 403


def test_import_is_in_the_audit_log(send, session, rep):
    key = str(uuid.uuid4())
    send([a_record(rep)], key)
    session.rollback()
    assert (
        session.scalar(select(func.count()).select_from(AuditEntry).filter_by(action="activities.imported", object_id=key)) == 1
    )
