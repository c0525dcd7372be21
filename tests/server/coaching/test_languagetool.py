"""Clients of LanguageTool's API get Repute's findings, with offsets in UTF-16 units."""

from __future__ import annotations

import json

import language_tool_python
import pytest

from tests.factories import new_token, new_user

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


class Client(language_tool_python.LanguageTool):
    """The unchanged package, which has no parameter for an API key; ours is added to its own parameters."""

    api_key = ""

    def _create_params(self, text):
        return super()._create_params(text) | {"apiKey": self.api_key}


def test_language_tool_python_package_shows_findings_at_the_right_words(live_server):
    client = Client("en-US", remote_server=live_server.base_url)
    client.api_key = live_server.pair()
    # The package's matched_text slices by code points, which is wrong after an emoji with LanguageTool's own server, too.
    quoted = {(m.rule_id, TEXT[m.offset : m.offset + m.error_length]) for m in client.check(TEXT)}
    assert {("Repute.EmptyQuestion", "Thoughts?"), ("Repute.OpensWithUs", "Our game-changing synergy solution")} <= quoted
    client.disabled_rules = {"Repute.EmptyQuestion"}
    assert "Repute.EmptyQuestion" not in {match.rule_id for match in client.check(TEXT)}
