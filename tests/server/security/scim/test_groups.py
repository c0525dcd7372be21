"""Groups over SCIM, and the roles and teams that they give and take away."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from server.core.database.session import unit_of_work
from server.people import memberships
from server.people.groups import operations as groups
from server.people.groups.models import GroupRule
from server.people.groups.rules import Rule
from server.people.models import User
from server.people.queries import get_calendar, team_on
from tests.factories import make_team, new_user
from tests.server.security.scim.conftest import GROUP


@pytest.fixture
def save(engine):
    """Saves the table; the test's rows are removed afterwards."""

    def save_rules(*rules):
        with unit_of_work(engine) as session:
            groups.save_rules(session, rules, oidc=None)

    yield save_rules
    with unit_of_work(engine) as session:
        session.execute(delete(GroupRule))


@pytest.fixture
def new_team(engine):
    def make():
        with unit_of_work(engine) as session:
            return make_team(session).id

    return make


@pytest.fixture
def team_today(engine):
    def get(user_id):
        with unit_of_work(engine, writes=False) as session:
            return team_on(session, user_id=int(user_id), day=get_calendar(session).today())

    return get


def remove_member(user_id):
    """As Okta, Microsoft Entra ID and Entra's older form remove somebody."""
    return [
        [{"op": "remove", "path": f'members[value eq "{user_id}"]'}],
        [{"op": "Remove", "path": "members", "value": [{"value": str(user_id)}]}],
        [{"op": "replace", "path": "members", "value": []}],
    ]


@pytest.mark.parametrize("style", range(3), ids=["okta", "entra", "replace-all"])
def test_role_and_team_come_and_go_with_the_group(scim, save, new_team, team_today, get_user, actions, style):
    team_id, user_id = new_team(), scim.add_user()["id"]
    group = scim.add_group()
    save(Rule(group["displayName"], "manager", team_id))
    joined = scim.patch(f"/Groups/{group['id']}", {"op": "Add", "path": "members", "value": [{"value": user_id}]})
    assert (joined.status_code, [one["value"] for one in joined.json["members"]]) == (200, [user_id])
    assert (get_user(user_id).role, team_today(user_id)) == ("manager", team_id)
    assert scim.call("GET", f"/Users/{user_id}").json["groups"][0]["display"] == group["displayName"]
    assert scim.patch(f"/Groups/{group['id']}", *remove_member(user_id)[style]).status_code == 200
    assert (get_user(user_id).role, team_today(user_id)) == ("rep", None)
    done = [action for action, role, _ in actions("user", user_id) if role.startswith("integration:")]
    assert done.count("user.role-changed") == 2
    assert "group.members-changed" in [action for action, _, _ in actions("group", group["id"].removeprefix("g"))]


def test_deleted_group_takes_away_what_it_gave(scim, save, get_user):
    user_id = scim.add_user()["id"]
    group = scim.add_group(user_id, externalId="dddd-1")
    save(Rule("dddd-1", "manager", None))
    assert get_user(user_id).role == "manager"
    assert scim.call("DELETE", f"/Groups/{group['id']}").status_code == 204
    assert scim.call("GET", f"/Groups/{group['id']}").status_code == 404
    assert get_user(user_id).role == "rep"


def test_renamed_group_gives_what_its_new_name_gives(scim, save, get_user):
    user_id = scim.add_user()["id"]
    group = scim.add_group(user_id)
    save(Rule("Leads of the north", "manager", None))
    assert get_user(user_id).role == "rep"
    body = {"op": "replace", "value": {"id": group["id"], "displayName": "Leads of the north"}}
    assert scim.patch(f"/Groups/{group['id']}", body).status_code == 200
    assert get_user(user_id).role == "manager"


def test_highest_role_and_first_team_count_and_a_move_between_groups_is_dated_today(scim, save, new_team, team_today, history):
    first, second = new_team(), new_team()
    user_id = scim.add_user()["id"]
    one, two = scim.add_group(user_id), scim.add_group(user_id)
    save(Rule(one["displayName"], "rep", first), Rule(two["displayName"], "manager", second))
    assert team_today(user_id) == first
    scim.patch(f"/Groups/{one['id']}", remove_member(user_id)[0][0])
    assert [(team_id, role) for team_id, role, *_ in history(user_id)] == [(second, "manager")]


def test_role_and_team_given_by_hand_stay_when_a_group_is_left(scim, save, engine, get_user, team_today, new_team):
    user = new_user(engine, role="manager")
    team_id = team_today(user.id)
    group = scim.add_group(str(user.id))
    save(Rule("another group", "admin", new_team()))
    scim.patch(f"/Groups/{group['id']}", remove_member(user.id)[0][0])
    assert (get_user(user.id).role, team_today(user.id)) == ("manager", team_id)


def test_removing_a_row_takes_away_what_it_gave(scim, save, get_user):
    user_id = scim.add_user()["id"]
    group = scim.add_group(user_id)
    save(Rule(group["displayName"], "manager", None))
    save()
    assert get_user(user_id).role == "rep"


