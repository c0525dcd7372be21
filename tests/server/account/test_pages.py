"""The settings page, without JavaScript."""

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

pytestmark = pytest.mark.sqlite_only


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


def test_weak_password_shows_an_error_at_its_field(signed_in):
    response = send(signed_in, "/settings/password", "/settings", password="short")
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text
    assert "12 to 128 characters" in response.text


def test_share_choice_is_stored(signed_in):
    assert send(signed_in, "/settings/share-choice", "/settings", share_choice="never").status_code == 303
    assert re.search(r'value="never"[^>]*checked', signed_in.get("/settings").text)


def test_trade_words_are_stored_once_each_and_audited(client, session, engine):
    admin = make_user(session, role="admin")
    link = operations.create_link(session, user_id=admin.id)
    session.commit()
    send(client, link, link)
    for _ in range(2):
        words = "Pension\n\n sick  pay \npension"
        assert send(client, "/settings/trade-words", "/settings", trade_words=words).status_code == 303
    too_long = send(client, "/settings/trade-words", "/settings", trade_words="x" * 51)
    assert too_long.status_code == 422
    assert "at most 50 characters" in too_long.text
    with unit_of_work(engine, writes=False) as read_session:
        assert get_organisation(read_session).trade_words == ["pension", "sick pay"]
        actions = select(AuditEntry.action).where(AuditEntry.action == "trade-words.changed")
        assert len(read_session.scalars(actions).all()) == 1
    assert "sick pay" in client.get("/settings").text


def test_reps_cannot_change_trade_words(signed_in):
    assert send(signed_in, "/settings/trade-words", "/settings", trade_words="pension").status_code in (403, 404)


def test_settings_page_of_reps_has_no_quiet_mode_form(signed_in):
    assert "quiet-mode" not in signed_in.get("/settings").text


def test_every_label_names_an_input_that_no_heading_shares_its_id_with(signed_in):
    page = signed_in.get("/settings").text
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    inputs = set(re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', page))
    assert set(re.findall(r'<label for="([^"]+)"', page)) <= inputs
