"""Pairing an extension: single-use codes, token rotation, and ending the pairing when a token is reused."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.identity import Identity
from server.security import operations, tokens
from server.security.limits import PAIR_FAILURES, REFRESH_PAIRING
from server.security.models import PairingCode, Token, TokenFamily, WebSession
from server.security.secrets import digest, pkce_challenge
from tests.databases import SECRET_KEYS
from tests.factories import bearer, new_token, new_user

VERIFIER = "v" * 43

_addresses = itertools.count(1)


@pytest.fixture
def client(app):
    """Every test has its own address, so that none inherits the failures of another."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = f"10.0.0.{next(_addresses)}"
    return client


@pytest.fixture
def code(engine):
    """A new pairing code for a new rep, created in a session."""
    user = new_user(engine)
    with unit_of_work(engine) as session:
        secret = operations.start_session(session, user_id=user.id).secret
        row = session.scalars(select(WebSession).where(WebSession.secret_hash == digest(secret))).one()
        identity = Identity(user.id, user.name, user.email, user.role, session_id=row.id)
        return tokens.create_pairing_code(
            session, secret_keys=SECRET_KEYS, identity=identity, challenge=pkce_challenge(VERIFIER)
        )


def redeem(client, code, verifier=VERIFIER):
    return client.post("/api/v1/pairing/redeem", json={"code": code, "verifier": verifier, "label": "Chrome on Linux"})


def count_pairings(engine):
    with unit_of_work(engine, writes=False) as session:
        return session.scalar(select(func.count()).select_from(TokenFamily))


def test_pairing_code_is_single_use(client, engine, code):
    answer = redeem(client, code.lower())
    assert answer.status_code == 200
    assert answer.json["organisation"] == {"name": "Harbour & Sons", "quiet_required": False}
    assert answer.json["scopes"] == ["assess", "share", "me:read"]
    assert client.delete("/api/v1/pairing", headers=bearer(answer.json["access_token"])).status_code == 204
    before = count_pairings(engine)
    again = redeem(client, code)
    assert (again.status_code, again.json["code"]) == (422, "pairing-refused")
    assert count_pairings(engine) == before


def test_expired_pairing_code_is_refused(client, engine, code):
    before = count_pairings(engine)
    with unit_of_work(engine) as session:
        session.execute(
            update(PairingCode).where(PairingCode.used_at.is_(None)).values(expires_at=now() - timedelta(seconds=1))
        )
    answer = redeem(client, code)
    assert (answer.status_code, answer.json["code"]) == (410, "pairing-expired")
    assert count_pairings(engine) == before


def test_pairing_code_is_refused_after_five_wrong_verifiers(client, engine, code):
    before = count_pairings(engine)
    for _ in range(tokens.MAX_WRONG_ATTEMPTS):
        assert redeem(client, code, "w" * 43).status_code == 422
    assert redeem(client, code).status_code == 422
    assert count_pairings(engine) == before


def test_pairing_code_is_refused_after_its_session_ended(client, engine, code):
    with unit_of_work(engine) as session:
        session.execute(update(WebSession).values(ended_at=now()))
    assert redeem(client, code).status_code == 422


def refresh(client, token):
    return client.post("/api/v1/pairing/refresh", json={"refresh_token": token})


def test_reused_refresh_token_ends_the_pairing(client, engine, code):
    first = redeem(client, code).json
    second = refresh(client, first["refresh_token"])
    assert second.status_code == 200
    # Once the new pair is in use, its response was not lost, so whoever sends the old token again has a copy.
    assert client.get("/api/v1/me", headers=bearer(second.json["access_token"])).status_code == 200
    reused = refresh(client, first["refresh_token"])
    assert (reused.status_code, reused.json["code"]) == (401, "token-reused")
    # The reuse ends the pairing for the owner too, who notices and pairs again.
    for token in (first["access_token"], second.json["access_token"]):
        assert client.delete("/api/v1/pairing", headers=bearer(token)).json["code"] == "token-refused"
    assert refresh(client, second.json["refresh_token"]).status_code == 401


def test_refresh_whose_response_was_lost_can_be_repeated(client, engine, code):
    first = redeem(client, code).json
    lost = refresh(client, first["refresh_token"]).json
    repeated = refresh(client, first["refresh_token"])
    assert repeated.status_code == 200
    # The lost pair is revoked, the repeated one works.
    assert client.get("/api/v1/me", headers=bearer(lost["access_token"])).status_code == 401
    assert client.get("/api/v1/me", headers=bearer(repeated.json["access_token"])).status_code == 200
    assert refresh(client, repeated.json["refresh_token"]).status_code == 200


