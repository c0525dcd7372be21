"""Signing in through a provider that behaves, and through one that does not."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from server.core.database.session import unit_of_work
from server.core.secret_keys import SecretKeys
from server.people.models import User
from server.security import operations
from server.security.models import ExternalIdentity, WebSession
from server.security.oidc import attempts, documents
from server.security.oidc.provider import MAX_PENDING
from server.security.oidc.refusals import REFUSALS
from tests.factories import new_user, set_password
from tests.forms import extract_csrf_token, send
from tests.live import free_port

pytestmark = pytest.mark.sqlite_only

PAIR_PATH = "/settings/pair?challenge=" + "a" * 43


@pytest.fixture
def user(engine, provider):
    """A person with an account here, who is about to sign in."""
    user = new_user(engine)
    provider.describe(sub=f"subject of {user.email}", email=user.email, email_verified=True, groups=["sales"])
    return user


def describe(provider, user, **values):
    provider.describe(**({"sub": f"subject of {user.email}", "email": user.email} | values))


def count_sessions(engine, user):
    with unit_of_work(engine, writes=False) as session:
        return session.scalar(
            select(func.count()).where(WebSession.user_id == user.id, WebSession.ended_at.is_(None)).select_from(WebSession)
        )


def test_sign_in_page_offers_single_sign_on_only_where_it_is_set_up(sso, client):
    assert "Sign in with Harbour ID" in sso(oidc_name="Harbour ID").client.get("/sign-in").text
    assert "/sign-in/oidc" not in client.get("/sign-in").text
    assert client.get("/sign-in/oidc").status_code == client.get("/sign-in/oidc/callback").status_code == 404


def test_person_signs_in_and_the_cookie_of_the_attempt_is_protected_and_removed(sso, user, engine):
    browser = sso()
    started = browser.client.get("/sign-in/oidc")
    cookie = started.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"} <= set(cookie.split("; "))
    answer = browser.sign_in()
    assert (answer.status_code, answer.location) == (303, "/")
    assert browser.client.get("/settings").status_code == 200
    assert browser.client.get_cookie("repute-oidc") is None
    assert count_sessions(engine, user) == 1


def test_cookies_have_the_host_prefix_over_tls(sso, user):
    browser = sso(base_url="https://repute.example.com")
    cookie = browser.client.get("/sign-in/oidc", base_url="https://repute.example.com").headers["Set-Cookie"]
    assert cookie.startswith("__Host-repute-oidc=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_request_to_the_provider_has_pkce_state_and_nonce_that_differ_each_time(sso, user):
    client = sso().client
    queries = [parse_qs(urlsplit(client.get("/sign-in/oidc").location).query) for _ in range(2)]
    for query in queries:
        assert query["code_challenge_method"] == ["S256"]
        assert query["redirect_uri"] == ["http://localhost/sign-in/oidc/callback"]
        assert query["scope"] == ["openid email profile"]
    for name in ("state", "nonce", "code_challenge"):
        assert queries[0][name] != queries[1][name]


def test_page_that_was_asked_for_survives_signing_in(sso, user):
    browser = sso()
    redirected = browser.client.get(PAIR_PATH)
    form = browser.client.get(redirected.location)
    assert "/sign-in/oidc?next=/settings/pair%3Fchallenge%3Daaa" in form.text
    assert browser.sign_in(PAIR_PATH).location == PAIR_PATH


@pytest.mark.parametrize("target", ["https://example.com/", "//example.com", "/\\example.com"])
def test_sign_in_redirects_to_local_paths_only(sso, user, target):
    assert sso().sign_in(target).location == "/"


FAULTS = {
    "nonce": "nonce",
    "nonce-missing": "nonce",
    "audience": "audience",
    "azp": "audience",
    "azp-missing": "audience",
    "issuer": "issuer",
    "mix-up": "issuer",
    "expired": "expired",
    "future": "clock",
    "at-hash": "malformed",
    "no-subject": "malformed",
    "no-id-token": "malformed",
    "other-key": "signature",
    "unknown-key": "signature",
    "none": "signature",
    "hs256": "signature",
    "hs256-client-secret": "signature",
    "client": "client",
    "token-down": "provider-down",
    "token-text": "provider-error",
    "token-redirect": "malformed",
    "error=access_denied": "access-denied",
    "error=login_required": "interaction",
    "error=<script>": "provider-error",
}


@pytest.mark.parametrize(("fault", "code"), FAULTS.items())
def test_bad_answer_is_a_page_in_plain_words_and_starts_no_session(sso, user, engine, provider, capsys, fault, code):
    describe(provider, user, fault=fault)
    browser = sso()
    refused = browser.sign_in(PAIR_PATH)
    assert refused.status_code == REFUSALS[code].status
    assert REFUSALS[code].title in refused.text
    assert "/sign-in/oidc?next=/settings/pair%3Fchallenge%3D" in refused.text  # a way on
    assert "<script>" not in refused.text
    assert browser.client.get("/settings").status_code == 302
    assert count_sessions(engine, user) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["reason"] for event in events if event["event"] == "sign-in-refused"] == [code]
    assert not any(event["event"] == "unexpected-error" for event in events)


def test_redirects_of_the_provider_are_not_followed(sso, user, provider):
    describe(provider, user, fault="token-redirect")
    sso().sign_in()
    assert "/elsewhere" not in provider.requests()


@pytest.mark.parametrize("fault", ["slow-clock", "fast-clock", "rotated"])
def test_small_differences_of_clocks_and_new_keys_are_accepted(sso, user, provider, fault):
    browser = sso()
    assert browser.sign_in().status_code == 303  # the keys are known from now on
    describe(provider, user, fault=fault)
    assert browser.sign_in().status_code == 303
    assert provider.requests().count("/jwks") == (1 if fault == "rotated" else 0)


def test_unknown_key_is_looked_up_once(sso, user, provider):
    browser = sso()
    browser.sign_in()
    describe(provider, user, fault="unknown-key")
    assert browser.sign_in().status_code == 400
    assert provider.requests().count("/jwks") == 1


def test_description_of_the_provider_is_kept(sso, user, provider):
    browser = sso()
    for _ in range(3):
        assert browser.sign_in().status_code == 303
    assert provider.requests().count("/.well-known/openid-configuration") == 1


def test_provider_that_hangs_is_given_up(sso, user, provider, monkeypatch):
    describe(provider, user, fault="token-hangs")
    monkeypatch.setattr("server.security.oidc.provider.TIMEOUT_SECONDS", 0.2)
    assert "cannot be reached" in sso().sign_in().text


def test_only_a_few_requests_wait_for_the_provider(sso, user, monkeypatch):
    browser = sso()
    answer = browser.answer()
    slots = browser.app.extensions["oidc_provider"]._pending
    for _ in range(MAX_PENDING):
        assert slots.acquire(blocking=False)
    busy = browser.client.get(answer)
    assert busy.status_code == 503
    assert "Too many people" in busy.text
    for _ in range(MAX_PENDING):
        slots.release()
    assert browser.sign_in().status_code == 303


def test_sign_in_goes_on_while_the_secret_key_is_replaced():
    old, new = b"an earlier key for tests" * 2, b"a newer key for tests" * 2
    attempt = attempts.start("/me")
    cookie = attempts.to_cookie(attempt, SecretKeys(old))
    assert attempts.from_cookie(cookie, SecretKeys(new, (old,))) == attempt
    assert attempts.from_cookie(cookie, SecretKeys(new)) is None


def test_answer_is_accepted_once(sso, user, engine):
    browser = sso()
    answer = browser.answer()
    cookie = browser.client.get_cookie("repute-oidc").value
    assert browser.client.get(answer).status_code == 303
    replayed = browser.app.test_client()
    replayed.set_cookie("repute-oidc", cookie)
    again = replayed.get(answer)
    assert again.status_code == 400
    assert "used already" in again.text
    assert count_sessions(engine, user) == 1


def test_answer_is_refused_in_a_browser_that_did_not_ask(sso, user):
    browser = sso()
    answer = browser.answer()
    assert "no longer valid" in browser.app.test_client().get(answer).text
    other = browser.app.test_client()
    other.get("/sign-in/oidc")
    assert other.get(answer).status_code == 400


def test_changed_or_old_cookie_is_refused(sso, user, monkeypatch):
    browser = sso()
    answer = browser.answer()
    cookie = browser.client.get_cookie("repute-oidc").value
    browser.client.set_cookie("repute-oidc", ("A" if cookie[0] != "A" else "B") + cookie[1:])
    assert "no longer valid" in browser.client.get(answer).text
    answer = browser.answer()
    monkeypatch.setattr(attempts, "LIFETIME", timedelta(seconds=-1))
    assert "no longer valid" in browser.client.get(answer).text


def test_code_of_another_sign_in_is_refused(sso, user):
    """PKCE: the code belongs to another verifier."""
    browser, other = sso(), sso()
    stolen = parse_qs(urlsplit(other.answer()).query)["code"][0]
    own = parse_qs(urlsplit(browser.answer()).query)
    refused = browser.client.get("/sign-in/oidc/callback", query_string={"state": own["state"][0], "code": stolen})
    assert refused.status_code == 400
    assert "used already" in refused.text


def test_provider_that_is_down_is_a_page_and_passwords_still_work(sso, user):
    browser = sso(oidc_issuer=f"http://127.0.0.1:{free_port()}")
    down = browser.client.get("/sign-in/oidc")
    assert (down.status_code, down.headers["Retry-After"]) == (503, "10")
    assert "cannot be reached" in down.text
    assert "Password" in browser.client.get("/sign-in").text


@pytest.mark.parametrize(("fault", "title"), [("metadata-issuer", "issuer"), ("metadata-plain-http", "metadata")])
def test_unusable_description_of_the_provider_is_refused(sso, user, provider, fault, title):
    describe(provider, user, fault=fault)
    refused = sso().client.get("/sign-in/oidc")
    assert refused.status_code == REFUSALS[title].status
    assert REFUSALS[title].title in refused.text


def test_large_document_is_not_read(sso, user, monkeypatch):
    monkeypatch.setattr(documents, "MAX_BYTES", 10)
    assert sso().client.get("/sign-in/oidc").status_code == 503


def test_no_token_code_or_address_is_logged(sso, user, provider, capsys):
    browser = sso()
    answers = [browser.answer()]
    browser.client.get(answers[0])
    describe(provider, user, fault="nonce")
    answers.append(browser.answer())
    browser.client.get(answers[1])
    logged = capsys.readouterr().out
    for answer in answers:
        for values in parse_qs(urlsplit(answer).query).values():
            assert values[0] not in logged
    assert user.email not in logged
    assert "an access token" not in logged


def test_failures_are_limited_per_address(sso, user, one_window, monkeypatch):
    client = sso().client
    statuses = [client.get("/sign-in/oidc/callback", environ_base={"REMOTE_ADDR": "192.0.2.77"}).status_code for _ in range(70)]
    assert set(statuses) == {400, 429}
    assert client.get("/sign-in/oidc/callback").status_code == 400


def test_password_sign_in_can_be_turned_off_and_links_still_work(sso, user, engine):
    set_password(engine, user, "four hedgehogs cross at dawn")
    browser = sso(disable_password_sign_in=True)
    form = browser.client.get("/sign-in").text
    assert 'name="password"' not in form
    assert "/sign-in/oidc" in form
    with unit_of_work(engine) as session:
        link = operations.create_link(session, user_id=user.id)
    csrf = extract_csrf_token(browser.client.get(link).text)
    fields = {"csrf_token": csrf, "email": user.email, "password": "four hedgehogs cross at dawn"}
    refused = browser.client.post("/sign-in", data=fields)
    assert refused.status_code == 403
    assert "Passwords are turned off" in refused.text
    assert send(browser.client, link, link).status_code == 303
    settings = browser.client.get("/settings").text
    assert 'action="/settings/password"' not in settings
    fields = {"csrf_token": extract_csrf_token(settings), "password": "nine lanterns under quiet water"}
    assert browser.client.post("/settings/password", data=fields).status_code == 403


def test_account_is_found_by_subject_after_its_address_changed(sso, user, engine, provider):
    browser = sso()
    browser.sign_in()
    provider.describe(sub=f"subject of {user.email}", email="new-address@example.com")
    assert browser.sign_in().status_code == 303
    with unit_of_work(engine, writes=False) as session:
        assert session.scalar(select(User).where(User.email == "new-address@example.com")) is None
        assert session.scalars(select(ExternalIdentity.user_id).where(ExternalIdentity.user_id == user.id)).all() == [user.id]
    assert count_sessions(engine, user) == 2
