"""A suggested wording for a rep: through the API and in the web composer. Nothing of it is kept."""

from __future__ import annotations

import re

import pytest

from server.coaching import suggestions
from server.coaching.operations import change_preference
from server.core import metrics
from server.core.database.session import unit_of_work
from server.privacy.operations import acknowledge_notice
from server.security.limits import WORDINGS
from tests.factories import bearer, new_cookie, new_token, new_user
from tests.forms import send
from tests.snapshot import snapshot

pytestmark = pytest.mark.sqlite_only

FIRST = (
    "We have been working hard on improving the way that our customers label pallets, and I am really excited to share that it "
    "is going very well."
)
LAST = "That is a great result for everyone involved and we are proud of it."
MIDDLE = "Our team changed the label on every pallet in the Leeds depot last spring. Fewer of them came back."
TEXT = f"\U0001f4e6 {FIRST} {MIDDLE} {LAST}"
CANARY = "zyxqcanaryqxyz"


@pytest.fixture
def rep(engine):
    return new_user(engine)


@pytest.fixture
def read_notice(engine, rep):
    def read():
        with unit_of_work(engine) as session:
            acknowledge_notice(session, user_id=rep.id)

    return read


@pytest.fixture
def choose_and_read(choose, read_notice):
    """The organisation's choice, and the rep has read the notice about it."""

    def change(*arguments, **values):
        choose(*arguments, **values)
        read_notice()

    return change


@pytest.fixture
def ask(wording_app, engine, rep):
    """A function that asks as the extension does."""
    client = wording_app.test_client()
    headers = bearer(new_token(engine, rep))

    def post(text=TEXT, advice="fact", **changes):
        body = {"surface": "linkedin-post", "text": text, "advice": advice, "company": "Quill Models"} | changes
        return client.post("/api/v1/wording", json=body, headers=headers)

    return post


@pytest.fixture
def me(wording_app, engine, rep):
    client = wording_app.test_client()
    return lambda: client.get("/api/v1/me", headers=bearer(new_token(engine, rep))).json["wording_help"]


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_text_that_cannot_be_stored_is_refused_and_sent_to_nobody(ask, choose_and_read, endpoint, text):
    choose_and_read()
    response = ask(text)
    assert (response.status_code, response.json["errors"][0]["field"]) == (422, "text")
    assert endpoint.requests == []


def test_passage_of_the_advice_gets_a_wording(ask, choose_and_read, endpoint):
    choose_and_read()
    endpoint.answer = "The Leeds depot got [your figure] fewer pallets back."
    response = ask()
    assert response.status_code == 200, response.text
    place = response.json["span"]
    units = TEXT.encode("utf-16-le")
    assert units[2 * place["offset"] : 2 * (place["offset"] + place["length"])].decode("utf-16-le") == LAST
    assert response.json["text"] == endpoint.answer
    material = endpoint.material
    assert (material["draft"], material["passage"]) == (TEXT, LAST)
    assert material["question"] == "How many, or how much?"
    sent = str(endpoint.requests)
    assert "@example" not in sent, "no account goes with it"


def test_off_by_default_and_after_the_rep_switched_it_off(engine, ask, choose_and_read, endpoint, me, rep):
    assert me() == {"mode": "off", "company": "", "is_on": True}
    assert ask().status_code == 409
    choose_and_read("device")
    assert me()["mode"] == "device"
    assert ask().status_code == 409, "the server asks nobody"
    choose_and_read()
    assert me() == {"mode": "endpoint", "company": "Quill Models", "is_on": True}
    with unit_of_work(engine) as session:
        change_preference(session, user_id=rep.id, wording_help=False)
    assert me()["is_on"] is False
    assert ask().status_code == 409
    assert endpoint.requests == []


def test_draft_goes_only_to_a_company_that_the_rep_was_told(ask, choose, read_notice, endpoint):
    choose()
    unread = ask()
    assert (unread.status_code, unread.json["code"]) == (409, "notice-not-acknowledged")
    assert "privacy notice" in unread.json["detail"]
    read_notice()
    assert ask().status_code == 200
    choose(company="Feather Models")
    assert ask(company="Feather Models").json["code"] == "notice-not-acknowledged", "the notice about the new one is unread"
    read_notice()
    # The card or the page was opened before the change.
    outdated = ask()
    assert (outdated.status_code, outdated.json["code"]) == (409, "wording-company")
    assert "Reload" in outdated.json["detail"]
    assert ask(company="").status_code == 409
    assert len(endpoint.requests) == 1, "nothing was sent to the new company"
    assert ask(company="Feather Models").status_code == 200


