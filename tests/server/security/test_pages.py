"""Signing in and out and pairing, without JavaScript."""

from __future__ import annotations

import re
from html import unescape

import pyotp
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from server.core.clock import now
from server.core.problems import Problem
from server.security import operations, second_factor, tokens
from server.security.limits import LINK_ADDRESS, PAIRING_CODES
from server.security.models import PairingCode
from tests.databases import SECRET_KEYS
from tests.factories import enrol, make_user, new_user, set_password
from tests.forms import extract_csrf_token, send

pytestmark = pytest.mark.sqlite_only

PASSWORD = "four hedgehogs cross at dawn"
PAIR_PATH = "/settings/pair?challenge=" + "a" * 43
CODE = r"[A-Z2-9]{4}-[A-Z2-9]{4}"


def request_code(client):
    return send(client, "/settings/pair", PAIR_PATH, challenge="a" * 43)


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


def test_opening_a_link_does_not_use_it(client, session, user):
    link = operations.create_link(session, user_id=user.id)
    session.commit()
    for _ in range(2):
        assert "The link works once" in client.get(link).text
    assert send(client, link, link).status_code == 303
    assert "no longer works" in client.get(link).text


def test_form_without_csrf_token_is_refused(client, session, user):
    link = operations.create_link(session, user_id=user.id)
    session.commit()
    response = client.post(link)
    assert response.status_code == 400
    assert "This form has expired" in response.text
    assert "The link works once" in client.get(link).text


def test_page_without_session_redirects_to_sign_in(client):
    response = client.get("/settings/pair")
    assert response.status_code == 302
    assert response.location == "/sign-in?next=/settings/pair"


@pytest.mark.parametrize(
    "target", ["https://example.com/", "//example.com", "/\\example.com", "javascript:alert(1)", "/\r\nX: 1"]
)
def test_sign_in_redirects_to_local_paths_only(client, engine, user, target):
    set_password(engine, user, PASSWORD)
    response = send(client, "/sign-in", "/sign-in", email=user.email, password=PASSWORD, next=target)
    assert (response.status_code, response.location) == (303, "/")


def test_page_that_was_asked_for_survives_signing_in_with_a_password(client, engine, user):
    set_password(engine, user, PASSWORD)
    form = client.get(client.get(PAIR_PATH).location).text
    asked_for = unescape(re.search(r'name="next" value="([^"]+)"', form)[1])
    fields = {"csrf_token": extract_csrf_token(form), "email": user.email, "password": PASSWORD, "next": asked_for}
    assert client.post("/sign-in", data=fields).location == PAIR_PATH
    assert client.get(PAIR_PATH).status_code == 200


def test_page_that_was_asked_for_survives_signing_in_with_a_link(client, session, user):
    client.get(client.get(PAIR_PATH).location)
    links = [operations.create_link(session, user_id=user.id) for _ in range(2)]
    session.commit()
    assert send(client, links[0], links[0]).location == PAIR_PATH
    assert send(client, links[1], links[1]).location == "/"  # once


def test_page_that_was_asked_for_long_ago_is_forgotten(client, session, user, monkeypatch):
    client.get(client.get(PAIR_PATH).location)
    link = operations.create_link(session, user_id=user.id)
    session.commit()
    monkeypatch.setattr("server.security.return_paths.REMEMBERED_SECONDS", 0)
    assert send(client, link, link).location == "/"


def test_page_that_was_asked_for_survives_setting_up_the_second_factor(client, engine):
    manager = new_user(engine, role="manager")
    set_password(engine, manager, PASSWORD)
    started = send(client, "/sign-in", "/sign-in", email=manager.email, password=PASSWORD, next=PAIR_PATH)
    assert started.location == "/settings/second-factor"
    form = client.get(started.location).text
    salt = re.search(r'name="salt" value="([^"]+)"', form)[1]
    app = pyotp.TOTP(second_factor.shared_key(SECRET_KEYS.current, user_id=manager.id, salt=salt))
    codes = send(client, "/settings/second-factor", "/settings/second-factor", salt=salt, code=app.now()).text
    assert f'href="{PAIR_PATH}">I have stored them' in codes


def test_page_that_is_opened_before_the_code_is_entered_follows_it(client, engine, user):
    set_password(engine, user, PASSWORD)
    app, _codes = enrol(engine, user)
    send(client, "/sign-in", "/sign-in", email=user.email, password=PASSWORD)
    assert client.get(PAIR_PATH).location == "/sign-in/code"
    assert send(client, "/sign-in/code", "/sign-in/code", code=app.now(), next="/").location == PAIR_PATH


@pytest.mark.parametrize("path", ["/settings?a=" + "a" * 1_000, "/settings?a=%00%0d%0a", "/settings%0d%0aX:1"])
def test_path_that_is_too_long_or_not_printable_is_no_error(client, path):
    response = client.get(path)
    assert response.status_code in {302, 404, 422}
    assert len(response.headers.get("Location", "")) < 4_000
    assert client.get("/sign-in", query_string={"next": path}).status_code == 200