def test_pair_revoked_by_a_repeated_refresh_ends_the_pairing_when_used(client, engine, code):
    first = redeem(client, code).json
    stolen = refresh(client, first["refresh_token"]).json
    repeated = refresh(client, first["refresh_token"]).json
    assert refresh(client, stolen["refresh_token"]).json["code"] == "token-reused"
    assert client.get("/api/v1/me", headers=bearer(repeated["access_token"])).status_code == 401


@pytest.mark.parametrize("end", ["a minute later", "refresh token used", "older token"])
def test_refresh_is_not_repeated_once_its_pair_is_used_or_a_minute_old(client, engine, code, end):
    first = redeem(client, code).json
    second = refresh(client, first["refresh_token"]).json
    if end == "a minute later":
        with unit_of_work(engine) as session:
            session.execute(
                update(Token)
                .where(Token.secret_hash == digest(first["refresh_token"]))
                .values(used_at=now() - tokens.REPEAT_WINDOW - timedelta(seconds=1))
            )
    else:
        third = refresh(client, second["refresh_token"])
        assert third.status_code == 200
        if end == "older token":
            assert client.get("/api/v1/me", headers=bearer(third.json["access_token"])).status_code == 200
    assert refresh(client, first["refresh_token"]).json["code"] == "token-reused"
    assert refresh(client, second["refresh_token"]).status_code == 401


def test_office_behind_one_address_refreshes_while_somebody_sends_junk(client, engine, code):
    paired = redeem(client, code).json
    user = new_user(engine)
    for _ in range(30):
        new_token(engine, user)
    with unit_of_work(engine) as session:
        families = session.scalars(select(TokenFamily).where(TokenFamily.user_id == user.id)).all()
        refresh_tokens = [tokens.issue_tokens(session, family).refresh_token for family in families]
    # Twice the limit exceeds it even if a new window begins meanwhile.
    statuses = [refresh(client, f"rpt_{number:043d}").status_code for number in range(2 * PAIR_FAILURES.times + 2)]
    assert statuses[0] == 401
    assert 429 in statuses
    assert {refresh(client, token).status_code for token in [*refresh_tokens, paired["refresh_token"]]} == {200}


def test_pairing_works_while_somebody_behind_the_address_sends_junk(client, engine, code):
    for _ in range(2 * PAIR_FAILURES.times + 2):
        junk = redeem(client, "ABCDEFGH", "j" * 43)
    assert junk.status_code == 429
    assert redeem(client, code).status_code == 200


def test_refreshes_of_one_pairing_are_limited(client, engine, code):
    token = redeem(client, code).json["refresh_token"]
    statuses = []
    for _ in range(2 * REFRESH_PAIRING.times + 2):
        answer = refresh(client, token)
        statuses.append(answer.status_code)
        if answer.status_code == 200:
            token = answer.json["refresh_token"]
    assert set(statuses) == {200, 429}


def test_access_token_expires_and_is_refused_for_refreshing(client, engine, code):
    pair = redeem(client, code).json
    answer = client.post("/api/v1/pairing/refresh", json={"refresh_token": pair["access_token"]})
    assert answer.status_code == 401
    with unit_of_work(engine) as session:
        session.execute(update(Token).where(Token.use == "access").values(expires_at=now() - timedelta(seconds=1)))
    assert client.delete("/api/v1/pairing", headers=bearer(pair["access_token"])).status_code == 401


def test_refreshing_does_not_extend_the_pairing(client, engine, code):
    pair = redeem(client, code).json
    with unit_of_work(engine) as session:
        session.execute(update(TokenFamily).values(expires_at=now() + timedelta(minutes=5)))
    rotated = client.post("/api/v1/pairing/refresh", json={"refresh_token": pair["refresh_token"]}).json
    assert rotated["access_expires_in"] <= 300
    assert rotated["refresh_expires_in"] <= 300


def test_database_stores_digests_only(client, engine, code):
    pair = redeem(client, code).json
    with unit_of_work(engine, writes=False) as session:
        stored = set(session.scalars(select(Token.secret_hash))) | set(session.scalars(select(PairingCode.secret_hash)))
    assert not stored & {pair["access_token"], pair["refresh_token"], code, code.replace("-", "")}
