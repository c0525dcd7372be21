"""The pages of labels, as experts, administrators and everybody else use them, without JavaScript."""

from __future__ import annotations

import html
import io
import json
import re

import pytest
from sqlalchemy import delete

from server.core.database.session import unit_of_work
from server.labels import operations, queries, view
from server.labels.models import LabelExpert, LabelItem, LabelText
from server.labels.removal import remove_texts
from tests.factories import make_identity, make_user, new_cookie
from tests.forms import extract_csrf_token
from tests.server.labels.label_helpers import choice, make_expert, make_item, marks
from tests.texts import sentence

pytestmark = pytest.mark.sqlite_only

PATH = "/tuning/labels"


@pytest.fixture(autouse=True)
def empty_queue(engine):
    with unit_of_work(engine) as session:
        remove_texts(session, text_ids=session.scalars(queries.select(LabelText.id)).all())


@pytest.fixture
def people(engine):
    with unit_of_work(engine) as session:
        ana, ben = make_expert(session, name="Ana Blum"), make_expert(session, name="Ben Cole")
        return {
            "ana": ana,
            "ben": ben,
            "admin": make_identity(make_user(session, role="admin", name="Ida Holm")),
            "rep": make_identity(make_user(session, name="Rob Vane")),
        }


@pytest.fixture
def browser(app, engine, people):
    """A function that returns a browser in which somebody is signed in."""

    def sign_in(name):
        with unit_of_work(engine) as session:
            user = session.get_one(queries.User, people[name].user_id)
        client = app.test_client()
        client.set_cookie("repute", new_cookie(engine, user))
        return client

    return sign_in


def said(response) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def post(client, path, /, page=PATH, **data):
    token = extract_csrf_token(client.get(page).text)
    return client.post(path, data={"csrf_token": token, **data}, follow_redirects=True)


def new_items(engine, count=1, **values):
    with unit_of_work(engine) as session:
        return [make_item(session, **values) for _ in range(count)]


def drafts_of(page):
    return [
        html.unescape(text)
        for text in re.findall(r'<p class="rp-panel-body rp-pre-line" dir="auto">(.*?)</p>', page, re.DOTALL)
    ]


def test_an_expert_answers_and_gets_the_next_pair(engine, people, browser):
    new_items(engine, 2)
    client = browser("ana")
    page = client.get(PATH)
    assert "2 pairs wait for you" in said(page)
    assert ">Labels</a>" in page.text, "in the menu"
    assert "Experts" not in page.text
    action = re.search(r'action="(/tuning/labels/items/(\d+)/answer)"', page.text)
    shown = drafts_of(page.text)
    after = post(client, action[1], choice="first", reasons=["hook", "voice"], note="Names a port.")
    assert "You have answered 1 . 1 pair waits for you" in said(after)
    assert drafts_of(after.text) != shown
    with unit_of_work(engine) as session:
        item = int(action[2])
        stored = queries.own_answer(session, item_id=item, user_id=people["ana"].user_id)
        texts = queries.item_texts(session, item_id=item)
        # What is first on the page may be the second of the item.
        assert {"first": texts.first, "second": texts.second}[stored.choice] == shown[0]
        assert (stored.reasons, stored.note) == (["hook", "voice"], "Names a port.")
    last = re.search(r'href="(/tuning/labels/items/\d+)" data-label-last', after.text)[1]
    again = client.get(last)
    assert re.search(r'value="first"[^>]*checked', again.text)
    assert 'value="Names a port."' in again.text
    assert re.search(r'value="voice"[^>]*checked', again.text)


def test_nothing_typed_is_lost_when_an_answer_is_incomplete(engine, people, browser):
    [item] = new_items(engine, kind="draft", surface="x-post")
    client = browser("ana")
    page = client.get(f"{PATH}?show=draft")
    assert "X post" in said(page)
    answer = {f"mark-{name}": "4" for name in ("hook", "specificity", "audience")} | {"mark-story": "none"}
    refused = post(client, f"{PATH}/items/{item}/answer", **answer, whole="sixty", note="Plain.")
    assert refused.status_code == 422
    assert "This must be a whole number." in said(refused)
    refused = post(client, f"{PATH}/items/{item}/answer", **answer, whole="60", note="Plain.")
    assert "This is missing: choose 1 to 5." in said(refused)
    assert re.search(r'name="mark-hook" value="4" checked', refused.text)
    assert re.search(r'name="mark-story" value="none" checked', refused.text)
    assert 'value="60"' in refused.text
    assert 'value="Plain."' in refused.text
    assert re.search(r'<fieldset[^>]*aria-describedby="mark-clarity-error"', refused.text)
    del answer["mark-story"]
    refused = post(client, f"{PATH}/items/{item}/answer", **answer, whole="60")
    assert "This is missing: choose 1 to 5, or that there is no room for one." in said(refused)


