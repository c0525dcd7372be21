"""Connecting HubSpot in the browser: tested, set up, started, paused, matched, removed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from server.audit.models import AuditEntry
from server.connections.models import Connection, ConnectionOwner, ConnectionRun
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.jobs.models import Job
from server.people.queries import get_organisation
from tests.factories import new_cookie, new_user
from tests.forms import extract_csrf_token
from tests.server.connections.conftest import put_call
from tests.server.connections.hubspot_server import KEY, Fault

pytestmark = pytest.mark.sqlite_only

PAGE = "/connections/hubspot"


@pytest.fixture
def browser(make_app, crm_settings, crm, engine):
    app = make_app(crm_settings)
    browser = app.test_client()
    browser.set_cookie("repute", new_cookie(engine, crm.admin))
    return browser


def post(browser, path, **fields):
    token = extract_csrf_token(browser.get("/connections/hubspot").text)
    return browser.post(path, data={"csrf_token": token, **fields})


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


def shown(browser):
    return words(browser.get(PAGE))


def everything_stored(engine):
    """All text in the tables that must not have a secret."""
    with unit_of_work(engine, writes=False) as session:
        rows = [*session.scalars(select(AuditEntry)), *session.scalars(select(Job)), *session.scalars(select(Connection))]
        rows += session.scalars(select(ConnectionRun)).all()
        return " ".join(str({name: value for name, value in vars(row).items() if name[0] != "_"}) for row in rows)


def plan_fields(**values):
    fields = {"metric-calls": "call", "detail": "records", "schedule": "hourly"}
    return fields | {"since": (now() - timedelta(days=30)).date().isoformat()} | values


def test_connecting_starting_and_reading(browser, crm, hubspot, ann):
    put_call(hubspot, "101", hs_call_title="Intro")
    assert "Not connected" in words(browser.get("/connections"))
    assert "crm.objects.owners.read" in shown(browser)
    assert post(browser, PAGE, key=KEY).status_code == 303
    assert "Connected: HubSpot account 123456." in shown(browser)
    assert "1 user of HubSpot is matched" in shown(browser)
    assert post(browser, f"{PAGE}/plan", **plan_fields()).status_code == 303
    assert crm.next_job() is None
    post(browser, f"{PAGE}/start")
    assert "Asking HubSpot what has changed" in shown(browser)
    crm.run()
    assert "Up to date Next run on" in shown(browser)
    assert "1 new" in shown(browser)
    assert crm.ids() == ["call:101"]


def test_the_key_is_nowhere_but_encrypted(browser, crm, hubspot, engine, ann, capsys):
    post(browser, PAGE, key=KEY)
    post(browser, f"{PAGE}/start")
    crm.run()
    hubspot.key = "rotated"
    crm.again()
    said = browser.get(PAGE).text + browser.get("/audit").text + everything_stored(engine) + "".join(capsys.readouterr())
    assert KEY not in said
    refused = post(browser, PAGE, key=KEY)
    assert refused.status_code == 422
    assert KEY not in refused.text


def test_a_refused_key_is_said_in_words_and_nothing_is_stored(browser, hubspot, engine):
    refused = post(browser, PAGE, key="pat-wrong")
    assert refused.status_code == 422
    assert "Not connected. HubSpot refuses the Service Key" in words(refused)
    assert 'role="alert"' in refused.text
    with unit_of_work(engine, writes=False) as session:
        assert session.scalar(select(func.count()).select_from(Connection)) == 0
    assert "is missing" in words(post(browser, PAGE, key=" "))
    assert "has more than 500 characters" in words(post(browser, PAGE, key="x" * 501))
    assert "that no key has" in words(post(browser, PAGE, key="pat ü\r\nX: y"))


def test_a_plan_that_cannot_be_used_is_refused_and_kept_in_the_form(browser, hubspot):
    post(browser, PAGE, key=KEY)
    refused = post(browser, f"{PAGE}/plan", **plan_fields(since="1999-01-01", schedule="daily"))
    assert refused.status_code == 422
    assert "Not saved. This must be a day from" in words(refused)
    assert 'value="1999-01-01"' in refused.text
    assert '<option value="daily" selected>' in refused.text
    assert post(browser, f"{PAGE}/plan", **plan_fields(**{"metric-calls": ""})).status_code == 422
    assert post(browser, f"{PAGE}/plan", **plan_fields(**{"metric-calls": "sales"})).status_code == 422
    assert post(browser, f"{PAGE}/plan", **plan_fields(detail="all")).status_code == 422
    assert post(browser, f"{PAGE}/plan", **plan_fields(since="soon")).status_code == 422


def test_another_metric_moves_the_records_and_back_again(browser, crm, hubspot, ann):
    put_call(hubspot, "101")
    crm.add().plan("calls").start().run()
    for metric in ("lead-followed-up", "call"):
        post(browser, f"{PAGE}/plan", **plan_fields(**{"metric-calls": metric}))
        crm.run()
        assert crm.records("source_id", "kind") == [("call:101", metric)]


def test_numbers_only_have_neither_title_nor_link_and_do_not_even_ask_for_the_title(browser, crm, hubspot, engine, ann):
    with unit_of_work(engine) as session:
        get_organisation(session).keep_subjects = True
    put_call(hubspot, "101", hs_call_title="Intro")
    crm.add().plan("calls", detail="counts").start().run()
    assert crm.records("subject", "url") == [(None, None)]
    assert not any("hs_call_title" in body.get("properties", []) for body in hubspot.bodies)
    post(browser, f"{PAGE}/plan", **plan_fields())
    crm.run()
    assert crm.records("subject") == [("Intro",)]
    assert crm.records()[0].url.startswith("https://app.hubspot.com/")
    post(browser, f"{PAGE}/plan", **plan_fields(detail="counts"))
    crm.run()
    assert crm.records("subject", "url") == [(None, None)]
    with unit_of_work(engine) as session:
        get_organisation(session).keep_subjects = False


def test_users_are_matched_by_hand_or_not_counted(browser, crm, hubspot, engine, ann):
    bo = new_user(engine, name="Bo Berg")
    hubspot.add_owner("12", "b.berg@old.example", name="B. Berg")
    put_call(hubspot, "101", owner="12")
    put_call(hubspot, "102")
    crm.add().plan("calls").start().run()
    assert "1 user has an address that nobody here has" in shown(browser)
    assert "Has work that is not counted" in shown(browser)
    post(browser, f"{PAGE}/owners", owner="12", person=str(bo.id))
    crm.run()
    assert crm.records("source_id", "user_id") == [("call:101", bo.id), ("call:102", ann.id)]
    post(browser, f"{PAGE}/owners", owner="12", person="skip")
    crm.run()
    assert crm.ids() == ["call:102"]
    post(browser, f"{PAGE}/owners", owner="12", person=str(bo.id))
    crm.run()
    assert crm.ids() == ["call:101", "call:102"]
    assert post(browser, f"{PAGE}/owners", owner="12", person="999999").status_code == 422


def test_a_problem_is_shown_with_the_next_attempt_and_a_pause_with_what_to_do(browser, crm, hubspot, ann):
    crm.add().plan("calls").start().step()
    hubspot.faults = [Fault("daily", matches="search")]
    crm.step()
    said = shown(browser)
    assert "Waiting" in said
    assert "The next attempt is on" in said
    hubspot.key = "rotated"
    crm.run()
    assert "Needs attention HubSpot refuses the Service Key" in shown(browser)
    assert "HubSpot refuses the Service Key" in words(browser.get("/connections"))


def test_testing_says_whether_it_works(browser, crm, hubspot, ann):
    crm.add()
    post(browser, f"{PAGE}/test")
    assert "It works: HubSpot account 123456." in shown(browser)
    hubspot.key = "rotated"
    post(browser, f"{PAGE}/test")
    assert "HubSpot refuses the Service Key" in shown(browser)


def test_pausing_and_going_on(browser, crm, hubspot, ann):
    put_call(hubspot, "101")
    crm.add().plan("calls").start()
    post(browser, f"{PAGE}/pause")
    crm.run()
    assert crm.ids() == []
    assert "Paused Nothing is read until you resume" in shown(browser)
    post(browser, f"{PAGE}/start")
    crm.run()
    assert crm.ids() == ["call:101"]


def test_removing_keeps_the_records_and_deletes_everything_else(browser, crm, hubspot, engine, ann):
    put_call(hubspot, "101")
    crm.add().plan("calls").start().run()
    post(browser, f"{PAGE}/remove", records="keep")
    assert crm.ids() == ["call:101"]
    with unit_of_work(engine, writes=False) as session:
        for table in (Connection, ConnectionOwner, ConnectionRun):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_removing_with_records_deletes_them_by_jobs_and_a_new_connection_reads_them_again(
    browser, crm, hubspot, ann, monkeypatch
):
    monkeypatch.setattr("server.connections.applying.CLEARED_AT_ONCE", 10)
    for number in range(25):
        put_call(hubspot, str(number))
    crm.add().plan("calls").start().run()
    post(browser, f"{PAGE}/remove", records="delete")
    assert "25 are left" in shown(browser)
    assert post(browser, f"{PAGE}/start").status_code == 409
    crm.run()
    assert crm.ids() == []
    assert "Not connected" in words(browser.get("/connections"))
    crm.add().plan("calls").start().run()
    assert len(crm.ids()) == 25


def test_starting_publishes_a_notice_that_names_the_crm(browser, crm, hubspot, engine, ann):
    with unit_of_work(engine, writes=False) as session:
        before = get_organisation(session).notice_version
    assert "HubSpot" not in words(browser.get("/me/data"))
    crm.add().plan("calls").start()
    with unit_of_work(engine, writes=False) as session:
        assert get_organisation(session).notice_version != before
    assert "HubSpot" in words(browser.get("/me/data"))


@pytest.mark.parametrize("role", ["rep", "manager"])
def test_nobody_but_administrators_finds_the_pages(make_app, crm_settings, engine, hubspot, role):
    browser = make_app(crm_settings).test_client()
    browser.set_cookie("repute", new_cookie(engine, new_user(engine, role=role)))
    assert browser.get("/connections").status_code == 404
    assert browser.get(PAGE).status_code == 404


def test_an_unknown_crm_is_not_found(browser, hubspot):
    assert browser.get("/connections/nothing").status_code == 404
    assert post(browser, "/connections/nothing", key="x").status_code == 404
