"""The CRM import: a batch is stored completely or not at all, and each record once."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from server.activities.crm_import import import_crm_records
from server.activities.models import Activity
from server.activities.schemas import RecordsIn
from server.audit.models import AuditEntry
from server.core.access import INTEGRATION_SCOPES
from server.core.problems import Problem
from tests.factories import bearer, make_user, new_token, new_user


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


def new_record(person, **changes):
    return {
        "record_id": uuid.uuid4().hex, "rep": person.email, "kind": "call", "occurred_at": "2026-11-20T17:00:00Z", "count": 4,
    } | changes  # fmt: skip


def activities_of(session, rep):
    session.rollback()
    rows = session.scalars(select(Activity).where(Activity.user_id == rep.id).order_by(Activity.id)).all()
    session.rollback()
    return rows


def test_imported_records_are_stored(send, session, rep):
    response = send([new_record(rep), new_record(rep, kind="deal", count=1, value=12_000, rep=rep.email.upper())])
    assert (response.status_code, response.json) == (201, {"accepted": 2, "already_known": 0})
    calls, deal = sorted(activities_of(session, rep), key=lambda activity: activity.kind)
    assert (calls.count, calls.occurred_at) == (4, datetime(2026, 11, 20, 17, tzinfo=UTC))
    assert deal.value == 12_000


def test_record_is_imported_once_even_under_another_key(send, session, rep):
    records = [new_record(rep), new_record(rep)]
    send(records)
    again = send([*records, new_record(rep), records[0]])
    assert again.json == {"accepted": 1, "already_known": 3}
    assert len(activities_of(session, rep)) == 3


def test_import_with_a_repeated_key_replays_the_first_response(send, session, rep):
    key, records = str(uuid.uuid4()), [new_record(rep)]
    first, again = send(records, key), send(records, key)
    assert again.json == first.json == {"accepted": 1, "already_known": 0}
    assert again.headers["Idempotency-Hit"] == "true"
    assert send([new_record(rep)], key).json["code"] == "key-reused"


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
def test_invalid_record_rejects_the_batch_and_is_named(send, session, rep, change, field):
    refused = send([new_record(rep), new_record(rep, **change)])
    assert refused.status_code == 422
    assert refused.json["errors"][0]["field"] == f"activities.1.{field}"
    assert activities_of(session, rep) == []


@pytest.mark.parametrize("number", [0, 501])
def test_batch_size_is_limited(send, session, rep, number):
    refused = send([new_record(rep) for _ in range(number)])
    assert refused.status_code == 422
    assert refused.json["errors"][0]["field"] == "activities"
    assert activities_of(session, rep) == []


def test_import_rejects_records_of_inactive_users(engine, send, session, rep):
    session.get(type(rep), rep.id).is_active = False
    session.commit()
    assert send([new_record(rep)]).json["errors"][0]["field"] == "activities.0.rep"


def test_import_requires_the_integration_scope(client, engine, rep):
    headers = bearer(new_token(engine, rep), **{"Idempotency-Key": str(uuid.uuid4())})
    refused = client.post("/api/v1/activities", json={"source": "crm", "activities": [new_record(rep)]}, headers=headers)
    assert refused.status_code == 403


def test_import_is_recorded_in_the_audit_log(send, session, rep):
    key = str(uuid.uuid4())
    send([new_record(rep)], key)
    session.rollback()
    assert (
        session.scalar(select(func.count()).select_from(AuditEntry).filter_by(action="activities.imported", object_id=key)) == 1
    )


def batch_of(*records):
    return RecordsIn.model_validate_json(json.dumps({"source": "crm", "activities": records}))


def test_import_crm_records_counts_new_and_known_records(session):
    user = make_user(session)
    known, new = new_record(user), new_record(user)
    assert import_crm_records(session, batch_of(known), key="first-key") == (1, 0)
    assert import_crm_records(session, batch_of(known | {"count": 9}, new, new), key="second-key") == (1, 2)
    counts = session.scalars(select(Activity.count).where(Activity.user_id == user.id)).all()
    session.rollback()
    assert counts == [4, 4], "a known record is left unchanged"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rep": "nobody@example.com"}, "no active user has this e-mail address"),
        ({"value": 5}, "is only allowed for deals"),
        ({"occurred_at": "1999-12-31T23:00:00Z"}, "must be between the year 2000 and now"),
    ],
)
def test_import_crm_records_rejects_a_batch_with_one_invalid_record(session, change, message):
    user = make_user(session)
    with pytest.raises(Problem) as refused:
        import_crm_records(session, batch_of(new_record(user), new_record(user, **change)), key="a-key")
    stored = session.scalar(select(func.count()).select_from(Activity).where(Activity.user_id == user.id))
    session.rollback()
    assert refused.value.errors[0]["message"] == message
    assert stored == 0
