"""The admins' page on integrations, without JavaScript."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from server.core.database.session import unit_of_work
from server.security.models import Integration, IntegrationToken
from tests.factories import bearer, new_cookie, new_user
from tests.forms import send

pytestmark = pytest.mark.sqlite_only

PAGE = "/settings/integrations"
TOKEN = r"rpt_[A-Za-z0-9_-]+"


@pytest.fixture
def admin_client(client, engine):
    client.set_cookie("repute", new_cookie(engine, new_user(engine, role="admin")))
    return client


def newest(engine):
    with unit_of_work(engine, writes=False) as session:
        integration = session.scalars(select(Integration).order_by(Integration.id.desc()).limit(1)).one()
        tokens = select(IntegrationToken.id).where(IntegrationToken.integration_id == integration.id)
        return integration.id, session.scalars(tokens.order_by(IntegrationToken.id)).all()


def test_token_is_shown_once_replaced_and_revoked(admin_client, engine):
    created = send(admin_client, PAGE, PAGE, label="Sales <CRM>")
    (token,) = re.findall(TOKEN, created.text)
    assert "Sales &lt;CRM&gt;" in created.text
    assert created.headers["Cache-Control"] == "no-store"
    page = admin_client.get(PAGE).text
    assert token not in page
    assert "Never used" in page
    integration_id, _ = newest(engine)
    replaced = send(admin_client, f"{PAGE}/{integration_id}/rotate", PAGE)
    assert len(re.findall(TOKEN, replaced.text)) == 1
    assert "Replaced token, works until" in replaced.text
    _, (old, _new) = newest(engine)
    assert send(admin_client, f"{PAGE}/{integration_id}/tokens/{old}/revoke", PAGE).location == PAGE
    assert "Replaced token" not in admin_client.get(PAGE).text
    assert send(admin_client, f"{PAGE}/{integration_id}/revoke", PAGE).location == PAGE
    assert f"{PAGE}/{integration_id}/" not in admin_client.get(PAGE).text


def test_token_for_an_identity_provider_opens_scim_and_reports_nothing(admin_client, app, engine):
    created = send(admin_client, PAGE, PAGE, label="Okta", scope="scim")
    (token,) = re.findall(TOKEN, created.text)
    other = app.test_client()
    assert other.get("/scim/v2/Users", headers=bearer(token)).status_code == 200
    assert other.post("/api/v1/activities", json={}, headers=bearer(token)).status_code == 403
    assert "Adds and removes people" in admin_client.get(PAGE).text
    assert send(admin_client, PAGE, PAGE, label="Other", scope="everything").status_code == 422


def test_empty_name_is_reported_at_the_field(admin_client):
    response = send(admin_client, PAGE, PAGE, label="  ")
    assert response.status_code == 422
    assert "The name must have 1 to 100 characters." in response.text


@pytest.mark.parametrize("role", ["rep", "manager"])
def test_only_admins_manage_integrations(client, engine, role):
    client.set_cookie("repute", new_cookie(engine, new_user(engine, role=role)))
    assert client.get(PAGE).status_code == 404
    assert PAGE not in client.get("/settings").text
    assert send(client, PAGE, "/settings", label="CRM").status_code == 404
