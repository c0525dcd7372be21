"""Sessions are rows: they expire, can be ended one by one or all at once, and links and tokens are single-use."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from server.audit.models import AuditEntry
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.problems import Problem
from server.people.models import User
from server.security import operations, passwords, tokens
from server.security.models import Token, TokenFamily, WebSession
from tests.factories import bearer, new_cookie, new_token, new_user
from tests.forms import csrf_token_of

PASSWORD = "four hedgehogs cross at dawn"


def is_in(app, cookie):
    browser = app.test_client()
    browser.set_cookie("repute", cookie)
    return browser.get("/settings").status_code == 200


def age(engine, user, **columns):
    with unit_of_work(engine) as session:
        session.execute(update(WebSession).where(WebSession.user_id == user.id).values(**columns))


@pytest.mark.parametrize("role", ["rep", "manager", "admin"])
def test_idle_timeout_ends_a_session(app, engine, role):
    user = new_user(engine, role=role)
    cookie = new_cookie(engine, user)
    age(engine, user, seen_at=now() - operations.IDLE_TIMEOUT[role] + timedelta(minutes=1))
    assert is_in(app, cookie)  # and this request counts as being there
    with unit_of_work(engine, writes=False) as session:
        seen = session.scalars(select(WebSession.seen_at).where(WebSession.user_id == user.id)).one()
    assert now() - seen < timedelta(minutes=1)
    age(engine, user, seen_at=now() - operations.IDLE_TIMEOUT[role] - timedelta(seconds=1))
    assert not is_in(app, cookie)


def test_session_lifetime_is_absolute(app, engine):
    user = new_user(engine)
    cookie = new_cookie(engine, user)
    age(engine, user, expires_at=now() - timedelta(seconds=1))
    assert not is_in(app, cookie)


@pytest.mark.parametrize("end", ["deactivated", "everywhere", "password"])
def test_end_all_access_ends_every_session_and_token(app, engine, end):
    user = new_user(engine)
    cookies, token = [new_cookie(engine, user) for _ in range(2)], new_token(engine, user)
    other = new_cookie(engine, new_user(engine))
    assert all(is_in(app, cookie) for cookie in cookies)
    with unit_of_work(engine) as session:
        if end == "deactivated":
            operations.deactivate(session, user_id=user.id)
        elif end == "everywhere":
            operations.end_all_access(session, user_id=user.id, reason="signed-out")
        else:
            mine = operations.set_password(session, user_id=user.id, current="", password=PASSWORD)
            assert mine not in cookies
    assert not any(is_in(app, cookie) for cookie in cookies)
    assert app.test_client().get("/api/v1/me", headers=bearer(token)).status_code == 401
    assert is_in(app, other)
    if end == "password":
        assert is_in(app, mine)


def test_extension_can_sign_out_everywhere(app, engine):
    user, other = new_user(engine), new_user(engine)
    cookie, tokens = new_cookie(engine, user), [new_token(engine, user) for _ in range(2)]
    theirs = new_token(engine, other)
    client = app.test_client()
    assert client.delete("/api/v1/pairing/everywhere", headers=bearer(tokens[0])).status_code == 204
    assert [client.get("/api/v1/me", headers=bearer(token)).status_code for token in (*tokens, theirs)] == [401, 401, 200]
    assert not is_in(app, cookie)
    with unit_of_work(engine, writes=False) as session:
        wanted = (AuditEntry.action == "access.ended", AuditEntry.object_id == str(user.id))
        entry = session.scalars(select(AuditEntry).where(*wanted)).one()
        assert (entry.actor_id, entry.reason_code) == (user.id, "signed-out")
    again = client.delete("/api/v1/pairing/everywhere", headers=bearer(tokens[0]))
    assert (again.status_code, again.json["code"]) == (401, "token-refused")


def test_sessions_and_pairings_of_others_answer_404(engine, session):
    mine, theirs = new_user(engine), new_user(engine)
    new_cookie(engine, theirs)
    new_token(engine, theirs)
    row = session.scalars(select(WebSession).where(WebSession.user_id == theirs.id)).one()
    family = session.scalars(select(TokenFamily).where(TokenFamily.user_id == theirs.id)).one()
    for attempt in (
        lambda: operations.end_session(session, user_id=mine.id, session_id=row.id),
        lambda: tokens.unpair(session, user_id=mine.id, family_id=family.id),
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
        opened = [secret for secret in pool.map(use, range(12)) if secret]
    assert len(opened) == 1


def test_concurrent_refresh_issues_one_pair_and_ends_the_pairing(app, engine):
    user = new_user(engine)
    new_token(engine, user)
    with unit_of_work(engine) as session:
        family = session.scalars(select(TokenFamily).where(TokenFamily.user_id == user.id)).one()
        refresh = tokens.issue_tokens(session, family).refresh_token

    def rotate(_):
        return app.test_client().post("/api/v1/pairing/refresh", json={"refresh_token": refresh}).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(rotate, range(4)))
    assert sorted(answers) == [200, 401, 401, 401]
    with unit_of_work(engine, writes=False) as session:
        assert session.get_one(TokenFamily, family.id).revoked_because == "reused"
        used = select(func.count()).where(Token.family_id == family.id, Token.used_at.is_not(None))
        assert session.scalar(used) == 1


def test_sign_in_rehashes_an_outdated_password_hash(app, engine, monkeypatch):
    user = new_user(engine)
    weaker = passwords.PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    with unit_of_work(engine) as session:
        session.execute(update(User).where(User.id == user.id).values(password_hash=weaker))
    with unit_of_work(engine) as session:
        assert operations.sign_in(session, email=f" {user.email.upper()} ", password=PASSWORD)
    with unit_of_work(engine) as session:
        assert not passwords.needs_rehash(session.get_one(User, user.id).password_hash)
        with pytest.raises(Problem, match="invalid-field"):
            operations.set_password(session, user_id=user.id, current="not it, I fear", password=PASSWORD + " again")


def test_sign_in_attempts_are_limited_per_account(app, engine):
    user = new_user(engine)
    with unit_of_work(engine) as session:
        operations.set_password(session, user_id=user.id, current="", password=PASSWORD)

    client = app.test_client()
    csrf_token = csrf_token_of(client.get("/sign-in").text)

    def guess(password):
        form = {"csrf_token": csrf_token, "email": user.email, "password": password}
        return client.post("/sign-in", data=form).status_code

    # Twice the limit, so that it does not matter if a new window begins meanwhile.
    statuses = [guess(f"wrong guess number {number}") for number in range(20)]
    assert set(statuses) == {401, 429}
    assert statuses[0] == 401
