"""Drafts are never stored or logged: a canary string, sent wherever clients can send text, must appear in no log, metric, error
response, table or file."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from server.coaching import operations
from server.core import metrics
from tests.factories import bearer, make_user, new_cookie, new_token, new_user
from tests.snapshot import snapshot

CANARY = "zyxqcanaryqxyz"
DRAFT = f"Our {CANARY} project is a game-changer. Thoughts on {CANARY}?"


@pytest.fixture
def break_coach(monkeypatch):
    """Makes assessments fail: in the coach, with the draft in the error message, or in the database, with it as a parameter."""

    def patch(how):
        def fail(session):
            if how == "error":
                raise RuntimeError(DRAFT)
            session.execute(text("SELECT * FROM no_such_table WHERE name = :name"), {"name": DRAFT})

        monkeypatch.setattr(operations, "champion_coach", fail)

    return patch


def send_canary(app, engine, break_coach):
    """Yields every error response, after sending the canary everywhere."""
    user = new_user(engine, role="admin")
    token, cookie = new_token(engine, user), new_cookie(engine, user)
    client = app.test_client()
    headers = bearer(token, **{"User-Agent": CANARY, "X-Any": CANARY, "X-Request-Id": f"{CANARY} !", "Referer": f"/{CANARY}"})
    draft = {"surface": "linkedin-post", "text": DRAFT}

    def post(path, body):
        return client.post(path, json=body, headers=headers)

    assert post("/api/v1/assess", draft | {"previous": DRAFT}).status_code == 200
    assert post("/api/v1/compare", {"surface": "x-post", "a": DRAFT, "b": DRAFT}).status_code == 200
    sections = {"headline": DRAFT}
    assert post("/api/v1/profile/assess", {"surface": "linkedin-profile", "sections": sections}).status_code == 200
    assert client.post("/v2/check", data={"text": DRAFT, "language": "en", "apiKey": token}).status_code == 200
    yield post("/api/v1/assess", draft | {"text": DRAFT * 1000})
    yield post("/api/v1/assess", draft | {"surface": CANARY})
    yield post("/api/v1/assess", draft | {CANARY: 1})
    yield post("/api/v1/assess", draft | {"text": [CANARY]})
    yield post("/api/v1/assess", draft | {"text": DRAFT + "\0"})
    yield post("/api/v1/profile/assess", {"surface": "linkedin-profile", "sections": {CANARY: DRAFT}})
    yield post("/api/v1/profile/assess", {"surface": "linkedin-profile", "sections": {CANARY: 1}})
    yield post("/api/v1/pairing/redeem", {"code": CANARY[:12], "verifier": CANARY * 4, "label": CANARY})
    yield post("/api/v1/pairing/refresh", {"refresh_token": CANARY})
    yield post("/api/v1/shares", draft)
    yield post(f"/api/v1/{CANARY}", draft)
    yield client.put("/api/v1/me/preferences", json={"rules_off": [CANARY]}, headers=headers)
    yield client.post("/api/v1/assess", data=f'{{"{CANARY}', content_type="application/json", headers=headers)
    yield client.post("/api/v1/assess", data=DRAFT, content_type=f"text/{CANARY}", headers=headers)
    yield client.get("/api/v1/me", headers=bearer(CANARY))
    yield client.get("/v2/check", query_string={"text": DRAFT})
    yield client.post("/v2/check", data={"text": DRAFT, "language": CANARY, "apiKey": token})
    yield client.post("/v2/check", data={"text": DRAFT, "language": "en", "apiKey": CANARY})
    yield client.post("/v2/check", data={"text": DRAFT, "level": CANARY, "apiKey": token})
    yield client.post("/v2/check", data={"data": DRAFT, "language": "en", "apiKey": token})
    yield client.post("/v2/check", data={"data": f'{{"annotation": [{{"{CANARY}": "{CANARY}"}}]}}', "apiKey": token})
    yield client.options("/v2/check", headers={"Origin": f"https://{CANARY}"})
    yield client.post("/sign-in", data={"email": f"{CANARY}@example.com", "password": CANARY})
    yield client.get(f"/link/{CANARY}", query_string={CANARY: CANARY})
    client.set_cookie("repute", CANARY)
    yield client.post("/settings/password", data={"password": CANARY})
    client.set_cookie("repute", cookie)
    yield client.get(f"/{CANARY}")
    yield client.open("/healthz", method=CANARY.upper())
    for how in ("error", "statement"):
        break_coach(how)
        response = post("/api/v1/assess", draft)
        assert response.status_code == 500
        yield response


def test_canary_is_in_no_log_metric_error_table_or_file(make_app, settings, engine, break_coach, capfd, caplog):
    app = make_app(settings)
    app.config.update(PROPAGATE_EXCEPTIONS=False)
    responses = list(send_canary(app, engine, break_coach))
    assert len(responses) > 20
    for response in responses:
        content = response.data.lower() + str(response.headers).lower().encode()
        assert CANARY.encode() not in content, (response.status_code, response.data)
    printed = capfd.readouterr()
    assert '"event": "request"' in printed.out
    logged = (printed.out + printed.err + caplog.text).lower()
    assert CANARY not in logged
    assert CANARY not in metrics.exposition().decode().lower()
    assert CANARY not in str(snapshot(engine)).lower()
    for path in settings.data.rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes().lower()


def test_snapshot_contains_stored_text(engine, session):
    """Guards the test above: the snapshot does contain text that is stored."""
    make_user(session, name=CANARY)
    session.commit()
    assert CANARY in str(snapshot(engine))
