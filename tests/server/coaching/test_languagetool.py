"""Clients of LanguageTool's API get Repute's findings, with offsets in UTF-16 units."""

from __future__ import annotations

import json

import pytest

from nlp import InputError
from server.coaching import operations
from server.core.database.session import unit_of_work
from server.core.fair_queue import FairQueue
from server.security import personal_tokens
from server.tuning import coach_queue
from tests.factories import bearer, new_cookie, new_token, new_user

pytestmark = pytest.mark.sqlite_only

TEXT = "🚀🚀 Our game-changing synergy solution is here. Thoughts?"
MANY = f"We utilize it in order to plan. {TEXT}"
GERMAN = (
    "Gestern hat mir ein Einkäufer erklärt, warum unser Angebot zu lang war. Seitdem steht der Preis auf der ersten "
    "Seite, und plötzlich antworten die Leute wieder."
)


@pytest.fixture(scope="module")
def token(engine):
    return new_token(engine, new_user(engine))


def check(client, token, **form):
    return client.post("/v2/check", data={"language": "en-US", "apiKey": token} | form)


def rules(response):
    assert response.status_code == 200, response.text
    return {match["rule"]["id"] for match in response.json["matches"]}


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
    assert response.json["warnings"] == {"incompleteResults": False}


def test_check_counts_markup_in_the_offsets_of_annotated_text(client, token):
    data = {"annotation": [{"markup": "<b>"}, {"text": TEXT}, {"markup": "</b>"}]}
    plain = check(client, token, text=TEXT).json["matches"]
    annotated = check(client, token, data=json.dumps(data)).json["matches"]
    assert [match["offset"] - 3 for match in annotated] == [match["offset"] for match in plain]
    assert [match["sentence"] for match in annotated] == [match["sentence"] for match in plain]


def test_data_may_be_a_text_as_it_is(client, token):
    assert check(client, token, data=json.dumps({"text": TEXT})).json == check(client, token, text=TEXT).json


def test_a_match_that_contains_markup_has_no_replacements(client, token):
    parts = [{"text": "We met in "}, {"markup": "**"}, {"text": "order"}, {"markup": "**"}, {"text": " to plan the route."}]
    plain = check(client, token, text="We met in order to plan the route.").json["matches"]
    annotated = check(client, token, data=json.dumps({"annotation": parts})).json["matches"]
    (wordy,) = (match for match in plain if match["rule"]["id"] == "Repute.Wordiness")
    (around,) = (match for match in annotated if match["rule"]["id"] == "Repute.Wordiness")
    assert wordy["replacements"] == [{"value": "to"}]
    assert (around["length"], around["replacements"]) == (len("in **order** to"), [])


def test_rules_and_categories_are_left_out_and_chosen(client, token):
    everything = check(client, token, text=MANY).json["matches"]
    some, *others = sorted({match["rule"]["id"] for match in everything})
    categories = {match["rule"]["id"]: match["rule"]["category"]["id"] for match in everything}
    assert len(others) >= 2
    left_out = f" {some} , {others[0]}"
    assert rules(check(client, token, text=MANY, disabledRules=left_out)) == set(others[1:])
    assert rules(check(client, token, text=MANY, enabledOnly="true", enabledRules=left_out)) == {some, others[0]}
    same = {rule for rule, category in categories.items() if category == categories[some]}
    assert rules(check(client, token, text=MANY, enabledOnly="true", enabledCategories=categories[some])) == same
    assert rules(check(client, token, text=MANY, disabledCategories=categories[some])) == {some, *others} - same
    assert rules(check(client, token, text=MANY, enabledRules="No.Such", motherTongue="de", unknown="x")) == {some, *others}


def test_tips_for_information_need_the_picky_level(client, token):
    text = "The chairman of the port asked each salesman for the number of stops on one route."
    assert "Repute.InclusiveWords" not in rules(check(client, token, text=text))
    assert "Repute.InclusiveWords" in rules(check(client, token, text=text, level="picky"))


