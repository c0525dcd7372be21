"""The numbers of the scorecard, who may see them, and what is hidden for small groups."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from nlp import Coach, Draft
from server.activities import operations as activities
from server.activities.items import list_own_items
from server.activities.operations import PublishedItem
from server.audit.models import AuditEntry
from server.core.periods import week_period
from server.core.problems import Problem
from server.core.weeks import UTC_CALENDAR, WEEK
from server.credit.statement import get_statement, get_summary
from server.people.absences import add_holiday, add_leave
from server.people.memberships import assign, leave_organisation
from server.people.models import Organisation, Target
from server.people.operations import change_role
from server.people.organisation import change_general
from server.people.targets import TargetScope, set_target
from server.people.teams import change_team
from server.privacy.operations import list_profile_views
from server.scorecards import operations
from server.scorecards.suppression import NOBODY
from server.scorecards.team_card import team_scorecard
from server.security.operations import deactivate
from tests.databases import SECRET_KEYS
from tests.factories import make_identity, make_record, make_team, make_user
from tests.texts import sentences

WEEK_OF = date(2026, 10, 5)


@pytest.fixture(autouse=True)
def rolled_back(session):
    """Every test runs in a transaction that is rolled back, so that the tests' numbers do not mix."""
    yield
    session.rollback()


@pytest.fixture
def organisation(session):
    return session.scalars(select(Organisation)).one()


@pytest.fixture
def tree(session):
    """A company of two teams, six people in the first and three in the second, each with its manager."""
    top = make_team(session, name="Company")
    north, south = make_team(session, name="North", parent=top), make_team(session, name="South", parent=top)
    people = {
        "head": make_user(session, role="manager", team=top),
        "north": make_user(session, role="manager", team=north),
        "south": make_user(session, role="manager", team=south),
        "admin": make_user(session, role="admin", team=top),
        "northerners": [make_user(session, team=north, name=f"North {i}") for i in range(6)],
        "southerners": [make_user(session, team=south, name=f"South {i}") for i in range(3)],
    }
    return {"top": top, "North": north, "South": south} | people


def count(session, user, number, *, kind="call", week=WEEK_OF, day=2):
    occurred_at = UTC_CALENDAR.start_of(week) + timedelta(days=day, hours=12)
    make_record(session, user, kind=kind, count=number, occurred_at=occurred_at)


def share(session, user, *, week=WEEK_OF, surface="linkedin-post"):
    text = f"A plant manager counted the stops of one line. Which number do you count? {sentences()}"
    item = PublishedItem(surface, text, None, None, UTC_CALENDAR.start_of(week) + timedelta(days=1, hours=9))
    assessment = Coach().assess(Draft(surface, item.text))
    organisation = session.scalars(select(Organisation)).one()
    return activities.record_share(
        session, item, assessment,
        user=user, organisation=organisation, source="web", key=uuid.uuid4().hex, secret_keys=SECRET_KEYS,
    )  # fmt: skip


def set_call_target(session, team, number, since=WEEK_OF - WEEK * 20):
    set_target(session, scope=TargetScope(team_id=team.id), metric="call", per_week=number, valid_from=since)


def move(session, user, team, day):
    assign(session, user_id=user.id, team_id=team.id, role="rep", starts_on=day)


def page_of(session, viewer, person, week=WEEK_OF):
    return operations.open_rep_page(
        session, viewer=make_identity(viewer), user_id=person.id, period=week_period(week)
    )  # fmt: skip


def row_of(card, user):
    return next(row for row in card.rows if row.user_id == user.id)


def card_of(session, viewer, team=None, week=WEEK_OF):
    return team_scorecard(
        session, viewer=make_identity(viewer), team_id=team.id if team else None, period=week_period(week)
    )  # fmt: skip


def test_rows_have_weekly_numbers_per_person(session, tree):
    person = tree["northerners"][0]
    count(session, person, 7)
    count(session, person, 5)
    count(session, person, 9, week=WEEK_OF - WEEK)
    count(session, person, 100, week=WEEK_OF - WEEK * 12)
    count(session, person, 100, week=WEEK_OF + WEEK)
    shared = share(session, person)
    card = card_of(session, tree["north"])
    row = next(row for row in card.rows if row.user_id == person.id)
    assert row.metrics["call"].value == 12
    assert row.metrics["call"].series == (0,) * 10 + (9, 12)
    assert row.metrics["credit"].value == shared.entry.amount > 0
    assert card.plan.chart[-1] == card.plan.period == week_period(WEEK_OF)
    assert len(card.plan.chart) == 12


