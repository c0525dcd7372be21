"""Numbers about too few people are hidden."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from server.core.small_groups import MIN_GROUP_SIZE
from server.core.weeks import weeks_until
from server.scorecards.suppression import NOBODY, TOO_FEW, active_people, too_small_teams, total
from server.scorecards.views import TeamChoice
from tests.factories import make_record, make_team, make_user

#: Two weeks: four people with calls in the first, five in the second.
NUMBERS = {person: {"call": (10 if person else 0, 20), "meeting": (0, 0)} for person in range(MIN_GROUP_SIZE)}
ACTIVE = (4, 5)
NO_TARGETS = (None, None)
WEEKS = weeks_until(date(2026, 10, 5), 1)


def test_active_people_are_those_with_any_number_in_the_week():
    assert active_people(NUMBERS, 2) == ACTIVE


def test_total_hides_nothing_where_people_are_listed_by_name():
    few = total("call", NUMBERS, (4, 4), targets=NO_TARGETS, team_only=False, hidden=False)
    assert (few.value, few.series, few.average, few.reason) == (100, (40, 100), 25.0, None)
    nobody = total("call", {}, (0, 0), targets=NO_TARGETS, team_only=False, hidden=False)
    assert (nobody.value, nobody.average, nobody.reason) == (0, None, NOBODY)


def test_total_hides_weeks_of_too_few_people_in_team_only_mode():
    shown = total("call", NUMBERS, ACTIVE, targets=(5, 7), team_only=True, hidden=False)
    assert (shown.value, shown.target, shown.series) == (100, 7, (None, 100))
    hidden = total("call", NUMBERS, ACTIVE, targets=(5, 7), team_only=True, hidden=True)
    assert (hidden.value, hidden.series, hidden.average, hidden.reason) == (None, (None, None), None, TOO_FEW)


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ((5, 5), set()),
        ((6, 3), {"first", "second"}),  # six shown of nine would reveal the other three
        ((6, 0), {"second"}),
        ((2, 1), {"parent", "first", "second"}),
    ],
)
def test_too_small_teams_cannot_be_computed_by_subtraction(session, sizes, hidden):
    parent = make_team(session)
    teams = {"parent": parent, "first": make_team(session, parent=parent), "second": make_team(session, parent=parent)}
    for team, size in zip((teams["first"], teams["second"]), sizes, strict=True):
        for _ in range(size):
            user = make_user(session, team=team)
            make_record(session, user, occurred_at=datetime(2026, 10, 6, 12, tzinfo=UTC))
    visible = [TeamChoice(team.id, team.name, 0 if name == "parent" else 1) for name, team in teams.items()]
    result = too_small_teams(session, visible, WEEKS)
    names = {name for name, team in teams.items() if team.id in result}
    session.rollback()
    assert names == hidden
