"""Spans, lines of teams, taking part in social credit, and what team-only mode hides in all of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from server.activities import operations as activities
from server.core.periods import Period, period_of, week_period
from server.core.weeks import DAY, UTC_CALENDAR
from server.people.memberships import assign
from server.people.models import Metric, Organisation
from server.people.standard_metrics import CALL, LEDGER_METRIC
from server.people.targets import TargetScope, set_target
from server.people.weights import set_weights
from server.scorecards import operations
from server.scorecards.suppression import COULD_TELL, NOBODY_SHARED, TOO_FEW, TOO_FEW_SHARED
from server.scorecards.team_card import team_scorecard
from tests.factories import make_identity, make_organisation, make_record, make_team, make_user
from tests.server.scorecards.test_operations import share

OCTOBER = period_of("month", date(2026, 10, 1))  # begins on a Thursday
TODAY = date(2026, 10, 14)  # a Wednesday


@pytest.fixture
def company(session):
    """North has six reps, South three, each with a manager, below the head of sales."""
    make_organisation(session)
    top = make_team(session, name="Company")
    north, south = make_team(session, name="North", parent=top), make_team(session, name="South", parent=top)
    yield {
        "top": top, "North": north, "South": south,
        "head": make_user(session, role="manager", team=top, name="Helga"),
        "lead": make_user(session, role="manager", team=north, name="Nora"),
        "northerners": [make_user(session, team=north, name=f"North {i}") for i in range(6)],
        "southerners": [make_user(session, team=south, name=f"South {i}") for i in range(3)],
    }  # fmt: skip
    session.rollback()


@pytest.fixture
def team_only(session, company):
    session.scalars(select(Organisation)).one().team_only = True
    session.flush()


@pytest.fixture
def in_october(monkeypatch):
    monkeypatch.setattr("server.core.clock.now", lambda: datetime(2026, 10, 14, 12, tzinfo=UTC))


def record(session, person, count, day, kind=CALL):
    make_record(session, person, kind=kind, count=count, occurred_at=UTC_CALENDAR.start_of(day) + timedelta(hours=12))


def card_of(session, company, period, *, viewer="head", team=None):
    return team_scorecard(
        session, viewer=make_identity(company[viewer]), team_id=company[team].id if team else None, period=period
    )  # fmt: skip


def row_of(card, person):
    return next(row for row in card.rows if row.user_id == person.id)


def line_of(card, company, name):
    return next(line for line in card.lines if line.team_id == company[name].id)


def test_month_counts_its_days_and_no_others(session, company):
    person = company["northerners"][0]
    for count, day in ((1, date(2026, 9, 30)), (2, date(2026, 10, 1)), (4, date(2026, 10, 31)), (8, date(2026, 11, 1))):
        record(session, person, count, day)
    card = card_of(session, company, OCTOBER)
    calls = row_of(card, person).metrics[CALL]
    assert (calls.value, calls.before, calls.series[-2:]) == (6, 1, (1, 6))
    assert (card.totals[CALL].value, card.totals[CALL].before) == (6, 1)


def test_target_of_a_month_is_that_of_its_workdays(session, company):
    scope = TargetScope(team_id=company["top"].id)
    set_target(session, scope=scope, metric=CALL, per_week=40, valid_from=date(2026, 1, 5))
    set_target(session, scope=scope, metric=CALL, per_week=50, valid_from=date(2026, 10, 19))
    set_target(session, scope=scope, metric="deal", per_week=3, valid_from=date(2026, 1, 5))
    card = card_of(session, company, OCTOBER)
    row = row_of(card, company["northerners"][0])
    # 12 workdays until 18 October, 10 after it.
    assert row.metrics[CALL].target == 12 * 8 + 10 * 10
    # The same every week: a fifth for each of 22 days, rounded half up.
    assert row.metrics["deal"].target == 13
    assert card.totals[CALL].target == 9 * row.metrics[CALL].target


def test_running_month_is_compared_with_as_many_days(session, company, in_october):
    person = company["northerners"][0]
    set_target(session, scope=TargetScope(user_id=person.id), metric=CALL, per_week=40, valid_from=date(2026, 1, 5))
    for count, day in ((1, date(2026, 9, 14)), (2, date(2026, 9, 15)), (4, TODAY)):
        record(session, person, count, day)
    card = card_of(session, company, OCTOBER)
    assert card.plan.before == Period("custom", date(2026, 9, 1), date(2026, 9, 14))
    calls = row_of(card, person).metrics[CALL]
    assert (calls.value, calls.before, calls.series[-2]) == (4, 1, 3)
    assert (calls.target, calls.due) == (22 * 8, 10 * 8)


def test_metric_that_does_not_add_up_has_the_last_number_of_the_span(session, company):
    session.get_one(Metric, CALL).sums = False
    session.flush()
    person = company["northerners"][0]
    for count, day in ((7, date(2026, 10, 2)), (3, date(2026, 10, 9))):
        record(session, person, count, day)
    card = card_of(session, company, OCTOBER)
    assert (card.totals[CALL].value, card.totals[CALL].before) == (3, 0)


class TestTakingPart:
    """In social credit, which is voluntary."""

    @pytest.fixture(autouse=True)
    def target(self, session, company):
        scope = TargetScope(team_id=company["top"].id)
        set_target(session, scope=scope, metric=LEDGER_METRIC, per_week=20, valid_from=date(2026, 1, 5))

    def test_people_who_never_shared_have_no_number_and_no_target(self, session, company):
        sharer, other = company["northerners"][:2]
        shared = share(session, sharer, week=date(2026, 9, 7))
        credit = [row_of(card_of(session, company, OCTOBER), one).metrics[LEDGER_METRIC] for one in (sharer, other)]
        assert [(one.takes_part, bool(one.target)) for one in credit] == [(True, True), (False, False)]
        assert credit[0].value == 0
        total = card_of(session, company, OCTOBER).totals[LEDGER_METRIC]
        assert total.target == credit[0].target
        activities.withdraw(session, user_id=sharer.id, share_id=shared.activity.id)
        assert not row_of(card_of(session, company, OCTOBER), sharer).metrics[LEDGER_METRIC].takes_part

    def test_target_begins_with_the_span_of_the_first_share(self, session, company):
        person = company["northerners"][0]
        share(session, person, week=date(2026, 10, 5))
        credit = row_of(card_of(session, company, week_period(date(2026, 10, 12))), person).metrics[LEDGER_METRIC]
        assert credit.targets[-3:] == (None, 20, 20)

    def test_average_is_per_active_person_who_takes_part(self, session, company):
        week = week_period(date(2026, 10, 5))
        for person in company["northerners"]:
            record(session, person, 1, date(2026, 10, 5))
        assert card_of(session, company, week).totals[LEDGER_METRIC].reason == NOBODY_SHARED
        points = [share(session, person, week=week.first).entry.amount for person in company["northerners"][:2]]
        total = card_of(session, company, week).totals[LEDGER_METRIC]
        assert (total.people, total.average) == (2, sum(points) / 2)

    def test_persons_page_says_so_too(self, session, company):
        page = operations.open_rep_page(
            session, viewer=make_identity(company["head"]), user_id=company["northerners"][0].id, period=OCTOBER
        )
        assert not page.metrics[LEDGER_METRIC].takes_part


class TestLines:
    def test_each_team_below_has_its_totals_average_and_managers(self, session, company):
        for number, person in enumerate(company["northerners"], start=1):
            record(session, person, number, date(2026, 10, 5))
        line = line_of(card_of(session, company, OCTOBER), company, "North")
        assert (line.headcount, line.active, line.managers) == (6, 6, ("Nora",))
        assert (line.totals[CALL].value, line.totals[CALL].average) == (21, 3.5)

    def test_groups_under_five_are_not_compared_but_open_person_by_person(self, session, company):
        for person in (*company["northerners"], *company["southerners"]):
            record(session, person, 10, date(2026, 10, 5))
        card = card_of(session, company, OCTOBER)
        south = line_of(card, company, "South").totals[CALL]
        assert (south.value, south.average, south.before, south.reason) == (None, None, None, TOO_FEW)
        assert line_of(card, company, "North").totals[CALL].value == 60
        assert card_of(session, company, OCTOBER, team="South").totals[CALL].value == 30

    def test_group_in_which_few_share_is_not_compared_by_social_credit(self, session, company):
        for person in company["northerners"]:
            record(session, person, 10, date(2026, 10, 5))
        share(session, company["northerners"][0], week=date(2026, 10, 5))
        totals = line_of(card_of(session, company, OCTOBER), company, "North").totals
        assert (totals[CALL].value, totals[LEDGER_METRIC].value) == (60, None)
        assert totals[LEDGER_METRIC].reason == TOO_FEW_SHARED
        assert totals[LEDGER_METRIC].target is None

    def test_people_in_the_team_itself_have_a_line_of_their_own(self, session, company):
        assert [line.team_id for line in card_of(session, company, OCTOBER).lines] == [
            company["North"].id, company["South"].id,
        ]  # fmt: skip
        for number in range(5):
            person = make_user(session, team=company["top"], name=f"Top {number}")
            record(session, person, 2, date(2026, 10, 5))
        direct = card_of(session, company, OCTOBER).lines[-1]
        assert (direct.team_id, direct.headcount, direct.totals[CALL].value) == (None, 5, 10)

    def test_person_who_moved_counts_in_each_team_for_their_days(self, session, company):
        for person in (*company["northerners"], *company["southerners"]):
            record(session, person, 1, date(2026, 10, 1))
        mover = company["southerners"][0]
        assign(session, user_id=mover.id, team_id=company["North"].id, role="rep", starts_on=date(2026, 10, 12))
        record(session, mover, 100, date(2026, 10, 12))
        line = line_of(card_of(session, company, OCTOBER), company, "North")
        assert (line.totals[CALL].value, line.active) == (106, 7)

    def test_team_without_teams_below_has_none(self, session, company):
        assert card_of(session, company, OCTOBER, viewer="lead").lines == ()


def test_attainment_of_people_and_teams_is_for_the_days_so_far(session, company, in_october):
    for person in company["northerners"]:
        set_target(session, scope=TargetScope(user_id=person.id), metric=CALL, per_week=40, valid_from=date(2026, 1, 5))
        record(session, person, 60, date(2026, 10, 5))
    assert card_of(session, company, OCTOBER).attainment is None
    set_weights(session, weights={CALL: 60, "meeting": 40}, is_capped=False, valid_from=date(2026, 10, 12))
    card = card_of(session, company, OCTOBER)
    # 60 of the 80 that are due after ten workdays; meetings have no target.
    assert row_of(card, company["northerners"][0]).attainment.percent == 75.0
    assert card.attainment.percent == line_of(card, company, "North").attainment.percent == 75.0
    assert line_of(card, company, "South").attainment is None
    assert card_of(session, company, period_of("month", date(2026, 9, 1))).has_weights is False


@pytest.mark.usefixtures("team_only")
class TestTeamOnly:
    def everybody_calls(self, session, company, first, last):
        day = first
        while day <= last:
            for person in (*company["northerners"], *company["southerners"]):
                record(session, person, 1, day)
            day += DAY

    def test_lines_cannot_be_computed_from_each_other(self, session, company):
        self.everybody_calls(session, company, date(2026, 9, 28), date(2026, 11, 1))
        card = card_of(session, company, OCTOBER)
        assert card.rows == ()
        assert card.totals[CALL].value == 9 * 31
        assert {(line.totals[CALL].value, line.totals[CALL].reason) for line in card.lines} == {(None, COULD_TELL)}
        assert {line.active for line in card.lines} == {None}

    def test_week_of_too_few_people_cannot_be_computed_from_its_month(self, session, company):
        self.everybody_calls(session, company, date(2026, 9, 28), date(2026, 10, 11))
        self.everybody_calls(session, company, date(2026, 10, 19), date(2026, 11, 1))
        assert card_of(session, company, OCTOBER).totals[CALL].value == 9 * 24
        record(session, company["northerners"][0], 7, date(2026, 10, 13))
        assert card_of(session, company, OCTOBER).totals[CALL].value is None

    def test_team_hidden_in_one_week_cannot_be_computed_in_that_week(self, session, company):
        """Nine of the company less six of the North would reveal the South, also if the South is larger in other weeks."""
        south = [*company["southerners"], *(make_user(session, team=company["South"]) for _ in range(3))]
        for person in (*company["northerners"], *south):
            record(session, person, 1, date(2026, 10, 5))
        for person in (*company["northerners"], *south[:3]):
            record(session, person, 1, date(2026, 10, 12))
        card = card_of(session, company, week_period(date(2026, 10, 12)))
        north = line_of(card, company, "North").totals[CALL]
        assert card.totals[CALL].series[-2:] == (12, 9)
        assert north.series[-2:] == (6, None)

    def test_custom_days_are_whole_weeks(self, session, company):
        card = card_of(session, company, Period("custom", date(2026, 10, 7), date(2026, 10, 13)))
        assert (card.plan.period.first, card.plan.period.last) == (date(2026, 10, 5), date(2026, 10, 18))

    def test_running_month_is_not_compared_with_a_part_of_another(self, session, company, in_october):
        self.everybody_calls(session, company, date(2026, 8, 31), date(2026, 10, 31))
        card = card_of(session, company, OCTOBER)
        assert card.plan.before is None
        assert card.totals[CALL].before is None
        assert card.totals[CALL].value is not None

    def test_social_credit_is_hidden_unless_five_people_earned_some(self, session, company):
        week = date(2026, 10, 5)
        scope = TargetScope(team_id=company["top"].id)
        set_target(session, scope=scope, metric=LEDGER_METRIC, per_week=20, valid_from=date(2026, 1, 5))
        self.everybody_calls(session, company, week, week + DAY * 4)
        for person in company["northerners"][:4]:
            share(session, person, week=week)
        totals = card_of(session, company, week_period(week)).totals
        assert totals[CALL].value == 9 * 5
        assert (totals[LEDGER_METRIC].value, totals[LEDGER_METRIC].target) == (None, None)
        share(session, company["southerners"][0], week=week)
        credit = card_of(session, company, week_period(week)).totals[LEDGER_METRIC]
        assert (credit.value > 0, credit.target) == (True, 100)
        assert credit.series[-2] is None