def test_a_rule_that_the_person_turned_off_is_applied_where_it_is_enabled_by_name(client, engine):
    person = new_user(engine)
    token = new_token(engine, person)
    with unit_of_work(engine) as session:
        operations.change_preference(session, user_id=person.id, rules_off=["Repute.EmptyQuestion"])
    assert "Repute.EmptyQuestion" not in rules(check(client, token, text=TEXT))
    assert "Repute.EmptyQuestion" in rules(check(client, token, text=TEXT, enabledRules="Repute.EmptyQuestion"))


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"language": "auto"}, "en-US"),
        ({"language": "auto", "preferredVariants": "de-DE, en-GB,en-AU"}, "en-GB"),
        ({"language": "auto", "preferredVariants": "de-DE,pt-BR"}, "en-US"),
        ({"language": "en-GB", "preferredVariants": "en-AU"}, "en-GB"),
        ({"language": "EN-gb"}, "en-GB"),
        ({"language": "en"}, "en"),
        ({"language": "en-IE"}, "en"),
        ({"language": ""}, "en-US"),
    ],
)
def test_the_variant_of_english_is_reported_as_asked_for(client, token, form, code):
    text = "The planners counted the stops of one route, and the drivers asked for another yard behind the market."
    language = check(client, token, text=text, **form).json["language"]
    assert (language["code"], language["detectedLanguage"]["code"]) == (code, code)
    assert language["detectedLanguage"]["confidence"] > 0.5


@pytest.mark.parametrize("language", ["auto", "en-US"])
def test_a_text_in_another_language_is_said_to_be_one_that_is_not_assessed(client, token, language):
    answer = check(client, token, text=GERMAN, language=language).json
    assert answer["matches"] == []
    assert answer["language"]["code"] == "en-US"
    detected = answer["language"]["detectedLanguage"]
    assert (detected["name"], detected["code"], detected["source"]) == ("German", "de", "cld2")
    assert answer["warnings"]["incompleteResults"] is True
    assert "not in English" in answer["warnings"]["incompleteResultsReason"]


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
    ("form", "status", "message"),
    [
        ({"apiKey": ""}, 401, "A valid token is required. Create one at "),
        ({"apiKey": "rpt_guess"}, 401, "This token is invalid, expired or revoked. Create one at "),
        ({"language": "de-DE"}, 400, "language must be auto, en or a variant of English such as en-GB: only English is"),
        ({"surface": "billboard"}, 400, "surface must be one of linkedin-post, "),
        ({"text": "x" * 30_001}, 413, "text must be at most 30,000 UTF-16 code units long."),
        ({"text": "x " * 7_001}, 413, "text must have at most 7,000 words, punctuation marks and symbols."),
        ({"level": "strict"}, 400, "level must be default or picky."),
        ({"enabledOnly": "true"}, 400, "enabledOnly needs enabledRules or enabledCategories."),
        ({"text": "A\0B"}, 400, "form "),
        ({"data": '{"text": "x"}', "text": "x"}, 400, "data does not go with text: send one of them."),
        ({"data": "{"}, 400, "data is not JSON."),
        ({"data": "[" * 50_000}, 400, "data is not JSON."),
        ({"data": "[]"}, 400, "data must be an object with either text or annotation."),
        ({"data": "{}"}, 400, "data must be an object with either text or annotation."),
        ({"data": '{"text": 1}'}, 400, "data cannot be read: text must be text."),
        ({"data": '{"annotation": [{"text": "\\ud83d"}]}'}, 400, "text must not contain half a character"),
        ({"data": '{"annotation": [{"interpretAs": "x"}]}'}, 400, "data cannot be read: each object in annotation must"),
        ({"no-text": ""}, 400, "text is missing: send text or data in a form."),
    ],
)
def test_errors_are_one_line_of_plain_text(client, token, form, status, message):
    text = {} if {"data", "no-text"} & form.keys() else {"text": "Hello there, reader."}
    response = check(client, token, **(text | form))
    assert response.text.startswith(f"Error: {message}")
    assert response.status_code == status
    assert response.content_type == "text/plain; charset=utf-8"
    assert "\n" not in response.text
    assert ("WWW-Authenticate" in response.headers) is (status == 401)


