"""Two-step sign-in and confirmations: a code works once, and a password alone is not enough for managers and admins."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select, update

from server.audit.models import AuditEntry
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.security import operations, second_factor
from server.security.models import RecoveryCode, SecondFactor, WebSession
from tests.databases import SECRET_KEYS
from tests.factories import enrol, new_cookie, new_user, set_password
from tests.forms import extract_csrf_token, send
from tests.live import LiveServer
from tests.snapshot import snapshot

PASSWORD = "four hedgehogs cross at dawn"


def sign_in(client, user, **fields):
    return send(client, "/sign-in", "/sign-in", email=user.email, password=PASSWORD, **fields)


def accept(engine, user, code):
    with unit_of_work(engine) as session:
        return second_factor.accept_code(session, secret_keys=SECRET_KEYS, user_id=user.id, code=code)


def open_as(app, engine, user, *, confirmed=False):
    """A browser with a session whose confirmation is recent or past."""
    client = app.test_client()
    client.set_cookie("repute", new_cookie(engine, user))
    if not confirmed:
        past = now() - operations.CONFIRMATION_LIFETIME - timedelta(seconds=1)
        with unit_of_work(engine) as session:
            session.execute(update(WebSession).where(WebSession.user_id == user.id).values(confirmed_at=past))
    return client


def test_code_works_once_even_concurrently(engine):
    user = new_user(engine)
    app, _codes = enrol(engine, user)
    code = app.now()
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda _: accept(engine, user, code), range(12)))
    assert results.count(True) == 1


def test_recovery_code_works_once_even_concurrently(engine):
    user, other = new_user(engine), new_user(engine)
    _app, codes = enrol(engine, user)
    enrol(engine, other)
    assert len(codes) == len(set(codes)) == 10
    assert not accept(engine, other, codes[0])
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda _: accept(engine, user, f" {codes[0].lower()} "), range(12)))
    assert results.count(True) == 1
    assert accept(engine, user, codes[1])


def test_old_codes_and_codes_of_others_are_refused(engine):
    user, other = new_user(engine), new_user(engine)
    app, _codes = enrol(engine, user)
    other_app, _codes = enrol(engine, other)
    wrong = [app.at(now(), counter_offset=offset) for offset in (-5, -3, 4, 6)]
    for code in (*wrong, other_app.now(), "", "12345", "١٢٣٤٥٦", "0" * 1000):
        if code not in {app.at(now(), counter_offset=offset) for offset in (-2, -1, 0, 1, 2)}:
            assert not accept(engine, user, code), code


def test_neither_key_nor_recovery_codes_are_in_the_database(engine):
    user = new_user(engine)
    app, codes = enrol(engine, user)
    content = str(snapshot(engine))
    assert app.secret not in content
    assert not any(code in content for code in codes)
    with unit_of_work(engine, writes=False) as session:
        salt = session.get_one(SecondFactor, user.id).salt
    assert second_factor.shared_key(b"another server's secret key of 32 bytes", user_id=user.id, salt=salt) != app.secret


@pytest.mark.parametrize("role", ["manager", "admin"])
def test_right_password_leads_managers_and_admins_to_set_up_the_second_factor(app, engine, role):
    user, client = new_user(engine, role=role), app.test_client()
    set_password(engine, user, PASSWORD)
    assert sign_in(client, user, next="/write").location == "/settings/second-factor"
    for path in ("/settings", "/team", "/me/data", "/"):
        assert client.get(path).location == "/settings/second-factor", path
    assert client.get("/api/v1/me").status_code == 401
    page = client.get("/settings/second-factor")
    assert "a password alone is not enough" in page.text
    assert "style=" not in page.text
    form = {
        "csrf_token": extract_csrf_token(page.text),
        "salt": re.search(r'name="salt" value="(\w+)"', page.text)[1],
    }
    assert client.post("/settings", data=form).status_code in {401, 405}
    refused = client.post("/settings/second-factor", data=form | {"code": "000"})
    assert (refused.status_code, form["salt"] in refused.text) == (422, True)
    before = client.get_cookie("repute").value
    key = re.search(r'aria-label="Key">([A-Z2-7 ]+)<', page.text)[1].replace(" ", "")
    done = client.post("/settings/second-factor", data=form | {"code": pyotp.TOTP(key).now()})
    assert len(re.findall(r"<li>[A-Z0-9]{5}-[A-Z0-9]{5}</li>", done.text)) == 10
    assert client.get_cookie("repute").value != before
    assert client.get("/settings").status_code == 200


def test_enrolled_users_enter_a_code_after_their_password(app, engine):
    user, client = new_user(engine), app.test_client()
    set_password(engine, user, PASSWORD)
    authenticator, _codes = enrol(engine, user)
    assert sign_in(client, user, next="/me/data").location == "/sign-in/code?next=/me/data"
    assert client.get("/settings").location == "/sign-in/code"
    assert client.get("/confirm").location == "/sign-in/code"
    pending = client.get_cookie("repute").value
    assert send(client, "/sign-in/code", "/sign-in/code", code="000").status_code == 422
    done = send(client, "/sign-in/code", "/sign-in/code", code=authenticator.now(), next="/me/data")
    assert done.location == "/me/data"
    assert client.get("/me/data").status_code == 200
    other = app.test_client()
    other.set_cookie("repute", pending)
    assert other.get("/settings").location.startswith("/sign-in?")
    with unit_of_work(engine, writes=False) as session:
        row = session.scalars(select(WebSession).where(WebSession.user_id == user.id).order_by(WebSession.id.desc())).first()
    assert row.second_factor_at is not None


def test_reps_are_not_asked_for_a_second_factor(app, engine):
    user, client = new_user(engine), app.test_client()
    set_password(engine, user, PASSWORD)
    assert sign_in(client, user).location == "/"
    assert client.get("/settings").status_code == 200


def test_links_sign_in_without_a_second_factor_but_do_not_confirm(app, engine):
    user, client = new_user(engine, role="admin"), app.test_client()
    enrol(engine, user)
    with unit_of_work(engine) as session:
        link = operations.create_link(session, user_id=user.id)
    assert send(client, link, link).location == "/"
    assert client.get("/settings").status_code == 200
    assert client.get("/me/erase").location == "/confirm?next=/me/erase"


def test_wrong_codes_are_limited_per_account(app, engine, one_window):
    user = new_user(engine)
    set_password(engine, user, PASSWORD)
    enrol(engine, user)
    client = app.test_client()
    sign_in(client, user)
    token = extract_csrf_token(client.get("/sign-in/code").text)
    form = {"csrf_token": token, "code": "000"}
    assert {client.post("/sign-in/code", data=form).status_code for _ in range(20)} == {422, 429}
    confirming = open_as(app, engine, user)
    assert send(confirming, "/confirm", "/confirm", answer="000").status_code == 429


@pytest.mark.parametrize(
    ("method", "path", "return_path"),
    [
        ("GET", "/me/erase", "/me/erase"),
        ("POST", "/me/erase", "/me/erase"),
        ("POST", "/me/export", "/me/data"),
        ("GET", "/me/export/1", "/me/data"),
        ("POST", f"/tuning/propose/{'0' * 64}", f"/tuning/effect/{'0' * 64}"),
        ("POST", "/tuning/confirm/1", "/tuning"),
        ("GET", "/settings/second-factor", "/settings/second-factor"),
        ("POST", "/settings/second-factor/remove", "/settings"),
        ("POST", "/settings/second-factor/recovery-codes", "/settings"),
    ],
)
def test_actions_that_need_a_recent_confirmation_ask_for_it(app, engine, method, path, return_path):
    client = open_as(app, engine, new_user(engine, role="admin"))
    data = {"csrf_token": extract_csrf_token(client.get("/settings").text)} if method == "POST" else {}
    before = snapshot(engine)
    response = client.open(path, method=method, data=data)
    assert (response.status_code, response.location) == (303, f"/confirm?next={return_path}")
    assert snapshot(engine) == before


@pytest.mark.parametrize("kind", ["code", "recovery code", "password", "email"])
def test_confirming_returns_to_the_action(app, engine, kind):
    user = new_user(engine)
    answers = {"email": user.email.upper(), "password": PASSWORD}
    if kind == "password":
        set_password(engine, user, PASSWORD)
    if "code" in kind:
        set_password(engine, user, PASSWORD)
        authenticator, codes = enrol(engine, user)
        answers |= {"code": authenticator.now(), "recovery code": codes[0]}
    client = open_as(app, engine, user)
    address = client.get("/me/erase").location
    wrong = send(client, "/confirm", address, answer="wrong", next="/me/erase")
    assert (wrong.status_code, 'name="next" value="/me/erase"' in wrong.text) == (422, True)
    assert client.get("/me/erase").status_code == 303
    assert send(client, "/confirm", address, answer=answers[kind], next="/me/erase").location == "/me/erase"
    assert client.get("/me/erase").status_code == 200
    assert client.get("/confirm?next=//example.com").location == "/"


def test_turning_the_second_factor_off_and_renewing_recovery_codes(app, engine):
    user = new_user(engine)
    _app, codes = enrol(engine, user)
    client = open_as(app, engine, user, confirmed=True)
    assert "10 recovery codes are left" in client.get("/settings").text
    renewed = send(client, "/settings/second-factor/recovery-codes", "/settings")
    assert renewed.status_code == 200
    assert not any(code in renewed.text for code in codes)
    assert not accept(engine, user, codes[0])
    assert send(client, "/settings/second-factor/remove", "/settings").status_code == 303
    with unit_of_work(engine, writes=False) as session:
        assert session.get(SecondFactor, user.id) is None
        assert session.scalars(select(RecoveryCode).where(RecoveryCode.user_id == user.id)).all() == []


def test_second_factor_cannot_be_replaced_by_another_app(app, engine):
    user = new_user(engine)
    enrol(engine, user)
    client = open_as(app, engine, user, confirmed=True)
    token = extract_csrf_token(client.get("/settings").text)
    salt = second_factor.new_salt()
    code = pyotp.TOTP(second_factor.shared_key(SECRET_KEYS.current, user_id=user.id, salt=salt)).now()
    form = {"csrf_token": token, "salt": salt, "code": code}
    assert client.post("/settings/second-factor", data=form).status_code == 409
    assert client.get("/settings/second-factor").location == "/settings#second-factor"


def test_reset_on_the_command_line_is_audited(tmp_path):
    server = LiveServer(tmp_path).prepare()
    try:
        admin = server.users["admin"]
        enrol(server.engine, admin)
        result = server.command("user", "reset-second-factor", admin.email)
        assert (result.returncode, result.stdout.startswith("Two-step sign-in is off.")) == (0, True), result.stderr
        with unit_of_work(server.engine, writes=False) as session:
            assert session.get(SecondFactor, admin.id) is None
            entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "second-factor.removed")).one()
        assert (entry.object_id, entry.reason_code) == (str(admin.id), "reset")
    finally:
        server.stop()


def test_erasing_oneself_asks_to_type_something(app, engine):
    user = new_user(engine)
    client = open_as(app, engine, user, confirmed=True)
    refused = send(client, "/me/erase", "/me/erase", words="yes")
    assert refused.status_code == 422
    assert "erase my data" in refused.text
    assert client.get("/settings").status_code == 200
    assert send(client, "/me/erase", "/me/erase", words=" Erase my  DATA").location == "/sign-in"
    assert client.get("/settings").status_code == 302
