"""Replacing the secret key of an organisation in use: nothing is lost with the old key as a fallback, and without it, what
depends on it is refused."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pyotp
import pytest
from sqlalchemy import delete

from server.core.access import INTEGRATION_SCOPES
from server.core.database.session import unit_of_work
from server.core.secret_keys import SecretKeys
from server.core.settings import SettingsError
from server.security import operations, second_factor, tokens
from server.security.models import RecoveryCode, SecondFactor
from server.security.secrets import pkce_challenge
from tests.databases import SECRET, SECRET_KEYS, settings_for
from tests.factories import bearer, enrol, make_identity, new_cookie, new_token, new_user, set_password
from tests.forms import extract_csrf_token, send
from tests.snapshot import snapshot
from tests.texts import sentences

NEW, NEWEST = "the key that replaces it in these tests", "yet another one after two replacements"
PASSWORD = "four hedgehogs cross at dawn"
VERIFIER = "v" * 43


@pytest.fixture(scope="module")
def app_with(make_app, database_url):
    """A function that returns the application with a secret key and its fallbacks."""
    apps = {}

    def get(key, *fallbacks):
        if (key, fallbacks) not in apps:
            settings = settings_for(database_url, secret_key=key, secret_key_fallbacks=",".join(fallbacks))
            apps[key, fallbacks] = make_app(settings)
        return apps[key, fallbacks]

    return get


@pytest.fixture
def before(app_with):
    return app_with(SECRET)


@pytest.fixture
def rotated(app_with):
    return app_with(NEW, SECRET)


@pytest.fixture
def finished(app_with):
    """The fallback is no longer set."""
    return app_with(NEW)


@pytest.fixture
def rep(engine):
    return new_user(engine)


def same_browser(app, client):
    """The browser of ``client``, now talking to ``app``."""
    other = app.test_client()
    for name in ("repute", "repute-form"):
        cookie = client.get_cookie(name)
        if cookie is not None:
            other.set_cookie(name, cookie.value)
    return other


def keys(*texts):
    current, *earlier = (text.encode() for text in texts)
    return SecretKeys(current, tuple(earlier))


# --- sessions and forms -----------------------------------------------------------------------------------------------


def test_sessions_and_open_forms_survive(before, rotated, finished, engine, rep):
    client = before.test_client()
    client.set_cookie("repute", new_cookie(engine, rep))
    form = {"csrf_token": extract_csrf_token(client.get("/settings").text)}
    assert same_browser(finished, client).post("/sign-out", data=form).status_code == 400
    later = same_browser(rotated, client)
    assert later.get("/settings").status_code == 200
    assert later.post("/sign-out", data=form).location == "/sign-in"


def test_pairing_code_shown_before_is_redeemed(before, rotated, finished, engine, rep):
    with unit_of_work(engine) as session:
        started = operations.start_session(session, user_id=rep.id)
        identity = replace(make_identity(rep), session_id=started.id)
        code = tokens.create_pairing_code(
            session, secret_keys=SECRET_KEYS, identity=identity, challenge=pkce_challenge(VERIFIER)
        )
    body = {"code": code, "verifier": VERIFIER, "label": "Chrome on Linux"}
    assert finished.test_client().post("/api/v1/pairing/redeem", json=body).status_code == 422
    assert rotated.test_client().post("/api/v1/pairing/redeem", json=body).status_code == 200


# --- second factor ----------------------------------------------------------------------------------------------------


def sign_in_with(app, engine, user, code):
    """Where signing in with the password and a code of the app leads, or the status if the code is refused. Codes of the
    current step can be used again afterwards."""
    client = app.test_client()
    assert send(client, "/sign-in", "/sign-in", email=user.email, password=PASSWORD).location == "/sign-in/code"
    answer = send(client, "/sign-in/code", "/sign-in/code", code=code)
    with unit_of_work(engine) as session:
        session.get_one(SecondFactor, user.id).last_step -= 10
    return answer.location or answer.status_code


def test_authenticator_app_moves_to_each_new_key_when_it_is_used(app_with, before, rotated, finished, engine, rep):
    set_password(engine, rep, PASSWORD)
    authenticator, _codes = enrol(engine, rep)
    assert sign_in_with(finished, engine, rep, authenticator.now()) == 422
    assert sign_in_with(rotated, engine, rep, authenticator.now()) == "/"
    assert sign_in_with(finished, engine, rep, authenticator.now()) == "/"
    assert sign_in_with(before, engine, rep, authenticator.now()) == 422
    assert authenticator.secret not in str(snapshot(engine))
    # A second replacement, and the way back.
    assert sign_in_with(app_with(NEWEST, NEW), engine, rep, authenticator.now()) == "/"
    assert sign_in_with(app_with(NEWEST), engine, rep, authenticator.now()) == "/"
    assert sign_in_with(app_with(SECRET, NEWEST), engine, rep, authenticator.now()) == "/"
    with unit_of_work(engine, writes=False) as session:
        assert session.get_one(SecondFactor, rep.id).difference is None
    assert sign_in_with(before, engine, rep, authenticator.now()) == "/"


def test_authenticator_app_from_before_keys_were_recorded_is_accepted(app_with, finished, engine, rep):
    set_password(engine, rep, PASSWORD)
    authenticator, _codes = enrol(engine, rep)
    with unit_of_work(engine) as session:
        session.get_one(SecondFactor, rep.id).key_id = None
    assert sign_in_with(app_with(NEWEST, NEW, SECRET), engine, rep, authenticator.now()) == "/"
    assert sign_in_with(app_with(NEWEST), engine, rep, authenticator.now()) == "/"
    assert sign_in_with(finished, engine, rep, authenticator.now()) == 422


def test_recovery_codes_work_while_their_key_is_a_fallback(rotated, finished, engine, rep):
    set_password(engine, rep, PASSWORD)
    _authenticator, codes = enrol(engine, rep)
    assert sign_in_with(finished, engine, rep, codes[0]) == 422
    assert sign_in_with(rotated, engine, rep, codes[0]) == "/"
    assert sign_in_with(rotated, engine, rep, codes[0]) == 422, "a code works once"
    with unit_of_work(engine) as session:
        renewed = second_factor.renew_recovery_codes(session, secret_keys=keys(NEW, SECRET), user_id=rep.id)
    assert sign_in_with(finished, engine, rep, renewed[0]) == "/"


def test_app_that_was_being_set_up_is_accepted(before, rotated, finished, engine):
    user = new_user(engine, role="manager")
    set_password(engine, user, PASSWORD)
    client = before.test_client()
    assert send(client, "/sign-in", "/sign-in", email=user.email, password=PASSWORD).location == "/settings/second-factor"
    page = client.get("/settings/second-factor").text
    authenticator = pyotp.TOTP(re.search(r'aria-label="Key">([A-Z2-7 ]+)<', page)[1].replace(" ", ""))
    form = {"csrf_token": extract_csrf_token(page), "salt": re.search(r'name="salt" value="(\w+)"', page)[1]}
    done = same_browser(rotated, client).post("/settings/second-factor", data=form | {"code": authenticator.now()})
    assert "recovery codes" in done.text.lower()
    with unit_of_work(engine) as session:
        session.get_one(SecondFactor, user.id).last_step -= 10
    assert sign_in_with(finished, engine, user, authenticator.now()) == "/"


def test_people_whose_second_factor_needs_an_earlier_key_are_listed(engine, rep):
    with unit_of_work(engine) as session:
        session.execute(delete(SecondFactor))
        session.execute(delete(RecoveryCode))
    authenticator, codes = enrol(engine, rep)

    def listed(*texts):
        with unit_of_work(engine, writes=False) as session:
            uses = second_factor.list_earlier_key_uses(session, current=keys(*texts).current)
        return [(use.email, use.has_app, use.recovery_codes) for use in uses]

    def accept(code):
        with unit_of_work(engine) as session:
            assert second_factor.accept_code(session, secret_keys=keys(NEW, SECRET), user_id=rep.id, code=code)

    assert listed(SECRET) == []
    assert listed(NEW, SECRET) == [(rep.email, True, 10)]
    accept(authenticator.now())
    accept(codes[0])
    assert listed(NEW, SECRET) == [(rep.email, False, 9)]
    with unit_of_work(engine) as session:
        second_factor.renew_recovery_codes(session, secret_keys=keys(NEW, SECRET), user_id=rep.id)
    assert listed(NEW, SECRET) == []


# --- duplicates and repeated requests ---------------------------------------------------------------------------------


def new_text():
    """A text that no other test uses, long enough for near copies."""
    return f"We lost a deal on one date. {sentences()} Which date would you ask about?"


def share(app, engine, user, text, key=None, **changes):
    body = {"surface": "linkedin-post", "text": text, "occurred_at": datetime.now(UTC).isoformat()} | changes
    headers = bearer(new_token(engine, user), **{"Idempotency-Key": key or str(uuid.uuid4())})
    return app.test_client().post("/api/v1/shares", json=body, headers=headers)


def state_of(response):
    assert response.status_code == 201, response.text
    return response.json["state"]


@pytest.mark.parametrize("change", [str, str.upper, lambda text: f"{text} And one more thing."], ids=["same", "case", "near"])
def test_copies_of_what_was_shared_before_are_found(before, rotated, finished, engine, rep, change):
    colleague, text = new_user(engine), new_text()
    assert state_of(share(before, engine, rep, text)) == "counted"
    assert state_of(share(rotated, engine, colleague, change(text))) == "duplicate"
    assert state_of(share(rotated, engine, rep, change(text))) == "duplicate"
    # Fingerprints are keyed, so this is what a lost key costs.
    assert state_of(share(finished, engine, colleague, change(text))) == "counted"


def test_copies_are_found_under_whichever_key_another_host_signs(app_with, rotated, engine, rep):
    colleague, text = new_user(engine), new_text()
    assert state_of(share(rotated, engine, rep, text)) == "counted"
    assert state_of(share(app_with(SECRET, NEW), engine, colleague, text)) == "duplicate"
    assert state_of(share(app_with(NEW), engine, colleague, text)) == "duplicate"


def test_near_copy_is_reported_while_writing(before, rotated, finished, engine, rep):
    text = new_text()
    assert state_of(share(before, engine, rep, text)) == "counted"

    def rules(app):
        headers = bearer(new_token(engine, new_user(engine)))
        response = app.test_client().post("/api/v1/assess", json={"surface": "linkedin-post", "text": text}, headers=headers)
        return {finding["rule"] for finding in response.json["findings"]}

    assert "Repute.NearCopy" in rules(rotated)
    assert "Repute.NearCopy" not in rules(finished)


def test_repeated_share_returns_the_first_response(before, rotated, finished, engine, rep):
    request = {"text": new_text(), "key": str(uuid.uuid4()), "occurred_at": datetime.now(UTC).isoformat()}
    first = share(before, engine, rep, **request)
    again = share(rotated, engine, rep, **request)
    assert (again.status_code, again.json, again.headers["Idempotency-Hit"]) == (201, first.json, "true")
    assert share(rotated, engine, rep, **request | {"text": new_text()}).status_code == 422
    assert share(finished, engine, rep, **request).status_code == 422


def test_repeated_import_returns_the_first_response(before, rotated, engine, rep):
    admin = new_user(engine, role="admin")
    headers = bearer(new_token(engine, admin, INTEGRATION_SCOPES), **{"Idempotency-Key": str(uuid.uuid4())})
    record = {
        "record_id": uuid.uuid4().hex,
        "rep": rep.email,
        "kind": "call",
        "occurred_at": "2026-11-20T17:00:00Z",
        "count": 4,
    }
    body = {"source": "crm", "activities": [record]}
    first = before.test_client().post("/api/v1/activities", json=body, headers=headers)
    again = rotated.test_client().post("/api/v1/activities", json=body, headers=headers)
    assert (again.status_code, again.json, again.headers["Idempotency-Hit"]) == (201, first.json, "true")


# --- settings ---------------------------------------------------------------------------------------------------------


def test_fallbacks_are_read_newest_first():
    settings = settings_for("", secret_key_fallbacks=f" {NEW} ,{NEWEST}")
    assert list(settings.secret_keys) == [text.encode() for text in (SECRET, NEW, NEWEST)]
    assert settings.secret_keys.oldest_first == [text.encode() for text in (NEWEST, NEW, SECRET)]
    assert list(settings_for("", secret_key_fallbacks=" ").secret_keys) == [SECRET.encode()]
    shown = f"{settings!r} {settings.secret_keys!r}"
    assert not any(text in shown for text in (SECRET, NEW, NEWEST))


@pytest.mark.parametrize("fallbacks", ["short", f"{NEW},", f"{NEW},,{NEWEST}", f"{NEW},{'k7Qm3xRa' * 4}", f"{NEW},{SECRET}"])
def test_application_does_not_start_with_an_unusable_fallback(fallbacks):
    with pytest.raises(SettingsError, match=r"^REPUTE_SECRET_KEY_FALLBACKS (is too weak|contains)[^\n]+$"):
        settings_for("", secret_key_fallbacks=fallbacks).require_secret_keys()
