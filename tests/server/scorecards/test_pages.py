"""The scorecard pages: what a manager may open, and invalid parameters."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import delete, select

from server.audit.models import AuditEntry
from server.people.models import Membership
from server.people.queries import get_organisation
from server.security import operations
from tests.factories import make_team, make_user, new_cookie, new_user


@pytest.fixture
def tree(session):
    """A manager with a team and a rep in it, and a rep in a sibling team."""
    team, sibling = make_team(session), make_team(session)
    manager = make_user(session, role="manager", team=team, name="Dana Whitfield")
    rep = make_user(session, team=team, name="Grace Tan")
    other = make_user(session, team=sibling, name="Hugo van Dijk")
    session.commit()
    return {"team": team, "sibling": sibling, "manager": manager, "rep": rep, "other": other}


@pytest.fixture
def manager(client, session, tree):
    link = operations.create_link(session, user_id=tree["manager"].id)
    session.commit()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(link).text)[1]
    client.post(link, data={"csrf_token": token})
    return client


def test_manager_sees_their_own_team(manager):
    page = manager.get("/team").text
    assert "Grace Tan" in page
    assert "Hugo van Dijk" not in page


def test_people_of_other_teams_answer_404(manager, tree):
    assert manager.get(f"/team/rep/{tree['rep'].id}").status_code == 200
    assert manager.get(f"/team/rep/{tree['other'].id}").status_code == 404
    assert manager.get(f"/team?team={tree['sibling'].id}").status_code == 404


def test_manager_without_a_team_is_told_who_can_change_that(client, engine, session):
    manager = make_user(session, role="manager")
    session.execute(delete(Membership).where(Membership.user_id == manager.id))
    session.commit()
    client.set_cookie("repute", new_cookie(engine, manager))
    answer = client.get("/team")
    assert (answer.status_code, "You are in no team yet" in answer.text) == (200, True)
    assert client.get("/team?team=1").status_code == 404


@pytest.mark.parametrize("week", ["0001-01-01", "9999-12-31", "yesterday", "2026-02-30", ""])
def test_invalid_week_answers_a_page(manager, week):
    assert manager.get(f"/team?week={week}").status_code == 200


@pytest.mark.parametrize("address", ["/team/rep/99999999999999999999", "/team?team=99999999999999999999", "/team/rep/-1"])
def test_ids_beyond_the_key_range_answer_404(manager, address):
    assert manager.get(address).status_code == 404


def test_unknown_sort_falls_back_to_name(manager):
    assert 'aria-sort="ascending"' in manager.get("/team?sort=score").text


@pytest.mark.parametrize("team_only", [False, True])
def test_scorecard_opened_by_an_admin_is_audited(client, engine, session, tree, team_only):
    admin = new_user(engine, role="admin")
    client.set_cookie("repute", new_cookie(engine, admin))
    organisation = get_organisation(session)
    organisation.team_only = team_only
    session.commit()
    try:
        assert client.get(f"/team?team={tree['team'].id}").status_code == 200
    finally:
        organisation.team_only = False
        session.commit()
    entries = session.scalars(select(AuditEntry).filter_by(actor_id=admin.id, action="scorecard.opened")).all()
    assert [(entry.role, entry.object_type, entry.object_id) for entry in entries] == [("admin", "team", str(tree["team"].id))]


def test_scorecard_opened_by_a_manager_is_not_audited(manager, session, tree):
    assert manager.get("/team").status_code == 200
    assert session.scalars(select(AuditEntry).filter_by(actor_id=tree["manager"].id, action="scorecard.opened")).all() == []


def test_team_only_mode_shows_no_names(manager, session, tree):
    organisation = get_organisation(session)
    organisation.team_only = True
    session.commit()
    try:
        page = manager.get("/team").text
        assert "Team totals only" in page
        assert "Grace Tan" not in page
        assert manager.get(f"/team/rep/{tree['rep'].id}").status_code == 404
    finally:
        organisation.team_only = False
        session.commit()
