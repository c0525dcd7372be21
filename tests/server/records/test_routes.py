"""The import over HTTP: good rows are stored, bad ones are named, and each record is stored once."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from server.audit.models import AuditEntry
from server.core.access import INTEGRATION_SCOPES
from server.people.memberships import leave_organisation
from server.records.models import Record
from server.security.operations import deactivate
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


def new_record(person, **changes):
    return {
        "record_id": uuid.uuid4().hex, "rep": person.email, "kind": "call", "occurred_at": "2026-11-20T17:00:00Z", "count": 4,
    } | changes  # fmt: skip


def answer(**changes):
    return {"accepted": 0, "already_known": 0, "corrected": 0, "deleted": 0, "refused": 0, "errors": []} | changes


def records_of(session, rep):
    session.rollback()
    rows = session.scalars(select(Record).where(Record.user_id == rep.id).order_by(Record.id)).all()
    # Otherwise reading a row would begin a transaction, for which the next request had to wait.
    session.expunge_all()
    session.rollback()
    return rows


def test_imported_records_are_stored(send, session, rep):
    response = send([new_record(rep), new_record(rep, kind="deal", count=1, value=12_000, rep=rep.email.upper())])
    assert (response.status_code, response.json) == (201, answer(accepted=2))
    calls, deal = sorted(records_of(session, rep), key=lambda record: record.kind)
    assert (calls.count, calls.occurred_at) == (4, datetime(2026, 11, 20, 17, tzinfo=UTC))
    assert deal.value == 12_000


def test_record_is_imported_once_even_under_another_key(send, session, rep):
    records = [new_record(rep), new_record(rep)]
    send(records)
    again = send([*records, new_record(rep), records[0]])
    assert again.json == answer(accepted=1, already_known=3)
    assert len(records_of(session, rep)) == 3


def test_import_with_a_repeated_key_replays_the_first_response(send, session, rep):
    key, records = str(uuid.uuid4()), [new_record(rep)]
    first, again = send(records, key), send(records, key)
    assert again.json == first.json == answer(accepted=1)
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
def test_invalid_row_is_named_and_the_others_are_stored(send, session, rep, change, field):
    bad = new_record(rep, **change)
    response = send([new_record(rep), bad, new_record(rep)])
    assert (response.status_code, response.json["accepted"], response.json["refused"]) == (201, 2, 1)
    (error,) = response.json["errors"]
    assert (error["row"], error["record_id"], error["field"]) == (1, bad["record_id"] or None, field)
    assert len(records_of(session, rep)) == 2


@pytest.mark.parametrize("row", [7, None, [], "call", {}, {"record_id": 5, "deleted": True}])
def test_row_that_is_no_record_is_named_and_the_others_are_stored(send, rep, row):
    response = send([row, new_record(rep)])
    assert (response.status_code, response.json["accepted"], response.json["refused"]) == (201, 1, 1)
    assert {error["row"] for error in response.json["errors"]} == {0}


def test_batch_without_any_valid_row_is_refused_and_its_key_can_be_used_again(send, session, rep):
    key = str(uuid.uuid4())
    refused = send([new_record(rep, rep="nobody@example.com"), new_record(rep, count=0)], key)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json["errors"]] == ["activities.0.rep", "activities.1.count"]
    assert send([new_record(rep)], key).json == answer(accepted=1)
    assert len(records_of(session, rep)) == 1


def test_record_is_corrected_given_to_another_person_and_deleted(send, session, engine, rep):
    other, record = new_user(engine), new_record(rep)
    send([record])
    assert send([record | {"count": 9}]).json == answer(corrected=1)
    assert [row.count for row in records_of(session, rep)] == [9]
    assert send([record | {"count": 9, "rep": other.email}]).json == answer(corrected=1)
    assert (len(records_of(session, rep)), len(records_of(session, other))) == (0, 1)
    assert send([{"record_id": record["record_id"], "deleted": True}]).json == answer(deleted=1)
    assert records_of(session, other) == []
    assert send([{"record_id": record["record_id"], "deleted": True}]).json == answer(already_known=1)


def test_records_of_other_sources_have_ids_of_their_own(client, engine, rep, session):
    token, record = new_token(engine, new_user(engine, role="admin"), INTEGRATION_SCOPES), new_record(rep)
    for source in ("crm", "dialler"):
        headers = bearer(token, **{"Idempotency-Key": str(uuid.uuid4())})
        body = {"source": source, "activities": [record]}
        assert client.post("/api/v1/activities", json=body, headers=headers).json == answer(accepted=1)
    assert [row.source for row in records_of(session, rep)] == ["crm", "dialler"]
    headers = bearer(token, **{"Idempotency-Key": str(uuid.uuid4())})
    refused = client.post("/api/v1/activities", json={"source": "My CRM", "activities": [record]}, headers=headers)
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "source")


@pytest.mark.parametrize("number", [0, 501])
def test_batch_size_is_limited(send, session, rep, number):
    refused = send([new_record(rep) for _ in range(number)])
    assert refused.status_code == 422
    assert refused.json["errors"][0]["field"] == "activities"
    assert records_of(session, rep) == []


def test_records_of_somebody_who_left_count_until_their_last_day(engine, send, session):
    leaver, other = new_user(engine), new_user(engine)
    leave_organisation(session, user_id=leaver.id, last_day=date(2026, 11, 20))
    deactivate(session, user_id=leaver.id)
    session.commit()
    late = new_record(leaver, occurred_at="2026-11-21T09:00:00Z")
    response = send([new_record(leaver), late, new_record(other)])
    assert response.json == answer(
        accepted=2, refused=1,
        errors=[{"row": 1, "record_id": late["record_id"], "field": "rep",
                 "message": "had left by 2026-11-21: their last day was 2026-11-20"}],
    )  # fmt: skip
    assert len(records_of(session, leaver)) == 1


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