def test_failed_sign_in_does_not_reveal_whether_the_account_exists(client, engine, user):
    set_password(engine, user, PASSWORD)
    wrong_password = send(client, "/sign-in", "/sign-in", email=user.email, password="not my password 1")
    unknown_account = send(client, "/sign-in", "/sign-in", email="nobody@example.com", password="not my password 1")
    assert wrong_password.status_code == unknown_account.status_code == 401
    assert "Wrong e-mail or password" in wrong_password.text
    assert "not my password 1" not in wrong_password.text
    assert "Wrong e-mail or password" in unknown_account.text


def test_sign_out_ends_the_session(signed_in, app):
    cookie = signed_in.get_cookie("repute").value
    assert send(signed_in, "/sign-out", "/settings").location == "/sign-in"
    browser = app.test_client()
    browser.set_cookie("repute", cookie)
    assert browser.get("/settings").status_code == 302


def test_pairing_page_shows_a_code_for_a_challenge(signed_in):
    assert re.search(CODE, request_code(signed_in).text)
    assert "Start in the extension" in signed_in.get("/settings/pair").text
    assert signed_in.get("/settings/pair?challenge=short").status_code == 422


def test_opening_the_pairing_page_creates_no_code(signed_in, session):
    before = session.scalar(select(func.count()).select_from(PairingCode))
    session.rollback()
    page = signed_in.get(PAIR_PATH)
    assert page.status_code == 200
    assert not re.search(CODE, page.text)
    assert session.scalar(select(func.count()).select_from(PairingCode)) == before


UNREAD = "Read it once, and your posts can earn credit."


def test_pairing_shows_an_unread_notice_and_goes_on_once_it_is_confirmed(client, session):
    user = make_user(session, acknowledged=False)
    link = operations.create_link(session, user_id=user.id)
    session.commit()
    send(client, link, link)
    assert UNREAD in client.get(PAIR_PATH).text
    assert "Open notice" in request_code(client).text, "a code is shown all the same"
    response = send(client, "/me/notice", PAIR_PATH, next=PAIR_PATH)
    assert (response.status_code, response.location) == (303, PAIR_PATH)
    assert UNREAD not in client.get(PAIR_PATH).text
    assert "Open notice" not in request_code(client).text


@pytest.mark.parametrize("target", ["https://example.com/", "//example.com", ""])
def test_confirming_the_notice_redirects_to_local_paths_only(signed_in, target):
    assert send(signed_in, "/me/notice", "/settings", next=target).location == "/"
    assert send(signed_in, "/me/notice", "/settings").location == "/me/data"


def test_a_person_has_at_most_ten_live_pairing_codes_and_requests_are_limited(signed_in, session, user):
    # Twice the limit exceeds it even if a new window begins meanwhile.
    statuses = [request_code(signed_in).status_code for _ in range(2 * PAIRING_CODES.times + 2)]
    assert set(statuses) == {200, 429}
    live = (PairingCode.user_id == user.id, PairingCode.used_at.is_(None), PairingCode.expires_at > now())
    assert session.scalar(select(func.count()).where(*live)) == tokens.MAX_LIVE_CODES


@pytest.mark.parametrize("path", ["/team", "/tuning"])
def test_pages_of_other_roles_respond_404(signed_in, path):
    assert signed_in.get(path).status_code == 404


def test_sign_in_form_is_shown_while_the_database_does_not_respond(client, monkeypatch):
    def fail(_session):
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    monkeypatch.setattr("server.security.pages.is_set_up", fail)
    form = client.get("/sign-in")
    assert form.status_code == 200
    assert 'name="password"' in form.text


def test_refused_sign_in_is_answered_without_the_database(client, monkeypatch):
    def refuse(*_arguments):
        raise Problem(503, "try-later", "Please try again later")

    def fail(*_arguments):
        raise AssertionError("the refusal must not read the database")

    csrf_token = extract_csrf_token(client.get("/sign-in").text)
    monkeypatch.setattr("server.security.limits.RateLimiter.hit", refuse)
    monkeypatch.setattr("server.security.pages.db", fail)
    monkeypatch.setattr("server.web.pages.db", fail)
    refused = client.post("/sign-in", data={"csrf_token": csrf_token, "email": "a@example.com", "password": "x" * 12})
    assert refused.status_code == 503
    assert "Please try again later" in refused.text


def test_form_loaded_before_signing_in_is_refused_afterwards(client, session, user):
    planted = extract_csrf_token(client.get("/sign-in").text)
    link = operations.create_link(session, user_id=user.id)
    session.commit()
    assert send(client, link, link).status_code == 303
    assert client.post("/sign-out", data={"csrf_token": planted}).status_code == 400
    assert send(client, "/sign-out", "/settings").status_code == 303


def test_only_links_that_do_not_work_are_limited_per_address(client, session, user, one_window):
    link = operations.create_link(session, user_id=user.id)
    session.commit()
    attempts = [client.get("/link/guess", environ_base={"REMOTE_ADDR": "192.0.2.9"}) for _ in range(2 * LINK_ADDRESS.times)]
    assert {attempt.status_code for attempt in attempts} == {200, 429}
    assert client.get(link, environ_base={"REMOTE_ADDR": "192.0.2.9"}).status_code == 200
