"""The scorecard as a file: what is on screen, for whom it is on screen, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime, timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.core.weeks import UTC_CALENDAR
from server.people.models import Metric, User
from server.people.queries import get_organisation
from server.people.standard_metrics import CALL
from server.privacy.operations import list_profile_views
from tests.factories import make_record, make_team, make_user, new_cookie
from tests.server.scorecards.test_operations import share

WEEK_OF = date(2026, 10, 5)
NOON = UTC_CALENDAR.start_of(WEEK_OF) + timedelta(days=2, hours=12)
PATH = f"/team/export?span=week&from={WEEK_OF}"
FORMULA = '=HYPERLINK("https://evil.example","Click")'


@pytest.fixture
def team(session):
    """A manager, two reps with calls, one of whom shares, and a rep whose name is a formula."""
    north = make_team(session, name="North")
    people = {
        "team": north,
        "manager": make_user(session, role="manager", team=north, name="Nora"),
        "ann": make_user(session, team=north, name="Ann"),
        "ben": make_user(session, team=north, name="Ben"),
        "eve": make_user(session, team=north, name=FORMULA),
        "stranger": make_user(session, role="manager", name="Sid"),
    }
    make_record(session, people["ann"], count=3, occurred_at=NOON)
    make_record(session, people["ben"], count=1200, occurred_at=NOON)
    make_record(session, people["ben"], count=5, occurred_at=NOON - timedelta(days=7))
    share(session, people["ann"], week=WEEK_OF)
    session.commit()
    return people


@pytest.fixture
def open_as(app, engine, team):
    def open_as(who, path):
        client = app.test_client()
        client.set_cookie("repute", new_cookie(engine, team[who]))
        return client.get(path)

    return open_as


@pytest.fixture
def team_only(session):
    organisation = get_organisation(session)
    organisation.team_only = True
    session.commit()
    yield
    organisation.team_only = False
    session.commit()


def rows_of(response):
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.text)))


def test_csv_has_the_rows_and_the_total_of_the_page(open_as):
    rows = rows_of(open_as("manager", PATH))
    assert [row["Name"] for row in rows] == [f"'{FORMULA}", "Ann", "Ben", "Total"]
    assert [row["Calls"] for row in rows] == ["0", "3", "1200", "1203"]
    assert [row["Calls, 28 Sep – 4 Oct 2026"] for row in rows] == ["0", "0", "5", "5"]
    assert {(row["First day"], row["Last day"]) for row in rows} == {("2026-10-05", "2026-10-11")}
    credit = [row["Social credit"] for row in rows]
    assert (credit[0], credit[2], int(credit[1]) > 0) == ("not taking part", "not taking part", True)


def test_file_is_named_after_its_days(open_as):
    assert open_as("manager", PATH).headers["Content-Disposition"].endswith('-2026-10-05-2026-10-11.csv"')


def test_file_says_whom_an_average_is_over(open_as, session, team):
    make_user(session, team=make_team(session, name="Kiel", parent=team["team"]))
    session.commit()
    titles = rows_of(open_as("manager", f"{PATH}&view=teams"))[0].keys()
    assert {"Calls, average per active person", "Social credit, average per person taking part"} <= titles


def test_file_has_the_order_and_the_search_of_the_page(open_as):
    assert [row["Name"] for row in rows_of(open_as("manager", f"{PATH}&sort={CALL}"))][:2] == ["Ben", "Ann"]
    assert [row["Name"] for row in rows_of(open_as("manager", f"{PATH}&q=be"))] == ["Ben", "Total"]


def test_xlsx_has_numbers_dates_and_texts_and_no_formula(open_as, session):
    response = open_as("manager", f"{PATH}&format=xlsx")
    assert response.status_code == 200
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert len(sheets) == 2
    assert not any("<f>" in sheet or "hyperlink" in sheet.lower().replace("hyperlink(", "") for sheet in sheets)
    book = load_workbook(io.BytesIO(response.data))
    header, *rows = list(book["People"].iter_rows())
    titles = [cell.value for cell in header]
    evil = rows[0][titles.index("Name")]
    assert (evil.value, evil.data_type, evil.quotePrefix) == (FORMULA, "s", True)
    calls = [row[titles.index("Calls")] for row in rows]
    assert [(cell.value, cell.data_type) for cell in calls] == [(0, "n"), (3, "n"), (1200, "n"), (1203, "n")]
    first_day = rows[0][titles.index("First day")]
    assert (first_day.value, first_day.is_date) == (datetime(2026, 10, 5), True)  # noqa: DTZ001
    header, *rows = list(book["Charts"].iter_rows(values_only=True))
    assert (len(rows), rows[-1][header.index("Calls")], rows[-2][header.index("Calls")]) == (12, 1203, 5)


@pytest.mark.parametrize("start", list("=+-@\t\r"))
def test_no_cell_of_a_csv_starts_like_a_formula(open_as, session, team, start):
    session.get_one(User, team["eve"].id).name = f"{start}1+1"
    session.commit()
    names = [row["Name"] for row in rows_of(open_as("manager", PATH))]
    assert f"'{start}1+1" in names
    assert not any(name.startswith(start) for name in names)


def test_export_is_audited_and_the_people_in_it_see_it(open_as, session, team):
    assert open_as("manager", f"{PATH}&format=xlsx&q=an").status_code == 200
    entry = session.scalars(select(AuditEntry).filter_by(actor_id=team["manager"].id, action="scorecard.exported")).one()
    assert (entry.object_type, entry.object_id, entry.reason_code) == ("team", str(team["team"].id), "xlsx")
    views = {name: [view.page for view in list_profile_views(session, user_id=team[name].id)] for name in ("ann", "ben")}
    assert views == {"ann": ["scorecard-file"], "ben": []}


def test_export_is_for_whom_the_page_is(open_as, team):
    for who, path in (("stranger", f"{PATH}&team={team['team'].id}"), ("ann", PATH)):
        assert open_as(who, path).status_code == 404
    assert open_as("manager", f"{PATH}&format=exe").status_code == 422
    assert open_as("manager", "/team/export?span=custom&from=2026-10-09&to=2026-10-01").status_code == 422


@pytest.mark.usefixtures("team_only")
def test_export_in_team_only_mode_names_nobody_and_hides_small_groups(open_as):
    response = open_as("manager", PATH)
    (total,) = rows_of(response)
    assert (total["Name"], total["Calls"]) == ("Total", "hidden")
    assert "Ann" not in response.text


def test_export_of_a_head_of_sales_has_the_lines_of_the_page(app, engine, session, team):
    top = make_team(session, name="Sales")
    session.merge(team["team"]).parent_id = top.id
    head = make_user(session, role="manager", team=top, name="Helga")
    session.commit()
    client = app.test_client()
    client.set_cookie("repute", new_cookie(engine, head))
    rows = rows_of(client.get(PATH))
    assert [(row["Name"], row["Managers"], row["Calls"]) for row in rows] == [
        (team["team"].name, "Nora", "hidden"),
        ("Total", "", "1203"),
    ]
    people = rows_of(client.get(f"{PATH}&view=people"))
    assert [row["Name"] for row in people] == [f"'{FORMULA}", "Ann", "Ben", "Total"]


def test_columns_are_the_metrics_of_the_scorecard_with_their_unit(open_as, session):
    value = session.get_one(Metric, "deal-value")
    value.on_team_page = True
    session.commit()
    try:
        titles = rows_of(open_as("manager", PATH))[0].keys()
    finally:
        value.on_team_page = False
        session.commit()
    shown = [metric.title for metric in session.scalars(select(Metric)) if metric.on_team_page]
    assert {*shown, "Value of deals won (EUR)", "Value of deals won (EUR), target"} <= titles
