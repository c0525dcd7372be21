"""People over SCIM: added, changed, found, deactivated and rehired, as Okta and Microsoft Entra ID do it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update

from server.core.database.session import unit_of_work
from server.people import memberships
from server.people.models import Membership
from server.people.queries import get_calendar
from server.privacy import operations as privacy
from server.privacy.export import export_document
from tests.factories import bearer, make_team, new_token, new_user
from tests.server.security.scim.conftest import USER

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
#: As Microsoft Entra ID sends it: UPN and mail differ, and most attributes are not kept.
ENTRA = {
    "schemas": [USER, ENTERPRISE],
    "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
    "userName": "Ada.King@tenant.onmicrosoft.com",
    "active": True,
    "displayName": "Ada King",
    "emails": [{"primary": True, "type": "work", "value": "Ada.King@harbour.example"}],
    "name": {"formatted": "Ada King", "familyName": "King", "givenName": "Ada"},
    "phoneNumbers": [{"type": "work", "value": "+44 20 7946 0000"}],
    "title": "Director",
    ENTERPRISE: {"department": "Sales", "manager": "7"},
    "meta": {"resourceType": "User"},
}
#: As Okta sends it.
OKTA = {
    "schemas": [USER],
    "userName": "isaac@harbour.example",
    "name": {"givenName": "Isaac", "familyName": "Brock"},
    "emails": [{"primary": True, "value": "isaac@harbour.example", "type": "work"}],
    "displayName": "Isaac Brock",
    "locale": "en-US",
    "externalId": "00ujl29u0le5T6Aj10h7",
    "groups": [],
    "password": "1mz050nq",
    "active": True,
}


@pytest.fixture
def today(engine):
    with unit_of_work(engine, writes=False) as session:
        return get_calendar(session).today()


def test_person_from_entra_is_added_as_a_rep_and_only_what_is_needed_is_kept(scim, get_user, actions):
    created = scim.call("POST", "/Users", ENTRA)
    assert (created.status_code, created.content_type) == (201, "application/scim+json")
    assert created.headers["Location"].endswith(f"/scim/v2/Users/{created.json['id']}")
    assert created.json["emails"] == [{"value": "ada.king@harbour.example", "type": "work"}]
    assert "title" not in created.text
    assert "Sales" not in created.text
    user = get_user(created.json["id"])
    assert (user.email, user.name, user.role, user.is_active) == ("ada.king@harbour.example", "Ada King", "rep", True)
    assert [action for action, role, _ in actions("user", user.id) if role.startswith("integration:")] == [
        "user.added", "user.linked", "user.changed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('userName eq "ADA.KING@tenant.onmicrosoft.com"', 1),
        (f'externalId eq "{ENTRA["externalId"]}"', 1),
        (f'externalId eq "{ENTRA["externalId"].upper()}"', 0),
        ('emails[type eq "work" and value eq "ada.king@harbour.example"]', 1),
        ('userName eq "ada.king@tenant.onmicrosoft.com" and active eq false', 0),
        ('userName eq "nobody" or name.familyName sw "kin"', 1),
        ('id eq "abc"', 0),
    ],
)
def test_people_are_found_by_filters(scim, query, found):
    if not scim.call("GET", "/Users", filter='userName eq "ada.king@tenant.onmicrosoft.com"').json["totalResults"]:
        scim.call("POST", "/Users", ENTRA)
    answer = scim.call("GET", "/Users", filter=query).json
    assert (answer["totalResults"], len(answer["Resources"])) == (found, found)


def test_pages_of_a_list_hold_everybody_once(scim):
    for _ in range(3):
        scim.add_user()
    total = scim.call("GET", "/Users").json["totalResults"]
    ids = [
        row["id"] for start in range(1, total + 1, 2)
        for row in scim.call("GET", "/Users", startIndex=start, count=2).json["Resources"]
    ]  # fmt: skip
    assert len(ids) == len(set(ids)) == total
    assert scim.call("GET", "/Users", count=0).json["Resources"] == []


@pytest.mark.parametrize("query", ['title pr and userName eq "x"', "userName eq", 'userName near "x"'])
def test_wrong_filter_is_an_error_in_scims_format(scim, query):
    response = scim.call("GET", "/Users", filter=query)
    assert (response.status_code, response.json["scimType"], response.json["status"]) == (400, "invalidFilter", "400")
    assert response.json["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]


def test_adding_somebody_twice_is_a_conflict(scim):
    scim.call("POST", "/Users", OKTA)
    again = scim.call("POST", "/Users", OKTA)
    assert (again.status_code, again.json["scimType"]) == (409, "uniqueness")


def test_concurrent_creations_make_one_person(app, engine, admin):
    headers = bearer(new_token(engine, admin, ("scim",)))
    body = OKTA | {"userName": "racer@harbour.example", "emails": [{"value": "racer@harbour.example"}]}

    def create(_):
        return app.test_client().post("/scim/v2/Users", json=body, headers=headers).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(create, range(4))) == [201, 409, 409, 409]


def test_person_whom_an_administrator_added_is_taken_over_with_their_role_and_team(scim, engine, get_user, history):
    user = new_user(engine, role="manager")
    before = history(user.id)
    created = scim.add_user(userName="somebody@tenant.example", emails=[{"value": user.email}], externalId="x1")
    assert created["id"] == str(user.id)
    assert get_user(user.id).role == "manager"
    assert history(user.id) == before


def test_put_without_active_keeps_somebody_who_left_away(scim, get_user):
    created = scim.add_user()
    scim.patch(f"/Users/{created['id']}", {"op": "replace", "value": {"active": False}})
    body = {"schemas": [USER], "userName": created["userName"], "displayName": "New Name", "externalId": None}
    changed = scim.call("PUT", f"/Users/{created['id']}", body)
    assert (changed.status_code, changed.json["active"], changed.json["displayName"]) == (200, False, "New Name")
    assert get_user(created["id"]).name == "New Name"


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "Replace", "path": "active", "value": "False"},
        {"op": "replace", "path": "active", "value": False},
        {"op": "replace", "value": {"active": False}},
        {"op": "Add", "value": {"active": "False", ENTERPRISE + ":department": "none"}},
    ],
    ids=["entra", "rfc", "okta", "entra-without-path"],
)
def test_deactivation_ends_the_membership_today_and_loses_nothing(scim, engine, get_user, history, today, operation):
    user = new_user(engine)
    answer = scim.patch(f"/Users/{user.id}", operation)
    assert (answer.status_code, answer.json["active"]) == (200, False)
    assert not get_user(user.id).is_active
    ((team_id, role, _starts_on, ends_on),) = history(user.id)
    assert (team_id is not None, role, ends_on) == (True, "rep", today)


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ([{"op": "Replace", "path": 'emails[type eq "work"].value', "value": "new1@harbour.example"}],
         {"email": "new1@harbour.example"}),
        ([{"op": "Replace", "path": "emails[primary eq true].value", "value": "new2@harbour.example"}],
         {"email": "new2@harbour.example"}),
        ([{"op": "Add", "value": {'emails[type eq "work"].value': "new3@harbour.example", "displayName": "Ada L."}}],
         {"email": "new3@harbour.example", "name": "Ada L."}),
        ([{"op": "Replace", "path": 'emails[type eq "home"].value', "value": "private@example.org"},
          {"op": "Replace", "path": "displayName", "value": "Ada M."}], {"name": "Ada M."}),
        ([{"op": "Add", "path": ENTERPRISE + ":department", "value": "Sales"}], {}),
        ([{"op": "Add", "path": 'phoneNumbers[type eq "mobile"].value', "value": "1"}], {}),
    ],
    ids=["email", "primary-email", "without-path", "private-email", "extension", "telephone"],
)  # fmt: skip
def test_patches_as_providers_send_them(scim, get_user, operations, expected):
    created = scim.add_user()
    answer = scim.patch(f"/Users/{created['id']}", *operations)
    assert answer.status_code == 200, answer.text
    user = get_user(created["id"])
    assert {"email": user.email, "name": user.name} == {"email": created["userName"], "name": created["displayName"]} | expected


@pytest.mark.parametrize(
    ("operation", "scim_type"),
    [
        ({"op": "remove", "path": "userName"}, "mutability"),
        ({"op": "replace", "path": "active", "value": "perhaps"}, "invalidValue"),
        ({"op": "replace", "path": "displayName", "value": "x" * 201}, "invalidValue"),
        ({"op": "replace", "path": "emails", "value": [{"value": "no address"}]}, "invalidValue"),
        ({"op": "frobnicate", "path": "active"}, "invalidValue"),
    ],
)
def test_wrong_patches_change_nothing(scim, operation, scim_type):
    created = scim.add_user()
    answer = scim.patch(f"/Users/{created['id']}", {"op": "replace", "path": "displayName", "value": "Other"}, operation)
    assert (answer.status_code, answer.json["scimType"]) == (400, scim_type)
    assert scim.call("GET", f"/Users/{created['id']}").json["displayName"] == created["displayName"]


def test_user_name_and_address_of_somebody_else_are_refused(scim):
    first, second = scim.add_user(), scim.add_user()
    for path, value in (("userName", first["userName"].upper()), ("emails", [{"value": first["userName"]}])):
        answer = scim.patch(f"/Users/{second['id']}", {"op": "replace", "path": path, "value": value})
        assert (answer.status_code, answer.json["scimType"]) == (409, "uniqueness")


def test_deleted_person_is_hidden_deactivated_and_rehired_by_the_next_creation(scim, get_user, actions):
    created = scim.add_user()
    assert scim.call("DELETE", f"/Users/{created['id']}").status_code == 204
    assert not get_user(created["id"]).is_active
    assert scim.call("GET", f"/Users/{created['id']}").status_code == 404
    assert scim.call("DELETE", f"/Users/{created['id']}").status_code == 404
    assert scim.call("GET", "/Users", filter=f'userName eq "{created["userName"]}"').json["totalResults"] == 0
    assert scim.add_user(userName=created["userName"])["id"] == created["id"]
    assert get_user(created["id"]).is_active
    assert "user.rehired" in [action for action, _, _ in actions("user", created["id"])]


def test_somebody_taken_away_by_mistake_and_given_back_on_the_same_day_keeps_team_and_role(scim, engine, get_user, history):
    user = new_user(engine, role="manager")
    before = history(user.id)
    scim.patch(f"/Users/{user.id}", {"op": "replace", "path": "active", "value": False})
    scim.patch(f"/Users/{user.id}", {"op": "replace", "path": "active", "value": True})
    assert history(user.id) == before
    assert (get_user(user.id).is_active, get_user(user.id).role) == (True, "manager")


def test_somebody_who_left_earlier_comes_back_as_a_rep_without_a_team(scim, engine, get_user, history, today):
    user = new_user(engine, role="admin")
    scim.patch(f"/Users/{user.id}", {"op": "replace", "path": "active", "value": False})
    with unit_of_work(engine) as session:
        session.execute(
            update(Membership).where(Membership.user_id == user.id).values(ends_on=today - timedelta(days=1))
        )  # fmt: skip
    before = history(user.id)
    scim.patch(f"/Users/{user.id}", {"op": "replace", "path": "active", "value": True})
    assert (get_user(user.id).is_active, get_user(user.id).role) == (True, "rep")
    assert history(user.id) == before


def test_planned_moves_end_with_the_person(scim, engine, history, today):
    user = new_user(engine)
    with unit_of_work(engine) as session:
        team = make_team(session)
        memberships.assign(session, user_id=user.id, team_id=team.id, role="rep", starts_on=today + timedelta(days=30))
    scim.patch(f"/Users/{user.id}", {"op": "replace", "path": "active", "value": False})
    assert [ends_on for *_, ends_on in history(user.id)] == [today]


def test_erased_person_is_nobody_here_and_what_was_kept_is_in_their_copy(scim, engine):
    created = scim.add_user(externalId="ext-77", name={"givenName": "Ida", "familyName": "Moor"})
    group = scim.add_group(created["id"])
    user_id = int(created["id"])
    with unit_of_work(engine) as session:
        document = export_document(session, user_id=user_id)
    assert document["provisioning"]["external_id"] == "ext-77"
    assert (document["provisioning"]["given_name"], document["provisioning"]["family_name"]) == ("Ida", "Moor")
    assert document["groups"] == [{"name": group["displayName"], "id": None, "from": "scim"}]
    with unit_of_work(engine) as session:
        privacy.erase(session, user_id=user_id)
    assert scim.call("GET", f"/Users/{user_id}").status_code == 404
    assert "members" not in scim.call("GET", f"/Groups/{group['id']}").json
    assert scim.add_user(userName=created["userName"])["id"] != created["id"]
