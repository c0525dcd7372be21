"""What is a row of the panel, what is missing, and in which week a number counts."""

from __future__ import annotations

import csv
import gc
import io
import json
import tracemalloc
from datetime import timedelta

import numpy as np
import pytest

from server.activities.models import Activity
from server.core.database.session import unit_of_work
from server.core.weeks import WEEK
from server.evidence import panel
from server.evidence.export import as_csv, as_json, plan_for
from server.evidence.panel import FIXED_COLUMNS, Facts, SumsIncomplete, column_of, make_plan, read_lines
from server.people import roster
from server.people.absences import add_holiday, add_leave
from server.people.models import Membership, Organisation, User
from server.people.queries import get_calendar
from server.people.targets import TargetScope, set_target
from server.rollups import state
from server.rollups.state import State
from tests.factories import make_record, make_team
from tests.server.evidence.evidence_helpers import empty_company, fill_company, rebuild

ITEMS = np.array([[1, 0, 2, 1], [0, 3, 0, 0]])
MEETINGS = np.array([[2, 1, 0, 4], [0, 0, 1, 0]])
TOKEN = "a-run"


@pytest.fixture
def people(engine):
    """Two reps and four weeks."""
    empty_company(engine)
    return fill_company(engine, ITEMS, MEETINGS)


def read(engine, token=TOKEN):
    """Rows by rep and week, and the facts. Reps are numbered as ``people`` of ``fill_company``."""
    facts = Facts()
    with unit_of_work(engine, writes=False) as session:
        text = "".join(read_lines(session, make_plan(session), token=token, facts=facts))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len({(row["rep"], row["week"]) for row in rows}) == len(rows)
    return rows, facts


def weeks_ago(engine, count):
    with unit_of_work(engine, writes=False) as session:
        return get_calendar(session).this_monday() - WEEK * count


def of_first(rows):
    """The rep with 4 items in all."""
    by_rep = {}
    for row in rows:
        by_rep.setdefault(row["rep"], []).append(row)
    return max(by_rep.values(), key=lambda found: sum(int(row["items"] or 0) for row in found))


def test_a_row_for_each_rep_and_week_with_what_was_shared_and_recorded(engine, people):
    rows, facts = read(engine)
    assert (facts.reps, facts.weeks, facts.rows, facts.left, facts.away) == (2, 4, 8, 0, 0)
    mine = of_first(rows)
    assert [row["items"] for row in mine] == ["1", "0", "2", "1"]
    assert [row["items_linkedin_post"] for row in mine] == ["1", "0", "2", "1"]
    assert [row["meeting"] for row in mine] == ["2", "1", "0", "4"]
    assert [row["workdays"] for row in mine] == ["5"] * 4
    assert [row["week"] for row in mine] == [weeks_ago(engine, count).isoformat() for count in (4, 3, 2, 1)]
    # Nobody recorded calls, which is not the same as none.
    assert {row["call"] for row in rows} == {""}


def test_reps_are_numbers_in_an_order_that_only_the_run_decides(engine, people):
    first = [(row["rep"], row["items"]) for row in read(engine)[0]]
    assert first == [(row["rep"], row["items"]) for row in read(engine)[0]]
    orders = {tuple((row["rep"], row["items"]) for row in read(engine, f"run {number}")[0]) for number in range(20)}
    assert len(orders) == 2
    with unit_of_work(engine, writes=False) as session:
        text = "".join(as_csv(session, plan_for(session), TOKEN))
        names = [session.get_one(User, user_id).name for user_id in people]
    assert not any(name in text for name in names)


def test_a_week_away_is_missing_and_a_day_off_is_a_workday_less(engine, people):
    with unit_of_work(engine) as session:
        add_leave(
            session,
            user_id=people[0],
            starts_on=weeks_ago(engine, 3),
            ends_on=weeks_ago(engine, 3) + timedelta(4),
            kind="other",
        )
        add_holiday(session, day=weeks_ago(engine, 2) + timedelta(1), name="Founders' day")
    rows, facts = read(engine)
    mine = of_first(rows)
    assert [row["week"] for row in mine] == [weeks_ago(engine, count).isoformat() for count in (4, 2, 1)]
    assert [row["workdays"] for row in mine] == ["5", "4", "5"]
    assert (facts.away, facts.holiday_weeks, facts.rows) == (1, 1, 7)


def test_a_rep_who_left_or_became_a_manager_has_no_rows_after_that(engine, people):
    with unit_of_work(engine) as session:
        left = session.query(Membership).filter_by(user_id=people[1]).one()
        left.ends_on = weeks_ago(engine, 2) - timedelta(1)
        session.flush()
        session.add(Membership(user_id=people[1], team_id=left.team_id, role="manager", starts_on=weeks_ago(engine, 2)))
    rows, facts = read(engine)
    assert (facts.rows, facts.left) == (6, 1)
    assert len(of_first(rows)) == 4


def test_tenure_is_counted_from_the_first_day_if_that_is_known(engine, people):
    with unit_of_work(engine) as session:
        session.get_one(User, people[0]).started_on = weeks_ago(engine, 10)
    rows, _ = read(engine)
    assert [row["tenure_weeks"] for row in of_first(rows)] == ["6", "7", "8", "9"]
    assert sum(row["tenure_weeks"] == "" for row in rows) == 4