def test_rows_are_ordered_by_name(session, tree):
    count(session, tree["northerners"][3], 50)
    assert [row.name for row in card_of(session, tree["north"]).rows] == [f"North {i}" for i in range(6)]


def test_average_is_per_active_person(session, tree):
    for number, person in enumerate(tree["northerners"][:5], start=1):
        count(session, person, number)
    total = card_of(session, tree["north"]).totals["call"]
    assert (total.value, total.average, total.reason) == (15, 3.0, None)


def test_average_of_people_who_are_listed_is_shown(session, tree):
    for person in tree["northerners"][:4]:
        count(session, person, 10)
    total = card_of(session, tree["north"]).totals["call"]
    assert (total.value, total.average, total.reason) == (40, 10.0, None)


def test_average_of_nobody_says_so(session, tree):
    total = card_of(session, tree["north"]).totals["call"]
    assert (total.value, total.average, total.reason) == (0, None, NOBODY)


def test_target_is_that_of_the_nearest_team_in_the_week(session, tree):
    for team, number, since in (
        (tree["top"], 40, WEEK_OF - WEEK * 20), (tree["South"], 30, WEEK_OF - WEEK * 20), (tree["South"], 25, WEEK_OF + WEEK),
    ):  # fmt: skip
        session.add(Target(team_id=team.id, metric="call", per_week=number, valid_from=since))
    session.flush()
    card = card_of(session, tree["head"])
    assert {row.metrics["call"].target for row in card.rows if row.name.startswith("North")} == {40}
    assert {row.metrics["call"].target for row in card.rows if row.name.startswith("South")} == {30}
    assert card.totals["call"].target == 6 * 40 + 3 * 30
    assert card.totals["meeting"].target is None


def test_past_totals_and_targets_include_people_who_left(session, tree):
    set_call_target(session, tree["top"], 40)
    leaver = tree["northerners"][0]
    count(session, leaver, 11)
    before = card_of(session, tree["north"]).totals["call"]
    deactivate(session, user_id=leaver.id)
    card = card_of(session, tree["north"])
    assert card.totals["call"] == before
    assert (card.totals["call"].value, card.totals["call"].target) == (11, 6 * 40)
    assert leaver.id not in {row.user_id for row in card.rows}


def test_rows_and_the_line_of_those_who_left_add_up_to_the_total(session, tree):
    for number, person in enumerate((*tree["northerners"], tree["north"]), start=1):
        count(session, person, number)
    deactivate(session, user_id=tree["northerners"][2].id)
    card = card_of(session, tree["north"])
    assert (card.others.count, card.others.numbers["call"]) == (2, 3 + 7)
    assert sum(row.metrics["call"].value for row in card.rows) + card.others.numbers["call"] == card.totals["call"].value


