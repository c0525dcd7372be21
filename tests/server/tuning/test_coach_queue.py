"""Every request that runs the coach waits its turn, and is told to come back when the wait is too long."""

from __future__ import annotations

import uuid
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from server.activities.models import Activity
from server.core.database.session import unit_of_work
from server.core.fair_queue import FairQueue
from server.core.problems import Problem
from server.core.work_budget import WorkBudget
from server.tuning import coach_queue
from tests.factories import bearer, new_cookie, new_token, new_user
from tests.forms import extract_csrf_token

pytestmark = pytest.mark.sqlite_only

TEXT = "Last Tuesday a plant manager in Ulm showed me 14 minutes of waiting at one valve. What did yours cost?"
SHARE = {"surface": "linkedin-post", "text": TEXT, "url": None}
DRAFT = {"surface": "linkedin-post", "text": TEXT}


@pytest.fixture
def rep(engine):
    user = new_user(engine)
    return user, bearer(new_token(engine, user))


@pytest.fixture
def hold(monkeypatch):
    """Functions that fill every place, or those of one user."""
    queue = FairQueue(places=2, long_places=1, per_person=1, timeout=0)
    monkeypatch.setattr(coach_queue, "_queue", queue)
    with ExitStack() as held:

        def fill(*people):
            for person in people:
                held.enter_context(queue.place(person))

        fill.free = held.close
        yield fill


def share(client, headers, key=None):
    body = SHARE | {"occurred_at": datetime.now(UTC).isoformat()}
    return client.post("/api/v1/shares", json=body, headers=headers | {"Idempotency-Key": key or uuid.uuid4().hex})


def calls(client, headers):
    profile = {"surface": "linkedin-profile", "sections": {"about": TEXT}}
    return {
        "assess": client.post("/api/v1/assess", json=DRAFT, headers=headers),
        "compare": client.post("/api/v1/compare", json={"surface": "x-post", "a": TEXT, "b": "No"}, headers=headers),
        "profile": client.post("/api/v1/profile/assess", json=profile, headers=headers),
        "check": client.post("/v2/check", data={"text": TEXT, "language": "en"}, headers=headers),
        "share": share(client, headers),
    }


def test_a_busy_coach_responds_503_with_retry_after_to_every_call(client, rep, hold):
    hold("ann", "bob")
    for name, response in calls(client, rep[1]).items():
        assert (response.status_code, response.headers.get("Retry-After")) == (503, "1"), name
        assert "The coach is busy" in response.text


def test_a_user_with_requests_waiting_gets_429_at_once_and_others_are_served(client, engine, rep, hold):
    hold(rep[0].id)
    for name, response in calls(client, rep[1]).items():
        assert (response.status_code, response.headers.get("Retry-After")) == (429, "1"), name
    colleague = bearer(new_token(engine, new_user(engine)))
    assert client.post("/api/v1/assess", json=DRAFT, headers=colleague).status_code == 200


def test_the_composers_calls_wait_their_turn(client, engine, rep, hold):
    client.set_cookie("repute", new_cookie(engine, rep[0]))
    token = {"X-CSRFToken": extract_csrf_token(client.get("/settings").text)}
    hold("ann", "bob")
    assert client.post("/write/assess", json=DRAFT, headers=token).status_code == 503
    body = {"surface": "x-post", "a": TEXT, "b": "No"}
    assert client.post("/write/compare", json=body, headers=token).status_code == 503


def test_a_refused_share_records_nothing_and_succeeds_when_sent_again_with_its_key(client, engine, rep, hold):
    key = uuid.uuid4().hex
    hold("ann", "bob")
    assert share(client, rep[1], key).status_code == 503
    with unit_of_work(engine, writes=False) as session:
        assert session.scalars(select(Activity).where(Activity.user_id == rep[0].id)).all() == []
    hold.free()
    assert share(client, rep[1], key).status_code == 201


def test_the_explanation_page_is_shown_without_the_explanation_while_the_coach_is_busy(client, engine, rep, hold):
    item = f"/me/items/{share(client, rep[1]).json['id']}"
    client.set_cookie("repute", new_cookie(engine, rep[0]))
    assert "How the score adds up" in client.get(item).text
    hold("ann", "bob")
    response = client.get(item)
    assert response.status_code == 200
    assert "The coach is busy right now" in response.text
    assert "How the score adds up" not in response.text


def test_an_invalid_previous_wording_is_named(client, rep):
    body = DRAFT | {"previous": "[" * 30_000}
    response = client.post("/api/v1/assess", json=body, headers=rep[1])
    assert (response.status_code, response.json["errors"][0]["field"]) == (422, "previous")
    assert response.json["errors"][0]["limit"] == 7_000


def test_a_user_without_processor_time_left_gets_429_and_others_are_served(client, engine, rep, monkeypatch):
    budget = WorkBudget(rate=0.1, burst=3, clock=lambda: 1_000.0)
    monkeypatch.setattr(coach_queue, "_budget", budget)
    budget.charge(rep[0].id, 3.5)
    for name, response in calls(client, rep[1]).items():
        assert (response.status_code, response.headers.get("Retry-After")) == (429, "5"), name
    colleague = bearer(new_token(engine, new_user(engine)))
    assert client.post("/api/v1/assess", json=DRAFT, headers=colleague).status_code == 200


def test_each_assessment_is_charged_its_processor_time(client, rep, monkeypatch):
    charged = []
    monkeypatch.setattr(coach_queue._budget, "charge", lambda person, seconds: charged.append((person, seconds)))
    assert client.post("/api/v1/assess", json=DRAFT, headers=rep[1]).status_code == 200
    assert [person for person, _ in charged] == [rep[0].id]
    assert charged[0][1] > 0


def test_work_of_a_fixed_amount_neither_needs_nor_takes_processor_time(monkeypatch):
    budget = WorkBudget(rate=1.0, burst=0.0)
    budget.charge(1, 60.0)
    monkeypatch.setattr(coach_queue, "_budget", budget)
    before = budget.wait(1)
    assert coach_queue.run_coach(lambda: sum(range(100_000)), user_id=1, label="preview", has_budget=False) > 0
    assert budget.wait(1) <= before
    with pytest.raises(Problem):
        coach_queue.run_coach(lambda: None, user_id=1, label="linkedin-post")