def test_a_body_that_is_too_large_is_refused_with_the_limit(client, token):
    response = check(client, token, text="x" * 300_000)
    assert (response.status_code, response.text) == (413, "Error: body is too large. At most 256 KB.")


def test_a_long_document_with_little_text_is_checked(client, token):
    parts = [{"markup": "x" * 30_000}, {"text": TEXT}]
    (match, *_) = check(client, token, data=json.dumps({"annotation": parts})).json["matches"]
    assert match["offset"] >= 30_000


def test_check_waits_its_turn_like_the_extension(client, token, monkeypatch):
    queue = FairQueue(places=1, long_places=1, per_person=1, timeout=0)
    monkeypatch.setattr(coach_queue, "_queue", queue)
    with queue.place(0):
        response = check(client, token, text=TEXT)
    assert (response.status_code, response.text) == (503, "Error: The coach is busy. Try again in a second.")
    assert response.headers["Retry-After"] == "1"


@pytest.mark.usefixtures("one_window")
def test_check_and_assess_share_one_limit_of_calls(make_app, settings, engine):
    client = make_app(settings.model_copy(update={"assess_per_minute": 2})).test_client()
    token = new_token(engine, new_user(engine))
    assert client.post("/api/v1/assess", json={"surface": "x-post", "text": TEXT}, headers=bearer(token)).status_code == 200
    assert check(client, token, text=TEXT).status_code == 200
    response = check(client, token, text=TEXT)
    assert response.status_code == 429
    assert response.text.startswith("Error: Too many requests. At most 2 in 60 seconds. Try again in ")
    assert int(response.headers["Retry-After"]) >= 1


def test_what_the_coach_refuses_is_an_error_of_the_text(client, token, monkeypatch):
    def refuse(*_arguments, **_named):
        raise InputError("text must be shorter", limit=3)

    monkeypatch.setattr(operations, "check_draft", refuse)
    response = check(client, token, text=TEXT)
    assert (response.status_code, response.text) == (400, "Error: text must be shorter.")


@pytest.mark.parametrize("method", ["get", "head", "put"])
def test_texts_are_accepted_with_post_only(client, token, method):
    query = {"text": TEXT, "language": "en", "apiKey": token}
    response = getattr(client, method)("/v2/check", query_string=query)
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]
    if method != "head":
        assert response.text.startswith("Error: Use ")


def test_a_token_in_the_address_is_not_read(client, token):
    response = client.post("/v2/check", query_string={"apiKey": token}, data={"text": TEXT, "language": "en"})
    assert response.status_code == 401


def test_sessions_are_not_accepted(client, engine):
    client.set_cookie("repute", new_cookie(engine, new_user(engine)))
    assert client.post("/v2/check", data={"text": TEXT, "language": "en"}).status_code == 401


def test_what_clients_ask_before_they_have_a_token_is_public(client):
    languages = client.get("/v2/languages").json
    assert {"name": "English (US)", "code": "en", "longCode": "en-US"} in languages
    assert {language["code"] for language in languages} == {"en"}
    software = client.get("/v2/info").json["software"]
    assert (software["name"], software["premium"]) == ("Repute", False)
    assert client.get("/v2/maxtextlength").text == "30000"
    health = client.get("/v2/healthcheck")
    assert (health.text, health.content_type) == ("OK", "text/plain; charset=utf-8")


@pytest.mark.parametrize("path", ["/v2/words", "/v2/nothing", "/v2/"])
def test_what_is_not_supported_says_what_is(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert response.text.startswith("Error: This address does not exist. Repute has /v2/check, ")