class TestMove:
    """Somebody moves from the South to the North on the Wednesday of the week."""

    @pytest.fixture
    def mover(self, session, tree):
        set_call_target(session, tree["North"], 50)
        set_call_target(session, tree["South"], 20)
        mover = tree["southerners"][0]
        for day, number in ((0, 1), (1, 2), (2, 4), (4, 8), (-5, 16), (9, 32)):
            count(session, mover, number, day=day)
        move(session, mover, tree["North"], WEEK_OF + timedelta(days=2))
        return mover

    def test_numbers_follow_the_membership_of_the_day(self, session, tree, mover):
        south, north = card_of(session, tree["south"]), card_of(session, tree["north"])
        assert south.totals["call"].series[-2:] == (16, 3)
        assert north.totals["call"].series[-2:] == (0, 12)
        assert card_of(session, tree["head"]).totals["call"].series[-2:] == (16, 15)
        assert row_of(south, mover).left_on == WEEK_OF + timedelta(days=1)
        assert row_of(north, mover).joined_on == WEEK_OF + timedelta(days=2)

    def test_targets_are_for_the_days_in_the_team(self, session, tree, mover):
        south, north = card_of(session, tree["south"]), card_of(session, tree["north"])
        assert (row_of(south, mover).metrics["call"].target, row_of(north, mover).metrics["call"].target) == (8, 30)
        assert row_of(card_of(session, tree["head"]), mover).metrics["call"].target == 38
        assert south.totals["call"].targets[-2:] == (60, 48)

    def test_each_manager_sees_the_weeks_of_their_time(self, session, tree, mover):
        pages = {name: page_of(session, tree[name], mover, WEEK_OF + WEEK) for name in ("south", "north", "head")}
        calls = {name: page.metrics["call"].series[-3:] for name, page in pages.items()}
        assert calls == {"south": (16, 3, 0), "north": (0, 12, 32), "head": (16, 15, 32)}
        assert {name: page.workdays[-3:] for name, page in pages.items()} == {
            "south": (5, 2, 0), "north": (0, 3, 5), "head": (5, 5, 5),
        }  # fmt: skip
        described = {name: [(one.team_name, one.has_joined) for one in page.changes] for name, page in pages.items()}
        assert described["south"] == [(tree["South"].name, False)]
        assert described["north"] == [(tree["North"].name, True)]
        assert described["head"] == [(tree["South"].name, False), (tree["North"].name, True)]

    def test_planned_move_is_not_visible_to_the_new_manager(self, session, tree):
        person = tree["southerners"][1]
        move(session, person, tree["North"], UTC_CALENDAR.today() + timedelta(days=7))
        with pytest.raises(Problem):
            page_of(session, tree["north"], person)


def test_records_that_arrive_late_count_in_the_team_of_their_day(session, tree):
    mover = tree["southerners"][0]
    move(session, mover, tree["North"], WEEK_OF + WEEK)
    count(session, mover, 11)
    assert card_of(session, tree["south"]).totals["call"].value == 11
    assert card_of(session, tree["north"]).totals["call"].value == 0


def test_records_before_the_first_team_count_once_it_is_known(session, tree):
    newcomer = make_user(session, team=tree["South"])
    leave_organisation(session, user_id=newcomer.id, last_day=date(2000, 1, 2))
    count(session, newcomer, 11)
    assert card_of(session, tree["north"]).totals["call"].value == 0
    assign(session, user_id=newcomer.id, team_id=tree["North"].id, role="rep", starts_on=WEEK_OF)
    assert card_of(session, tree["north"]).totals["call"].value == 11


def test_promoted_rep_stays_a_rep_in_past_weeks(session, tree):
    set_call_target(session, tree["top"], 40)
    person = tree["northerners"][0]
    before = card_of(session, tree["north"])
    change_role(session, user_id=person.id, role="manager")
    assert card_of(session, tree["north"]) == before
    today = card_of(session, tree["head"], tree["North"], UTC_CALENDAR.this_monday() + WEEK)
    assert person.id not in {row.user_id for row in today.rows}


def test_leave_is_absence_and_not_idleness(session, tree):
    set_call_target(session, tree["top"], 40)
    away, half = tree["northerners"][:2]
    add_leave(session, user_id=away.id, starts_on=WEEK_OF, ends_on=WEEK_OF + timedelta(days=4), kind="holiday")
    add_leave(session, user_id=half.id, starts_on=WEEK_OF + timedelta(days=3), ends_on=None, kind="long-leave")
    card = card_of(session, tree["north"])
    assert (card.headcount, card.away) == (6, 1)
    assert (row_of(card, away).workdays[-2:], row_of(card, away).metrics["call"].targets[-2:]) == ((5, 0), (40, None))
    assert (row_of(card, half).workdays[-1], row_of(card, half).metrics["call"].target) == (3, 24)
    assert card.totals["call"].target == 4 * 40 + 24


def test_public_holidays_reduce_targets_where_they_apply(session, tree):
    set_call_target(session, tree["top"], 40)
    change_team(session, team_id=tree["South"].id, name="South", parent_id=tree["top"].id, region="Scotland")
    add_holiday(session, day=WEEK_OF, name="Everywhere")
    add_holiday(session, day=WEEK_OF + timedelta(days=1), name="Scotland only", region="Scotland")
    add_holiday(session, day=WEEK_OF + timedelta(days=5), name="On a Saturday")
    card = card_of(session, tree["head"])
    targets = {row.name[:5]: row.metrics["call"].target for row in card.rows}
    assert targets == {"North": 32, "South": 24}