def test_skipped_items_do_not_come_again(engine, people, browser):
    new_items(engine)
    client = browser("ana")
    skip = re.search(r'formaction="([^"]+)"', client.get(PATH).text)[1]
    assert "Nothing waits for you here" in said(post(client, skip, show="pair"))
    assert "1 pair waits for you" in said(browser("ben").get(PATH))


def test_the_queue_says_who_can_fill_it(browser):
    assert "An administrator has to fill it first." in said(browser("ana").get(PATH))
    admin = browser("admin")
    assert "Choose texts" in said(admin.get(PATH))
    assert re.search(r"Added [\d,]+ items to the queue", said(post(admin, f"{PATH}/fill")))
    assert "Nothing new to add." in said(post(admin, f"{PATH}/fill"))
    assert "300" in said(admin.get(f"{PATH}/texts"))


def test_nobody_sees_an_answer_before_giving_theirs(engine, people, browser):
    [item] = new_items(engine)
    with unit_of_work(engine) as session:
        operations.answer_item(session, reader=people["ana"], item_id=item, given=choice("first", note="Secretnote"))
    for name in ("ben", "admin"):
        client = browser(name)
        for path in (PATH, f"{PATH}/items/{item}", f"{PATH}/disagreements", f"{PATH}/agreement"):
            page = client.get(path)
            assert page.status_code == 200
            assert "Secretnote" not in page.text
            assert "Ana Blum" not in page.text
        assert client.get(f"{PATH}/disagreements/{item}").status_code == 404
    with unit_of_work(engine) as session:
        operations.answer_item(session, reader=people["ben"], item_id=item, given=choice("second"))
    assert "Secretnote" in browser("ben").get(f"{PATH}/disagreements/{item}").text
    assert "Your answer to this item stays." in said(browser("ana").get(f"{PATH}/items/{item}"))


def test_people_without_the_role_find_nothing(engine, people, browser):
    [item] = new_items(engine)
    client = browser("rep")
    for path in ("", f"/items/{item}", "/disagreements", f"/disagreements/{item}", "/agreement", "/texts", "/experts"):
        assert client.get(PATH + path).status_code == 404, path
    assert "/tuning/labels" not in client.get("/me").text
    for path in (f"/items/{item}/answer", f"/items/{item}/skip", "/fill", "/import", "/export", "/experts"):
        assert post(client, PATH + path, page="/settings", choice="first").status_code == 404, path
    expert = browser("ana")
    for path in ("/texts", "/experts"):
        assert expert.get(PATH + path).status_code == 404, path


def test_a_disagreement_is_discussed_and_settled(engine, people, browser):
    [item] = new_items(engine)
    with unit_of_work(engine) as session:
        operations.answer_item(session, reader=people["ana"], item_id=item, given=choice("first"))
        operations.answer_item(session, reader=people["ben"], item_id=item, given=choice("same"))
    place = f"{PATH}/disagreements/{item}"
    ana, ben, admin = browser("ana"), browser("ben"), browser("admin")
    assert place in ana.get(f"{PATH}/disagreements").text
    assert "Propose an answer" in said(ana.get(place))
    assert "Settle it" in said(admin.get(place))
    assert "I would not sign the second." in said(
        post(ana, f"{place}/comment", page=place, comment="I would not sign the second.")
    )
    refused = post(ana, f"{place}/comment", page=place, comment=" ")
    assert (refused.status_code, "This must not be empty." in said(refused)) == (422, True)
    assert "Proposed." in said(post(ben, f"{place}/settle", page=place, choice="first"))
    assert "Ben Cole proposes Draft A" in said(ana.get(place))
    assert "Accept" not in said(ben.get(place))
    settled = post(ana, f"{place}/accept", page=place)
    assert "Ben Cole proposed and Ana Blum accepted: Draft A" in said(settled)
    assert "Propose an answer" not in said(settled)
    assert "Settled" in said(admin.get(f"{PATH}/disagreements"))


def test_the_discussion_says_so_if_its_reader_saw_the_drafts_the_other_way_round(engine, people, browser):
    """All readers of a discussion see the same order; where they answered, half of them see the other one."""
    ana, seen = browser("ana"), set()
    for item in new_items(engine, 8):
        with unit_of_work(engine) as session:
            operations.answer_item(session, reader=people["ana"], item_id=item, given=choice("first"))
            texts = queries.item_texts(session, item_id=item)
            when_answered = list(view.question(session, texts, user_id=people["ana"].user_id).shown)
            operations.answer_item(session, reader=people["ben"], item_id=item, given=choice("second"))
        page = ana.get(f"{PATH}/disagreements/{item}")
        is_same_order = drafts_of(page.text) == when_answered
        assert ("the other way round" in said(page)) is not is_same_order
        assert "the other way round" not in said(browser("admin").get(f"{PATH}/disagreements/{item}"))
        seen.add(is_same_order)
    assert seen == {True, False}


