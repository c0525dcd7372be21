"""An identity provider's client: bearer token, JSON in SCIM's media type."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.core.database.session import unit_of_work
from server.people.models import Membership, User
from tests.factories import bearer, new_token, new_user

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def admin(engine):
    return new_user(engine, role="admin")


@pytest.fixture
def scim(client, engine, admin):
    headers = bearer(new_token(engine, admin, ("scim",)))

    def call(method, path, body=None, **query):
        return client.open(
            f"/scim/v2{path}", method=method, json=body, headers=headers, query_string=query,
            content_type="application/scim+json" if body is not None else None,
        )  # fmt: skip

    def patch(path, *operations):
        return call("PATCH", path, {"schemas": [PATCH], "Operations": list(operations)})

    def add_user(**values):
        number = next(_numbers)
        body = {"schemas": [USER], "userName": f"new{number}@example.com", "displayName": f"New {number}", "active": True}
        response = call("POST", "/Users", body | values)
        assert response.status_code == 201, response.text
        return response.json

    def add_group(*members, **values):
        body = {"schemas": [GROUP], "displayName": f"Group {next(_numbers)}", "members": [{"value": one} for one in members]}
        response = call("POST", "/Groups", body | values)
        assert response.status_code == 201, response.text
        return response.json

    return SimpleNamespace(call=call, patch=patch, add_user=add_user, add_group=add_group)


@pytest.fixture
def get_user(engine):
    def get(user_id):
        with unit_of_work(engine, writes=False) as session:
            return session.get_one(User, int(user_id))

    return get


@pytest.fixture
def history(engine):
    """Team, role, first and last day of all memberships of a person."""

    def get(user_id):
        with unit_of_work(engine, writes=False) as session:
            rows = session.scalars(
                select(Membership).where(Membership.user_id == int(user_id)).order_by(Membership.starts_on)
            )  # fmt: skip
            return [(row.team_id, row.role, row.starts_on, row.ends_on) for row in rows]

    return get


@pytest.fixture
def actions(engine):
    """Action, actor and reason of all audit entries about an object."""

    def get(object_type, object_id):
        with unit_of_work(engine, writes=False) as session:
            rows = session.scalars(
                select(AuditEntry)
                .where(AuditEntry.object_type == object_type, AuditEntry.object_id == str(object_id))
                .order_by(AuditEntry.id)
            )
            return [(row.action, row.role, row.reason_code) for row in rows]

    return get
