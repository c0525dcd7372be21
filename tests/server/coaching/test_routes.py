"""The API for assessments, comparisons and preferences."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from nlp import Coach, Draft
from server.coaching.models import CoachPreference
from server.coaching.schemas import AssessmentOut, ComparisonOut, MeOut, ProfileAssessmentOut
from server.core.database.session import unit_of_work
from server.people import operations as people
from server.people import organisation
from tests.factories import bearer, new_token, new_user

pytestmark = pytest.mark.sqlite_only

WEAK = "We are excited to announce our game-changing synergy solution 🚀🚀 Thoughts? #sales #growth"
PLAIN = "Last Tuesday a plant manager in Ulm showed me 14 minutes of waiting at one valve. What did yours cost?"


@pytest.fixture
def rep(engine):
    user = new_user(engine)
    return user, bearer(new_token(engine, user))


def test_assess_returns_the_coachs_assessment(client, rep):
    response = client.post("/api/v1/assess", json={"surface": "linkedin-post", "text": WEAK}, headers=rep[1])
    assert response.status_code == 200
    expected = Coach().assess(Draft("linkedin-post", WEAK)).to_json()
    assert response.json == expected | {"comparison": None}
    AssessmentOut.model_validate(response.json)
    assert response.json["findings"]


def test_assess_with_a_previous_wording_returns_the_comparison(client, rep):
    body = {"surface": "linkedin-post", "text": PLAIN, "previous": WEAK}
    response = client.post("/api/v1/assess", json=body, headers=rep[1]).json
    direct = client.post("/api/v1/compare", json={"surface": "linkedin-post", "a": WEAK, "b": PLAIN}, headers=rep[1]).json
    assert response["comparison"] == direct
    ComparisonOut.model_validate(direct)


@pytest.mark.parametrize(
    ("place", "note"), [("long-form", "no-score"), ("other-post", "scored-alike"), ("other-comment", "scored-alike")]
)
def test_articles_and_other_sites_are_assessed_as_such(client, rep, place, note):
    response = client.post("/api/v1/assess", json={"surface": place, "text": PLAIN}, headers=rep[1])
    assert response.status_code == 200
    AssessmentOut.model_validate(response.json)
    assert (response.json["surface"], response.json["note_code"], response.json["length"]) == (place, note, None)
    assert (response.json["score"] is None) == (place == "long-form")
    refused = client.post("/api/v1/assess", json={"surface": place, "text": PLAIN, "previous": WEAK}, headers=rep[1])
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "previous")


def test_profile_assess_accepts_sections_that_were_not_loaded(client, rep):
    sections = {"headline": "I help plant managers in Bavaria cut waiting time", "about": None}
    response = client.post("/api/v1/profile/assess", json={"surface": "linkedin-profile", "sections": sections}, headers=rep[1])
    assert response.status_code == 200
    ProfileAssessmentOut.model_validate(response.json)


@pytest.mark.parametrize("text", ["", "   ", "🙂", "https://example.com", "مرحبا بالعالم", "#a " * 3000, "x" * 30_000])
def test_assess_accepts_any_valid_text(client, rep, text):
    response = client.post("/api/v1/assess", json={"surface": "x-post", "text": text}, headers=rep[1])
    assert response.status_code == 200
    AssessmentOut.model_validate(response.json)


@pytest.mark.parametrize(
    ("text", "field", "limit"),
    [("a" * 30_001, "text", 30_000), ("😀" * 15_001, "text", 30_000), ("a\0b", "text", None), ("\ud800", "text", None)],
    ids=["too-long", "too-long-in-utf-16", "nul", "unpaired-surrogate"],
)
def test_invalid_text_is_refused_with_field_and_limit(client, rep, text, field, limit):
    response = client.post("/api/v1/assess", json={"surface": "x-post", "text": text}, headers=rep[1])
    assert response.status_code == 422
    assert response.json["errors"][0]["field"] == field
    assert response.json["errors"][0].get("limit") == limit


def test_turned_off_rule_gives_no_findings(client, engine):
    user = new_user(engine)
    headers = bearer(new_token(engine, user))
    body = {"surface": "linkedin-post", "text": WEAK}
    before = client.post("/api/v1/assess", json=body, headers=headers).json
    rule = before["findings"][0]["rule"]
    me = client.put("/api/v1/me/preferences", json={"rules_off": [rule], "share_choice": "never"}, headers=headers)
    assert (me.json["rules_off"], me.json["share_choice"]) == ([rule], "never")
    after = client.post("/api/v1/assess", json=body, headers=headers).json
    assert rule not in {finding["rule"] for finding in after["findings"]}
    assert client.put("/api/v1/me/preferences", json={"rules_off": []}, headers=headers).json["share_choice"] == "never"
    assert client.post("/api/v1/assess", json=body, headers=headers).json == before


def test_a_rule_that_is_off_on_one_surface_stays_on_the_others(client, engine):
    headers = bearer(new_token(engine, new_user(engine)))

    def rules_found(surface: str) -> set[str]:
        response = client.post("/api/v1/assess", json={"surface": surface, "text": WEAK}, headers=headers).json
        return {finding["rule"] for finding in response["findings"]}

    rule = min(rules_found("linkedin-comment") & rules_found("linkedin-post"))
    off = [f"{rule}@linkedin-comment"]
    assert client.put("/api/v1/me/preferences", json={"rules_off": off}, headers=headers).json["rules_off"] == off
    assert rule not in rules_found("linkedin-comment")
    assert rule in rules_found("linkedin-post")


def test_near_copy_is_reported_before_publishing(client, engine):
    rep, colleague = new_user(engine), new_user(engine)
    headers, theirs = bearer(new_token(engine, rep)), bearer(new_token(engine, colleague))
    words = "The planner at the Ulm plant keeps one list on the wall, and each valve on it has a name beside it."
    shared = {"surface": "linkedin-post", "text": words, "url": None, "occurred_at": datetime.now(UTC).isoformat()}

    def is_near_copy(text: str, sender: dict[str, str]) -> bool:
        response = client.post("/api/v1/assess", json={"surface": "linkedin-post", "text": text}, headers=sender).json
        return "Repute.NearCopy" in {finding["rule"] for finding in response["findings"]}

    assert not is_near_copy(words, headers)
    sent = client.post("/api/v1/shares", json=shared, headers={**theirs, "Idempotency-Key": str(uuid4())})
    assert sent.status_code == 201
    assert is_near_copy(words, headers)
    assert is_near_copy(f"{words.upper()} 🎉", theirs)
    assert not is_near_copy(PLAIN, headers)
    client.delete(f"/api/v1/shares/{sent.json['id']}", headers=theirs)
    assert not is_near_copy(words, headers), "a withdrawn item is no longer compared"


@pytest.mark.parametrize("entry", ["No.Such", "Repute.Hedging@fax"])
def test_unknown_rule_or_surface_cannot_be_turned_off(client, rep, entry):
    response = client.put("/api/v1/me/preferences", json={"rules_off": [entry]}, headers=rep[1])
    assert (response.status_code, response.json["errors"][0]["field"]) == (422, "rules_off")


def test_ignored_rule_is_stored_once(client, engine):
    user = new_user(engine)
    headers = bearer(new_token(engine, user))
    for _ in range(2):
        response = client.put("/api/v1/me/preferences", json={"ignored_rule": "Repute.Hedging"}, headers=headers)
        assert (response.status_code, response.json["rules_off"]) == (200, [])
    with Session(engine) as session:
        assert session.get_one(CoachPreference, user.id).rules_ignored == ["Repute.Hedging"]
    response = client.put("/api/v1/me/preferences", json={"ignored_rule": "No.Such"}, headers=headers)
    assert (response.status_code, response.json["errors"][0]["field"]) == (422, "ignored_rule")


def test_me_describes_user_organisation_and_preferences(client, rep):
    user, headers = rep
    me = client.get("/api/v1/me", headers=headers).json
    MeOut.model_validate(me)
    assert me["user"] == {"name": user.name, "email": user.email, "role": "rep"}
    assert me["notice"] == {"version": "2026-12.9", "acknowledged": True}


def test_account_header_changes_with_me(client, engine):
    headers = bearer(new_token(engine, new_user(engine)))

    def version():
        body = {"surface": "x-post", "text": PLAIN}
        return client.post("/api/v1/assess", json=body, headers=headers).headers["Repute-Account"]

    first = version()
    assert version() == first
    client.put("/api/v1/me/preferences", json={"share_choice": "never"}, headers=headers)
    second = version()
    with unit_of_work(engine) as session:
        organisation.change_quiet_mode(session, required=True)
    third = version()
    assert client.get("/api/v1/me", headers=headers).json["organisation"]["quiet_required"] is True
    with unit_of_work(engine) as session:
        organisation.change_quiet_mode(session, required=False)
    assert len({first, second, third}) == 3
    assert version() == second


def test_the_organisations_default_applies_until_the_person_chooses(client, engine):
    undecided, decided = (bearer(new_token(engine, new_user(engine))) for _ in range(2))
    client.put("/api/v1/me/preferences", json={"share_choice": "ask"}, headers=decided)
    with unit_of_work(engine) as session:
        organisation.change_default_share_choice(session, choice="never")
    assert client.get("/api/v1/me", headers=undecided).json["share_choice"] == "never"
    assert client.get("/api/v1/me", headers=decided).json["share_choice"] == "ask"
    with unit_of_work(engine) as session:
        organisation.change_default_share_choice(session, choice="ask")


PRIVATE = f"{PLAIN} My pension was cut in May."


def gate_of(client, headers, **options):
    body = {"surface": "linkedin-post", "text": PRIVATE, **options}
    return client.post("/api/v1/assess", json=body, headers=headers).json["gate"]


def test_a_protected_sentence_is_named_and_the_rest_is_scored(client, rep):
    gate = gate_of(client, rep[1])
    assert gate["state"] == "open"
    assert [trigger["quote"] for trigger in gate["triggers"]] == ["My pension"]
    assert gate["unread"] == [{"offset": PRIVATE.index("My pension"), "length": len("My pension was cut in May.")}]


def test_the_rep_can_have_a_draft_read_anyway(client, rep):
    assert gate_of(client, rep[1], read_anyway=True)["unread"] == []
    assert gate_of(client, rep[1])["unread"]


def test_trade_words_never_count_as_protected(client, engine, rep):
    with unit_of_work(engine) as session:
        people.set_trade_words(session, words=["Pension"])
    try:
        assert gate_of(client, rep[1])["unread"] == []
        assert client.get("/api/v1/me", headers=rep[1]).json["organisation"]["trade_words"] == ["pension"]
    finally:
        with unit_of_work(engine) as session:
            people.set_trade_words(session, words=[])


def test_adapters_list_can_only_disable(client, settings):
    assert client.get("/api/v1/adapters").json == {"disabled": []}
    path = settings.data / "adapters.json"
    entry = {"adapter": "linkedin", "layout": "sdui", "action": "disable", "fixed_in": None, "message": "New editor"}
    path.write_text(json.dumps([entry]))
    try:
        assert client.get("/api/v1/adapters").json == {"disabled": [entry]}
        path.write_text(path.read_text().replace("disable", "run"))
        assert client.get("/api/v1/adapters").status_code == 503, (
            "an invalid list is reported as an error, so that extensions keep the one they have"
        )
    finally:
        path.unlink()
