"""Totals, series, targets, lines, records and files of the scorecard equal those of a simple recomputation, whatever happened
to people and teams, for any span."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server.activities.models import Activity
from server.core.periods import Period, period_of, week_period
from server.core.problems import Problem
from server.core.weeks import DAY, WEEK
from server.credit.formula import Quality
from server.credit.models import LedgerEntry
from server.credit.operations import award
from server.people.absences import add_holiday, add_leave
from server.people.memberships import assign, leave_organisation
from server.people.models import Holiday, Leave, Membership, Target, Team
from server.people.organisation import change_general
from server.people.targets import TargetScope, set_target
from server.records.models import Record
from server.rollups.recount import find_differences
from server.scorecards import team_card
from server.scorecards.listing import list_rows
from server.scorecards.records import Selection, open_team_records
from server.scorecards.tables import NOT_TAKING_PART, scorecard_table
from server.scorecards.team_card import team_scorecard
from tests.factories import make_identity, make_record, make_team, make_user

FIRST = date(2026, 3, 16)  # clocks change in these weeks in Sydney
WEEKS = tuple(FIRST + WEEK * index for index in range(4))
ZONES = ("UTC", "Australia/Sydney", "America/New_York", "Pacific/Auckland")
#: Few days, so that records often lie near a change.
DAYS = st.sampled_from([FIRST + DAY * days for days in (-2, 0, 2, 6, 7, 11, 15, 23, 28)])
PEOPLE = TEAMS = st.integers(0, 2)
PERIODS = st.one_of(
    st.builds(period_of, st.sampled_from(["week", "month", "quarter"]), st.sampled_from([*WEEKS, date(2026, 4, 1)])),
    st.builds(lambda first, days: Period("custom", first, first + DAY * days), DAYS, st.integers(0, 40)),
)
#: Minutes from midnight in the organisation's time zone: a day taken in another zone would often be another one.
MINUTES = st.sampled_from([-720, -30, 30, 720])
HALF_AN_HOUR = timedelta(minutes=30)
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("assign"), PEOPLE, TEAMS, st.sampled_from(["rep", "rep", "rep", "manager"]), DAYS),
        st.tuples(st.just("move"), PEOPLE, TEAMS, DAYS, st.integers(1, 9)),
        st.tuples(st.just("leave-organisation"), PEOPLE, DAYS),
        st.tuples(st.just("away"), PEOPLE, DAYS, st.integers(0, 12)),
        st.tuples(st.just("holiday"), DAYS),
        st.tuples(st.just("record"), PEOPLE, DAYS, MINUTES, st.integers(1, 9)),
        st.tuples(st.just("earn"), PEOPLE, DAYS, MINUTES),
        st.tuples(st.just("target"), st.integers(0, 3), st.sampled_from(WEEKS), st.integers(0, 50)),
    ),
    max_size=40,
)


def earn(session, person, moment):
    activity = Activity(
        user_id=person.id, kind="linkedin-post", source="extension", external_id=uuid.uuid4().hex, occurred_at=moment
    )  # fmt: skip
    session.add(activity)
    session.flush()
    award(
        session, activity_id=activity.id, user_id=person.id, kind=activity.kind, quality=Quality("bands", band="good"),
        scoring_version=None, occurred_at=moment, key=activity.external_id, actor_id=person.id,
    )  # fmt: skip


def apply(session, event, people, teams, zone):
    kind, *values = event
    if kind == "assign":
        person, team, role, day = values
        assign(session, user_id=people[person].id, team_id=teams[team].id, role=role, starts_on=day)
    elif kind == "move":
        person, team, day, count = values
        assign(session, user_id=people[person].id, team_id=teams[team].id, role="rep", starts_on=day)
        midnight = datetime.combine(day, time(), zone)
        make_record(session, people[person], count=count, occurred_at=midnight - HALF_AN_HOUR)
        make_record(session, people[person], count=count, occurred_at=midnight + HALF_AN_HOUR)
        earn(session, people[person], midnight - HALF_AN_HOUR)
        earn(session, people[person], midnight + HALF_AN_HOUR)
    elif kind == "leave-organisation":
        leave_organisation(session, user_id=people[values[0]].id, last_day=values[1])
    elif kind == "away":
        person, day, length = values
        add_leave(session, user_id=people[person].id, starts_on=day, ends_on=day + DAY * length, kind="other")
    elif kind == "holiday":
        add_holiday(session, day=values[0], name="Holiday")
    elif kind == "record":
        person, day, minutes, count = values
        moment = datetime.combine(day, time(), zone) + timedelta(minutes=minutes)
        make_record(session, people[person], count=count, occurred_at=moment)
    elif kind == "earn":
        person, day, minutes = values
        earn(session, people[person], datetime.combine(day, time(), zone) + timedelta(minutes=minutes))
    else:
        scope, week, per_week = values
        whose = TargetScope(user_id=people[0].id) if scope == 3 else TargetScope(team_id=teams[scope].id)
        set_target(session, scope=whose, metric="call", per_week=per_week, valid_from=week)


class Tables:
    """All rows, and plain questions about them."""

    def __init__(self, session, people, zone):
        self.users = {user.id: user for user in people}
        self.zone = ZoneInfo(zone)
        records = session.scalars(select(Record).where(Record.user_id.in_(self.users)))
        #: Person, moment and number, by metric.
        self.numbers = {
            "call": [(row.user_id, row.occurred_at, row.count) for row in records],
            "credit": [
                (row.account_id, row.occurred_at, row.amount)
                for row in session.scalars(select(LedgerEntry).where(LedgerEntry.account_id.in_(self.users)))
            ],
        }
        self.memberships = session.scalars(select(Membership)).all()
        self.leaves = session.scalars(select(Leave)).all()
        self.holidays = {one.day for one in session.scalars(select(Holiday))}
        self.targets = session.scalars(select(Target)).all()
        self.parents = {team.id: team.parent_id for team in session.scalars(select(Team))}

    def team_of(self, user_id, day):
        """Team and role on that day."""
        found = [
            (one.team_id, one.role)
            for one in self.memberships
            if one.user_id == user_id and one.starts_on <= day and (one.ends_on is None or day <= one.ends_on)
        ]
        assert len(found) <= 1, "somebody is in two teams on one day"
        return found[0] if found else (None, None)

    def target_of(self, user_id, team_id, role, week):
        scopes = [("user_id", user_id)]
        while role == "rep" and team_id is not None:
            scopes.append(("team_id", team_id))
            team_id = self.parents[team_id]
        for column, value in scopes:
            rows = [one for one in self.targets if getattr(one, column) == value and one.valid_from <= week]
            if rows:
                return max(rows, key=lambda one: one.valid_from).per_week
        return 0

    def is_workday(self, user_id, day):
        is_away = any(one.user_id == user_id and one.starts_on <= day <= one.ends_on for one in self.leaves)
        return day.weekday() < 5 and day not in self.holidays and not is_away

    def sum(self, metric, team_ids, period):
        total = 0
        for user_id, moment, number in self.numbers[metric]:
            day = moment.astimezone(self.zone).date()
            if period.first <= day <= period.last and self.team_of(user_id, day)[0] in team_ids:
                total += number
        return total

    def has_shared(self, user_id, period):
        """Nothing is withdrawn here, so whoever has an entry has a shared item."""
        return any(
            account_id == user_id and moment.astimezone(self.zone).date() <= period.last
            for account_id, moment, _ in self.numbers["credit"]
        )

    def target(self, team_ids, period):
        """Of calls: a fifth of the week's target for each workday, rounded once for each person."""
        total = 0
        for user_id in self.users:
            days = [period.first + DAY * offset for offset in range(period.days)]
            days = [(day, *self.team_of(user_id, day)) for day in days]
            days = [(day, team_id, role) for day, team_id, role in days if team_id in team_ids]
            fifths = sum(
                self.target_of(user_id, team_id, role, day - timedelta(days=day.weekday()))
                for day, team_id, role in days
                if self.is_workday(user_id, day)
            )
            if fifths and any(role == "rep" for _, _, role in days):
                total += max(1, (fifths * 2 + 5) // 10)
        return total or None


def check_card(card, tables, team_ids):
    for index, period in enumerate(card.plan.chart):
        assert card.totals["call"].targets[index] == tables.target(team_ids, period)
        for metric in ("call", "credit"):
            assert card.totals[metric].series[index] == tables.sum(metric, team_ids, period)
    for metric in ("call", "credit"):
        total = card.totals[metric]
        assert total.value == tables.sum(metric, team_ids, card.plan.period)
        assert total.before == tables.sum(metric, team_ids, card.plan.before)
        rest = card.others.numbers[metric] if card.others else 0
        assert sum(row.metrics[metric].value for row in card.rows) + rest == total.value
    for row in card.rows:
        assert row.metrics["credit"].takes_part == tables.has_shared(row.user_id, card.plan.period)
        if not row.metrics["credit"].takes_part:
            assert row.metrics["credit"].value == 0


def check_records(session, admin, card, tables, team_ids):
    """The page behind each number adds up to it."""
    for metric in ("call", "credit"):
        for period in (card.plan.period, card.plan.before):
            page = open_team_records(
                session, viewer=admin, team_id=card.team_id, part="", selection=Selection(metric, period)
            )  # fmt: skip
            assert page.total == sum(line.number for line in page.lines) == tables.sum(metric, team_ids, period)


def check_file(card):
    """Rows and the rest add up to the total of the file, which is that of the page."""
    listed = list_rows(card.rows, sort="call", search="", keys=["call"], has_weights=False)
    table = scorecard_table(card, listed, currency="EUR")
    for metric in card.metrics:
        column = [one.title for one in table.columns].index(metric.title)
        *parts, total = [row[column] for row in table.rows]
        assert sum(0 if part == NOT_TAKING_PART else part for part in parts) == total == card.totals[metric.key].value


def check_lines(card, tables, teams):
    """Lines of teams below and of the team itself add up to the total, except what is hidden."""
    for line in card.lines:
        ids = {line.team_id or card.team_id}
        for metric in ("call", "credit"):
            value = line.totals[metric].value
            assert value is None or value == tables.sum(metric, ids, card.plan.period)
        assert line.totals["call"].targets[-1] == tables.target(ids, card.plan.period)


def check_without_people(session, admin, card):
    """A large team's page, which reads the sums of teams, has the same totals and lines."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(team_card, "LARGE_TEAM", 0)
        large = team_scorecard(
            session, viewer=admin, team_id=card.team_id, period=card.plan.period, lists_people=False
        )  # fmt: skip
    assert (large.totals, large.lines) == (card.totals, card.lines)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(events=EVENTS, zone=st.sampled_from(ZONES), periods=st.lists(PERIODS, min_size=1, max_size=3))
def test_numbers_equal_a_recomputation_for_every_history_and_span(session, events, zone, periods):
    try:
        top = make_team(session)
        teams = [top, make_team(session, parent=top), make_team(session)]
        people = [make_user(session, team=teams[index]) for index in range(3)]
        admin = make_identity(make_user(session, role="admin"))
        change_general(session, name="Example", time_zone=zone)
        for event in events:
            try:
                apply(session, event, people, teams, ZoneInfo(zone))
            except Problem as refused:
                assert refused.errors[0]["message"].startswith("overlaps")  # noqa: PT017
        session.flush()
        tables = Tables(session, people, zone)
        for team, team_ids in ((0, {teams[0].id, teams[1].id}), (1, {teams[1].id}), (2, {teams[2].id})):
            for period in periods:
                card = team_scorecard(session, viewer=admin, team_id=teams[team].id, period=period)
                check_card(card, tables, team_ids)
                check_records(session, admin, card, tables, team_ids)
                check_file(card)
                check_lines(card, tables, teams)
                check_without_people(session, admin, card)
        assert list(find_differences(session)) == []
    finally:
        session.rollback()


def test_move_counts_from_midnight_of_the_organisations_time_zone(session):
    """In Auckland, Monday 6 April 2026 begins on Sunday at 12:00 UTC, the day after clocks went back."""
    try:
        old, new = make_team(session), make_team(session)
        person, admin = make_user(session, team=old), make_identity(make_user(session, role="admin"))
        change_general(session, name="Example", time_zone="Pacific/Auckland")
        zone, monday = ZoneInfo("Pacific/Auckland"), date(2026, 4, 6)
        assign(session, user_id=person.id, team_id=new.id, role="rep", starts_on=monday)
        for moment in (datetime(2026, 4, 5, 23, 30, tzinfo=zone), datetime(2026, 4, 6, 0, 30, tzinfo=zone)):
            make_record(session, person, count=1, occurred_at=moment)
            earn(session, person, moment)

        def numbers(team, metric):
            card = team_scorecard(session, viewer=admin, team_id=team.id, period=week_period(monday))
            return [bool(number) for number in card.totals[metric].series[-2:]]

        for metric in ("call", "credit"):
            assert (numbers(old, metric), numbers(new, metric)) == ([True, False], [False, True])
    finally:
        session.rollback()
