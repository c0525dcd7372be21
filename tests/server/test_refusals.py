"""Requests that the API refuses: each gets a problem document and changes no table."""

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


def share_body(**overrides):
    at = datetime.now(UTC) - timedelta(minutes=5)
    return {**DRAFT, "text": f"{TEXT} {uuid.uuid4()}", "url": None, "occurred_at": at.isoformat()} | overrides


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


def assert_problem(response, status, code):
    assert (response.status_code, response.content_type) == (status, "application/problem+json")
    problem = response.json
    assert problem.keys() == {"type", "title", "status", "detail", "instance", "code", "errors"}
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, f"/problems/{code}")
    assert problem["instance"] == response.headers["X-Request-Id"]
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
    ids=["empty", "truncated", "list", "string", "null", "not-utf-8", "nan", "deep", "nested", "long-number"],
)
def test_malformed_json_is_refused(client, rep, unchanged, path, body):
    headers = bearer(rep[1], **{"Idempotency-Key": str(uuid.uuid4())})
    assert_problem(client.post(path, data=body, content_type="application/json", headers=headers), 400, "malformed-json")


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_wrong_content_type_is_refused(client, rep, unchanged, path, kind):
    response = client.post(path, data=json.dumps(DRAFT), content_type=kind, headers=bearer(rep[1]))
    assert_problem(response, 415, "content-type")


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
def test_invalid_field_is_refused(client, rep, unchanged, path, change, field, limit):
    body = (share_body() if path.endswith("shares") else dict(DRAFT)) | change
    response = client.post(path, json=body, headers=bearer(rep[1], **{"Idempotency-Key": str(uuid.uuid4())}))
    assert response.status_code == 422
    assert response.content_type == "application/problem+json"
    # For a share, text or sections is a rule about the whole body.
    assert {field, "body"} & {error["field"] for error in response.json["errors"]}
    if limit is not None:
        assert limit in {error.get("limit") for error in response.json["errors"]}


def test_body_above_256_kilobytes_is_refused(client, rep, unchanged):
    problem = assert_problem(
        client.post("/api/v1/assess", json={"text": "a" * 300_000}, headers=bearer(rep[1])), 413, "too-large"
    )
    assert problem["errors"][0]["limit"] == 256 * 1024


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic abc"}, {"Authorization": "Bearer"}])
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/api/v1/shares"), ("GET", "/api/v1/me"), ("GET", "/api/v1/openapi.json")]
)
def test_request_without_a_token_is_refused(client, unchanged, method, path, headers):
    response = client.open(path, method=method, json=share_body() if method == "POST" else None, headers=headers)
    assert_problem(response, 401, "no-token")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_api_ignores_session_cookies(client, engine, rep):
    client.set_cookie("repute", new_cookie(engine, rep[0]))
    before = snapshot(engine)
    assert_problem(client.post("/api/v1/shares", json=share_body()), 401, "no-token")
    assert snapshot(engine) == before


@pytest.mark.parametrize("end", ["unpaired", "signed-out-everywhere", "deactivated"])
def test_revoked_token_is_refused(client, engine, end):
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
    assert_problem(client.post("/api/v1/shares", json=share_body(), headers=headers), 401, "token-refused")
    assert snapshot(engine) == before


def test_token_without_the_scope_is_refused(client, engine, rep):
    token = new_token(engine, rep[0], scopes=("activities:write",))
    before = snapshot(engine)
    assert_problem(client.post("/api/v1/assess", json=DRAFT, headers=bearer(token)), 403, "scope")
    assert snapshot(engine) == before


def test_share_of_another_rep_responds_404(client, engine, rep):
    created = client.post("/api/v1/shares", json=share_body(), headers=bearer(rep[1], **{"Idempotency-Key": str(uuid.uuid4())}))
    assert created.status_code == 201
    other = bearer(new_token(engine, new_user(engine)))
    client.get("/api/v1/me", headers=other)
    before = snapshot(engine)
    existing = client.delete(f"/api/v1/shares/{created.json['id']}", headers=other)
    unknown = client.delete("/api/v1/shares/4611686018427387904", headers=other)
    out_of_range = client.delete("/api/v1/shares/99999999999999999999999", headers=other)
    for response in (existing, unknown, out_of_range):
        assert_problem(response, 404, "not-found")
    assert {key: existing.json[key] for key in ("title", "detail")} == {key: unknown.json[key] for key in ("title", "detail")}
    assert snapshot(engine) == before


def test_rep_page_is_visible_only_to_managers_of_the_team_or_above(client, engine):
    with unit_of_work(engine) as session:
        company = make_team(session)
        north, south = make_team(session, parent=company), make_team(session, parent=company)
    rep, other_manager = new_user(engine, team=north), new_user(engine, team=south, role="manager")
    own_manager, top_manager = new_user(engine, team=north, role="manager"), new_user(engine, team=company, role="manager")
    for manager, status in ((other_manager, 404), (own_manager, 200), (top_manager, 200)):
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
    replay = client.post("/api/v1/shares", json=body, headers=headers)
    assert (replay.status_code, replay.json, replay.headers["Idempotency-Hit"]) == (201, first.json, "true")
    other = client.post("/api/v1/shares", json=share_body(), headers=headers)
    assert (other.status_code, other.content_type) == (422, "application/problem+json")
    assert snapshot(engine) == before


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/v1/nothing", 404), ("DELETE", "/api/v1/assess", 405), ("TRACE", "/api/v1/assess", 405)],
)
def test_unknown_path_or_method_gets_a_problem_document(client, unchanged, method, path, status):
    response = client.open(path, method=method)
    assert (response.status_code, response.content_type) == (status, "application/problem+json")


@pytest.mark.parametrize("sent", ["abc-123", "a b", "x" * 65, "<script>", "é"])
def test_request_id_is_never_the_clients(client, sent):
    assert client.get("/healthz", headers={"X-Request-Id": sent.encode()}).headers["X-Request-Id"] not in {sent, ""}


@pytest.mark.parametrize("path", ["/sign-in", "//sign-in", "/api/v1/adapters", "/static/theme.js", "/nothing"])
def test_foreign_host_is_refused_where_the_own_address_is_known(make_app, settings, path):
    client = make_app(settings.model_copy(update={"base_url": "https://repute.example.com"})).test_client()
    foreign = client.get(path, headers={"Host": "evil.example"})
    assert foreign.status_code == 400
    assert "evil.example" not in foreign.text + str(foreign.headers)
    for host in ("repute.example.com", "repute.example.com:443", "127.0.0.1:8000", "localhost"):
        assert client.get("/healthz", headers={"Host": host}).status_code == 200


def test_no_page_may_use_a_device_of_the_browser(client):
    assert "microphone=()" in client.get("/sign-in").headers["Permissions-Policy"]
