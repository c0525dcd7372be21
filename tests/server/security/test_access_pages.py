"""An administrator sees and ends the sessions and pairings of a person; a manager does neither."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.core.database.session import unit_of_work
from server.security import operations
from server.security.browsers import describe_browser
from tests.factories import bearer, make_team, make_user, new_cookie, new_token, new_user
from tests.forms import extract_csrf_token, send

pytestmark = pytest.mark.sqlite_only

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0"


@pytest.fixture
def team(engine):
    """A manager and a rep of one team."""
    with unit_of_work(engine) as session:
        team = make_team(session)
        return make_user(session, role="manager", team=team), make_user(session, team=team, name="Noor Rep")


def sign_in(app, engine, user):
    browser = app.test_client()
    browser.set_cookie("repute", new_cookie(engine, user))
    return browser


def actions(engine, user):
    with unit_of_work(engine, writes=False) as session:
        rows = session.execute(
            select(AuditEntry.action, AuditEntry.actor_id, AuditEntry.reason_code).where(
                AuditEntry.object_type == "user", AuditEntry.object_id == str(user.id)
            )
        )
        return [tuple(row) for row in rows]


def test_administrator_ends_sessions_and_extension_each_on_their_own(app, engine, team):
    _, rep = team
    admin = new_user(engine, role="admin")
    browser, token = sign_in(app, engine, rep), new_token(engine, rep)
    admins = sign_in(app, engine, admin)
    page = admins.get(f"/people/{rep.id}").text
    assert "Test browser" in page
    assert "never used" in page
    assert send(admins, f"/people/{rep.id}/sessions/end", f"/people/{rep.id}").location == f"/people/{rep.id}"
    assert browser.get("/me").status_code == 302
    assert app.test_client().get("/api/v1/me", headers=bearer(token)).status_code == 200
    send(admins, f"/people/{rep.id}/pairings/end", f"/people/{rep.id}")
    assert app.test_client().get("/api/v1/me", headers=bearer(token)).status_code == 401
    assert "Signed in nowhere" in admins.get(f"/people/{rep.id}").text
    assert ("sessions.ended", admin.id, "admin") in actions(engine, rep)
    assert ("pairings.ended", admin.id, "admin") in actions(engine, rep)


def test_manager_neither_sees_nor_ends_them(app, engine, team):
    manager, rep = team
    browser, token = sign_in(app, engine, rep), new_token(engine, rep)
    managers = sign_in(app, engine, manager)
    page = managers.get(f"/people/{rep.id}")
    assert page.status_code == 200
    assert "Test browser" not in page.text
    assert "Sessions and extension" not in page.text
    for what in ("sessions", "pairings"):
        assert send(managers, f"/people/{rep.id}/{what}/end", "/settings").status_code == 404
    assert browser.get("/me").status_code == 200
    assert app.test_client().get("/api/v1/me", headers=bearer(token)).status_code == 200


def test_session_is_labelled_with_its_browser_and_shown_without_times(app, engine, team):
    _, rep = team
    with unit_of_work(engine) as session:
        path = operations.create_link(session, user_id=rep.id)
    browser = app.test_client()
    signed_in = send_link(browser, path)
    assert signed_in.status_code == 303
    assert "This browser, Firefox on Windows" in browser.get("/settings").text
    page = sign_in(app, engine, new_user(engine, role="admin")).get(f"/people/{rep.id}").text
    section = page.partition('id="sessions"')[2].partition("</section>")[0]
    assert "Firefox on Windows" in section
    assert "last used on" in section
    assert ":" not in section.partition("<ul")[2].partition("</ul>")[0].replace("rp-", "")


def send_link(browser, path):
    token = extract_csrf_token(browser.get(path).text)
    return browser.post(path, data={"csrf_token": token}, headers={"User-Agent": FIREFOX})


def test_unknown_person_has_no_sessions_to_end(app, engine):
    admins = sign_in(app, engine, new_user(engine, role="admin"))
    assert send(admins, "/people/999999/sessions/end", "/settings").status_code == 404


@pytest.mark.parametrize(
    ("user_agent", "label"),
    [
        (FIREFOX, "Firefox on Windows"),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36",
            "Chrome on Linux",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/26.0 Safari/605", "Safari on macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) CriOS/156.0 Mobile Safari/604", "Chrome on iPhone"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/156.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.9", None),
        ("", None),
    ],
)
def test_browsers_are_recognised(user_agent, label):
    assert describe_browser(user_agent) == label
