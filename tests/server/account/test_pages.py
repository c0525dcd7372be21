"""A person's settings, in a browser without scripts."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.core.database.session import unit_of_work
from server.people.queries import get_organisation
from server.security import operations
from tests.factories import make_user
from tests.forms import send


@pytest.fixture
def user(session):
    user = make_user(session)
    session.commit()
    return user


@pytest.fixture
def signed_in(client, session, user):
    link = operations.create_link(session, user_id=user.id)
    session.commit()
    assert send(client, link, link).location == "/"
    return client


def test_weak_password_is_refused_beside_its_field(signed_in):
    refused = send(signed_in, "/settings/password", "/settings", password="short")
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.text
    assert "12 to 128 characters" in refused.text


def test_share_choice_is_stored(signed_in):
    assert send(signed_in, "/settings/share-choice", "/settings", share_choice="never").status_code == 303
    assert re.search(r'value="never"[^>]*checked', signed_in.get("/settings").text)


def test_quiet_mode_is_required_and_audited_once(client, session, engine):
    admin = make_user(session, role="admin")
    link = operations.create_link(session, user_id=admin.id)
    session.commit()
    send(client, link, link)

    def required():
        with unit_of_work(engine, writes=False) as reading:
            return get_organisation(reading).quiet_required

    for _ in range(2):
        assert send(client, "/settings/quiet-mode", "/settings", quiet_required="yes").status_code == 303
    assert required()
    assert re.search(r'id="quiet-yes"[^>]* checked', client.get("/settings").text)
    send(client, "/settings/quiet-mode", "/settings", quiet_required="no")
    assert not required()
    with unit_of_work(engine, writes=False) as reading:
        of_organisation = select(AuditEntry.action).where(AuditEntry.object_type == "organisation").order_by(AuditEntry.id)
        assert reading.scalars(of_organisation).all() == ["quiet-mode.required", "quiet-mode.left-to-reps"]


def test_quiet_mode_is_not_offered_to_reps(signed_in):
    assert "quiet-mode" not in signed_in.get("/settings").text
