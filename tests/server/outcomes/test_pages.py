"""The pages of outcomes: a rep adds one in a form, a manager decides, and each number opens what is behind it."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.core.clock import now
from server.core.database.session import unit_of_work
from server.outcomes.models import Outcome
from server.people.models import Team
from server.people.queries import get_organisation
from tests.factories import bearer, make_record, make_team, make_user, new_cookie, new_token
from tests.forms import send
from tests.server.outcomes.outcome_helpers import make_item, state, today


@pytest.fixture
def people(engine):
    with unit_of_work(engine) as session:
        team = make_team(session)
        return {
            "rep": make_user(session, team=team, name="Ann Example"),
            "manager": make_user(session, role="manager", team=team),
            "stranger": make_user(session, role="manager"),
            "team": team.id,
        }


@pytest.fixture
def item(engine, people):
    with unit_of_work(engine) as session:
        return make_item(session, people["rep"], at=now()).id


@pytest.fixture
def browser(app, engine, people):
    def sign_in(name):
        client = app.test_client()
        client.set_cookie("repute", new_cookie(engine, people[name]))
        return client

    return sign_in


def add(client, item, **fields):
    path = f"/me/items/{item}/outcomes"
    key = re.search(r'name="key" value="([^"]+)"', client.get(path).text)[1]
    fields = {"key": key, "kind": "meeting", "occurred_on": today().isoformat(), "grade": "buyer", "note": "A port."} | fields
    return send(client, path, path, **fields)


def only_outcome(engine, item):
    with unit_of_work(engine, writes=False) as session:
        return session.scalars(select(Outcome).where(Outcome.activity_id == item).order_by(Outcome.id.desc())).first()


def figures(page):
    """The figures of the panel "What came of it": replies, then leads to deals."""
    panel = page[page.index('id="came-of-it"') :]
    return [value.strip() for value in re.findall(r'rp-figure-value">(?:<a [^>]*>)?([^<]+)', panel)[:2]]


def week(**more):
    return {"week": today().isoformat(), **more}


def test_a_reply_is_added_in_one_form_and_counts(engine, browser, item):
    rep = browser("rep")
    assert figures(rep.get("/me").text) == ["0", "0"]
    answer = add(rep, item, kind="reply", grade="", url="https://www.linkedin.com/feed/update/1")
    assert (answer.status_code, answer.location) == (303, f"/me/items/{item}/outcomes")
    assert "Saved. It counts now." in rep.get(answer.location).text
    assert "Counted: 1 reply." in rep.get("/me").text
    assert figures(rep.get("/me").text) == figures(rep.get("/me/credit").text) == ["1", "0"]
    page = rep.get("/me/outcomes", query_string=week()).text
    assert 'href="https://www.linkedin.com/feed/update/1"' in page
    assert "A port." in page


def test_a_meeting_counts_once_the_manager_has_approved_it(engine, browser, people, item):
    rep, manager = browser("rep"), browser("manager")
    add(rep, item)
    assert "Waiting for approval: 1 meeting" in rep.get("/me").text
    assert figures(rep.get("/me").text) == ["0", "0"]
    assert re.search(r'Approvals<span class="rp-count">1<', manager.get("/team").text)
    outcome = only_outcome(engine, item)
    answer = send(manager, f"/approvals/outcomes/{outcome.id}", "/approvals", decision="approved")
    assert (answer.status_code, answer.location) == (303, "/approvals")
    assert "rp-count" not in manager.get("/team").text
    assert figures(rep.get("/me").text) == ["0", "1"]
    page = manager.get(f"/team/rep/{people['rep'].id}", query_string=week()).text
    assert figures(page) == ["0", "1"]
    assert figures(manager.get("/team", query_string=week()).text) == ["0", "1"]
    behind = manager.get(re.search(r'href="(/team/rep/\d+/outcomes[^"#]+)', page)[1].replace("&amp;", "&")).text
    assert "The buyer said so" in behind
    assert "Leads, meetings and deals: 1" in behind
    assert "What came of your items" in rep.get("/me/data").text, "the rep sees who opened it"


def test_what_was_typed_stays_when_the_form_is_refused(engine, browser, item):
    answer = add(browser("rep"), item, kind="deal", grade="tracked-link", note="A brewery in the north.")
    assert answer.status_code == 422
    assert "This is needed: give the tracked link." in answer.text
    assert "A brewery in the north." in answer.text
    assert re.search(r'value="deal" required checked', answer.text)
    assert re.search(r'value="tracked-link" selected', answer.text)
    assert only_outcome(engine, item) is None


def test_the_same_form_twice_adds_one(engine, browser, item):
    rep, key = browser("rep"), uuid.uuid4().hex
    for _ in range(2):
        assert add(rep, item, kind="reply", key=key).status_code == 303
    with unit_of_work(engine, writes=False) as session:
        assert len(session.scalars(select(Outcome).where(Outcome.activity_id == item)).all()) == 1


def test_correcting_and_withdrawing(engine, browser, item):
    rep = browser("rep")
    add(rep, item, kind="reply")
    first = only_outcome(engine, item)
    path = f"/me/outcomes/{first.id}"
    fields = {"key": "k", "kind": "reply", "occurred_on": today().isoformat(), "url": ""}
    assert send(rep, path, path, **fields, note="").status_code == 422
    assert send(rep, path, path, **fields, note="A bakery.").status_code == 303
    page = rep.get(f"/me/items/{item}/outcomes").text
    assert "A bakery." in page
    assert "A port." not in page
    assert rep.get(path).status_code == 404
    corrected = only_outcome(engine, item)
    assert send(rep, f"/me/outcomes/{corrected.id}/withdraw", f"/me/items/{item}/outcomes").status_code == 303
    assert "Nothing yet" in rep.get(f"/me/items/{item}/outcomes").text


def test_a_record_may_be_chosen(engine, browser, people, item):
    with unit_of_work(engine) as session:
        record = make_record(session, people["rep"], kind="opportunity", subject="Kestrel Bearings").id
    rep = browser("rep")
    assert "Opportunity, " in rep.get(f"/me/items/{item}/outcomes").text
    assert add(rep, item, occurred_on="", note="", record=str(record)).status_code == 303
    outcome = only_outcome(engine, item)
    assert (outcome.kind, outcome.record_id) == ("opportunity", record)


def test_declining_needs_a_reason_that_the_rep_reads(engine, browser, item):
    rep, manager = browser("rep"), browser("manager")
    add(rep, item)
    path = f"/approvals/outcomes/{only_outcome(engine, item).id}"
    refused = send(manager, path, "/approvals", decision="declined", reason=" ")
    assert refused.status_code == 422
    assert "must have 1 to 500 characters" in refused.text
    assert send(manager, path, "/approvals", decision="declined", reason="Booked before.").status_code == 303
    assert "Booked before." in rep.get(f"/me/items/{item}/outcomes").text
    again = send(manager, path, "/approvals", decision="approved")
    assert (again.status_code, again.location) == (303, "/approvals")
    assert "This has been decided or withdrawn already" in manager.get("/approvals").text


def test_strangers_get_404(engine, browser, people, item):
    add(browser("rep"), item)
    outcome, stranger = only_outcome(engine, item), browser("stranger")
    assert stranger.get(f"/team/rep/{people['rep'].id}/outcomes").status_code == 404
    assert send(stranger, f"/approvals/outcomes/{outcome.id}", "/approvals", decision="approved").status_code == 404
    for path in (f"/me/items/{item}/outcomes", f"/me/outcomes/{outcome.id}"):
        assert stranger.get(path).status_code == 404
    assert send(stranger, f"/me/outcomes/{outcome.id}/withdraw", "/approvals").status_code == 404
    assert "A port." not in stranger.get("/approvals").text


def test_a_record_sent_over_the_api_waits_for_the_manager(app, engine, browser, people):
    with unit_of_work(engine) as session:
        item = make_item(session, people["rep"], at=now() - timedelta(days=3))
    token = new_token(engine, people["rep"], scopes=("activities:write",))
    row = {
        "record_id": uuid.uuid4().hex, "rep": people["rep"].email, "kind": "deal", "value": 12_000,
        "occurred_at": now().isoformat(), "social_source": f"{item.url}?utm_source=newsletter",
    }  # fmt: skip
    answer = app.test_client().post(
        "/api/v1/activities", json={"source": "crm", "activities": [row]},
        headers=bearer(token, **{"Idempotency-Key": uuid.uuid4().hex}),
    )  # fmt: skip
    assert answer.json["accepted"] == 1
    manager, rep = browser("manager"), browser("rep")
    page = manager.get("/approvals").text
    assert "The CRM names this item as the source" in page
    record_path = re.search(r'action="(/approvals/records/\d+)"', page)[1]
    assert "Named in the CRM, waiting: 1" in rep.get("/me").text
    assert send(manager, record_path, "/approvals", decision="approved", item=str(item.id)).status_code == 303
    assert figures(rep.get("/me").text) == ["0", "1"]
    assert figures(manager.get("/team", query_string=week()).text) == ["0", "1"]


def test_a_link_that_is_no_web_address_refuses_its_row(app, engine, people):
    token = new_token(engine, people["rep"], scopes=("activities:write",))
    row = {"record_id": "1", "rep": people["rep"].email, "kind": "deal", "occurred_at": now().isoformat(), "social_source": "x"}
    answer = app.test_client().post(
        "/api/v1/activities", json={"source": "crm", "activities": [row]},
        headers=bearer(token, **{"Idempotency-Key": uuid.uuid4().hex}),
    )  # fmt: skip
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "activities.0.social_source"


def test_the_api_of_credit_lists_outcomes_apart(app, engine, people):
    with unit_of_work(engine) as session:
        item = make_item(session, people["rep"])
        state(session, people["rep"], item, "reply", url="https://example.com/reply")
    answer = app.test_client().get("/api/v1/me/credit", headers=bearer(new_token(engine, people["rep"]))).json
    assert answer["balance"] == 15
    (outcome,) = answer["outcomes"]
    assert outcome.items() >= {
        "share_id": item.id, "ledger": "response", "kind": "reply", "state": "counted", "grade": None,
        "url": "https://example.com/reply", "day": today().isoformat(),
    }.items()  # fmt: skip


def test_in_team_only_mode_totals_of_few_people_are_hidden(engine, browser, people, item):
    add(browser("rep"), item, kind="reply")
    with unit_of_work(engine) as session:
        get_organisation(session).team_only = True
    try:
        page = browser("manager").get("/team", query_string=week()).text
        assert figures(page) == ["–", "–"]
        assert "Too few people were active" in page
        assert "Approvals" not in page
        with unit_of_work(engine) as session:
            for _ in range(4):
                make_record(session, make_user(session, team=session.get_one(Team, people["team"])))
        assert figures(browser("manager").get("/team", query_string=week()).text) == ["1", "0"]
    finally:
        with unit_of_work(engine) as session:
            get_organisation(session).team_only = False
