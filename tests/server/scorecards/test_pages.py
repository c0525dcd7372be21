"""The scorecard pages: what a manager may open, and invalid parameters."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from sqlalchemy import delete, select

from server.audit.models import AuditEntry
from server.people.models import Membership
from server.people.queries import get_organisation
from server.security import operations
from tests.factories import make_team, make_user, new_cookie, new_user

pytestmark = pytest.mark.sqlite_only


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


LINK = re.compile(r'href="([^"]+)"')


def links_of(page, start):
    """The addresses in the page that begin so."""
    return [address.replace("&amp;", "&") for address in LINK.findall(page) if address.startswith(start)]


def parameters(address):
    return dict(parse_qsl(urlsplit(address).query))


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("span=week&from=2026-11-18", "16 – 22 Nov 2026"),
        ("week=2026-11-18", "16 – 22 Nov 2026"),
        ("span=month&from=2026-02-14", "February 2026"),
        ("span=quarter&from=2026-02-14", "Q1 2026"),
        ("span=custom&from=2026-02-14&to=2026-03-01", "14 Feb – 1 Mar 2026"),
        ("span=year&from=2026-02-14", "9 – 15 Feb 2026"),
    ],
)
def test_address_says_which_days_are_shown(manager, tree, query, title):
    for path in ("/team", f"/team/rep/{tree['rep'].id}", "/team/records", f"/team/rep/{tree['rep'].id}/records", "/me/records"):
        page = manager.get(f"{path}?{query}")
        assert page.status_code == 200
        assert f">{title}</time>" in page.text, path


def test_way_to_a_person_and_their_records_and_back_keeps_team_span_order_and_search(manager, tree):
    state = {"team": str(tree["team"].id), "span": "month", "from": "2026-09-01", "sort": "call", "q": "grace"}
    team_page = manager.get(f"/team?{urlencode(state)}").text
    (person, *_) = links_of(team_page, f"/team/rep/{tree['rep'].id}?")
    person_page = manager.get(person).text
    assert parameters(links_of(person_page, "/team?")[0]) == state
    for records in links_of(person_page, f"/team/rep/{tree['rep'].id}/records")[:3]:
        back = next(iter(links_of(manager.get(records).text, f"/team/rep/{tree['rep'].id}?")))
        assert parameters(back) == state
    for records in links_of(team_page, "/team/records")[:3]:
        assert parameters(links_of(manager.get(records).text, "/team?")[0]) == state


def test_steps_lead_to_the_span_before_and_the_next_one_if_it_has_begun(manager):
    page = manager.get("/team?span=month&from=2026-02-01&sort=call").text
    found = [parameters(link) for link in links_of(page, "/team?") if "sort=call" in link]
    assert {"2026-01-01", "2026-03-01"} <= {link["from"] for link in found}
    current = manager.get("/team?span=quarter").text
    assert 'aria-disabled="true"' in current
    assert 'aria-label="Next quarter"' not in current


@pytest.mark.parametrize(
    ("query", "field", "error"),
    [
        ("from=2026-02-30&to=2026-03-01", "from", "must be a date"),
        ("from=2026-03-02&to=2026-03-01", "to", "must not be before the first day"),
        ("from=2020-01-01&to=2026-03-01", "to", "must make at most 731 days"),
        ("from=2150-01-01&to=2151-01-01", "from", "must be from 2000-01-03 to today"),
        ("from=2026-02-01", "to", "must be a date"),
        ("from=2026-02-01&to=2026-02-06", "to", "must make at least 7 days"),
    ],
)
def test_custom_days_that_cannot_be_shown_name_the_field_and_keep_what_was_typed(manager, query, field, error):
    answer = manager.get(f"/team?span=custom&{query}")
    assert answer.status_code == 422
    message = re.search(rf'id="span-{field}-error">(.*?)</p>', answer.text, re.DOTALL)[1]
    assert error in message
    for name, value in parse_qsl(query):
        assert f'name="{name}" value="{value}"' in answer.text


def test_order_is_visible_in_the_heading(manager):
    def headings(query):
        page = manager.get(f"/team?{query}").text
        return re.findall(r'<th role="columnheader" scope="col"(?: aria-sort="(\w+)")?>', page)

    assert headings("") == ["ascending", "", "", "", ""]
    assert headings("sort=call") == ["", "descending", "", "", ""]
    assert headings("sort=credit") == ["", "", "", "", "other"]


def test_people_who_never_share_are_not_taking_part(manager, session, tree):
    page = manager.get("/team").text
    assert "Not taking part" in page
    assert f"/team/rep/{tree['rep'].id}/records?metric=credit" not in page.replace("&amp;", "&")


def test_search_names_what_it_did_not_find_safely(manager):
    page = manager.get("/team?q=%3Cscript%3E").text
    assert "Nobody with “&lt;script&gt;”" in page


def test_each_chart_has_a_table_and_values(manager, tree):
    page = manager.get("/team?span=month").text
    # Of four metrics, and of what came of shared items.
    assert page.count("data-chart") == 4 + 2
    assert page.count('<details class="rp-chart-table') == 2
    assert re.search(r'<details class="rp-chart-table.*?<th scope="row" class="rp-nowrap">', page, re.DOTALL)
    table = manager.get("/team?table=1").text
    assert table.count("by period") == 4 + 1


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
