"""Data that cannot answer, from the records of a company to the words on the page: which they are, and that no number is there
that they cannot carry. And what the page says of reps who left, of holidays and of records that came twice."""

from __future__ import annotations

import re
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import select

from server.core.access import INTEGRATION_SCOPES
from server.core.database.session import unit_of_work
from server.core.weeks import WEEK
from server.people.absences import add_holiday, add_leave
from server.people.models import Membership, User
from server.people.queries import get_calendar
from tests.factories import bearer, new_cookie, new_token, new_user
from tests.server.evidence.evidence_helpers import compute, confounded, empty_company, fill_company
from tests.server.evidence.test_wording import FORBIDDEN

# That both databases give the same panel is tested with the panel.
pytestmark = pytest.mark.sqlite_only

YET = "Your data cannot answer this yet"


@pytest.fixture(scope="module")
def admin(engine):
    return new_user(engine, role="admin")


@pytest.fixture
def read(app, engine, admin):
    """Computes, and returns what a manager reads on the page."""

    def compute_and_read(**chosen) -> str:
        compute(engine, admin, **chosen)
        browser = app.test_client()
        browser.set_cookie("repute", new_cookie(engine, new_user(engine, role="manager")))
        page = browser.get("/evidence").text
        main = page[page.index("<main") : page.index("</main>")]
        return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<svg class=\"rp-evidence-chart\"", "PICTURE <svg", main)).split())

    return compute_and_read


def share_and_meet(reps, weeks, *, items=1.5, meetings=2.0, seed=4):
    rng = np.random.default_rng(seed)
    return rng.poisson(items, (reps, weeks)), rng.poisson(meetings, (reps, weeks))


@pytest.mark.parametrize(
    ("data", "chosen", "title", "sentence", "detectable"),
    [
        pytest.param(
            share_and_meet(5, 20), {}, YET,
            "It takes at least 20 reps to tell an association from chance; there are 5.", True, id="5 reps",
        ),
        pytest.param(
            share_and_meet(4, 20), {}, YET,
            "It takes at least 20 reps to tell an association from chance; there are fewer than 5.", False, id="4 reps",
        ),
        pytest.param(
            share_and_meet(24, 3), {}, YET,
            "It takes at least 12 weeks, besides the two weeks from an item to the outcome; there is one.", False, id="3 weeks",
        ),
        pytest.param(
            share_and_meet(24, 2), {}, YET,
            "There is no week of which both the meetings booked and the items shared two weeks before are known. It takes 12.",
            False, id="2 weeks",
        ),
        pytest.param(
            share_and_meet(24, 20), {"cluster": "team"}, "Your data cannot answer this by team",
            "It takes at least 20 teams; there is one. If each rep decides about social work alone, choose that.", False,
            id="one team",
        ),
        pytest.param(
            (np.full((24, 20), 2), share_and_meet(24, 20)[1]), {}, "Your data cannot answer this",
            "Every rep shared the same number of items in each week, so no week can be compared with another.", False,
            id="no variation",
        ),
        pytest.param(
            (share_and_meet(24, 20)[0], np.zeros((24, 20), int)), {}, YET,
            "No meetings booked were recorded in these weeks: all numbers are zero. If there were some, check the import.",
            False, id="no outcomes",
        ),
        pytest.param(
            (np.zeros((24, 20), int), share_and_meet(24, 20)[1]), {}, YET,
            "Nobody shared an item that counts in these weeks, so there is nothing to compare.", False, id="no items",
        ),
        pytest.param(
            (np.repeat([[0] * 20, [0, 1] * 10], (14, 10), axis=0), share_and_meet(24, 20)[1]), {}, YET,
            "It takes at least 20 reps who shared more in some weeks than in others; there are 10.", True, id="few share",
        ),
        pytest.param(
            share_and_meet(24, 16, items=0.2, meetings=0.1), {}, "Your numbers cannot tell",
            re.compile(r"Even if one more shared item in a week went with \S+% more meetings booked, this would probably not "
                       r"show\."), True, id="could not see a plausible one",
        ),
    ],
)  # fmt: skip
def test_data_that_cannot_answer_are_refused_in_words(engine, read, data, chosen, title, sentence, detectable):
    empty_company(engine)
    fill_company(engine, *data)
    page = read(**chosen)
    assert title in page
    assert sentence.search(page) if isinstance(sentence, re.Pattern) else sentence in page
    # Of all percentages, only the smallest association that could show.
    assert len(re.findall(r"\d%", page)) == detectable
    for part in ("PICTURE", "What speaks against it", "associated with", "interval"):
        assert part not in page
    assert FORBIDDEN.search(page) is None


def test_nobody_and_nothing_recorded_fails_with_the_reason(engine, read):
    empty_company(engine)
    page = read()
    assert "The last computation failed. No whole week of anything is recorded yet." in page


@pytest.fixture
def people(engine):
    empty_company(engine)
    return fill_company(engine, *confounded(np.random.default_rng(3), reps=24, weeks=20))


def weeks_ago(engine, count):
    with unit_of_work(engine, writes=False) as session:
        return get_calendar(session).this_monday() - WEEK * count


def test_the_page_says_what_happens_to_who_left_who_was_away_and_holidays(engine, read, people):
    monday = weeks_ago(engine, 10)
    with unit_of_work(engine) as session:
        for user_id in people[:6]:
            member = session.scalars(select(Membership).where(Membership.user_id == user_id)).one()
            member.ends_on = monday - timedelta(days=1)
        add_leave(session, user_id=people[7], starts_on=monday, ends_on=monday + timedelta(days=4), kind="other")
        add_leave(session, user_id=people[8], starts_on=monday, ends_on=monday + timedelta(days=1), kind="other")
        add_holiday(session, day=monday + WEEK, name="Founders' day")
    page = read()
    assert "Reps who left: 6. Their weeks end there, and stay in." in page
    assert "1 week left out in which somebody was away on all workdays." in page
    assert "1 week had a public holiday; the model allows for fewer workdays." in page
    assert "Controlled for: each rep, each week, and workdays." in page
    # 24 reps and 18 weeks, without the weeks since six left, and two weeks later those that need the week away.
    assert f"Rows {24 * 18 - 6 * 10 - 1 - 1}" in page
    assert "With 24 reps, only large effects are visible." in page


def meetings(page):
    return int(re.search(r"Meetings booked ([\d ]+) Shared items", page)[1].replace(" ", ""))


def test_a_record_that_is_sent_twice_counts_once(engine, app, read, people, admin):
    before = meetings(read())
    with unit_of_work(engine, writes=False) as session:
        address = session.get_one(User, people[0]).email
    moment = f"{weeks_ago(engine, 3).isoformat()}T10:00:00Z"
    record = {"record_id": "0061-7", "rep": address, "kind": "meeting", "occurred_at": moment, "count": 3}
    for key, expected in (("first", "accepted"), ("second", "already_known")):
        headers = bearer(new_token(engine, admin, INTEGRATION_SCOPES), **{"Idempotency-Key": f"sent-{key}"})
        body = {"source": "crm", "activities": [record]}
        assert app.test_client().post("/api/v1/activities", json=body, headers=headers).json[expected] == 1
    assert meetings(read()) == before + 3
