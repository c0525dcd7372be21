"""The web composer's calls: the same responses as the API's, authenticated by the session and its CSRF token."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime

import pytest

from server.security import operations
from tests.factories import make_user

pytestmark = pytest.mark.sqlite_only

TEXT = (
    "Nine pallets in a hundred came back with a torn label, and each cost the buyer's team 25 minutes. "
    "We changed the label stock on one lane for four weeks and counted again. What did you last measure?"
)


@pytest.fixture
def call(client, session):
    """A function that posts JSON as the composer's script does."""
    user = make_user(session)
    link = operations.create_link(session, user_id=user.id)
    session.commit()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(link).text)[1]
    client.post(link, data={"csrf_token": token})
    token = re.search(r'data-csrf="([^"]+)"', client.get("/write").text)[1]

    def post(address, body, **headers):
        return client.post(address, json=body, headers={"X-CSRFToken": token, **headers})

    return post


def share_body(**changes):
    return {"surface": "linkedin-post", "text": TEXT, "url": None, "occurred_at": datetime.now(UTC).isoformat()} | changes


def test_ignore_accepts_known_rules_only(call):
    assert call("/write/ignore", {"rule": "Repute.Buzzwords"}).json == {}
    assert call("/write/ignore", {"rule": "No.Such"}).status_code == 422


def test_composer_assesses_a_draft(call):
    response = call("/write/assess", {"surface": "linkedin-post", "text": TEXT})
    assert response.status_code == 200
    assert 0 <= response.json["score"] <= 100
    assert response.json["comparison"] is None


def test_composer_comparison_is_symmetric(call):
    body = {"surface": "x-post", "a": TEXT, "b": TEXT[:80]}
    response = call("/write/compare", body)
    assert response.status_code == 200
    assert response.json.keys() == {"preferred", "probability_a", "basis", "reasons"}
    swapped = call("/write/compare", body | {"a": body["b"], "b": body["a"]}).json
    assert swapped["probability_a"] == pytest.approx(1 - response.json["probability_a"])


def test_composer_share_is_idempotent(call):
    body, key = share_body(text=f"{TEXT} {uuid.uuid4()}"), str(uuid.uuid4())
    first = call("/write/share", body, **{"Idempotency-Key": key})
    again = call("/write/share", body, **{"Idempotency-Key": key})
    assert first.status_code == again.status_code == 201
    assert first.json == again.json
    assert again.headers["Idempotency-Hit"] == "true"


@pytest.mark.parametrize(
    ("address", "body", "status"),
    [
        ("/write/assess", {"surface": "nowhere", "text": TEXT}, 422),
        ("/write/assess", {"surface": "linkedin-post", "text": TEXT, "more": 1}, 422),
        ("/write/assess", {"surface": "linkedin-post", "text": "x" * 30_001}, 422),
        ("/write/compare", {"surface": "linkedin-post", "a": TEXT}, 422),
        ("/write/compare", {"surface": "linkedin-post", "a": TEXT, "b": "x" * 30_001}, 422),
        ("/write/share", {"surface": "linkedin-post"}, 422),
        ("/write/share", share_body(), 422),  # without a key
    ],
)
def test_composer_refusals_are_problem_documents_without_the_text(call, address, body, status):
    response = call(address, body)
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert "pallets" not in response.text
    assert "xxx" not in response.text


def test_composer_calls_require_the_csrf_token(client):
    assert client.post("/write/assess", json={"surface": "linkedin-post", "text": TEXT}).status_code in (400, 401)


def test_composer_withdraws_own_items_only(call, session):
    shared = call("/write/share", share_body(text=f"{TEXT} {uuid.uuid4()}"), **{"Idempotency-Key": str(uuid.uuid4())}).json
    assert call("/write/withdraw", {"id": shared["id"]}).json == {"id": shared["id"], "state": "withdrawn"}
    assert call("/write/withdraw", {"id": shared["id"] + 1000}).status_code == 404


def test_a_rule_is_turned_off_on_one_surface_or_everywhere_and_on_again(call):
    on_comments = "Repute.Buzzwords@linkedin-comment"
    assert call("/write/turn-off", {"entry": on_comments}).json == {"rules_off": [on_comments]}
    both = sorted([on_comments, "Repute.Buzzwords@x-post"])
    assert call("/write/turn-off", {"entry": "Repute.Buzzwords@x-post"}).json == {"rules_off": both}
    assert call("/write/turn-off", {"entry": "Repute.Buzzwords"}).json == {"rules_off": ["Repute.Buzzwords"]}, "covers both"
    assert call("/write/turn-off", {"entry": on_comments}).json == {"rules_off": ["Repute.Buzzwords"]}
    assert call("/write/turn-on", {"entry": "Repute.Buzzwords"}).json == {"rules_off": []}
    for unknown in ("No.Such", "Repute.Buzzwords@fax", "Repute.Buzzwords@", "@x-post"):
        assert call("/write/turn-off", {"entry": unknown}).status_code == 422, unknown
