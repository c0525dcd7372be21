"""What the API refuses: each time with a problem document and without changing any table."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from server.core.database.session import unit_of_work
from server.security import operations, tokens
from tests.factories import bearer, make_team, new_cookie, new_token, new_user
from tests.snapshot import snapshot

TEXT = "Last Tuesday a plant manager in Ulm showed me 14 minutes of waiting at one valve. What did yours cost? "
DRAFT = {"surface": "linkedin-post", "text": TEXT}


def share_body(**more):
    at = datetime.now(UTC) - timedelta(minutes=5)
    return {**DRAFT, "text": f"{TEXT} {uuid.uuid4()}", "url": None, "occurred_at": at.isoformat()} | more


@pytest.fixture(scope="module")
def rep(engine):
    user = new_user(engine)
    return user, new_token(engine, user)


@pytest.fixture
def unchanged(engine):
    """Compares the whole database before and after the test."""
    before = snapshot(engine)
    yield
    assert snapshot(engine) == before


def refused(answer, status, code):
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    problem = answer.json
    assert problem.keys() == {"type", "title", "status", "detail", "instance", "code", "errors"}
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, f"/problems/{code}")
    assert problem["instance"] == answer.headers["X-Request-Id"]
    return problem


CALLS = ["/api/v1/assess", "/api/v1/shares", "/api/v1/compare", "/api/v1/pairing/redeem"]


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"\xff\xfe",
        b'{"a": NaN}',
        b"[" * 100_000,
        b'{"a":' * 50 + b"1" + b"}" * 50,
        b"9" * 5000,
    ],
    ids=["empty", "cut", "list", "string", "null", "not-utf-8", "nan", "deep", "nested", "long-number"],
)
def test_malformed_json(client, rep, unchanged, path, body):
    headers = bearer(rep[1], **{"Idempotency-Key": str(uuid.uuid4())})
    refused(client.post(path, data=body, content_type="application/json", headers=headers), 400, "malformed-json")


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_wrong_content_type(client, rep, unchanged, path, kind):
    answer = client.post(path, data=json.dumps(DRAFT), content_type=kind, headers=bearer(rep[1]))
    refused(answer, 415, "content-type")


@pytest.mark.parametrize(
    ("change", "field", "limit"),
    [
        ({"text": "a" * 30_001}, "text", 30_000),
        ({"text": "😀" * 15_001}, "text", 30_000),
        ({"surface": "billboard"}, "surface", None),
        ({"extra": 1}, "(unknown field)", None),
        ({"text": None}, "text", None),
        ({"text": 7}, "text", None),
    ],
    ids=["over-long", "over-long-in-utf-16", "unknown-surface", "unknown-field", "no-text", "number"],
)
@pytest.mark.parametrize("path", ["/api/v1/assess", "/api/v1/shares"])
def test_invalid_field(client, rep, unchanged, path, change, field, limit):
    body = (share_body() if path.endswith("shares") else dict(DRAFT)) | change
    answer = client.post(path, json=body, headers=bearer(rep[1], **{"Idempotency-Key": str(uuid.uuid4())}))
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    # Whether a share needs text or sections is a matter of the whole body.
    assert {field, "body"} & {error["field"] for error in answer.json["errors"]}
    if limit is not None:
        assert limit in {error.get("limit") for error in answer.json["errors"]}


def test_body_above_256_kilobytes(client, rep, unchanged):
    problem = refused(client.post("/api/v1/assess", json={"text": "a" * 300_000}, headers=bearer(rep[1])), 413, "too-large")
    assert problem["errors"][0]["limit"] == 256 * 1024


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic abc"}, {"Authorization": "Bearer"}])
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/api/v1/shares"), ("GET", "/api/v1/me"), ("GET", "/api/v1/openapi.json")]
)
def test_no_token(client, unchanged, method, path, headers):
    answer = client.open(path, method=method, json=share_body() if method == "POST" else None, headers=headers)
    refused(answer, 401, "no-token")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_api_ignores_session_cookies(client, engine, rep):
    client.set_cookie("repute", new_cookie(engine, rep[0]))
    before = snapshot(engine)
    refused(client.post("/api/v1/shares", json=share_body()), 401, "no-token")
    assert snapshot(engine) == before


@pytest.mark.parametrize("end", ["unpaired", "signed-out-everywhere", "deactivated"])
def test_revoked_token(client, engine, end):
    user = new_user(engine)
    token = new_token(engine, user)
    assert client.get("/api/v1/me", headers=bearer(token)).status_code == 200
    with unit_of_work(engine) as session:
        if end == "unpaired":
            family = tokens.active_pairings(session, user_id=user.id)[0]
            tokens.unpair(session, user_id=user.id, family_id=family.id)
        elif end == "deactivated":
            session.merge(user).is_active = False
        else:
            operations.end_all_access(session, user_id=user.id, reason="signed-out")
    before = snapshot(engine)
    headers = bearer(token, **{"Idempotency-Key": str(uuid.uuid4())})
    refused(client.post("/api/v1/shares", json=share_body(), headers=headers), 401, "token-refused")
    assert snapshot(engine) == before


def test_token_without_the_scope(client, engine, rep):
    token = new_token(engine, rep[0], scopes=("activities:write",))
    before = snapshot(engine)
    refused(client.post("/api/v1/assess", json=DRAFT, headers=bearer(token)), 403, "scope")
    assert snapshot(engine) == before


def test_share_of_another_rep(client, engine, rep):
    made = client.post("/api/v1/shares", json=share_body(), headers=bearer(rep[1], **{"Idempotency-Key": str(uuid.uuid4())}))
    assert made.status_code == 201
    other = bearer(new_token(engine, new_user(engine)))
    client.get("/api/v1/me", headers=other)
    before = snapshot(engine)
    theirs = client.delete(f"/api/v1/shares/{made.json['id']}", headers=other)
    nobodys = client.delete("/api/v1/shares/4611686018427387904", headers=other)
    beyond = client.delete("/api/v1/shares/99999999999999999999999", headers=other)
    for answer in (theirs, nobodys, beyond):
        refused(answer, 404, "not-found")
    assert {key: theirs.json[key] for key in ("title", "detail")} == {key: nobodys.json[key] for key in ("title", "detail")}
    assert snapshot(engine) == before


def test_manager_outside_the_team(client, engine):
    with unit_of_work(engine) as session:
        company = make_team(session)
        north, south = make_team(session, parent=company), make_team(session, parent=company)
    rep, sibling = new_user(engine, team=north), new_user(engine, team=south, role="manager")
    own, above = new_user(engine, team=north, role="manager"), new_user(engine, team=company, role="manager")
    for manager, status in ((sibling, 404), (own, 200), (above, 200)):
        browser = client.application.test_client()
        browser.set_cookie("repute", new_cookie(engine, manager))
        before = snapshot(engine)
        assert browser.get(f"/team/rep/{rep.id}").status_code == status
        if status == 404:
            assert snapshot(engine) == before


def test_replayed_request_changes_nothing(client, engine, rep):
    headers = bearer(rep[1], **{"Idempotency-Key": str(uuid.uuid4())})
    body = share_body()
    first = client.post("/api/v1/shares", json=body, headers=headers)
    assert (first.status_code, "Idempotency-Hit" in first.headers) == (201, False)
    before = snapshot(engine)
    again = client.post("/api/v1/shares", json=body, headers=headers)
    assert (again.status_code, again.json, again.headers["Idempotency-Hit"]) == (201, first.json, "true")
    other = client.post("/api/v1/shares", json=share_body(), headers=headers)
    assert (other.status_code, other.content_type) == (422, "application/problem+json")
    assert snapshot(engine) == before


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/v1/nothing", 404), ("DELETE", "/api/v1/assess", 405), ("TRACE", "/api/v1/assess", 405)],
)
def test_unknown_paths_and_methods(client, unchanged, method, path, status):
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_request_id_is_accepted_only_when_valid(client):
    assert client.get("/healthz", headers={"X-Request-Id": "abc-123"}).headers["X-Request-Id"] == "abc-123"
    for odd in ("a b", "x" * 65, "<script>", "é"):
        assert client.get("/healthz", headers={"X-Request-Id": odd.encode()}).headers["X-Request-Id"] != odd
