"""Records equal what their source said last, whatever it sent in which order, and numbers equal a recount of the records."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.core.periods import Period, week_periods
from server.core.weeks import DAY, WEEK
from server.people.memberships import assign
from server.people.metrics import MetricText, add_metric
from server.people.models import Membership
from server.people.organisation import change_general
from server.people.queries import get_calendar, get_organisation
from server.records.models import Record
from server.records.operations import ROWS_PER_BATCH, apply_records, change_settings
from server.records.rows import Outcome, Row
from server.rollups.recount import find_differences
from server.scorecards.numbers import numbers_of_periods
from server.scorecards.records import Selection, list_own_records, open_person_records, open_team_records
from server.scorecards.rows import Whose
from tests.factories import make_identity, make_team, make_user

FIRST = date(2026, 3, 16)  # clocks change in these weeks in Sydney
WEEKS = tuple(FIRST + WEEK * index for index in range(3))
PERIODS = week_periods(WEEKS)
T0 = datetime(2026, 4, 20, tzinfo=UTC)
#: Few, so that rows are often about the same record and days often near a change of team.
IDS, PEOPLE, TEAMS = st.sampled_from("abcd"), st.integers(0, 2), st.integers(0, 1)
DAYS = st.sampled_from([FIRST + DAY * days for days in (-1, 0, 6, 7, 13, 14, 20, 21)])
MOMENTS = st.builds(
    lambda day, hours: datetime.combine(day, time(), UTC) + timedelta(hours=hours), DAYS, st.sampled_from([-3, 0, 12])
)
KINDS = ("call", "deal", "pipeline")
VERSIONS = st.sampled_from([None, None, T0, T0 + DAY, T0 + 2 * DAY])


@dataclass(frozen=True)
class Sent:
    """What the source says of a record: person, kind, moment, count and value."""

    person: int
    kind: str
    moment: datetime
    count: int
    value: int | None


SENT = st.builds(Sent, PEOPLE, st.sampled_from(KINDS), MOMENTS, st.integers(1, 9), st.none() | st.integers(0, 900)).map(
    lambda sent: replace(sent, value=None if sent.kind == "call" else sent.value)
)
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.lists(st.tuples(IDS, SENT, VERSIONS), min_size=1, max_size=5)),
        st.tuples(st.just("delete"), IDS, VERSIONS),
        st.tuples(st.just("move"), PEOPLE, TEAMS, DAYS),
        st.tuples(st.just("nonsense")),
    ),
    max_size=25,
)


class Source:
    """What a source said last, by the rule in words: later rows win, unless both have a version and theirs is not newer."""

    def __init__(self):
        self.said: dict[str, Sent | None] = {}
        self.versions: dict[str, datetime] = {}

    def say(self, record_id, sent, version):
        known = self.versions.get(record_id)
        if version is not None and known is not None and version <= known:
            return
        if record_id not in self.said and sent is None and version is None:
            return
        self.said[record_id] = sent
        if version is not None:
            self.versions[record_id] = version


def row_of(record_id, sent, version, people):
    if sent is None:
        return Row(record_id, version=version, is_deleted=True)
    return Row(
        record_id, owner=people[sent.person].email.upper(), kind=sent.kind, occurred_at=sent.moment, count=sent.count,
        value=sent.value, version=version,
    )  # fmt: skip


def apply(session, event, source, people, teams):
    kind, *values = event
    rows = []
    if kind == "send":
        rows = values[0]
    elif kind == "delete":
        rows = [(values[0], None, values[1])]
    elif kind == "move":
        person, team, day = values
        assign(session, user_id=people[person].id, team_id=teams[team].id, role="rep", starts_on=day)
    else:
        nonsense = [Row("z", owner="nobody@example.com", kind="call", occurred_at=T0), Row("a", owner=people[0].email)]
        assert [outcome.result for outcome in apply_records(session, "crm", nonsense, import_id="x")] == ["refused"] * 2
    list(apply_records(session, "crm", [row_of(*row, people) for row in rows], import_id="x"))
    for row in rows:
        source.say(*row)


def recount(session, source, people, zone):
    """By metric, person, team and week, from what the source said and the memberships."""
    memberships = session.scalars(select(Membership).where(Membership.user_id.in_([user.id for user in people]))).all()
    sums, last = defaultdict(int), {}
    for sent in filter(None, source.said.values()):
        day = sent.moment.astimezone(ZoneInfo(zone)).date()
        user_id = people[sent.person].id
        (team_id,) = [
            one.team_id
            for one in memberships
            if one.user_id == user_id and one.starts_on <= day and (one.ends_on is None or day <= one.ends_on)
        ]
        cell = user_id, team_id, day - timedelta(days=day.weekday())
        if sent.kind == "pipeline":
            last.setdefault(cell, []).append((sent.moment, sent.value or 0))
        else:
            sums[sent.kind, *cell] += sent.count
        if sent.kind == "deal":
            sums["deal-value", *cell] += sent.value or 0
    # Of several at the same moment, any may be the last.
    lasts = {cell: {value for moment, value in found if moment == max(found)[0]} for cell, found in last.items()}
    return sums, lasts


def check(session, source, people, teams, admin, zone):
    sums, lasts = recount(session, source, people, zone)
    assert list(find_differences(session)) == []
    calendar = get_calendar(session)
    for team in teams:
        numbers = numbers_of_periods(session, calendar, PERIODS, Whose(team_ids=frozenset({team.id})))
        for user in people:
            for index, week in enumerate(WEEKS):
                for key in ("call", "deal", "deal-value"):
                    assert numbers[user.id][key][index] == sums[key, user.id, team.id, week]
                assert numbers[user.id]["pipeline"][index] in lasts.get((user.id, team.id, week), {0})
    for key in ("call", "deal-value"):
        selection = Selection(key, Period("custom", WEEKS[0], PERIODS[-1].last))
        page = open_team_records(session, viewer=admin, team_id=teams[0].id, part="", selection=selection)
        of_team = sum(
            n for (metric, _, team_id, week), n in sums.items() if (metric, team_id) == (key, teams[0].id) and week in WEEKS
        )
        assert (page.total, sum(line.number for line in page.lines)) == (of_team, of_team)
        page = list_own_records(session, viewer=make_identity(people[0]), selection=selection)
        of_person = sum(
            n for (metric, user_id, _, week), n in sums.items() if (metric, user_id) == (key, people[0].id) and week in WEEKS
        )
        assert (page.total, sum(line.number for line in page.lines)) == (of_person, of_person)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(events=EVENTS, zone=st.sampled_from(["UTC", "Australia/Sydney"]))
def test_numbers_equal_a_recount_of_what_the_source_said_last(session, events, zone):
    try:
        teams = [make_team(session), make_team(session)]
        people = [make_user(session, team=teams[index % 2]) for index in range(3)]
        admin = make_identity(make_user(session, role="admin"))
        add_metric(
            session, key="pipeline", text=MetricText("pipeline", "pipeline"), unit="money", sums=False, target_kind="none"
        )  # fmt: skip
        change_general(session, name="Example", time_zone=zone)
        source = Source()
        for event in events:
            apply(session, event, source, people, teams)
        check(session, source, people, teams, admin, zone)
        # All of it again, in the versions that won: nothing changes.
        again = [row_of(key, sent, source.versions.get(key), people) for key, sent in source.said.items()]
        assert {outcome.result for outcome in apply_records(session, "crm", again, import_id="x")} <= {"unchanged"}
    finally:
        session.rollback()


@pytest.fixture(autouse=True)
def rolled_back(session):
    yield
    session.rollback()


def call(user, source_id="1", **changes):
    return replace(Row(source_id, owner=user.email, kind="call", occurred_at=datetime(2026, 3, 18, 12, tzinfo=UTC)), **changes)


def results(session, *rows):
    return [outcome.result for outcome in apply_records(session, "crm", rows, import_id="an-import")]


def test_older_version_never_replaces_a_newer_one_nor_brings_back_a_deleted_record(session):
    user = make_user(session)
    assert results(session, call(user, version=T0 + DAY, count=5), call(user, version=T0, count=3)) == ["new", "unchanged"]
    gone = Row("1", version=T0 + 2 * DAY, is_deleted=True)
    assert results(session, gone, call(user, version=T0 + DAY)) == ["deleted", "unchanged"]
    assert results(session, Row("2", version=T0, is_deleted=True), call(user, "2", version=T0 - DAY)) == ["unchanged"] * 2
    assert results(session, call(user, version=T0 + 3 * DAY)) == ["new"]


def test_deleted_record_keeps_nothing_about_a_person(session):
    get_organisation(session).keep_subjects = True
    user = make_user(session)
    results(session, call(user, subject="Call with a customer", url="https://crm.example/1"))
    results(session, Row("1", is_deleted=True))
    record = session.scalars(select(Record).where(Record.source_id == "1")).one()
    assert (record.user_id, record.kind, record.subject, record.url, record.value, record.count) == (None,) * 5 + (0,)


def test_rows_are_streamed_in_batches_and_numbered_throughout(session):
    user, read = make_user(session), []

    def rows():
        for number in range(ROWS_PER_BATCH + 2):
            read.append(number)
            yield call(user, str(number), count=0 if number < 0 else 1)
        yield call(user, "bad", kind="visit")

    outcomes = apply_records(session, "crm", rows(), import_id="x")
    assert next(outcomes) == Outcome(0, "0", "new")
    assert len(read) == ROWS_PER_BATCH
    *_, last = outcomes
    assert (last.index, last.result, last.errors[0].field) == (ROWS_PER_BATCH + 2, "refused", "kind")


def test_subject_lines_are_kept_only_while_the_organisation_allows_it(session):
    user = make_user(session)
    stored = select(Record.subject).where(Record.user_id == user.id)
    results(session, call(user, subject="Call with a customer"))
    assert session.scalars(stored).all() == [None]
    change_settings(session, currency="chf", keep_subjects=True)
    assert results(session, call(user, subject="Call with a customer")) == ["corrected"]
    assert session.scalars(stored).all() == ["Call with a customer"]
    change_settings(session, currency="CHF", keep_subjects=False)
    session.expire_all()
    assert session.scalars(stored).all() == [None]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"occurred_at": datetime(2999, 1, 1, tzinfo=UTC)}, "occurred_at"),
        ({"occurred_at": datetime(1999, 12, 31, tzinfo=UTC)}, "occurred_at"),
        ({"booked_for": datetime(2200, 1, 1, tzinfo=UTC)}, "booked_for"),
        ({"kind": "credit"}, "kind"),
        ({"kind": "deal-value"}, "kind"),
        ({"value": 5}, "value"),
        ({"owner": ""}, "rep"),
    ],
)
def test_refused_rows_name_the_field(session, changes, field):
    (outcome,) = apply_records(session, "crm", [call(make_user(session), **changes)], import_id="x")
    assert (outcome.result, [error.field for error in outcome.errors]) == ("refused", [field])


def test_meeting_may_be_booked_for_the_future(session):
    user = make_user(session)
    assert results(session, call(user, kind="meeting", booked_for=datetime(2027, 1, 4, 9, tzinfo=UTC))) == ["new"]


def test_change_is_audited_with_the_weeks_number_before_and_after(session):
    ann, ben = make_user(session), make_user(session)
    import_id = uuid.uuid4().hex
    results(session, call(ann, "1", count=4), call(ann, "2", count=3))
    list(apply_records(session, "crm", [call(ben, "1", count=4), call(ann, "2", count=5)], import_id=import_id))
    (entry,) = session.scalars(select(AuditEntry).filter_by(action="activities.imported", object_id=import_id))
    week = "week of 2026-03-16"
    assert entry.changes == {
        "records_corrected": [0, 2],
        "records_reassigned": [0, 1],
        f"call, person {ann.id}, {week}": [7, 5],
        f"call, person {ben.id}, {week}": [0, 4],
    }


def test_records_of_a_number_that_does_not_add_up_show_the_last_of_the_week(session):
    user = make_user(session)
    text = MetricText("pipeline", "pipeline")
    add_metric(session, key="pipeline", text=text, unit="money", sums=False, target_kind="none")
    rows = [
        call(user, str(day), kind="pipeline", value=1_000 * day, occurred_at=datetime(2026, 3, 15 + day, 12, tzinfo=UTC))
        for day in (3, 1, 2, 9)
    ]
    assert results(session, *rows) == ["new"] * 4
    admin = make_identity(make_user(session, role="admin"))
    for week, total in ((FIRST, 3_000), (FIRST + WEEK, 9_000)):
        two_weeks = Period("custom", week - WEEK, week + WEEK - DAY)
        page = open_person_records(
            session, viewer=admin, user_id=user.id, team_id=None, selection=Selection("pipeline", two_weeks)
        )
        assert page.total == total
