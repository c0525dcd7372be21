"""Memberships follow one another without overlap, and a change in the past keeps what was recorded after it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from server.core.problems import Problem
from server.core.weeks import UTC_CALENDAR
from server.people.memberships import assign, leave_organisation, rehire
from server.people.models import Membership
from server.people.operations import add_user, change_role
from server.people.queries import memberships_of
from server.security.operations import deactivate
from tests.factories import make_organisation, make_team, make_user

JANUARY, APRIL, JULY = date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)


@pytest.fixture(autouse=True)
def rolled_back(session):
    make_organisation(session)
    yield
    session.rollback()


@pytest.fixture
def teams(session):
    return [make_team(session) for _ in range(3)]


@pytest.fixture
def user(session, teams):
    """In the first team since January."""
    return add_user(session, email="ann@example.com", name="Ann", role="rep", team_id=teams[0].id, started_on=JANUARY)


def history(session, user):
    return [(one.team_id, one.role, one.starts_on, one.ends_on) for one in memberships_of(session, user_id=user.id)]


def move(session, user, team, day, role="rep"):
    assign(session, user_id=user.id, team_id=team.id if team else None, role=role, starts_on=day)


def test_move_ends_one_membership_and_begins_another(session, user, teams):
    move(session, user, teams[1], JULY)
    assert history(session, user) == [
        (teams[0].id, "rep", JANUARY, date(2026, 6, 30)),
        (teams[1].id, "rep", JULY, None),
    ]


def test_move_in_the_past_lasts_until_the_next_recorded_change(session, user, teams):
    move(session, user, teams[1], JULY)
    move(session, user, teams[2], APRIL)
    assert history(session, user) == [
        (teams[0].id, "rep", JANUARY, date(2026, 3, 31)),
        (teams[2].id, "rep", APRIL, date(2026, 6, 30)),
        (teams[1].id, "rep", JULY, None),
    ]


def test_move_on_the_first_day_corrects_the_team(session, user, teams):
    move(session, user, teams[1], JANUARY)
    assert history(session, user) == [(teams[1].id, "rep", JANUARY, None)]


def test_moving_back_on_the_same_day_leaves_no_trace_in_the_history(session, user, teams):
    before = history(session, user)
    move(session, user, teams[1], JULY)
    move(session, user, teams[0], JULY)
    assert history(session, user) == before


def test_same_move_twice_changes_nothing(session, user, teams):
    move(session, user, teams[1], JULY)
    before = history(session, user)
    move(session, user, teams[1], JULY)
    assert history(session, user) == before


def test_somebody_can_be_in_no_team_for_a_while(session, user, teams):
    move(session, user, None, APRIL)
    move(session, user, teams[1], JULY)
    assert history(session, user) == [
        (teams[0].id, "rep", JANUARY, date(2026, 3, 31)),
        (teams[1].id, "rep", JULY, None),
    ]


def test_leaving_removes_planned_moves(session, user, teams):
    move(session, user, teams[1], JULY)
    leave_organisation(session, user_id=user.id, last_day=date(2026, 5, 31))
    assert history(session, user) == [(teams[0].id, "rep", JANUARY, date(2026, 5, 31))]


def test_rehired_person_keeps_account_and_history(session, user, teams):
    deactivate(session, user_id=user.id)
    today = UTC_CALENDAR.today()
    with pytest.raises(Problem, match="invalid-field"):
        rehire(session, user_id=user.id, team_id=teams[1].id, role="rep", starts_on=today)
    rehire(session, user_id=user.id, team_id=teams[1].id, role="manager", starts_on=today + timedelta(days=1))
    assert (user.is_active, user.role) == (True, "manager")
    assert history(session, user) == [
        (teams[0].id, "rep", JANUARY, today),
        (teams[1].id, "manager", today + timedelta(days=1), None),
    ]
    with pytest.raises(Problem, match="is-active"):
        rehire(session, user_id=user.id, team_id=teams[1].id, role="rep", starts_on=today)


def test_address_of_a_deactivated_person_leads_to_rehiring(session, user):
    deactivate(session, user_id=user.id)
    with pytest.raises(Problem) as refused:
        add_user(session, email="ann@example.com", name="Ann", role="rep")
    assert "can be rehired" in refused.value.errors[0]["message"]


def test_role_changes_from_today(session, user, teams):
    change_role(session, user_id=user.id, role="manager")
    today = UTC_CALENDAR.today()
    assert history(session, user) == [
        (teams[0].id, "rep", JANUARY, today - timedelta(days=1)),
        (teams[0].id, "manager", today, None),
    ]


def test_last_administrator_cannot_become_something_else(session):
    admin = make_user(session, role="admin")
    with pytest.raises(Problem, match="last-admin"):
        change_role(session, user_id=admin.id, role="rep")


@pytest.mark.parametrize("day", [date(1999, 12, 31), UTC_CALENDAR.today() + timedelta(days=400)])
def test_day_must_be_plausible(session, user, teams, day):
    with pytest.raises(Problem, match="invalid-field"):
        move(session, user, teams[1], day)


@pytest.mark.parametrize(("starts_on", "ends_on"), [(APRIL, None), (JANUARY, APRIL), (date(2030, 1, 2), date(2030, 1, 1))])
def test_database_refuses_two_open_memberships_and_two_with_one_start(session, user, teams, starts_on, ends_on):
    session.add(Membership(user_id=user.id, team_id=teams[0].id, role="rep", starts_on=starts_on, ends_on=ends_on))
    with pytest.raises(IntegrityError):
        session.flush()
