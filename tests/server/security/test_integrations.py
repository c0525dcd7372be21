"""Tokens of integrations belong to the organisation: they outlive the admin who created them."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from server.audit.models import AuditEntry
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.problems import Problem
from server.privacy import operations as privacy
from server.security import integrations, operations
from server.security.models import Integration, IntegrationToken
from server.security.secrets import digest
from tests.factories import bearer, new_user, set_password

PASSWORD = "four hedgehogs cross at dawn"


@pytest.fixture
def admin(engine):
    # Another admin, because the last one cannot be erased.
    new_user(engine, role="admin")
    return new_user(engine, role="admin", name="Ada Quist")


@pytest.fixture
def crm(engine, admin):
    """The id of a new integration and its token."""
    with unit_of_work(engine) as session:
        token = integrations.add(session, label="  CRM \t production ", created_by=admin.id)
        return session.scalars(select(func.max(Integration.id))).one(), token


def report(client, token, *, rep, key=None, record_id=None):
    record = {
        "record_id": record_id or uuid.uuid4().hex, "rep": rep.email, "kind": "call",
        "occurred_at": "2026-11-20T17:00:00Z", "count": 1,
    }  # fmt: skip
    headers = bearer(token, **{"Idempotency-Key": key or str(uuid.uuid4())})
    return client.post("/api/v1/activities", json={"source": "crm", "activities": [record]}, headers=headers)


@pytest.mark.parametrize("end", ["signed-out", "password", "deactivated", "erased"])
def test_integration_outlives_the_access_of_its_admin(client, engine, admin, crm, end):
    if end == "password":
        set_password(engine, admin, PASSWORD)
    with unit_of_work(engine) as session:
        if end in {"signed-out", "password"}:
            operations.end_all_access(session, user_id=admin.id, reason="signed-out")
        elif end == "deactivated":
            operations.deactivate(session, user_id=admin.id)
        else:
            privacy.erase(session, user_id=admin.id)
    assert report(client, crm[1], rep=new_user(engine)).status_code == 201
    with unit_of_work(engine, writes=False) as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert (entry.action, entry.actor_id, entry.role) == ("activities.imported", None, f"integration:{crm[0]}")


def test_replaced_token_works_until_the_overlap_ends_or_it_is_revoked(client, engine, admin, crm):
    integration_id, old = crm
    rep = new_user(engine)
    with unit_of_work(engine) as session:
        new = integrations.rotate(session, integration_id=integration_id, created_by=admin.id)
    assert [report(client, token, rep=rep).status_code for token in (old, new)] == [201, 201]
    with pytest.raises(Problem, match="two-tokens"), unit_of_work(engine) as session:
        integrations.rotate(session, integration_id=integration_id, created_by=admin.id)
    with unit_of_work(engine) as session:
        row = session.scalars(select(IntegrationToken).where(IntegrationToken.secret_hash == digest(old))).one()
        assert now() < row.expires_at <= now() + integrations.OVERLAP
        integrations.revoke_token(session, integration_id=integration_id, token_id=row.id)
    assert [report(client, token, rep=rep).status_code for token in (old, new)] == [401, 201]


def test_expired_or_revoked_integration_is_refused(client, engine, admin, crm):
    integration_id, token = crm
    rep = new_user(engine)
    tokens = IntegrationToken.integration_id == integration_id
    with unit_of_work(engine) as session:
        session.execute(update(IntegrationToken).where(tokens).values(expires_at=now() - timedelta(seconds=1)))
    assert report(client, token, rep=rep).json["code"] == "token-refused"
    with unit_of_work(engine) as session:
        new = integrations.rotate(session, integration_id=integration_id, created_by=admin.id)
    assert report(client, new, rep=rep).status_code == 201
    with unit_of_work(engine) as session:
        integrations.revoke(session, integration_id=integration_id)
    assert report(client, new, rep=rep).status_code == 401
    with pytest.raises(Problem, match="not-found"), unit_of_work(engine) as session:
        integrations.rotate(session, integration_id=integration_id, created_by=admin.id)


def test_idempotency_keys_belong_to_the_integration(client, engine, admin, crm):
    rep, key, record_id = new_user(engine), str(uuid.uuid4()), uuid.uuid4().hex
    with unit_of_work(engine) as session:
        new = integrations.rotate(session, integration_id=crm[0], created_by=admin.id)
        other = integrations.add(session, label="Telephone", created_by=admin.id)
    first = report(client, crm[1], rep=rep, key=key, record_id=record_id)
    # The replacement is the same integration, so it gets the stored response.
    again = report(client, new, rep=rep, key=key, record_id=record_id)
    assert (again.status_code, again.json, again.headers["Idempotency-Hit"]) == (201, first.json, "true")
    elsewhere = report(client, other, rep=rep, key=key, record_id=record_id)
    assert (elsewhere.json["accepted"], elsewhere.json["already_known"]) == (0, 1)
    assert "Idempotency-Hit" not in elsewhere.headers


def test_list_shows_creator_expiry_and_last_use(client, engine, crm):
    report(client, crm[1], rep=new_user(engine))
    with unit_of_work(engine) as session:
        tokens = IntegrationToken.integration_id == crm[0]
        session.execute(update(IntegrationToken).where(tokens).values(expires_at=now() + timedelta(days=29)))
        (info,) = [info for info in integrations.list_integrations(session) if info.id == crm[0]]
    assert (info.label, info.created_by) == ("CRM production", "Ada Quist")
    (token,) = info.tokens
    assert (token.state, token.last_used_on, token.created_by) == ("expiring", now().date(), "Ada Quist")


def test_changes_are_audited_and_only_digests_are_stored(engine, admin, crm):
    integration_id, old = crm
    with unit_of_work(engine) as session:
        new = integrations.rotate(session, integration_id=integration_id, created_by=admin.id)
        integrations.revoke(session, integration_id=integration_id)
    with unit_of_work(engine, writes=False) as session:
        entries = (AuditEntry.object_type == "integration", AuditEntry.object_id == str(integration_id))
        actions = session.scalars(select(AuditEntry.action).where(*entries).order_by(AuditEntry.id)).all()
        stored = set(session.scalars(select(IntegrationToken.secret_hash)))
    assert actions == ["integration.added", "integration.rotated", "integration.revoked"]
    assert not stored & {old, new}


@pytest.mark.parametrize("label", ["", "   ", "a" * 101, "CRM\0"])
def test_name_that_cannot_be_shown_is_refused(engine, admin, label):
    with pytest.raises(Problem), unit_of_work(engine) as session:
        integrations.add(session, label=label, created_by=admin.id)
