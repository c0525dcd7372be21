"""The administrators' page on groups, without JavaScript."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import delete, select

from server.audit.models import AuditEntry
from server.core.database.session import unit_of_work
from server.core.settings import Settings
from server.people.groups.models import GroupGrant, GroupMember, GroupRule, ProviderGroup
from server.people.models import User
from server.people.queries import get_calendar, team_on
from tests.factories import make_team, new_cookie, new_user
from tests.forms import extract_csrf_token, send

pytestmark = pytest.mark.sqlite_only

PAGE = "/settings/groups"


@pytest.fixture
def admin(engine):
    return new_user(engine, role="admin", name="Ida Admin")


@pytest.fixture
def admin_client(client, engine, admin):
    client.set_cookie("repute", new_cookie(engine, admin))
    yield client
    with unit_of_work(engine) as session:
        for table in (GroupRule, GroupGrant, GroupMember, ProviderGroup):
            session.execute(delete(table))


@pytest.fixture
def pushed(engine):
    """A group that was sent over SCIM, with one rep in it."""
    user = new_user(engine, name="Mia Member")
    with unit_of_work(engine) as session:
        group = ProviderGroup(
            source="scim", name="Leads <north>", external_id="id-1", seen_on=get_calendar(session).today()
        )  # fmt: skip
        session.add(group)
        session.flush()
        session.add(GroupMember(group_id=group.id, user_id=user.id))
    return user


@pytest.fixture
def role_and_team(engine):
    def get(user):
        with unit_of_work(engine, writes=False) as session:
            day = get_calendar(session).today()
            return session.get_one(User, user.id).role, team_on(session, user_id=user.id, day=day)

    return get


def shown_in(page):
    return re.search(r'name="shown" value="([^"]*)"', page)[1]


def table_of_effects(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition('id="effects"')[2].partition("</table>")[0]).split())


def test_nothing_changes_before_the_preview_was_shown_and_confirmed(admin_client, engine, pushed, role_and_team):
    with unit_of_work(engine) as session:
        team = make_team(session, name="North").id
    before = role_and_team(pushed)
    row = {"group-1": "id-1", "role-1": "manager", "team-1": str(team)}
    preview = send(admin_client, PAGE, PAGE, step="preview", **row)
    assert (preview.status_code, role_and_team(pushed)) == (200, before)
    assert "Mia Member" in table_of_effects(preview.text)
    assert "Sales rep → Manager" in table_of_effects(preview.text)
    data = row | {"csrf_token": extract_csrf_token(preview.text), "step": "save", "shown": shown_in(preview.text)}
    assert admin_client.post(PAGE, data=data).location == PAGE
    assert role_and_team(pushed) == ("manager", team)
    page = admin_client.get(PAGE).text
    assert 'value="id-1"' in page
    assert "Leads &lt;north&gt;" in page
    assert f'<a href="{PAGE}">Groups</a>' in admin_client.get(f"/people/{pushed.id}").text
    with unit_of_work(engine, writes=False) as session:
        changes = session.scalars(select(AuditEntry.changes).where(AuditEntry.action == "group-rules.changed")).all()
    assert changes[-1] == {"id-1": [None, f"manager, team {team}"]}


def test_what_was_not_shown_is_not_saved(admin_client, engine, pushed, role_and_team):
    before = role_and_team(pushed)
    row = {"group-1": "id-1", "role-1": "admin", "team-1": ""}
    response = send(admin_client, PAGE, PAGE, step="save", shown="something else", **row)
    assert response.status_code == 200
    assert "Check it again" in response.text
    assert 'value="id-1"' in response.text
    assert role_and_team(pushed) == before


def test_cleared_row_is_removed_and_its_role_with_it(admin_client, engine, pushed, role_and_team):
    for row in ({"group-1": "id-1", "role-1": "manager"}, {"group-1": "", "role-1": "manager"}):
        preview = send(admin_client, PAGE, PAGE, step="preview", **row)
        data = row | {"csrf_token": extract_csrf_token(preview.text), "step": "save", "shown": shown_in(preview.text)}
        assert admin_client.post(PAGE, data=data).status_code == 303
    assert role_and_team(pushed)[0] == "rep"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"group-1": "a", "role-1": "", "team-1": ""}, "gives neither a role nor a team"),
        ({"group-1": "a", "role-1": "owner"}, "role must be one of"),
        ({"group-1": "a", "role-1": "rep", "group-2": "a", "role-2": "rep"}, "another row names"),
        ({"group-1": "a" * 201, "role-1": "rep"}, "1 to 200 characters"),
        ({"group-1": "a", "team-1": "999999"}, "team does not exist"),
    ],
)
def test_wrong_row_is_named_and_what_was_typed_is_kept(admin_client, row, message):
    response = send(admin_client, PAGE, PAGE, step="preview", **row)
    assert response.status_code == 422
    assert message in response.text
    assert f'value="{row["group-1"]}"' in response.text


def test_last_administrator_is_shown_as_staying(admin_client, engine, admin, pushed):
    with unit_of_work(engine) as session:
        for user in session.scalars(select(User).where(User.role == "admin", User.id != admin.id)):
            user.role = "rep"
        session.add(GroupMember(group_id=session.scalars(select(ProviderGroup.id)).one(), user_id=admin.id))
    response = send(admin_client, PAGE, PAGE, step="preview", **{"group-1": "id-1", "role-1": "manager"})
    assert "Ida Admin Stays administrator: nobody else is one" in table_of_effects(response.text)


def test_groups_of_the_servers_settings_are_shown_as_fixed_rows(make_app, settings, engine, admin):
    values = {"oidc_issuer": "http://127.0.0.1:1", "oidc_client_id": "x", "oidc_client_secret": "y", "oidc_admin_groups": "IT"}
    browser = make_app(Settings(**(settings.model_dump() | values | {"base_url": "http://localhost"}))).test_client()
    browser.set_cookie("repute", new_cookie(engine, admin))
    page = browser.get(PAGE).text
    assert "IT<span" in page
    assert "becomes a rep" in page


@pytest.mark.parametrize("role", ["rep", "manager"])
def test_only_administrators_open_the_page(client, engine, role):
    client.set_cookie("repute", new_cookie(engine, new_user(engine, role=role)))
    assert client.get(PAGE).status_code == 404
    assert send(client, PAGE, "/settings", step="preview").status_code == 404
