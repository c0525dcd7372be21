"""Signing in and out, and settings, as a browser without scripts meets them."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.core.database.session import unit_of_work
from server.people.queries import get_organisation
from server.security import operations
from tests.factories import make_user

PASSWORD = "four hedgehogs cross at dawn"


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def send(client, address, page_with_form, **fields):
    token = token_of(client.get(page_with_form).text)
    return client.post(address, data={"csrf_token": token, **fields})


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


def test_opening_a_link_does_not_use_it_up_but_its_button_does(client, session, user):
    link = operations.create_link(session, user_id=user.id)
    session.commit()
    for _ in range(2):
        assert "The link works once" in client.get(link).text
    assert send(client, link, link).status_code == 303
    assert "does not work any more" in client.get(link).text


def test_a_form_without_its_token_changes_nothing(client, session, user):
    link = operations.create_link(session, user_id=user.id)
    session.commit()
    refused = client.post(link)
    assert refused.status_code == 400
    assert "This form has expired" in refused.text
    assert "The link works once" in client.get(link).text


def test_pages_send_strangers_to_sign_in(client):
    answer = client.get("/settings/pair")
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/settings/pair"


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "/\\example.com", "javascript:alert(1)"])
def test_signing_in_never_leads_elsewhere(client, session, user, elsewhere):
    operations.set_password(session, user_id=user.id, current="", password=PASSWORD)
    session.commit()
    answer = send(client, "/sign-in", "/sign-in", email=user.email, password=PASSWORD, next=elsewhere)
    assert (answer.status_code, answer.location) == (303, "/")


def test_a_wrong_password_says_neither_which_was_wrong_nor_repeats_it(client, session, user):
    operations.set_password(session, user_id=user.id, current="", password=PASSWORD)
    session.commit()
    wrong = send(client, "/sign-in", "/sign-in", email=user.email, password="not my password 1")
    nobody = send(client, "/sign-in", "/sign-in", email="nobody@example.com", password="not my password 1")
    assert wrong.status_code == nobody.status_code == 401
    assert "Wrong e-mail or password" in wrong.text
    assert "not my password 1" not in wrong.text
    assert "Wrong e-mail or password" in nobody.text


def test_signing_out_ends_the_session_on_the_server(signed_in, app):
    cookie = signed_in.get_cookie("repute").value
    assert send(signed_in, "/sign-out", "/settings").location == "/sign-in"
    other = app.test_client()
    other.set_cookie("repute", cookie)
    assert other.get("/settings").status_code == 302


def test_the_pairing_page_shows_a_code_for_a_challenge_and_an_explanation_without(signed_in):
    assert re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", signed_in.get("/settings/pair?challenge=" + "a" * 43).text)
    assert "Start in the extension" in signed_in.get("/settings/pair").text
    assert signed_in.get("/settings/pair?challenge=short").status_code == 422


def test_a_weak_password_is_refused_beside_its_field(signed_in):
    refused = send(signed_in, "/settings/password", "/settings", password="short")
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.text
    assert "12 to 128 characters" in refused.text


def test_the_choice_about_counting_is_kept(signed_in):
    assert send(signed_in, "/settings/share-choice", "/settings", share_choice="never").status_code == 303
    assert re.search(r'value="never"[^>]*checked', signed_in.get("/settings").text)


@pytest.mark.parametrize("address", ["/team", "/tuning"])
def test_pages_of_other_roles_look_as_if_they_were_not_there(signed_in, address):
    assert signed_in.get(address).status_code == 404


def test_an_admin_requires_quiet_mode_and_the_log_says_so_once(client, session, engine):
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


def test_a_rep_is_not_asked_about_the_organisation(signed_in):
    assert "quiet-mode" not in signed_in.get("/settings").text
