"""Public holidays of a country or region, days off from a file, and what they do to weeks."""

from __future__ import annotations

import io
from datetime import date

import pytest
from sqlalchemy import delete, select

from server.audit.models import AuditEntry
from server.core.database.session import unit_of_work
from server.core.periods import week_periods
from server.people import queries
from server.people.absences import add_place_holidays, delete_holiday
from server.people.models import Holiday, Leave
from server.people.organisation import change_region
from server.people.places import all_places, find_place, public_holidays, region_label
from server.people.roster import load_person_roster
from tests.forms import extract_csrf_token, send

PATH, UPLOAD = "/people/calendar", "/people/calendar/import"
BAVARIA, SCOTLAND = "DE-BY", "GB-SCT"


@pytest.fixture(autouse=True)
def no_holidays(engine):
    """Other tests see none of these days."""
    yield
    with unit_of_work(engine) as session:
        session.execute(delete(Holiday))
        queries.get_organisation(session).region = None


@pytest.fixture
def this_year(read):
    return read(queries.get_calendar).today().year


def upload(client, text):
    token = extract_csrf_token(client.get(UPLOAD).text)
    data = {"csrf_token": token, "file": (io.BytesIO(text.encode()), "days.csv")}
    return client.post(UPLOAD, data=data, content_type="multipart/form-data")


def confirm(client, text):
    return send(client, UPLOAD, UPLOAD, step="import", text=text)


def test_places_are_found_by_label_or_code_and_shown_by_label():
    assert find_place(" germany, bayern ").code == find_place("de-by").code == BAVARIA
    assert region_label(BAVARIA) == "Germany, Bayern"
    assert region_label("Head office") == "Head office"
    assert find_place("CA") is None
    assert len({place.label for place in all_places().values()}) == len(all_places())


def test_public_holidays_have_english_names_and_those_of_the_region():
    bavaria, germany = (public_holidays(all_places()[code], 2026) for code in (BAVARIA, "DE"))
    assert bavaria[date(2026, 1, 6)] == "Epiphany"
    assert germany.items() < bavaria.items()
    assert public_holidays(all_places()[BAVARIA], 3000) == {}


def test_adding_a_year_twice_adds_nothing_twice_and_brings_nothing_back(session, tree):
    place = all_places()[BAVARIA]
    assert add_place_holidays(session, place=place, year=2027) == 12
    epiphany = queries.holidays_of_region(session, region=BAVARIA, year=2027)[date(2027, 1, 6)]
    delete_holiday(session, holiday_id=epiphany.id)
    last_entry = select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1)
    before = session.scalar(last_entry)
    assert add_place_holidays(session, place=place, year=2027) == 0
    assert session.scalar(last_entry) == before
    days = {one.day for one in queries.holidays_between(session, date(2027, 1, 1), date(2027, 12, 31))}
    assert len(days) == 11
    assert date(2027, 1, 6) not in days


def test_region_of_the_organisation_applies_where_no_team_has_another(session, tree):
    """Christmas week: Friday, 25 December is a holiday in both; Epiphany in Bavaria only, 2 January in Scotland only."""
    change_region(session, region="Germany, Bayern")
    session.merge(tree["south"]).region = SCOTLAND
    for code in (BAVARIA, SCOTLAND):
        for year in (2025, 2026):
            add_place_holidays(session, place=all_places()[code], year=year)
    weeks = (date(2025, 12, 29), date(2026, 1, 5))

    def workdays(person):
        roster = load_person_roster(session, week_periods(weeks), user_id=tree[person].id)
        return [week.workdays for week in roster.people[tree[person].id]]

    assert workdays("rep") == [4, 4]
    assert workdays("other") == [3, 5]


def test_admin_chooses_the_place_previews_and_adds_it(admin, read, this_year):
    refused = send(admin, f"{PATH}/region", PATH, region="Bavariaa")
    assert (refused.status_code, "must be a country or region of the list" in refused.text) == (422, True)
    assert 'value="Bavariaa"' in refused.text
    send(admin, f"{PATH}/region", PATH, region="Germany, Bayern")
    preview = admin.get(PATH).text
    for year in (this_year, this_year + 1):
        assert f"Add holidays of Germany, Bayern for {year}" in preview
    assert read(lambda session: session.scalar(select(Holiday))) is None
    send(admin, f"{PATH}/places", PATH, place=BAVARIA, year=str(this_year + 1))
    page = admin.get(PATH).text
    assert f"Public holidays of Germany, Bayern for {this_year + 1}: 12 added." in page
    assert f"Add holidays of Germany, Bayern for {this_year + 1}" not in page
    for place, year in (("XX", this_year), (BAVARIA, this_year + 2), (BAVARIA, "soon")):
        assert send(admin, f"{PATH}/places", PATH, place=place, year=str(year)).status_code == 404


