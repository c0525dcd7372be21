"""The page that lists other sites: adding, refusing and removing, and what the extension learns of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.core.database.session import unit_of_work
from tests.factories import bearer, new_cookie, new_token, new_user
from tests.forms import send

pytestmark = pytest.mark.sqlite_only

PAGE = "/settings/sites"
SITE = "https://community.example.com"


@pytest.fixture
def admin(client, engine):
    client.set_cookie("repute", new_cookie(engine, new_user(engine, role="admin")))
    return client


def listed_for(client, engine):
    return client.get("/api/v1/me", headers=bearer(new_token(engine, new_user(engine)))).json["organisation"]["sites"]


def test_a_site_is_added_reaches_the_extension_and_is_removed(admin, engine):
    assert "No other sites" in admin.get(PAGE).text
    assert send(admin, PAGE, PAGE, origin=f"{SITE}/", place="other-comment").status_code == 303
    assert f"Added {SITE}" in admin.get(PAGE).text
    assert listed_for(admin, engine) == [{"origin": SITE, "place": "other-comment"}]
    assert send(admin, f"{PAGE}/remove", PAGE, origin=SITE).status_code == 303
    assert listed_for(admin, engine) == []
    with unit_of_work(engine, writes=False) as session:
        query = select(AuditEntry).where(AuditEntry.action == "organisation.changed").order_by(AuditEntry.id)
        changes = [entry.changes["coached_sites"] for entry in session.scalars(query) if "coached_sites" in entry.changes]
    assert changes == [[None, f"{SITE} (other-comment)"], [f"{SITE} (other-comment)", None]]


def test_a_refusal_names_the_field_and_keeps_what_was_typed(admin, engine):
    response = send(admin, PAGE, PAGE, origin="http://community.example.com", place="long-form")
    assert response.status_code == 422
    assert 'id="origin-error"' in response.text
    assert '<a href="#origin">Go to the field</a>' in response.text
    assert 'value="http://community.example.com"' in response.text
    assert '<option value="long-form" selected>' in response.text
    assert listed_for(admin, engine) == []
