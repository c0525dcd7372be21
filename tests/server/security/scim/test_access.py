"""Whose tokens open SCIM, that leavers are out at once, and that the last administrator stays."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from server.core.database.session import unit_of_work
from server.people.models import User
from server.security import limits
from tests.factories import bearer, new_cookie, new_token, new_user


def test_session_and_extension_of_a_leaver_are_refused_right_after_the_patch(scim, app, engine):
    user = new_user(engine)
    browser, token = app.test_client(), new_token(engine, user)
    browser.set_cookie("repute", new_cookie(engine, user))
    assert browser.get("/me").status_code == 200
    assert app.test_client().get("/api/v1/me", headers=bearer(token)).status_code == 200
    scim.patch(f"/Users/{user.id}", {"op": "Replace", "path": "active", "value": "False"})
    assert browser.get("/me").location.startswith("/sign-in")
    assert app.test_client().get("/api/v1/me", headers=bearer(token)).status_code == 401


def test_last_administrator_is_neither_deactivated_nor_deleted(scim, engine, admin, get_user):
    with unit_of_work(engine) as session:
        session.execute(update(User).where(User.role == "admin", User.id != admin.id).values(role="rep"))
    for answer in (
        scim.patch(f"/Users/{admin.id}", {"op": "replace", "path": "active", "value": False}),
        scim.call("DELETE", f"/Users/{admin.id}"),
    ):
        assert (answer.status_code, answer.json["status"]) == (409, "409")
        assert "last administrator" in answer.json["detail"]
    assert get_user(admin.id).is_active


@pytest.mark.parametrize(
    "method_and_path", [("GET", "/Users"), ("POST", "/Groups"), ("GET", "/Schemas"), ("DELETE", "/Users/1")]
)
def test_only_a_token_for_provisioning_is_accepted(client, engine, admin, method_and_path):
    method, path = method_and_path
    crm, extension = new_token(engine, admin, ("activities:write",)), new_token(engine, admin)
    for headers, status in (({}, 401), (bearer("rpt_guess"), 401), (bearer(crm), 403), (bearer(extension), 403)):
        answer = client.open(f"/scim/v2{path}", method=method, json={}, headers=headers)
        assert (answer.status_code, answer.json["schemas"]) == (status, ["urn:ietf:params:scim:api:messages:2.0:Error"])


def test_token_for_provisioning_opens_nothing_else(client, engine, admin):
    token = new_token(engine, admin, ("scim",))
    assert client.get("/api/v1/me", headers=bearer(token)).status_code == 403
    assert client.post("/api/v1/activities", json={"activities": []}, headers=bearer(token)).status_code == 403


def test_errors_of_requests_are_in_scims_format(client, engine, admin):
    headers = bearer(new_token(engine, admin, ("scim",)))
    for path, options, status, scim_type in (
        ("/Users", {"data": "a=b", "content_type": "application/x-www-form-urlencoded"}, 415, None),
        ("/Users", {"data": "{", "content_type": "application/scim+json"}, 400, "invalidSyntax"),
        ("/Users", {"json": [1]}, 400, "invalidSyntax"),
        ("/Users", {"json": {"userName": "x", "active": True}}, 400, "invalidValue"),
        ("/Nothing", {"json": {}}, 404, None),
        ("/Schemas", {"json": {}}, 405, None),
    ):
        answer = client.post(f"/scim/v2{path}", headers=headers, **options)
        assert (answer.status_code, answer.json.get("scimType"), answer.json["status"]) == (status, scim_type, str(status))
        assert answer.content_type == "application/scim+json"


def test_calls_are_limited_per_integration(client, engine, admin, monkeypatch, one_window):
    monkeypatch.setattr("server.security.guard.SCIM_CALLS", limits.Limit("scim-calls", 2, 60))
    headers = bearer(new_token(engine, admin, ("scim",)))
    statuses = [client.get("/scim/v2/Users", headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in statuses] == [200, 200, 429]
    assert (statuses[2].json["status"], int(statuses[2].headers["Retry-After"]) > 0) == ("429", True)