def test_each_week_has_its_own_target(session, tree):
    set_call_target(session, tree["top"], 40)
    set_call_target(session, tree["top"], 60, since=WEEK_OF)
    person = tree["northerners"][0]
    for weeks_ago in range(12):
        count(session, person, 45, week=WEEK_OF - WEEK * weeks_ago)
    card = card_of(session, tree["north"])
    assert row_of(card, person).metrics["call"].targets[-3:] == (40, 40, 60)
    assert card.totals["call"].targets[-2:] == (240, 360)
    page = page_of(session, tree["north"], person)
    assert "Calls: target reached in 11 of 12 weeks" in [point.title for point in page.talking_points]


def test_days_and_weeks_are_those_of_the_time_zone(session, tree):
    person = tree["northerners"][0]
    # Monday morning in Sydney is Sunday evening in UTC.
    make_record(session, person, count=50, occurred_at=UTC_CALENDAR.start_of(WEEK_OF + WEEK) - timedelta(hours=2))
    assert card_of(session, tree["north"]).totals["call"].value == 50
    change_general(session, name="Example", time_zone="Australia/Sydney")
    assert card_of(session, tree["north"]).totals["call"].value == 0


def test_withdrawn_item_is_not_listed(session, tree):
    author = tree["northerners"][0]
    share(session, author)
    withdrawn = share(session, author)
    before = card_of(session, tree["north"]).totals["credit"].value
    activities.withdraw(session, user_id=author.id, share_id=withdrawn.activity.id)
    assert card_of(session, tree["north"]).totals["credit"].value == before - withdrawn.entry.amount
    page = page_of(session, tree["north"], author)
    assert withdrawn.activity.id not in {item.id for item in page.items}


@pytest.mark.parametrize(
    ("viewer", "team"), [("north", "South"), ("north", "top"), ("south", "North"), ("southerners", "South")]
)
def test_team_outside_the_viewers_subtree_answers_404(session, tree, viewer, team):
    user = tree[viewer][0] if isinstance(tree[viewer], list) else tree[viewer]
    with pytest.raises(Problem) as refused:
        card_of(session, user, tree[team])
    assert refused.value.status == 404


def test_teams_in_view_are_nested_for_a_manager_and_complete_for_an_admin(session, tree):
    teams = operations.teams_in_view(session, viewer=make_identity(tree["head"]))
    assert [(team.id, team.depth) for team in teams] == [(tree["top"].id, 0), (tree["North"].id, 1), (tree["South"].id, 1)]
    assert {tree["North"].id, tree["South"].id} <= {
        team.id for team in operations.teams_in_view(session, viewer=make_identity(tree["admin"]))
    }
    assert card_of(session, tree["head"], tree["South"]).team_name == tree["South"].name


def test_rep_page_lists_the_weeks_items(session, tree):
    author = tree["northerners"][0]
    shared = share(session, author)
    share(session, author, week=WEEK_OF - WEEK)
    page = page_of(session, tree["north"], author)
    assert [item.id for item in page.items] == [shared.activity.id]
    item = page.items[0]
    assert item.points == page.metrics["credit"].value == shared.entry.amount
    assert item.band == shared.activity.band
    assert item.day == WEEK_OF + timedelta(days=1)
    assert not hasattr(item, "score")
    assert len(page.plan.chart) == 26


@pytest.mark.parametrize("viewer", ["south", "southerners"])
def test_person_outside_the_viewers_subtree_answers_404(session, tree, viewer):
    user = tree[viewer][0] if isinstance(tree[viewer], list) else tree[viewer]
    with pytest.raises(Problem) as refused:
        page_of(session, user, tree["northerners"][0])
    assert refused.value.status == 404


def test_profile_view_is_recorded_once_a_day_and_listed(session, tree):
    person = tree["northerners"][0]
    for _ in range(2):
        page_of(session, tree["north"], person)
    views = list_profile_views(session, user_id=person.id)
    assert [(view.viewer, view.page, view.day) for view in views] == [
        (tree["north"].name, "rep-page", datetime.now(UTC).date())
    ]
    page_of(session, person, person)
    assert len(list_profile_views(session, user_id=person.id)) == 1


def test_profile_view_by_an_admin_is_audited(session, tree):
    person = tree["northerners"][0]
    page_of(session, tree["admin"], person)
    opened = session.scalars(select(AuditEntry).filter_by(action="rep-page.opened", object_id=str(person.id))).all()
    assert len(opened) == 1