def test_deleted_holiday_can_be_restored(admin, read):
    send(admin, PATH, PATH, day="2026-12-24", name="Christmas Eve", region="germany, bayern")
    (holiday,) = read(queries.all_holidays)
    assert holiday.region == BAVARIA
    send(admin, f"{PATH}/{holiday.id}/delete", PATH)
    assert f"{PATH}/{holiday.id}/restore" in admin.get(PATH).text
    send(admin, f"{PATH}/{holiday.id}/restore", PATH)
    assert not read(lambda session: session.get_one(Holiday, holiday.id)).is_deleted


class TestUpload:
    def test_dry_run_changes_nothing_and_the_second_upload_neither(self, admin, read, tree):
        text = f"email,first_day,last_day,kind\n{tree['rep'].email},2026-07-06,2026-07-17,\n"
        preview = upload(admin, text)
        assert (preview.status_code, "1 added, 0 changed, 0 unchanged" in preview.text) == (200, True)
        assert read(lambda session: session.scalar(select(Leave).where(Leave.user_id == tree["rep"].id))) is None
        assert confirm(admin, text).location == PATH
        (leave,) = read(lambda session: queries.leaves_of(session, user_id=tree["rep"].id))
        assert (leave.starts_on, leave.ends_on, leave.kind) == (date(2026, 7, 6), date(2026, 7, 17), "holiday")
        assert "0 added, 0 changed, 1 unchanged" in upload(admin, text).text

    def test_one_wrong_row_stops_all_and_names_row_and_column(self, admin, read, tree):
        email, other = tree["rep"].email, tree["other"].email
        rows = (
            f"{other};2026-07-06;2026-07-17;other", f"{email};soon;2026-07-17;", f"{email};2026-07-17;2026-07-06;",
            f"{email};2026-07-17;;", "nobody@example.com;2026-07-06;2026-07-06;", f"{email};2026-07-06;2026-07-06;sick",
            f"{other};2026-07-17;2026-07-20;other",
        )  # fmt: skip
        answer = confirm(admin, "email;first_day;last_day;kind\n" + "\n".join(rows)).text
        for row, column, message in (
            (3, "first_day", "must be a date such as 2026-11-23"),
            (4, "last_day", "must not be before the first day"),
            (5, "last_day", "is missing"),
            (6, "email", "belongs to no active person"),
            (7, "kind", "must be one of holiday, long-leave, other"),
            (8, "first_day", "overlaps with other leave of this person; delete that first"),
        ):
            assert f'<td class="rp-number">{row}</td><td>{column}</td><td>{message}</td>' in answer
        assert read(lambda session: session.scalar(select(Leave).where(Leave.user_id == tree["other"].id))) is None

    def test_holidays_are_added_renamed_and_left_alone(self, admin, read):
        text = "day,name,region\n2026-12-25,Christmas Day,\n2026-11-30,St Andrew's Day,Scotland\n2026-01-06,Epiphany,DE-BY\n"
        assert "3 added, 0 changed, 0 unchanged" in upload(admin, text).text
        confirm(admin, text)
        assert {one.region for one in read(queries.all_holidays)} == {"", "Scotland", BAVARIA}
        assert "0 added, 1 changed, 2 unchanged" in upload(admin, text.replace("Christmas Day", "Christmas")).text
        wrong = upload(admin, "day,name\n2026-12-26,\n26.12.2026,Boxing Day\n").text
        assert '<td class="rp-number">2</td><td>name</td><td>must have 1 to 200 characters</td>' in wrong
        assert '<td class="rp-number">3</td><td>day</td><td>must be a date such as 2026-11-23</td>' in wrong

    @pytest.mark.parametrize(
        ("text", "message"),
        [("", "is empty"), ("first_day,last_day\n", "lacks the column day"), ("email,first_day,last_day,why\n", "no others")],
    )
    def test_file_that_is_no_such_file_is_refused(self, admin, text, message):
        answer = upload(admin, text)
        assert (answer.status_code, message in answer.text) == (422, True)
