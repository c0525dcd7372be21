"""The pages of one-to-ones: nothing typed is lost, team and week stay, and the sheet has room to write."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from server.core.database.session import unit_of_work
from server.core.weeks import UTC_CALENDAR
from server.one_to_ones import queries
from server.people.queries import get_organisation
from tests.concurrency import at_once
from tests.factories import make_team, make_user, new_cookie

TODAY = UTC_CALENDAR.today()


@pytest.fixture(scope="module")
def people(engine):
    with unit_of_work(engine) as session:
        get_organisation(session).team_only = False
        team = make_team(session, name="Isles")
        return {
            "team": team,
            "manager": make_user(session, role="manager", team=team, name="Owen Prichard"),
            "admin": make_user(session, role="admin", team=team),
            "rep": make_user(session, team=team, name="Callum Baird"),
            "next": make_user(session, team=team, name="Dora Next"),
        }


@pytest.fixture
def browser(app, engine, people):
    def sign_in(who):
        client = app.test_client()
        client.set_cookie("repute", new_cookie(engine, people[who]))
        return client

    return sign_in


def path(people, **parameters):
    query = "&".join(f"{name}={value}" for name, value in ({"day": TODAY} | parameters).items())
    return f"/team/rep/{people['rep'].id}/one-to-one?{query}"


def post(client, address, **fields):
    page = client.get(address).text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    return client.post(address, data=hidden | {"csrf_token": token} | fields)


def stored(engine, people):
    with unit_of_work(engine, writes=False) as session:
        row = queries.find_one_to_one(
            session, user_id=people["rep"].id, manager_id=people["manager"].id, held_on=TODAY
        )  # fmt: skip
        return (row.notes, row.version) if row else None


def test_save_keeps_team_and_week_and_the_person_reads_it(browser, engine, people):
    address = path(people, team=people["team"].id, week="2026-11-16")
    answer = post(
        browser("manager"), address, notes="Shorter calls", praise="Clear answer",
        **{"action-0-text": "Call  Berg", "action-0-owner": "person", "action-0-due": str(TODAY)},
    )  # fmt: skip
    assert answer.status_code == 303
    assert f"team={people['team'].id}" in answer.location
    assert "week=2026-11-16" in answer.location
    assert stored(engine, people)[0] == "Shorter calls"
    own = browser("rep").get("/me/one-to-ones").text
    assert all(text in own for text in ("Shorter calls", "Clear answer", "Call Berg"))
    action = re.search(r'action="(/me/one-to-ones/actions/\d+)"', own)[1]
    token = re.search(r'name="csrf_token" value="([^"]+)"', own)[1]
    rep = browser("rep")
    token = re.search(r'name="csrf_token" value="([^"]+)"', rep.get("/me/one-to-ones").text)[1]
    assert rep.post(action, data={"csrf_token": token, "done": "yes"}).status_code == 303
    assert "Open again" in rep.get("/me/one-to-ones").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"notes": "y" * 5001}, "at most 5,000 characters; it has 5,001"),
        ({"praise": "y" * 1001}, "at most 1,000 characters; it has 1,001"),
        ({"action-1-text": "y" * 301}, "at most 300 characters; it has 301"),
        ({"action-2-text": "Call", "action-2-due": "soon"}, "must be a date such as"),
        ({"action-0-due": "2030-01-01"}, "what was agreed until this day"),
    ],
)
def test_refusal_names_the_limit_and_keeps_everything_typed(browser, people, fields, said):
    typed = {"notes": "Keep my notes", "praise": "Keep my praise", "action-0-text": "", "action-1-text": "Keep my action"}
    answer = post(browser("manager"), path(people), **(typed | fields))
    assert answer.status_code == 422
    assert said in answer.text
    assert all(text in answer.text for text in (typed | fields).values())


def test_second_window_keeps_its_text_and_sees_what_is_stored(browser, engine, people):
    manager = browser("manager")
    page = manager.get(path(people)).text
    old = {
        "csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', page)[1],
        "version": re.search(r'name="version" value="(\d+)"', page)[1],
    }
    assert post(manager, path(people), notes="First window").status_code == 303
    refused = manager.post(path(people), data=old | {"notes": "Second window", "action-0-text": "Call Elm"})
    assert refused.status_code == 409
    assert all(text in refused.text for text in ("First window", "Second window", "Call Elm", "saved in another window"))
    assert stored(engine, people)[0] == "First window"
    version = re.search(r'name="version" value="(\d+)"', refused.text)[1]
    assert manager.post(path(people), data=old | {"notes": "Second window", "version": version}).status_code == 303
    assert stored(engine, people)[0] == "Second window"


def test_first_saves_at_once_store_one_and_lose_none(browser, people):
    manager = browser("manager")
    page = manager.get(path(people, day=TODAY - timedelta(days=3))).text
    form = {"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', page)[1], "version": "0"}
    browsers = [browser("manager") for _ in range(4)]
    forms = [
        form | {"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', one.get("/me").text)[1], "notes": f"Window {n}"}
        for n, one in enumerate(browsers)
    ]

    def save(number):
        return browsers[number].post(path(people, day=TODAY - timedelta(days=3)), data=forms[number])

    answers = at_once(save, 4)
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]
    assert all(f"Window {n}" in answer.text for n, answer in enumerate(answers) if answer.status_code == 409)


def test_sheet_has_points_actions_and_room_to_write(browser, people):
    page = browser("manager").get(path(people)).text
    sheet = page[page.index('class="rp-sheet-page"') :]
    assert all(f"<h2>{part}</h2>" in sheet for part in ("What to talk about", "Notes", "Agreed", "Praise"))
    assert "rp-sheet-lines" in sheet
    assert "<textarea" not in sheet


def test_next_person_keeps_team_and_week(browser, people):
    page = browser("manager").get(path(people, team=people["team"].id, week="2026-11-16")).text
    link = re.search(r'href="([^"]+)" aria-label="Next person: Dora Next"', page)[1]
    assert link == f"/team/rep/{people['next'].id}/one-to-one?team={people['team'].id}&amp;week=2026-11-16"


def test_page_of_a_person_links_to_it_for_their_manager_only(browser, people):
    address = f"/team/rep/{people['rep'].id}"
    assert f"{address}/one-to-one" in browser("manager").get(address).text
    assert f"{address}/one-to-one" not in browser("admin").get(address).text


def test_deleting_needs_the_day_and_removes_it(browser, engine, people):
    manager = browser("manager")
    post(manager, path(people), notes="To delete")
    token = re.search(r'name="csrf_token" value="([^"]+)"', manager.get(path(people)).text)[1]
    delete = f"/team/rep/{people['rep'].id}/one-to-one/delete"
    assert manager.post(delete, data={"csrf_token": token}).status_code == 404
    assert manager.post(f"{delete}?day={TODAY}", data={"csrf_token": token}).status_code == 303
    assert stored(engine, people) is None
