"""Clients that speak LanguageTool's protocol get Repute's findings, with offsets as that protocol counts them."""

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


def test_matches_point_at_the_words(client, token):
    answer = check(client, token, text=TEXT)
    assert answer.status_code == 200
    assert answer.json["matches"]
    units = TEXT.encode("utf-16-le")
    for match in answer.json["matches"]:
        quoted = units[2 * match["offset"] : 2 * (match["offset"] + match["length"])].decode("utf-16-le")
        context = match["context"]
        shown = context["text"].encode("utf-16-le")[2 * context["offset"] : 2 * (context["offset"] + context["length"])]
        assert shown.decode("utf-16-le") == quoted
        assert quoted
        assert match["rule"].keys() >= {"id", "description", "issueType", "category"}
        assert all(replacement.keys() == {"value"} for replacement in match["replacements"])
    assert answer.json["sentenceRanges"][0][0] == 0
    assert answer.json["language"]["code"] == "en-US"


def test_annotated_text_keeps_its_offsets(client, token):
    data = {"annotation": [{"markup": "<b>"}, {"text": TEXT}, {"markup": "</b>"}]}
    plain = check(client, token, text=TEXT).json["matches"]
    marked = check(client, token, data=json.dumps(data)).json["matches"]
    assert {m["offset"] - 3 for m in marked} >= {
        m["offset"] for m in plain if m["rule"]["id"] in {n["rule"]["id"] for n in marked}
    }


def test_a_client_may_switch_rules_off(client, token):
    rule = check(client, token, text=TEXT).json["matches"][0]["rule"]["id"]
    left = check(client, token, text=TEXT, disabledRules=rule).json["matches"]
    assert rule not in {match["rule"]["id"] for match in left}


def test_the_token_may_come_in_the_header(client, token):
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
def test_refusals(client, token, form, status):
    text = {} if "data" in form else {"text": "Hello there, reader."}
    answer = check(client, token, **(text | form))
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


def test_a_text_in_an_address_is_refused(client, token):
    answer = client.get("/v2/check", query_string={"text": TEXT, "language": "en", "apiKey": token})
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "OPTIONS, POST"


def test_languages(client):
    assert {"name": "English (US)", "code": "en", "longCode": "en-US"} in client.get("/v2/languages").json


class Client(language_tool_python.LanguageTool):
    """The package as it is; it knows no keys, so ours is put beside its own parameters."""

    api_key = ""

    def _create_params(self, text):
        return super()._create_params(text) | {"apiKey": self.api_key}


def test_the_python_package_shows_our_findings_at_the_right_words(live_server):
    client = Client("en-US", remote_server=live_server.base_url)
    client.api_key = live_server.pair()
    # Its own matched_text cuts the context by code points, which is off after an emoji with LanguageTool's server as well.
    quoted = {(m.rule_id, TEXT[m.offset : m.offset + m.error_length]) for m in client.check(TEXT)}
    assert {("Repute.EmptyQuestion", "Thoughts?"), ("Repute.OpensWithUs", "Our game-changing synergy solution")} <= quoted
    client.disabled_rules = {"Repute.EmptyQuestion"}
    assert "Repute.EmptyQuestion" not in {match.rule_id for match in client.check(TEXT)}