def test_targets_and_the_team_of_the_end_of_the_week(engine, people):
    with unit_of_work(engine) as session:
        set_target(
            session, scope=TargetScope(user_id=people[0]), metric="meeting", per_week=10, valid_from=weeks_ago(engine, 2)
        )
        other = make_team(session)
        old = session.query(Membership).filter_by(user_id=people[0]).one()
        old.ends_on = weeks_ago(engine, 1) + timedelta(1)
        session.flush()
        session.add(Membership(user_id=people[0], team_id=other.id, role="rep", starts_on=weeks_ago(engine, 1) + timedelta(2)))
        before, after = str(old.team_id), str(other.id)
    mine = of_first(read(engine)[0])
    assert [row["target_meeting"] for row in mine] == ["", "", "10", "10"]
    assert [row["team"] for row in mine] == [before, before, before, after]
    # In whatever team: nothing is counted twice, or lost.
    assert [row["meeting"] for row in mine] == ["2", "1", "0", "4"]


def test_what_does_not_count_is_not_an_item(engine, people):
    with unit_of_work(engine) as session:
        for state_, item in zip(
            ("held", "withdrawn"), session.query(Activity).filter_by(user_id=people[1]).limit(2), strict=True
        ):
            item.state = state_
    rows, _ = read(engine)
    assert sum(int(row["items"]) for row in rows) == ITEMS.sum() - 2


def test_weeks_are_those_of_the_organisation_s_time_zone(engine, people):
    with unit_of_work(engine) as session:
        session.query(Organisation).one().time_zone = "Pacific/Auckland"
    rebuild(engine)
    with unit_of_work(engine) as session:
        monday = get_calendar(session).this_monday() - WEEK
        user = session.get_one(User, people[0])
        # In UTC still the Sunday before.
        make_record(session, user, kind="meeting", count=7, occurred_at=get_calendar(session).start_of(monday))
        before = get_calendar(session).start_of(monday) - timedelta(minutes=1)
        make_record(session, user, kind="meeting", count=9, occurred_at=before)
    try:
        found = {row["week"]: int(row["meeting"]) for row in of_first(read(engine)[0])}
        assert found[monday.isoformat()] - found[(monday - WEEK).isoformat()] == 7 + 4 - 9 - 0
    finally:
        with unit_of_work(engine) as session:
            session.query(Organisation).one().time_zone = "UTC"
        rebuild(engine)


def test_this_week_is_not_over_and_not_in(engine, people):
    with unit_of_work(engine) as session:
        make_record(session, session.get_one(User, people[0]), kind="meeting", count=50)
    rows, facts = read(engine)
    assert facts.last_week == weeks_ago(engine, 1).isoformat()
    assert sum(int(row["meeting"]) for row in rows) == MEETINGS.sum()


def test_at_most_three_years(engine, people, monkeypatch):
    monkeypatch.setattr(panel, "MAX_WEEKS", 2)
    assert read(engine)[1].weeks == 2


def test_the_same_as_json_with_the_rules(engine, people):
    with unit_of_work(engine, writes=False) as session:
        plan = plan_for(session)
        document = json.loads("".join(as_json(session, plan, TOKEN)))
        rows = list(csv.reader(io.StringIO("".join(as_csv(session, plan, TOKEN)))))
    assert document["columns"] == rows[0]
    assert [["" if cell is None else str(cell) for cell in row] for row in document["rows"]] == rows[1:]
    assert document["starts"]["meeting"] == weeks_ago(engine, 4).isoformat()
    assert len(document["rules"]) == 8


def test_nothing_recorded_gives_no_panel(engine):
    empty_company(engine)
    with unit_of_work(engine, writes=False) as session:
        assert make_plan(session) is None


def test_no_panel_while_the_sums_are_rebuilt(engine, people):
    with unit_of_work(engine) as session:
        state.write(session, State(get_calendar(session).zone.key, 0))
    with unit_of_work(engine, writes=False) as session, pytest.raises(SumsIncomplete):
        make_plan(session)


def test_a_metric_cannot_take_the_name_of_a_column():
    assert [column_of(key) for key in ("week", "items", "target_x", "meeting")] == [
        "metric_week", "metric_items", "metric_target_x", "meeting",
    ]  # fmt: skip
    assert "rep" in FIXED_COLUMNS


def test_memory_does_not_grow_with_the_number_of_people(engine, monkeypatch):
    """Twice the people take about as much memory, because they are read in batches."""
    monkeypatch.setattr(panel, "PEOPLE_AT_ONCE", 10)
    rng = np.random.default_rng(1)
    peaks = []
    # The first time fills caches. After that both read at least three batches while memory is traced.
    for count in (20, 40, 80):
        empty_company(engine)
        fill_company(engine, rng.poisson(1, (count, 12)), rng.poisson(2, (count, 12)))
        with unit_of_work(engine, writes=False) as session:
            lines = read_lines(session, make_plan(session), token=TOKEN, facts=Facts())
            next(lines)
            next(lines)
            tracemalloc.start()
            for _ in lines:
                # Also frees the tuples that Python keeps for reuse.
                gc.collect()
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[2] < 1.4 * peaks[1], peaks


def test_a_batch_reads_only_its_people(engine, people):
    with unit_of_work(engine, writes=False) as session:
        periods = (panel.week_period(weeks_ago(engine, 1)),)
        found = roster.load_people_roster(session, periods, user_ids=people[:1])
    assert list(found.people) == people[:1]
    assert found.people[people[0]][0].workdays == 5
