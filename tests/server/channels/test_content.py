"""A channel is read by many: totals of five people or more, in every mode, and no way to compute fewer."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from server.channels.content import message_of_test, plain, week_message
from server.people.models import Membership, Team
from server.people.queries import get_organisation
from tests.factories import make_record, make_team, make_user
from tests.server.channels.conftest import BASE_URL, MONDAY_MORNING, WEEK

IN_WEEK = MONDAY_MORNING - timedelta(days=4)


def message(session):
    return week_message(session, week=WEEK, origin=BASE_URL)


def add_people(session, team, calls):
    for index, count in enumerate(calls):
        rep = make_user(session, team=team, name=f"Rep Number{index}")
        make_record(session, rep, kind="call", count=count, occurred_at=IN_WEEK)
        make_record(session, rep, kind="call", count=count + 1, occurred_at=IN_WEEK - timedelta(days=7))


@pytest.fixture
def company(session):
    """A topmost team of its own, beside those of other tests. Rolled back after the test."""
    yield make_team(session, name="Sales")
    session.rollback()


def part_of(text, team):
    """The lines about one team."""
    found = re.search(rf"\*\*{re.escape(team.name)}(?:, with the teams below it)?\*\*\n\n((?:- .*\n?)+)", text)
    return found[1].splitlines() if found else None


@pytest.mark.parametrize("team_only", [True, False])
def test_totals_of_five_and_nothing_of_four_in_every_mode(session, company, team_only):
    get_organisation(session).team_only = team_only
    large, small = make_team(session, name="Isles", parent=company), make_team(session, name="Alpine", parent=company)
    add_people(session, large, [10, 20, 30, 40, 50])
    add_people(session, small, [1, 2, 3, 4])
    body = message(session).body
    assert part_of(body, small) is None
    # Nor the total of both, from which that of four people could be computed: the larger team is hidden instead.
    assert part_of(body, company)[0] == "- Calls: 160 (the week before: 169)"
    assert part_of(body, large) is None


def test_both_teams_of_five_and_their_sum(session, company):
    first, second = make_team(session, name="Isles", parent=company), make_team(session, name="Alpine", parent=company)
    add_people(session, first, [10, 20, 30, 40, 50])
    add_people(session, second, [1, 2, 3, 4, 5, 6])
    body = message(session).body
    assert part_of(body, company)[0] == "- Calls: 171 (the week before: 182)"
    assert part_of(body, first)[0] == "- Calls: 150 (the week before: 155)"
    assert part_of(body, second)[0] == "- Calls: 21 (the week before: 27)"
    assert "Rep Number" not in body


def test_nothing_is_said_of_a_company_of_four(session, company):
    add_people(session, company, [1, 2, 3, 4])
    found = message(session)
    assert found is None or company.name not in found.body


def test_names_cannot_mention_everybody_or_link(session):
    team = Team(name="<!channel> [Isles](https://example.com) *now* <at>all</at>")
    session.add(team)
    session.flush()
    for count in range(5):
        user = make_user(session, team=make_team(session), name=f"Rep {count}")
        session.query(Membership).filter_by(user_id=user.id).update({"team_id": team.id})
        make_record(session, user, kind="call", count=9, occurred_at=IN_WEEK)
    organisation = get_organisation(session)
    name, organisation.name = organisation.name, "Harbour <@U123> & Sons"
    found = message(session)
    assert "!channel Isles (https://example.com) now at all /at" in found.body
    assert found.title == "Harbour @U123 & Sons: 16 – 22 Nov 2026"
    assert message_of_test(session).title == "Harbour @U123 & Sons: test"
    organisation.name = name
    session.rollback()
    assert plain("a | b`c`") == "a b c"
