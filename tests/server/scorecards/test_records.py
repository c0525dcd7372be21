"""What is behind a number: it adds up to the number, and whoever may not see the number does not see it either."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import delete

from server.core.periods import Period, week_period
from server.core.problems import Problem
from server.core.weeks import DAY, UTC_CALENDAR, WEEK
from server.people.memberships import assign
from server.people.organisation import change_team_only
from server.people.standard_metrics import LEDGER_METRIC
from server.privacy.operations import list_profile_views
from server.records.models import Record
from server.scorecards.records import RECORDS_PER_PAGE, Selection, list_own_records, open_person_records, open_team_records
from server.scorecards.team_card import team_scorecard
from tests.factories import make_identity, make_record, make_team, make_user, new_cookie, new_user
from tests.server.scorecards.test_operations import share

WEEK_OF = date(2026, 10, 5)
NOON = UTC_CALENDAR.start_of(WEEK_OF) + timedelta(days=2, hours=12)


@pytest.fixture
def team(session):
    """A manager and two reps in one team, below nothing; the transaction is rolled back."""
    north = make_team(session, name="North")
    people = {
        "team": north,
        "manager": make_user(session, role="manager", team=north),
        "ann": make_user(session, team=north, name="Ann"),
        "ben": make_user(session, team=north, name="Ben"),
        "stranger": make_user(session, role="manager"),
    }
    yield people
    session.rollback()


def of_person(session, viewer, person, metric="call", **selection):
    selected = Selection(metric, **{"period": week_period(WEEK_OF)} | selection)
    return open_person_records(session, viewer=make_identity(viewer), user_id=person.id, team_id=None, selection=selected)


def of_team(session, viewer, *, part="", team_id=None, metric="call"):
    selection = Selection(metric, week_period(WEEK_OF))
    return open_team_records(session, viewer=make_identity(viewer), team_id=team_id, part=part, selection=selection)


def test_records_add_up_to_the_cells_of_the_scorecard(session, team):
    for person, count in (("ann", 3), ("ann", 4), ("ben", 5)):
        make_record(session, team[person], count=count, occurred_at=NOON)
    make_record(session, team["ann"], count=50, occurred_at=NOON - WEEK)
    make_record(session, team["ann"], kind="meeting", occurred_at=NOON)
    card = team_scorecard(session, viewer=make_identity(team["manager"]), team_id=None, period=week_period(WEEK_OF))
    page = of_team(session, team["manager"])
    assert page.total == card.totals["call"].value == sum(line.number for line in page.lines) == 12
    assert [line.person for line in page.lines] == ["Ben", "Ann", "Ann"]
    page = of_person(session, team["manager"], team["ann"])
    assert page.total == next(row for row in card.rows if row.name == "Ann").metrics["call"].value == 7
    assert (
        of_person(session, team["manager"], team["ann"], period=Period("custom", WEEK_OF - WEEK, WEEK_OF + WEEK - DAY)).total
        == 57
    )


def test_credit_is_made_of_the_counted_items(session, team):
    share(session, team["ann"])
    page = of_person(session, team["manager"], team["ann"], LEDGER_METRIC)
    (line,) = page.lines
    assert page.total == line.number > 0
    assert line.text.endswith(f"= {line.number}")


def test_people_whom_the_scorecard_does_not_name_have_records_too(session, team):
    make_record(session, team["ann"], count=3, occurred_at=NOON)
    make_record(session, team["manager"], count=2, occurred_at=NOON)
    team["ben"].is_active = False
    make_record(session, team["ben"], count=4, occurred_at=NOON)
    card = team_scorecard(session, viewer=make_identity(team["manager"]), team_id=None, period=week_period(WEEK_OF))
    page = of_team(session, team["manager"], part="others")
    assert page.total == card.others.numbers["call"] == sum(line.number for line in page.lines) == 6


def test_manager_sees_what_happened_in_their_team_only(session, team):
    ann = team["ann"]
    make_record(session, ann, count=3, occurred_at=NOON)
    make_record(session, ann, count=5, occurred_at=NOON + timedelta(days=2))
    other = make_team(session)
    assign(session, user_id=ann.id, team_id=other.id, role="rep", starts_on=WEEK_OF + timedelta(days=3))
    assert [line.number for line in of_person(session, team["manager"], ann).lines] == [3]
    own = list_own_records(session, viewer=make_identity(ann), selection=Selection("call", week_period(WEEK_OF)))
    assert [line.number for line in own.lines] == [5, 3]


def test_who_may_not_see_the_number_does_not_see_its_records(session, team):
    for viewer in (team["stranger"], team["ben"]):
        with pytest.raises(Problem) as refused:
            of_person(session, viewer, team["ann"])
        assert refused.value.status == 404
        with pytest.raises(Problem) as refused:
            of_team(session, viewer, team_id=team["team"].id)
        assert refused.value.status == 404
    change_team_only(session, team_only=True)
    for open_page in (lambda: of_team(session, team["manager"]), lambda: of_person(session, team["manager"], team["ann"])):
        with pytest.raises(Problem) as refused:
            open_page()
        assert refused.value.status == 404
    assert (
        list_own_records(session, viewer=make_identity(team["ann"]), selection=Selection("call", week_period(WEEK_OF))).count
        == 0
    )


def test_people_see_who_opened_their_records(session, team):
    make_record(session, team["ann"], occurred_at=NOON)
    of_team(session, team["manager"])
    views = {name: list_profile_views(session, user_id=team[name].id) for name in ("ann", "ben")}
    assert [view.page for view in views["ann"]] == ["records"]
    assert views["ben"] == ()
    of_person(session, team["manager"], team["ben"])
    assert [view.page for view in list_profile_views(session, user_id=team["ben"].id)] == ["records"]


def test_long_lists_are_paged(session, team):
    for number in range(RECORDS_PER_PAGE + 3):
        make_record(session, team["ann"], occurred_at=NOON + timedelta(minutes=number))
    first, second, third = (of_person(session, team["manager"], team["ann"], page=page) for page in (1, 2, 3))
    assert (len(first.lines), len(second.lines), len(third.lines)) == (RECORDS_PER_PAGE, 3, 0)
    assert (first.has_older, second.has_older, third.has_older) == (True, False, False)
    assert first.total == third.total == first.count == RECORDS_PER_PAGE + 3


@pytest.mark.parametrize("metric", ["visit", "", "linkedin-post"])
def test_unknown_metric_is_not_found(session, team, metric):
    with pytest.raises(Problem) as refused:
        of_person(session, team["manager"], team["ann"], metric)
    assert refused.value.status == 404


def test_every_number_of_the_pages_leads_to_its_records(client, engine, session):
    manager = new_user(engine, role="manager")
    north = make_team(session)
    for user_id in (manager.id, rep_id := make_user(session, team=north, name="Ann").id):
        assign(session, user_id=user_id, team_id=north.id, role="manager" if user_id == manager.id else "rep",
               starts_on=date(2000, 1, 1))  # fmt: skip
    user = session.get_one(type(manager), rep_id)
    make_record(session, user, count=5, occurred_at=NOON - WEEK)
    make_record(session, user, count=7, occurred_at=NOON, subject="Call with <a customer>", url="https://crm.example/7")
    session.commit()
    client.set_cookie("repute", new_cookie(engine, manager))
    for path in (f"/team?week={WEEK_OF}", f"/team/rep/{rep_id}?week={WEEK_OF}"):
        page = client.get(path).text
        links = re.findall(r'class="rp-number-link" href="([^"]+)">([^<]+)<', page)
        assert len(links) >= 2 * page.partition('id="came-of-it"')[0].count('class="rp-figure-value"')
        for link, number in links:
            response = client.get(link.replace("&amp;", "&"))
            assert response.status_code == 200
            if "/outcomes?" in link:
                ledger = link.partition("#")[2]
                assert re.search(rf'<h2 id="{ledger}">[^<]+: {number}</h2>', response.text), link
                continue
            assert f'<h2 id="records">{number.removesuffix(" before")}' in response.text, link
            if "metric=call" in link and f"rep/{rep_id}" in link and number == "7":
                assert "Call with &lt;a customer&gt;" in response.text
                assert 'href="https://crm.example/7"' in response.text
    assert client.get(f"/team/rep/{rep_id}/records?metric=meeting&week={WEEK_OF}").text.count("No records in these days") == 1
    session.execute(delete(Record).where(Record.user_id == rep_id))
    session.commit()
