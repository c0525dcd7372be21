"""Sessions expire and can be ended singly or all at once; links and refresh tokens are single-use."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from server.audit.models import AuditEntry
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.problems import Problem
from server.people.models import User
from server.security import operations, passwords, tokens
from server.security.models import Token, TokenFamily, WebSession
from server.security.secrets import digest
from tests.factories import bearer, new_cookie, new_token, new_user, set_password
from tests.forms import extract_csrf_token

PASSWORD = "four hedgehogs cross at dawn"


def is_signed_in(app, cookie):
    browser = app.test_client()
    browser.set_cookie("repute", cookie)
    return browser.get("/settings").status_code == 200


def update_sessions(engine, user, **columns):
    with unit_of_work(engine) as session:
        session.execute(update(WebSession).where(WebSession.user_id == user.id).values(**columns))


@pytest.mark.parametrize("role", ["rep", "manager", "admin"])
def test_idle_timeout_ends_a_session(app, engine, role):
    user = new_user(engine, role=role)
    cookie = new_cookie(engine, user)
    update_sessions(engine, user, seen_at=now() - operations.IDLE_TIMEOUT[role] + timedelta(minutes=1))
    assert is_signed_in(app, cookie)  # and this request resets the idle timeout
    with unit_of_work(engine, writes=False) as session:
        seen_at = session.scalars(select(WebSession.seen_at).where(WebSession.user_id == user.id)).one()
    assert now() - seen_at < timedelta(minutes=1)
    update_sessions(engine, user, seen_at=now() - operations.IDLE_TIMEOUT[role] - timedelta(seconds=1))
    assert not is_signed_in(app, cookie)


def test_session_lifetime_is_absolute(app, engine):
    user = new_user(engine)
    cookie = new_cookie(engine, user)
    update_sessions(engine, user, expires_at=now() - timedelta(seconds=1))
    assert not is_signed_in(app, cookie)


@pytest.mark.parametrize("end", ["deactivated", "everywhere", "password"])
def test_end_all_access_ends_every_session_and_token(app, engine, end):
    user = new_user(engine)
    cookies, token = [new_cookie(engine, user) for _ in range(2)], new_token(engine, user)
    other = new_cookie(engine, new_user(engine))
    assert all(is_signed_in(app, cookie) for cookie in cookies)
    transaction = partial(unit_of_work, engine)
    if end == "password":
        new_session = operations.set_password(transaction, user_id=user.id, current="", password=PASSWORD).secret
        assert new_session not in cookies
    with transaction() as session:
        if end == "deactivated":
            operations.deactivate(session, user_id=user.id)
        elif end == "everywhere":
            operations.end_all_access(session, user_id=user.id, reason="signed-out")
    assert not any(is_signed_in(app, cookie) for cookie in cookies)
    assert app.test_client().get("/api/v1/me", headers=bearer(token)).status_code == 401
    assert is_signed_in(app, other)
    if end == "password":
        assert is_signed_in(app, new_session)


def test_extension_can_sign_out_everywhere(app, engine):
    user, other = new_user(engine), new_user(engine)
    cookie, tokens = new_cookie(engine, user), [new_token(engine, user) for _ in range(2)]
    other_token = new_token(engine, other)
    client = app.test_client()
    assert client.delete("/api/v1/pairing/everywhere", headers=bearer(tokens[0])).status_code == 204
    assert [client.get("/api/v1/me", headers=bearer(token)).status_code for token in (*tokens, other_token)] == [401, 401, 200]
    assert not is_signed_in(app, cookie)
    with unit_of_work(engine, writes=False) as session:
        conditions = (AuditEntry.action == "access.ended", AuditEntry.object_id == str(user.id))
        entry = session.scalars(select(AuditEntry).where(*conditions)).one()
        assert (entry.actor_id, entry.reason_code) == (user.id, "signed-out")
    again = client.delete("/api/v1/pairing/everywhere", headers=bearer(tokens[0]))
    assert (again.status_code, again.json["code"]) == (401, "token-refused")


def test_ending_access_of_another_user_raises_not_found(engine, session):
    user, other = new_user(engine), new_user(engine)
    new_cookie(engine, other)
    new_token(engine, other)
    row = session.scalars(select(WebSession).where(WebSession.user_id == other.id)).one()
    family = session.scalars(select(TokenFamily).where(TokenFamily.user_id == other.id)).one()
    for attempt in (
        lambda: operations.end_session(session, user_id=user.id, session_id=row.id),
        lambda: tokens.unpair(session, user_id=user.id, family_id=family.id),
    ):
        with pytest.raises(Problem, match="not-found"):
            attempt()
    assert row.ended_at is None
    assert family.revoked_at is None


def test_concurrent_use_of_a_link_starts_one_session(engine):
    user = new_user(engine)
    with unit_of_work(engine) as session:
        secret = operations.create_link(session, user_id=user.id).removeprefix("/link/")

    def use(_):
        try:
            with unit_of_work(engine) as session:
                return operations.use_link(session, secret=secret)
        except Problem:
            return None

    with ThreadPoolExecutor(6) as pool:
        started = [secret for secret in pool.map(use, range(12)) if secret]
    assert len(started) == 1


def test_concurrent_refreshes_leave_one_valid_pair(app, engine):
    user = new_user(engine)
    new_token(engine, user)
    with unit_of_work(engine) as session:
        family = session.scalars(select(TokenFamily).where(TokenFamily.user_id == user.id)).one()
        refresh = tokens.issue_tokens(session, family).refresh_token
        session.execute(update(Token).where(Token.secret_hash != digest(refresh)).values(used_at=now()))

    def rotate(_):
        return app.test_client().post("/api/v1/pairing/refresh", json={"refresh_token": refresh})

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(rotate, range(12)))
    assert {answer.status_code for answer in answers} == {200}
    with unit_of_work(engine, writes=False) as session:
        assert session.get_one(TokenFamily, family.id).revoked_at is None
        unused = (Token.family_id == family.id, Token.use == "refresh", Token.used_at.is_(None))
        (live,) = session.scalars(select(Token.secret_hash).where(*unused))
    (pair,) = [answer.json for answer in answers if digest(answer.json["refresh_token"]) == live]
    works = [
        app.test_client().get("/api/v1/me", headers=bearer(answer.json["access_token"])).status_code == 200
        for answer in answers
    ]
    assert works.count(True) == 1
    assert app.test_client().post("/api/v1/pairing/refresh", json={"refresh_token": pair["refresh_token"]}).status_code == 200


def test_sign_in_rehashes_an_outdated_password_hash(app, engine, monkeypatch):
    user = new_user(engine)
    outdated = passwords.PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    with unit_of_work(engine) as session:
        session.execute(update(User).where(User.id == user.id).values(password_hash=outdated))
    transaction = partial(unit_of_work, engine)
    assert operations.sign_in(transaction, email=f" {user.email.upper()} ", password=PASSWORD)
    with transaction(writes=False) as session:
        assert not passwords.needs_rehash(session.get_one(User, user.id).password_hash)
    with pytest.raises(Problem, match="invalid-field"):
        operations.set_password(transaction, user_id=user.id, current="wrong password", password=PASSWORD + " again")


def test_sign_in_attempts_are_limited_per_account(app, engine):
    user = new_user(engine)
    set_password(engine, user, PASSWORD)

    client = app.test_client()
    csrf_token = extract_csrf_token(client.get("/sign-in").text)

    def guess(password):
        form = {"csrf_token": csrf_token, "email": user.email, "password": password}
        return client.post("/sign-in", data=form).status_code

    # Twice the limit, in case a new window begins during the test.
    statuses = [guess(f"wrong password {number}") for number in range(20)]
    assert set(statuses) == {401, 429}
    assert statuses[0] == 401


def checked_out(app):
    return [engine.pool.checkedout() for engine in app.extensions["engines"]]


def test_no_connection_is_held_while_a_password_is_hashed(app, engine, monkeypatch):
    """On SQLite, one that writes would stop every other writer; on PostgreSQL, it would be missing from the pool."""
    user, held = new_user(engine), []

    def watch(function):
        def watched(*arguments):
            held.append(checked_out(app))
            return function(*arguments)

        return watched

    client = app.test_client()
    client.set_cookie("repute", new_cookie(engine, user))
    token = extract_csrf_token(client.get("/settings").text)
    for name in ("verify", "hash_password"):
        monkeypatch.setattr(passwords, name, watch(getattr(passwords, name)))
    assert client.post("/settings/password", data={"csrf_token": token, "password": PASSWORD}).status_code == 303
    outdated = passwords.PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    with unit_of_work(engine) as session:
        session.execute(update(User).where(User.id == user.id).values(password_hash=outdated))
    form = {"csrf_token": token, "password": PASSWORD + " again", "current": "not this one"}
    assert client.post("/settings/password", data=form).status_code == 422
    stranger = app.test_client()
    form = {"csrf_token": extract_csrf_token(stranger.get("/sign-in").text), "email": user.email, "password": PASSWORD}
    assert stranger.post("/sign-in", data=form | {"password": "not this one"}).status_code == 401
    assert stranger.post("/sign-in", data=form).status_code == 303
    assert len(held) == 5
    assert all(count == [0, 0] for count in held)


def test_password_changed_while_it_is_checked_is_refused(engine, monkeypatch):
    user, transaction = new_user(engine), partial(unit_of_work, engine)
    set_password(engine, user, PASSWORD)
    verify, changes = passwords.verify, []

    def verify_then_change(password, hashed):
        is_correct = verify(password, hashed)
        if not changes:
            changes.append("while the old password is checked")
            operations.set_password(transaction, user_id=user.id, current=PASSWORD, password=PASSWORD + " again")
        return is_correct

    monkeypatch.setattr(passwords, "verify", verify_then_change)
    with pytest.raises(Problem, match="sign-in-refused"):
        operations.sign_in(transaction, email=user.email, password=PASSWORD)
    changes.clear()
    monkeypatch.setattr(passwords, "verify", verify)
    assert operations.sign_in(transaction, email=user.email, password=PASSWORD + " again")


def test_of_two_concurrent_password_changes_one_is_refused(engine, monkeypatch):
    user, transaction = new_user(engine), partial(unit_of_work, engine)
    hash_password, changes = passwords.hash_password, []

    def change_then_hash(password):
        if not changes:
            changes.append("the other browser")
            operations.set_password(transaction, user_id=user.id, current="", password=PASSWORD)
        return hash_password(password)

    monkeypatch.setattr(passwords, "hash_password", change_then_hash)
    with pytest.raises(Problem, match="changed-meanwhile"):
        operations.set_password(transaction, user_id=user.id, current="", password=PASSWORD + " again")
    assert operations.sign_in(transaction, email=user.email, password=PASSWORD)


def test_user_signing_in_twice_with_an_outdated_hash_is_let_in(engine, monkeypatch):
    user, transaction = new_user(engine), partial(unit_of_work, engine)
    outdated = passwords.PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    with transaction() as session:
        session.execute(update(User).where(User.id == user.id).values(password_hash=outdated))
    hash_password, others = passwords.hash_password, []

    def sign_in_then_hash(password):
        if not others:
            others.append("the other browser")
            operations.sign_in(transaction, email=user.email, password=PASSWORD)
        return hash_password(password)

    monkeypatch.setattr(passwords, "hash_password", sign_in_then_hash)
    assert operations.sign_in(transaction, email=user.email, password=PASSWORD)


def test_wrong_current_passwords_share_the_limit_of_the_account(app, engine, one_window):
    user = new_user(engine)
    set_password(engine, user, PASSWORD)
    client = app.test_client()
    client.set_cookie("repute", new_cookie(engine, user))
    token = extract_csrf_token(client.get("/settings").text)
    form = {"csrf_token": token, "current": "not this one", "password": PASSWORD + " again"}
    statuses = [client.post("/settings/password", data=form).status_code for _ in range(20)]
    assert set(statuses) == {422, 429}
    stranger = app.test_client()
    form = {"csrf_token": extract_csrf_token(stranger.get("/sign-in").text), "email": user.email, "password": PASSWORD}
    assert stranger.post("/sign-in", data=form).status_code == 429


def test_making_a_sign_in_link_is_audited(engine):
    user = new_user(engine)
    with unit_of_work(engine) as session:
        operations.create_link(session, user_id=user.id)
    with unit_of_work(engine, writes=False) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "link.created")).all()[-1]
    assert (entry.object_type, entry.object_id) == ("user", str(user.id))


def test_refused_sign_ins_are_logged_with_the_account_and_a_hash_of_the_address(app, engine, capfd):
    user = new_user(engine)
    client = app.test_client()
    token = extract_csrf_token(client.get("/sign-in").text)
    for address, email in (("192.0.2.1", user.email), ("192.0.2.2", user.email), ("192.0.2.1", "nobody@example.com")):
        form = {"csrf_token": token, "email": email, "password": "not this one"}
        client.post("/sign-in", data=form, environ_base={"REMOTE_ADDR": address})
    output = capfd.readouterr().out
    lines = [json.loads(line) for line in output.splitlines() if '"sign-in-refused"' in line]
    assert [line["account"] for line in lines] == [user.id, user.id, None]
    assert lines[0]["caller"] == lines[2]["caller"] != lines[1]["caller"]
    assert "example.com" not in output
    assert "192.0.2." not in output