class TestTeamOnly:
    @pytest.fixture(autouse=True)
    def team_only_mode(self, session, organisation):
        organisation.team_only = True
        session.flush()

    def test_rows_and_rep_pages_are_hidden(self, session, tree):
        assert card_of(session, tree["north"]).rows == ()
        for viewer in ("north", "head", "admin"):
            with pytest.raises(Problem):
                page_of(session, tree[viewer], tree["northerners"][0])

    def test_own_page_is_visible(self, session, tree):
        person = tree["northerners"][0]
        assert page_of(session, person, person).name == person.name

    def test_total_of_four_people_is_hidden(self, session, tree):
        for person in tree["northerners"][:4]:
            count(session, person, 10)
        assert card_of(session, tree["north"]).totals["call"].value is None
        count(session, tree["northerners"][4], 10)
        assert card_of(session, tree["north"]).totals["call"].value == 50

    def test_week_of_too_few_people_is_hidden(self, session, tree):
        for person in tree["northerners"]:
            count(session, person, 10)
        count(session, tree["northerners"][0], 99, week=WEEK_OF - WEEK)
        assert card_of(session, tree["north"]).totals["call"].series[-2:] == (None, 60)

    def test_small_team_cannot_be_computed_by_subtraction(self, session, tree):
        for person in (*tree["northerners"], *tree["southerners"]):
            count(session, person, 10)
        # Nine people in total, six of them in the North: showing both totals would reveal that of the three in the South.
        assert card_of(session, tree["head"]).totals["call"].value == 90
        assert card_of(session, tree["head"], tree["South"]).totals["call"].value is None
        assert card_of(session, tree["head"], tree["North"]).totals["call"].value is None


def test_statement_and_own_items_have_the_same_points(session, tree):
    author = tree["northerners"][0]
    kept, withdrawn = share(session, author), share(session, author)
    activities.withdraw(session, user_id=author.id, share_id=withdrawn.activity.id)
    balance, lines = get_summary(session, user_id=author.id).balance, get_statement(session, user_id=author.id).lines
    assert balance == kept.entry.amount == lines[0].balance_after
    assert lines[0].reverses_id == withdrawn.entry.id
    assert lines[0].reverses_day == withdrawn.entry.occurred_at.date()
    assert {line.reverses_day for line in lines[1:]} == {None}
    assert sum(line.points for line in lines) == balance
    items = {item.id: item for item in list_own_items(session, user_id=author.id).items}
    assert items[kept.activity.id].points == kept.entry.amount
    assert items[kept.activity.id].score == kept.activity.score
    assert (items[withdrawn.activity.id].state, items[withdrawn.activity.id].points) == ("withdrawn", None)


def test_talking_points_quote_the_numbers(session, tree):
    person = tree["northerners"][0]
    for weeks_ago in range(14):
        count(session, person, 40, week=WEEK_OF - WEEK * weeks_ago)
        count(session, person, 10, kind="lead-followed-up", week=WEEK_OF - WEEK * weeks_ago)
        count(session, person, 8 if weeks_ago < 4 else 2, kind="meeting", week=WEEK_OF - WEEK * weeks_ago)
    page = page_of(session, tree["north"], person)
    assert page.talking_points[0].title == "More meetings booked"
    assert page.talking_points[0].evidence.startswith("32 in the last 4 weeks; the 8 weeks before suggest about 8")
    assert all(point.question.endswith("?") for point in page.talking_points)


def test_talking_points_ignore_the_current_week(session, tree):
    person, current_week = tree["northerners"][0], UTC_CALENDAR.this_monday()
    for weeks_ago in range(1, 14):
        count(session, person, 40, week=current_week - WEEK * weeks_ago)
    page = page_of(session, tree["north"], person, current_week)
    assert page.plan.period.first == current_week
    assert "Fewer calls" not in [point.title for point in page.talking_points]


def test_no_talking_points_after_a_few_weeks(session, tree):
    person = tree["northerners"][0]
    for weeks_ago in range(5):
        count(session, person, 40 * (weeks_ago + 1), week=WEEK_OF - WEEK * weeks_ago)
    page = page_of(session, tree["north"], person)
    assert page.talking_points == ()
