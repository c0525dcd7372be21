"""Inviting people, asking for a link, and the administrators' page about mail."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select, update

from server.core.database.session import unit_of_work
from server.jobs.models import Job
from server.mail.models import MailMessage
from server.people.queries import get_organisation
from server.security.models import WebSession
from tests.databases import settings_for
from tests.factories import make_team, make_user, new_cookie, new_user
from tests.forms import extract_csrf_token, send
from tests.mail_server import SENDER, links_in

pytestmark = pytest.mark.sqlite_only

LINK_PATH = "/sign-in/link"


@pytest.fixture
def tree(engine):
    with unit_of_work(engine) as session:
        company = make_team(session, name="Company")
        north, south = make_team(session, name="North", parent=company), make_team(session, name="South", parent=company)
        return {
            "company": company, "north": north,
            "admin": make_user(session, role="admin", team=company, name="Ada Admin"),
            "manager": make_user(session, role="manager", team=north, name="Max Manager"),
            "new": make_user(session, team=north, name="Nia New", acknowledged=False),
            "far": make_user(session, team=south, name="Finn Far", acknowledged=False),
            "known": make_user(session, team=north, name="Kay Known"),
        }  # fmt: skip


@pytest.fixture
def sign_in(browser, engine, tree):
    def sign_in(role):
        browser.set_cookie("repute", new_cookie(engine, tree[role]))
        return browser

    return sign_in


def invitations(engine, person):
    with unit_of_work(engine, writes=False) as session:
        query = select(func.count()).select_from(MailMessage).where(MailMessage.user_id == person.id)
        return session.scalar(query.where(MailMessage.kind == "invitation"))


def access_of(page, person):
    """The state that the list of people shows for somebody."""
    row = page.split(f'href="/people/{person.id}"')[1].split("</tr>")[0]
    return re.sub(r"<[^>]+>", " ", row.split('class="rp-people-access">')[1]).strip()


def test_selected_people_are_invited_and_their_state_is_shown(sign_in, engine, tree, server, work):
    admin = sign_in("admin")
    assert access_of(admin.get("/people").text, tree["new"]) == "Not invited"
    assert access_of(admin.get("/people").text, tree["known"]) == "Signed in"
    answer = send(admin, "/people/invitations", "/people", person=[str(tree["new"].id), str(tree["known"].id), "x"])
    assert answer.location == "/people"
    page = admin.get("/people").text
    assert "1 invitation is on the way. 1 person has signed in already." in page
    assert access_of(page, tree["new"]) == "Invitation on its way"
    assert invitations(engine, tree["far"]) == 0
    work()
    assert access_of(admin.get("/people").text, tree["new"]).startswith("Invited on ")
    path = links_in(server.messages[0])[0]
    assert send(admin.application.test_client(), path, path).status_code == 303
    assert access_of(admin.get("/people").text, tree["new"]) == "Signed in"


def test_everybody_in_a_team_is_invited(sign_in, engine, tree):
    admin = sign_in("admin")
    send(admin, "/people/invitations", "/people", who="everybody", team=str(tree["north"].id))
    assert [invitations(engine, tree[name]) for name in ("new", "far", "known")] == [1, 0, 0]
    send(admin, "/people/invitations", "/people", who="everybody", team=str(tree["company"].id))
    assert [invitations(engine, tree[name]) for name in ("new", "far", "known")] == [1, 1, 0]


def test_refused_address_is_shown_in_words(sign_in, tree, server, work):
    admin = sign_in("admin")
    server.replies = {tree["new"].email: "550 5.1.1 no such user"}
    path = f"/people/{tree['new'].id}"
    send(admin, f"{path}/invitation", path)
    work()
    for page in (admin.get(path).text, admin.get("/people").text):
        assert "The mail server does not accept the person&#39;s address." in page
        assert "550 5.1.1" in page
        assert "no such user" not in page


def test_second_invitation_within_the_hour_is_refused_in_words(sign_in, engine, tree):
    admin = sign_in("admin")
    path = f"/people/{tree['new'].id}"
    for _ in range(2):
        assert send(admin, f"{path}/invitation", path).location == path
    assert "This person was invited recently" in admin.get(path).text
    assert invitations(engine, tree["new"]) == 1


def test_manager_invites_their_own_people_only(sign_in, engine, tree):
    manager = sign_in("manager")
    path = f"/people/{tree['new'].id}"
    assert send(manager, f"{path}/invitation", path).location == path
    token = extract_csrf_token(manager.get(path).text)
    for form in ({"person": str(tree["far"].id)}, {"who": "everybody"}, {"who": "everybody", "team": str(tree["company"].id)}):
        manager.post("/people/invitations", data={"csrf_token": token, **form})
    assert manager.post(f"/people/{tree['far'].id}/invitation", data={"csrf_token": token}).status_code == 404
    assert [invitations(engine, tree[name]) for name in ("new", "far")] == [1, 0]


def test_manager_sees_and_does_nothing_about_individuals_in_team_only_mode(sign_in, engine, tree):
    manager = sign_in("manager")
    token = extract_csrf_token(manager.get("/people").text)
    with unit_of_work(engine) as session:
        get_organisation(session).team_only = True
    try:
        for path in ("/people", f"/people/{tree['new'].id}"):
            page = manager.get(path).text
            assert "Nia New" in page
            assert "Not invited" not in page
            assert "nvite" not in page.split("<main")[1]
        answer = manager.post(f"/people/{tree['new'].id}/invitation", data={"csrf_token": token})
        assert (answer.status_code, invitations(engine, tree["new"])) == (404, 0)
    finally:
        with unit_of_work(engine) as session:
            get_organisation(session).team_only = False


def test_without_mail_there_is_nothing_to_invite_with(client, engine, tree):
    client.set_cookie("repute", new_cookie(engine, tree["admin"]))
    page = client.get("/people").text
    assert access_of(page, tree["new"]) == "Not signed in yet"
    assert "/people/invitations" not in page
    assert send(client, "/people/invitations", "/people", who="everybody").status_code == 404
    stranger = client.application.test_client()
    assert stranger.get(LINK_PATH).status_code == 404
    assert LINK_PATH not in stranger.get("/link/none").text


def test_changing_an_address_needs_a_recent_confirmation(sign_in, engine, tree, other_address):
    admin = sign_in("admin")
    path = f"/people/{tree['new'].id}"
    with unit_of_work(engine) as session:
        session.execute(update(WebSession).values(confirmed_at=None))
    fields = {"name": "Nia Newer", "started_on": ""}
    refused = send(admin, f"{path}/change", path, email=other_address, **fields)
    assert refused.location == f"/confirm?next={path}"
    assert send(admin, f"{path}/change", path, email=tree["new"].email, **fields).location == path
    assert "Nia Newer" in admin.get(path).text


# --- asking for a link ------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("one_window")
def test_answer_is_the_same_whether_or_not_the_address_exists(browser, engine, server, work):
    user = new_user(engine)
    pages = []
    for email in (user.email, "nobody@example.com"):
        page = send(browser, LINK_PATH, LINK_PATH, email=email)
        assert page.status_code == 200
        pages.append(page.text.replace(email, "ADDRESS"))
    assert pages[0] == pages[1]
    assert "a link is on its way to it" in pages[0]
    assert work() == ["done", "done"]
    assert server.recipients == [user.email]
    (path,) = set(links_in(server.messages[0]))
    assert send(browser, path, path).location == "/"
    expired = browser.application.test_client().get(path).text
    assert 'href="/sign-in/link"' in expired


@pytest.mark.usefixtures("one_window")
def test_requests_are_limited_for_any_address(browser, engine):
    for email in (new_user(engine).email, "stranger@example.com"):
        statuses = [send(browser, LINK_PATH, LINK_PATH, email=email).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]


def test_wrong_address_is_named_and_kept(browser):
    page = send(browser, LINK_PATH, LINK_PATH, email="nobody")
    assert page.status_code == 422
    assert "This is not an e-mail address." in page.text
    assert 'value="nobody"' in page.text


def test_link_leads_to_the_page_that_was_asked_for(browser, engine, server, work):
    user = new_user(engine)
    browser.get("/sign-in?next=/settings")
    send(browser, LINK_PATH, LINK_PATH, email=user.email)
    work()
    path = links_in(server.messages[0])[0]
    assert send(browser, path, path).location == "/settings"


def test_sign_in_page_offers_a_link_but_not_beside_single_sign_on(browser, make_app, database_url, tmp_path):
    assert LINK_PATH in browser.get("/sign-in").text
    single_sign_on = make_app(settings_for(
        database_url, data=tmp_path, smtp_url="smtp://127.0.0.1:1", mail_from=SENDER, base_url="http://localhost",
        oidc_issuer="https://login.example.com", oidc_client_id="a", oidc_client_secret="b",
    )).test_client()  # fmt: skip
    assert LINK_PATH not in single_sign_on.get("/sign-in").text
    assert single_sign_on.get(LINK_PATH).status_code == 404
    assert LINK_PATH not in single_sign_on.get("/link/none").text


# --- the page about mail ----------------------------------------------------------------------------------------------


def test_test_message_shows_its_result(sign_in, tree, server, work):
    admin = sign_in("admin")
    assert send(admin, "/settings/mail/test", "/settings/mail").location == "/settings/mail#test"
    assert "on its way" in admin.get("/settings/mail").text
    assert work() == ["done"]
    assert f"the mail server accepted it for {tree['admin'].email}" in admin.get("/settings/mail").text
    assert server.messages[0]["Subject"] == "Test message from Repute"


def test_failed_test_is_not_repeated_and_says_why(sign_in, server, work, monkeypatch):
    admin = sign_in("admin")
    monkeypatch.setenv("REPUTE_SMTP_URL", "smtp://127.0.0.1:1")
    send(admin, "/settings/mail/test", "/settings/mail")
    assert work() == ["done"]
    page = admin.get("/settings/mail").text
    assert "not sent. The mail server cannot be reached." in page
    assert "Last failure" in page


def test_page_never_shows_the_password(make_app, engine, tree, database_url, tmp_path):
    url = "smtps://repute:t0p-secret@mail.example.com"
    app = make_app(settings_for(database_url, data=tmp_path, smtp_url=url, mail_from=SENDER, base_url="http://localhost"))
    admin = app.test_client()
    admin.set_cookie("repute", new_cookie(engine, tree["admin"]))
    page = admin.get("/settings/mail").text
    assert "mail.example.com, port 465" in page
    assert "t0p-secret" not in page
    assert "smtps://" not in page


def test_two_tests_at_once_are_one(sign_in, engine):
    admin = sign_in("admin")
    with unit_of_work(engine, writes=False) as session:
        before = session.scalar(select(func.count()).select_from(Job))
    token = extract_csrf_token(admin.get("/settings/mail").text)
    for _ in range(2):
        admin.post("/settings/mail/test", data={"csrf_token": token})
    with unit_of_work(engine, writes=False) as session:
        assert session.scalar(select(func.count()).select_from(Job)) == before + 1


def test_reminders_are_saved_and_refused_with_the_field(sign_in, engine):
    admin = sign_in("admin")
    assert send(admin, "/settings/mail/reminders", "/settings/mail", reminders="2", reminder_days="10").status_code == 303
    with unit_of_work(engine, writes=False) as session:
        organisation = get_organisation(session)
        assert (organisation.reminders, organisation.reminder_days) == (2, 10)
    for field, values in (("reminders", ("3", "5")), ("reminder_days", ("1", "31")), ("reminder_days", ("1", "soon"))):
        reminders, days = values
        refused = send(admin, "/settings/mail/reminders", "/settings/mail", reminders=reminders, reminder_days=days)
        assert refused.status_code == 422
        assert f'id="{field}-error"' in refused.text
