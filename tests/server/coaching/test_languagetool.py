"""Clients of LanguageTool's API get Repute's findings, with offsets in UTF-16 units."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import language_tool_python
import pytest

from server.core.database.session import unit_of_work
from server.security import personal_tokens
from tests.factories import bearer, new_token, new_user

TEXT = "🚀🚀 Our game-changing synergy solution is here. Thoughts?"


@pytest.fixture(scope="module")
def token(engine):
    return new_token(engine, new_user(engine))


def check(client, token, **form):
    return client.post("/v2/check", data={"language": "en-US", "apiKey": token} | form)


def test_check_returns_matches_with_utf16_offsets_and_context(client, token):
    response = check(client, token, text=TEXT)
    assert response.status_code == 200
    assert response.json["matches"]
    units = TEXT.encode("utf-16-le")
    for match in response.json["matches"]:
        quoted = units[2 * match["offset"] : 2 * (match["offset"] + match["length"])].decode("utf-16-le")
        context = match["context"]
        highlighted = context["text"].encode("utf-16-le")[2 * context["offset"] : 2 * (context["offset"] + context["length"])]
        assert highlighted.decode("utf-16-le") == quoted
        assert quoted
        assert match["rule"].keys() >= {"id", "description", "issueType", "category"}
        assert all(replacement.keys() == {"value"} for replacement in match["replacements"])
    assert response.json["sentenceRanges"][0][0] == 0
    assert response.json["language"]["code"] == "en-US"


def test_check_counts_markup_in_the_offsets_of_annotated_text(client, token):
    data = {"annotation": [{"markup": "<b>"}, {"text": TEXT}, {"markup": "</b>"}]}
    plain = check(client, token, text=TEXT).json["matches"]
    annotated = check(client, token, data=json.dumps(data)).json["matches"]
    assert {m["offset"] - 3 for m in annotated} >= {
        m["offset"] for m in plain if m["rule"]["id"] in {other["rule"]["id"] for other in annotated}
    }


def test_check_leaves_out_disabled_rules(client, token):
    rule = check(client, token, text=TEXT).json["matches"][0]["rule"]["id"]
    remaining = check(client, token, text=TEXT, disabledRules=rule).json["matches"]
    assert rule not in {match["rule"]["id"] for match in remaining}


def test_check_accepts_the_token_in_the_header(client, token):
    headers = {"Authorization": f"Bearer {token}"}
    assert client.post("/v2/check", data={"text": TEXT, "language": "auto"}, headers=headers).status_code == 200


def test_check_accepts_a_personal_token_in_every_way_that_editors_know(client, engine):
    person, form = new_user(engine), {"text": TEXT, "language": "auto"}
    with unit_of_work(engine) as session:
        token = personal_tokens.add(session, user_id=person.id, label="Editor", months=1)
    in_field = client.post("/v2/check", data=form | {"username": person.email, "apiKey": token})
    as_bearer = client.post("/v2/check", data=form, headers=bearer(token))
    as_password = client.post("/v2/check", data=form | {"apiKey": ""}, auth=(person.email, token))
    assert in_field.json["matches"]
    assert in_field.json == as_bearer.json == as_password.json


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"apiKey": ""}, 401),
        ({"apiKey": "rpt_guess"}, 401),
        ({"language": "de"}, 422),
        ({"surface": "billboard"}, 422),
        ({"text": "x" * 30_001}, 422),
        ({"data": "{}"}, 422),
    ],
    ids=["no-token", "wrong-token", "language", "surface", "too-long", "no-text"],
)
def test_check_refuses_invalid_requests(client, token, form, status):
    text = {} if "data" in form else {"text": "Hello there, reader."}
    response = check(client, token, **(text | form))
    assert response.status_code == status
    assert response.content_type == "application/problem+json"


def test_check_does_not_support_get(client, token):
    response = client.get("/v2/check", query_string={"text": TEXT, "language": "en", "apiKey": token})
    assert response.status_code == 405
    assert response.headers["Allow"] == "OPTIONS, POST"


def test_languages_are_public(client):
    assert {"name": "English (US)", "code": "en", "longCode": "en-US"} in client.get("/v2/languages").json


def test_language_tool_python_package_shows_findings_at_the_right_words(live_server):
    """Unchanged: the token is the password of the server's address. ``@`` of the user's name is written as %40."""
    address = urlsplit(live_server.base_url)
    server = f"{address.scheme}://rep%40example.com:{live_server.personal_token()}@{address.netloc}"
    client = language_tool_python.LanguageTool("en-US", remote_server=server)
    # The package's matched_text slices by code points, which is wrong after an emoji with LanguageTool's own server, too.
    quoted = {(m.rule_id, TEXT[m.offset : m.offset + m.error_length]) for m in client.check(TEXT)}
    assert {("Repute.EmptyQuestion", "Thoughts?"), ("Repute.OpensWithUs", "Our game-changing synergy solution")} <= quoted
    client.disabled_rules = {"Repute.EmptyQuestion"}
    assert "Repute.EmptyQuestion" not in {match.rule_id for match in client.check(TEXT)}
