"""A company with two teams and people in them, and browsers in which its people are signed in."""

from __future__ import annotations

import pytest

from server.core.database.session import unit_of_work
from tests.factories import make_team, make_user, new_cookie


@pytest.fixture
def tree(session):
    company = make_team(session, name="Company")
    north, south = make_team(session, name="North", parent=company), make_team(session, name="South", parent=company)
    people = {
        "company": company,
        "north": north,
        "south": south,
        "admin": make_user(session, role="admin", team=company, name="Ada Admin"),
        "manager": make_user(session, role="manager", team=north, name="Max Manager"),
        "rep": make_user(session, team=north, name="Rita Rep"),
        "other": make_user(session, team=south, name="Otto Other"),
    }
    session.commit()
    return people


@pytest.fixture
def admin(client, engine, tree):
    client.set_cookie("repute", new_cookie(engine, tree["admin"]))
    return client


@pytest.fixture
def read(engine):
    """Runs queries in a transaction of their own: an open one would keep SQLite's pages waiting."""

    def run(query):
        with unit_of_work(engine, writes=False) as session:
            return query(session)

    return run


@pytest.fixture
def manager(client, engine, tree):
    client.set_cookie("repute", new_cookie(engine, tree["manager"]))
    return client
