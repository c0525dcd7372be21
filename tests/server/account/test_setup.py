"""The setup checklist, computed from the tables, and the administrators' home page."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from server.account import checklist
from server.activities.models import Activity
from server.core.database.session import unit_of_work
from server.mail.models import MailMessage
from server.people.models import Target
from server.people.queries import get_organisation
from server.security import operations
from server.security.models import LoginLink
from tests.factories import make_record, make_team, make_token, make_user, new_cookie, new_user
from tests.forms import send

TITLES = ("people", "invited", "teams", "targets", "credit", "notice", "crm", "extension", "post")


@pytest.fixture
def admin(client, engine):
    client.set_cookie("repute", new_cookie(engine, new_user(engine, role="admin")))
    return client


def activity(user, kind, source):
    return Activity(user_id=user.id, kind=kind, source=source, external_id=uuid.uuid4().hex, occurred_at=datetime.now(UTC))


def done(session):
    return [name for name, step in zip(TITLES, checklist.steps(session), strict=True) if step.is_done]


def test_each_step_is_done_when_its_data_is_there(session):
    organisation = get_organisation(session)
    organisation.overseer = None
    session.flush()
    assert done(session) == []
    team = make_team(session)
    rep = make_user(session, team=team, acknowledged=False)
    assert done(session) == ["people", "teams"]
    operations.create_link(session, user_id=rep.id)
    assert done(session) == ["people", "invited", "teams"]
    session.delete(session.scalars(select(LoginLink).where(LoginLink.user_id == rep.id)).one())
    session.add(MailMessage(user_id=rep.id, kind="invitation"))
    session.flush()
    assert done(session) == ["people", "teams"]
    session.scalars(select(MailMessage)).one().sent_at = datetime.now(UTC)
    session.add(Target(team_id=team.id, metric="call", per_week=40, valid_from=date(2026, 11, 23)))
    organisation.overseer = "Ida Holm"
    session.flush()
    assert done(session) == ["people", "invited", "teams", "targets", "credit"]
    make_token(session, user=rep)
    make_record(session, rep)
    assert done(session) == ["people", "invited", "teams", "targets", "credit", "crm", "extension"]
    session.add(activity(rep, "x-post", "extension"))
    rep.is_active = False
    make_user(session, team=team)
    session.flush()
    assert checklist.is_complete(session)
    session.rollback()


def test_the_notice_is_done_when_every_active_rep_has_confirmed_it(session):
    make_user(session)
    late = make_user(session, acknowledged=False)
    assert "notice" not in done(session)
    assert any(step.state == "1 of 2 reps have confirmed it" for step in checklist.steps(session))
    late.is_active = False
    session.flush()
    assert "notice" in done(session)
    session.rollback()


def test_it_is_the_administrators_home_until_it_is_complete_and_hidden(admin, engine, monkeypatch):
    assert admin.get("/").location == "/setup"
    assert "Hide this checklist" not in admin.get("/setup").text
    assert send(admin, "/setup/hide", "/settings").status_code == 409
    assert admin.get("/").location == "/setup"
    every_step_done = tuple(checklist.Step(title, "", "/write", "Write", is_done=True) for title in TITLES)
    monkeypatch.setattr(checklist, "steps", lambda _session: every_step_done)
    assert "9 of 9 steps done" in admin.get("/setup").text
    assert send(admin, "/setup/hide", "/setup").location == "/tuning"
    assert admin.get("/").location == "/tuning"
    with unit_of_work(engine) as session:
        get_organisation(session).setup_dismissed_at = None


@pytest.mark.parametrize("role", ["rep", "manager"])
def test_others_keep_their_home(client, engine, role):
    client.set_cookie("repute", new_cookie(engine, new_user(engine, role=role)))
    assert client.get("/").location in {"/me", "/team"}


def test_links_lead_to_pages_that_exist(admin):
    links = re.findall(r'class="rp-button rp-button-small" href="([^"]+)"', admin.get("/setup").text)
    assert links
    assert [link for link in links if admin.get(link.partition("#")[0]).status_code != 200] == []
