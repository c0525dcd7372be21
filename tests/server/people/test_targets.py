"""Which target applies, and how a new hire's grows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.periods import week_periods
from server.core.problems import Problem
from server.core.weeks import WEEK
from server.people.models import Target
from server.people.roster import load_person_roster
from server.people.targets import TargetScope, TargetTable, ramp_percent, set_target
from tests.factories import make_organisation, make_team, make_user

WEEK_OF = date(2026, 10, 5)
TOP, NORTH, ANN = 1, 2, 7
PARENTS = {TOP: None, NORTH: TOP}


def target(per_week, *, since=WEEK_OF, **scope):
    return Target(per_week=per_week, metric="call", valid_from=since, ramp=[], **scope)


def find(*targets, role="rep", week=WEEK_OF):
    table = TargetTable(sorted(targets, key=lambda one: one.valid_from), parents=PARENTS)
    found = table.find(user_id=ANN, team_id=NORTH, role=role, metric="call", week=week)
    return found.per_week if found else None


def test_person_wins_over_team_and_team_over_role():
    role, top = target(10, role="rep"), target(20, team_id=TOP)
    north, ann = target(30, team_id=NORTH), target(40, user_id=ANN)
    assert [find(role), find(role, top), find(role, top, north), find(role, top, north, ann)] == [10, 20, 30, 40]


def test_target_of_zero_ends_what_a_team_above_has():
    assert find(target(20, team_id=TOP), target(0, team_id=NORTH)) is None


def test_team_targets_are_for_reps():
    assert find(target(20, team_id=TOP), role="manager") is None
    assert find(target(20, team_id=TOP), target(5, role="manager"), role="manager") == 5


def test_each_week_has_the_target_of_its_time():
    old, new = target(40, team_id=TOP, since=WEEK_OF - WEEK * 4), target(60, team_id=TOP)
    assert [find(old, new, week=WEEK_OF - WEEK * weeks) for weeks in (5, 4, 1, 0)] == [None, 40, 40, 60]


def test_ramp_begins_in_the_week_of_the_first_day():
    thursday = WEEK_OF + timedelta(days=3)
    percents = [ramp_percent([25, 50], started_on=thursday, week=WEEK_OF + WEEK * index) for index in (-1, 0, 1, 2)]
    assert percents == [100, 25, 50, 100]
    assert ramp_percent([25, 50], started_on=None, week=WEEK_OF) == 100


@pytest.fixture
def rolled_back(session):
    make_organisation(session)
    yield session
    session.rollback()


def test_new_hires_target_grows_and_counts_only_their_days(rolled_back):
    session = rolled_back
    team = make_team(session)
    user = make_user(session, team=team)
    user.started_on = WEEK_OF
    set_target(
        session, scope=TargetScope(team_id=team.id), metric="call", per_week=40, valid_from=WEEK_OF - WEEK, ramp=[25, 50]
    )
    roster = load_person_roster(session, week_periods(tuple(WEEK_OF + WEEK * index for index in range(3))), user_id=user.id)
    assert [week.targets for week in roster.people[user.id]] == [{"call": 10}, {"call": 20}, {"call": 40}]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"scope": TargetScope()}, "scope"),
        ({"scope": TargetScope(role="rep", user_id=1)}, "scope"),
        ({"scope": TargetScope(role="boss")}, "scope"),
        ({"scope": TargetScope(team_id=10**9)}, "scope"),
        ({"metric": "visit"}, "metric"),
        ({"per_week": -1}, "per_week"),
        ({"valid_from": WEEK_OF + timedelta(days=1)}, "valid_from"),
        ({"ramp": [101]}, "ramp"),
        ({"ramp": [50] * 53}, "ramp"),
    ],
)
def test_invalid_target_names_its_field(rolled_back, changes, field):
    valid = {"scope": TargetScope(role="rep"), "metric": "call", "per_week": 40, "valid_from": WEEK_OF, "ramp": []}
    with pytest.raises(Problem) as refused:
        set_target(rolled_back, **(valid | changes))
    assert refused.value.errors[0]["field"] == field


@given(st.lists(st.integers(0, 100), max_size=10), st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-60, 60))
def test_ramp_is_never_more_than_the_target(ramp, started_on, weeks):
    monday = started_on - timedelta(days=started_on.weekday())
    assert 0 <= ramp_percent(ramp, started_on=started_on, week=monday + WEEK * weeks) <= 100