def test_a_third_settles_marks(engine, people, browser):
    [item] = new_items(engine, kind="draft")
    with unit_of_work(engine) as session:
        operations.answer_item(session, reader=people["ana"], item_id=item, given=marks(3, whole=50))
        operations.answer_item(session, reader=people["ben"], item_id=item, given=marks(3, whole=55, voice=5))
    place, admin = f"{PATH}/disagreements/{item}", browser("admin")
    page = admin.get(place).text
    assert re.search(r'name="mark-hook" value="3" checked', page), "both gave it"
    assert not re.search(r'name="mark-voice" value="\d" checked', page)
    fields = {f"mark-{name}": "3" for name in operations.checked("draft", marks(3)).marks} | {"mark-voice": "4"}
    assert "Ida Holm, as a third, chose" in said(post(admin, f"{place}/settle", page=place, **fields, whole="52"))


def test_administrators_see_all_readers_and_a_person_only_their_own_figures(engine, people, browser):
    with unit_of_work(engine) as session:
        for number in range(6):
            item = make_item(session)
            operations.answer_item(session, reader=people["ana"], item_id=item, given=choice("first"))
            operations.answer_item(session, reader=people["ben"], item_id=item, given=choice("first" if number else "second"))
    path = f"{PATH}/agreement"
    admin = said(browser("admin").get(path))
    assert "Ana Blum and Ben Cole" in admin
    assert "The same choice on 83 % of 6 pairs; chance would give 83 %." in admin
    own = said(browser("ana").get(path))
    assert "The same choice on 83 % of 6 pairs" in own
    assert "Ben Cole" not in own
    assert "Every two readers" not in own


def test_experts_are_named_and_removed(engine, people, browser):
    admin, path = browser("admin"), f"{PATH}/experts"
    rep = people["rep"]
    assert "Rob Vane may label now." in said(post(admin, path, page=path, email=f" {rep.email.upper()} "))
    assert browser("rep").get(PATH).status_code == 200
    assert "Rob Vane may label now." in said(post(admin, path, page=path, email=rep.email))
    for email in ("nobody@example.com", people["admin"].email):
        refused = post(admin, path, page=path, email=email)
        assert refused.status_code == 422
        assert email in refused.text
    assert "Removed." in said(post(admin, f"{path}/{rep.user_id}/remove", page=path))
    assert browser("rep").get(PATH).status_code == 404
    with unit_of_work(engine) as session:
        session.execute(delete(LabelExpert).where(LabelExpert.user_id == rep.user_id))


def test_files_are_exported_and_imported(engine, people, browser):
    new_items(engine, 2)
    admin, path = browser("admin"), f"{PATH}/texts"
    exported = post(admin, f"{PATH}/export", page=path, format="repute")
    assert exported.mimetype == "application/x-ndjson"
    assert len([json.loads(line) for line in exported.text.splitlines()]) == 2
    assert re.search(
        r'filename="repute-labels-[\d-]+-argilla.json"',
        post(admin, f"{PATH}/export", page=path, format="argilla").headers["Content-Disposition"],
    )
    assert post(admin, f"{PATH}/export", page=path, format="xml").status_code == 422

    def load(content, **fields):
        return post(admin, f"{PATH}/import", page=path, file=(io.BytesIO(content.encode()), "labels.jsonl"), **fields)

    row = json.dumps({"surface": "x-post", "texts": [{"text": sentence()}]})
    refused = load(row)
    assert (refused.status_code, "Tick this first" in said(refused)) == (422, True)
    assert "Choose a file first." in said(post(admin, f"{PATH}/import", page=path, may_use="yes"))
    report = said(load(f'{row}\n{{"surface": "myspace", "texts": []}}', may_use="yes"))
    assert "1 item read. New: 1 text, 1 item, 0 answers. 1 line was left out" in report
    assert "2 surface Must be one of linkedin-post, linkedin-comment, x-post, x-reply." in report
    assert "New: 0 texts, 0 items, 0 answers." in said(load(row, may_use="yes"))
    with unit_of_work(engine) as session:
        assert session.scalar(queries.select(queries.func.count()).select_from(LabelItem)) == 3


def test_each_person_decides_under_my_data(engine, people, browser):
    client, page = browser("rep"), "/me/data"
    assert "It is off unless you switch it on" in said(client.get(page))
    switched_on = post(client, "/me/data/teaching", page=page, teaching="on")
    assert "Your shared items may be used to teach the coach." in said(switched_on)
    assert "On since" in said(switched_on)
    assert "no longer teach the coach" in said(post(client, "/me/data/teaching", page=page, teaching="off"))
    assert "It is off unless you switch it on" in said(client.get(page))