def test_request_without_the_company_is_refused(ask, choose_and_read, endpoint):
    choose_and_read()
    response = ask(company=None)
    assert (response.status_code, response.json["errors"][0]["field"]) == (422, "company")
    assert ask(company="x" * 101).json["errors"][0]["field"] == "company"
    assert endpoint.requests == []


def test_protected_talk_is_never_sent(ask, choose_and_read, endpoint):
    choose_and_read()
    for text in (f"{TEXT} My pension was cut in May.", "My salary is too low. My boss cut my pension and my holiday."):
        response = ask(text)
        assert (response.status_code, response.json["type"].rpartition("/")[2]) == (409, "wording-protected")
    assert endpoint.requests == []


def test_advice_that_the_text_has_not_is_refused(ask, choose_and_read, endpoint):
    choose_and_read()
    for advice in ("audience", "leave", "nothing"):
        assert ask(advice=advice).json["type"].endswith("wording-outdated")
    response = ask("x" * 5_001)
    assert (response.status_code, response.json["errors"][0]["limit"]) == (422, 5_000)
    assert endpoint.requests == []


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [("403", 502, "key"), ("429", 503, "limited"), ("500", 502, "unavailable"), ("not-json", 502, "not-understood")],
)
def test_failure_is_told_in_words(ask, choose_and_read, endpoint, fault, status, code):
    choose_and_read()
    endpoint.fault = fault
    response = ask()
    assert (response.status_code, response.json["type"].rpartition("/")[2]) == (status, f"wording-{code}")
    assert response.json["detail"].endswith(".")
    assert ("Retry-After" in response.headers) == (code == "limited")


def test_each_person_has_a_limit(ask, choose_and_read):
    choose_and_read()
    statuses = [ask(advice="nothing").status_code for _ in range(WORDINGS.times + 1)]
    assert statuses == [409] * WORDINGS.times + [429]


def test_endpoint_is_not_asked_in_a_transaction(wording_app, ask, choose_and_read, monkeypatch):
    choose_and_read()
    pool = wording_app.extensions["engines"][0].pool
    used = []
    monkeypatch.setattr(suggestions.wording_help, "ask", lambda *_: used.append(pool.checkedout()) or "A wording.")
    assert ask().status_code == 200
    assert used == [0]


def test_composer_asks_in_the_same_way_and_shows_nothing_while_it_is_off(wording_app, engine, rep, choose_and_read, endpoint):
    client = wording_app.test_client()
    client.set_cookie("repute", new_cookie(engine, rep))
    assert "wording" not in client.get("/write").text
    assert "wording" not in client.get("/settings").text
    choose_and_read()
    page = client.get("/write").text
    assert 'data-wording-mode="endpoint" data-wording-company="Quill Models"' in page
    assert "Quill Models receives the draft as well" in page
    token = re.search(r'data-csrf="([^"]+)"', page)[1]
    body = {"surface": "linkedin-post", "text": TEXT, "advice": "fact", "company": "Quill Models"}
    response = client.post("/write/wording", json=body, headers={"X-CSRFToken": token})
    assert (response.status_code, response.json["text"]) == (200, endpoint.answer)
    assert client.post("/write/wording", json=body).status_code == 400
    assert send(client, "/settings/wording-choice", "/settings").status_code == 303
    assert "wording" not in client.get("/write").text
    assert client.post("/write/wording", json=body, headers={"X-CSRFToken": token}).status_code == 409
    assert send(client, "/settings/wording-choice", "/settings", wording_help="yes").status_code == 303
    assert 'data-wording-mode="endpoint"' in client.get("/write").text


def test_draft_and_wording_are_kept_nowhere(ask, choose_and_read, endpoint, engine, wording_settings, capfd, caplog):
    choose_and_read()
    text = f"{TEXT} {CANARY.capitalize()} came back too."
    endpoint.answer = f"The {CANARY} depot."
    assert CANARY in ask(text).json["text"].lower()
    assert CANARY in str(endpoint.requests).lower()
    for endpoint.fault in ("403", "429", "500", "not-json", "long", "redirect", "closes"):
        assert ask(text).status_code >= 500
    ask(text, advice=CANARY)
    ask(text, **{CANARY: 1})
    printed = capfd.readouterr()
    assert "wording-help-failed" in printed.out
    assert CANARY not in (printed.out + printed.err + caplog.text).lower()
    assert CANARY not in metrics.exposition().decode().lower()
    assert CANARY not in str(snapshot(engine)).lower()
    for path in wording_settings.data.rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes().lower()
