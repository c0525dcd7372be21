"""The numbers of the scorecard, who may see them, and what is hidden for small groups."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from nlp import Coach, Draft
from server.activities import operations as activities
from server.activities.items import list_own_items
from server.activities.models import Activity
from server.activities.operations import PublishedItem
from server.audit.models import AuditEntry
from server.core.problems import Problem
from server.core.weeks import WEEK, start_of, this_monday
from server.credit.statement import get_statement
from server.people.models import Organisation, Target
from server.privacy.operations import list_profile_views
from server.scorecards import operations
from server.scorecards.suppression import TOO_FEW
from tests.databases import SECRET_KEYS
from tests.factories import make_identity, make_team, make_user

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


def count(session, user, number, *, kind="call", week=WEEK_OF, team=None):
    session.add(
        Activity(
            user_id=user.id, team_id=team.id if team else user.team_id, kind=kind, source="crm",
            external_id=uuid.uuid4().hex, count=number, occurred_at=start_of(week) + timedelta(days=2),
        )
    )  # fmt: skip
    session.flush()


def share(session, user, *, week=WEEK_OF, surface="linkedin-post"):
    unique = " ".join(uuid.uuid4().hex for _ in range(20))
    text = f"A plant manager counted the stops of one line. Which number do you count? {unique}"
    item = PublishedItem(surface, text, None, None, start_of(week) + timedelta(days=1, hours=9))
    assessment = Coach().assess(Draft(surface, item.text))
    organisation = session.scalars(select(Organisation)).one()
    return activities.record_share(
        session, item, assessment,
        user=user, organisation=organisation, source="web", key=uuid.uuid4().hex, secret_keys=SECRET_KEYS,
    )  # fmt: skip


def card_of(session, viewer, team=None):
    return operations.team_scorecard(session, viewer=make_identity(viewer), team_id=team.id if team else None, week=WEEK_OF)


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
    assert card.weeks[-1] == WEEK_OF
    assert len(card.weeks) == 12


def test_rows_are_ordered_by_name(session, tree):
    count(session, tree["northerners"][3], 50)
    assert [row.name for row in card_of(session, tree["north"]).rows] == [f"North {i}" for i in range(6)]


def test_average_is_per_active_person(session, tree):
    for number, person in enumerate(tree["northerners"][:5], start=1):
        count(session, person, number)
    total = card_of(session, tree["north"]).totals["call"]
    assert (total.value, total.average, total.reason) == (15, 3.0, None)


def test_average_of_four_people_is_hidden(session, tree):
    for person in tree["northerners"][:4]:
        count(session, person, 10)
    total = card_of(session, tree["north"]).totals["call"]
    assert (total.value, total.average, total.reason) == (40, None, TOO_FEW)


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


def test_totals_include_people_who_left(session, tree):
    leaver = tree["northerners"][0]
    count(session, leaver, 11)
    leaver.is_active = False
    session.flush()
    card = card_of(session, tree["north"])
    assert card.totals["call"].value == 11
    assert leaver.id not in {row.user_id for row in card.rows}


def test_numbers_stay_with_the_team_in_which_they_were_recorded(session, tree):
    mover = tree["southerners"][0]
    count(session, mover, 11)
    mover.team_id = tree["North"].id
    session.flush()
    assert card_of(session, tree["south"]).totals["call"].value == 11
    assert card_of(session, tree["north"]).totals["call"].value == 0


def test_withdrawn_item_is_not_listed(session, tree):
    author = tree["northerners"][0]
    share(session, author)
    withdrawn = share(session, author)
    before = card_of(session, tree["north"]).totals["credit"].value
    activities.withdraw(session, user_id=author.id, share_id=withdrawn.activity.id)
    assert card_of(session, tree["north"]).totals["credit"].value == before - withdrawn.entry.amount
    page = operations.open_rep_page(session, viewer=make_identity(tree["north"]), user_id=author.id, week=WEEK_OF)
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
    page = operations.open_rep_page(session, viewer=make_identity(tree["north"]), user_id=author.id, week=WEEK_OF)
    assert [item.id for item in page.items] == [shared.activity.id]
    item = page.items[0]
    assert item.points == page.metrics["credit"].value == shared.entry.amount
    assert item.band == shared.activity.band
    assert item.day == WEEK_OF + timedelta(days=1)
    assert not hasattr(item, "score")
    assert len(page.weeks) == 26


@pytest.mark.parametrize("viewer", ["south", "southerners"])
def test_person_outside_the_viewers_subtree_answers_404(session, tree, viewer):
    user = tree[viewer][0] if isinstance(tree[viewer], list) else tree[viewer]
    with pytest.raises(Problem) as refused:
        operations.open_rep_page(session, viewer=make_identity(user), user_id=tree["northerners"][0].id, week=WEEK_OF)
    assert refused.value.status == 404


def test_profile_view_is_recorded_once_a_day_and_listed(session, tree):
    person = tree["northerners"][0]
    for _ in range(2):
        operations.open_rep_page(session, viewer=make_identity(tree["north"]), user_id=person.id, week=WEEK_OF)
    views = list_profile_views(session, user_id=person.id)
    assert [(view.viewer, view.page, view.day) for view in views] == [
        (tree["north"].name, "rep-page", datetime.now(UTC).date())
    ]
    operations.open_rep_page(session, viewer=make_identity(person), user_id=person.id, week=WEEK_OF)
    assert len(list_profile_views(session, user_id=person.id)) == 1


def test_profile_view_by_an_admin_is_audited(session, tree):
    person = tree["northerners"][0]
    operations.open_rep_page(session, viewer=make_identity(tree["admin"]), user_id=person.id, week=WEEK_OF)
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
                operations.open_rep_page(
                    session, viewer=make_identity(tree[viewer]), user_id=tree["northerners"][0].id, week=WEEK_OF
                )

    def test_own_page_is_visible(self, session, tree):
        person = tree["northerners"][0]
        assert (
            operations.open_rep_page(session, viewer=make_identity(person), user_id=person.id, week=WEEK_OF).name == person.name
        )

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
    statement = get_statement(session, user_id=author.id)
    assert statement.balance == kept.entry.amount == statement.entries[0].balance_after
    assert statement.entries[0].reverses_id == withdrawn.entry.id
    assert statement.entries[0].reverses_day == withdrawn.entry.occurred_at.date()
    assert {line.reverses_day for line in statement.entries[1:]} == {None}
    assert sum(line.points for line in statement.entries) == statement.balance
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
    page = operations.open_rep_page(session, viewer=make_identity(tree["north"]), user_id=person.id, week=WEEK_OF)
    assert page.talking_points[0].title == "More meetings"
    assert page.talking_points[0].evidence.startswith("32 in the last 4 weeks; the 8 weeks before suggest about 8")
    assert "40 leads followed up and 32 meetings" in page.talking_points[1].evidence
    assert all(point.question.endswith("?") for point in page.talking_points)


def test_talking_points_ignore_the_current_week(session, tree):
    person, current_week = tree["northerners"][0], this_monday()
    for weeks_ago in range(1, 14):
        count(session, person, 40, week=current_week - WEEK * weeks_ago)
    page = operations.open_rep_page(session, viewer=make_identity(tree["north"]), user_id=person.id, week=current_week)
    assert page.week == current_week
    assert "Fewer calls" not in [point.title for point in page.talking_points]


def test_no_talking_points_after_a_few_weeks(session, tree):
    person = tree["northerners"][0]
    for weeks_ago in range(5):
        count(session, person, 40 * (weeks_ago + 1), week=WEEK_OF - WEEK * weeks_ago)
    page = operations.open_rep_page(session, viewer=make_identity(tree["north"]), user_id=person.id, week=WEEK_OF)
    assert page.talking_points == ()