def test_last_administrator_keeps_the_role_until_there_is_another(scim, save, engine, admin, get_user, actions):
    with unit_of_work(engine) as session:
        session.execute(update(User).where(User.role == "admin", User.id != admin.id).values(role="rep"))
    group = scim.add_group(str(admin.id))
    save(Rule(group["displayName"], "admin", None))
    scim.patch(f"/Groups/{group['id']}", remove_member(admin.id)[0][0])
    assert get_user(admin.id).role == "admin"
    assert "user.role-kept" in [action for action, _, _ in actions("user", admin.id)]
    new_user(engine, role="admin")
    scim.patch(f"/Groups/{group['id']}", {"op": "add", "path": "members", "value": [{"value": str(admin.id)}]})
    scim.patch(f"/Groups/{group['id']}", remove_member(admin.id)[0][0])
    assert get_user(admin.id).role == "rep"


def test_group_swapped_between_two_people_never_leaves_the_organisation_without_administrator(scim, save, engine, get_user):
    first, second = scim.add_user()["id"], scim.add_user()["id"]
    group = scim.add_group(first)
    save(Rule(group["displayName"], "admin", None))
    with unit_of_work(engine) as session:
        session.execute(update(User).where(User.role == "admin", User.id != int(first)).values(role="rep"))
    scim.patch(f"/Groups/{group['id']}", {"op": "replace", "path": "members", "value": [{"value": second}]})
    assert (get_user(first).role, get_user(second).role) == ("rep", "admin")
    new_user(engine, role="admin")


def test_person_who_is_rehired_gets_what_their_groups_give(scim, save, get_user, team_today, new_team):
    team_id, user_id = new_team(), scim.add_user()["id"]
    group = scim.add_group(user_id)
    save(Rule(group["displayName"], "manager", team_id))
    for active in (False, True):
        scim.patch(f"/Users/{user_id}", {"op": "replace", "value": {"active": active}})
    assert (get_user(user_id).role, get_user(user_id).is_active) == ("manager", True)


def test_planned_move_of_a_member_survives_other_changes(scim, save, engine, history, new_team):
    now_in, later_in, user_id = new_team(), new_team(), scim.add_user()["id"]
    group = scim.add_group(user_id)
    save(Rule(group["displayName"], None, now_in))
    with unit_of_work(engine) as session:
        day = get_calendar(session).today().replace(year=get_calendar(session).today().year + 1, day=1)
        day = min(day, get_calendar(session).today() + memberships.MAX_AHEAD)
        memberships.assign(session, user_id=int(user_id), team_id=later_in, role="rep", starts_on=day)
    scim.patch(f"/Groups/{group['id']}", {"op": "add", "path": "members", "value": [{"value": scim.add_user()["id"]}]})
    assert [team_id for team_id, *_ in history(user_id)] == [now_in, later_in]


@pytest.mark.parametrize(
    "second", [{"displayName": "Doubled"}, {"displayName": "Other", "externalId": "same"}], ids=["name", "external-id"]
)
def test_repeated_creation_is_a_conflict(scim, second):
    scim.call("POST", "/Groups", {"schemas": [GROUP], "displayName": "doubled"})
    scim.call("POST", "/Groups", {"schemas": [GROUP], "displayName": "first", "externalId": "same"})
    again = scim.call("POST", "/Groups", {"schemas": [GROUP]} | second)
    assert (again.status_code, again.json["scimType"]) == (409, "uniqueness")


def test_two_groups_of_the_provider_may_have_one_name(scim):
    names = {scim.add_group(displayName="Namesakes", externalId=external)["id"] for external in ("n1", "n2")}
    assert len(names) == 2
    found = scim.call("GET", "/Groups", filter='displayName eq "NAMESAKES"', excludedAttributes="members").json
    assert {one["id"] for one in found["Resources"]} == names


def test_group_is_found_by_member_and_lists_members_only_if_asked(scim):
    user_id = scim.add_user()["id"]
    group = scim.add_group(user_id)
    found = scim.call("GET", "/Groups", filter=f'members eq "{user_id}"').json
    assert [one["id"] for one in found["Resources"]] == [group["id"]]
    assert [one["value"] for one in found["Resources"][0]["members"]] == [user_id]
    assert "members" not in scim.call("GET", f"/Groups/{group['id']}", excludedAttributes="members").json


def test_unknown_member_is_refused_and_nothing_changes(scim):
    user_id = scim.add_user()["id"]
    group = scim.add_group(user_id)
    answer = scim.patch(
        f"/Groups/{group['id']}", {"op": "add", "path": "members", "value": [{"value": "999999"}, {"value": "abc"}]}
    )
    assert (answer.status_code, answer.json["scimType"]) == (400, "invalidValue")
    assert [one["value"] for one in scim.call("GET", f"/Groups/{group['id']}").json["members"]] == [user_id]
