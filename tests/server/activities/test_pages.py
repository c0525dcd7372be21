"""A rep's own pages: what was shared, and the statement."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from nlp import Assessment, Coach, Draft
from server.activities import operations
from server.activities.items import ITEMS_PER_PAGE
from server.activities.operations import PublishedItem
from server.core.weeks import monday_of, this_monday
from server.credit.queries import current_policy
from server.people.models import Organisation, Target
from tests.factories import new_cookie, new_user

SECRET = b"a key for tests that nobody else uses"


@pytest.fixture
def rep(engine):
    return new_user(engine)


@pytest.fixture
def browser(client, engine, rep):
    client.set_cookie("repute", new_cookie(engine, rep))
    return client


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    return Coach().assess(Draft("linkedin-post", "A plant manager counted the stops of one line. Which number do you count?"))


@pytest.fixture
def share(session, rep, assessment):
    """Records an item some days ago."""

    def record(*, days: int, text: str = ""):
        item = PublishedItem(
            "linkedin-post",
            text or " ".join(uuid.uuid4().hex for _ in range(30)),
            None,
            None,
            datetime.now(UTC) - timedelta(days=days),
        )
        organisation = session.scalars(select(Organisation)).one()
        found = operations.record(
            session, item, assessment, user=rep, organisation=organisation, source="web", key=uuid.uuid4().hex, secret=SECRET
        )
        session.commit()
        return found

    return record


def test_statement_links_reversal_to_its_entry(browser, session, rep, share):
    shared = share(days=3)
    operations.withdraw(session, user_id=rep.id, share_id=shared.activity.id)
    session.commit()
    day = shared.entry.occurred_at
    link = f'<a href="#entry-{shared.entry.id}">takes back the entry of {day.day} {day:%b}</a>'
    assert link in browser.get("/me/credit").text


def anchors(page: str) -> list[int]:
    return [int(found) for found in re.findall(r'<li id="item-(\d+)">', page)]


def test_items_are_paged_and_grouped_by_week(browser, share):
    shared = [share(days=3 * number).activity for number in range(ITEMS_PER_PAGE + 2)]
    newest, older = browser.get("/me").text, browser.get("/me?page=2").text
    assert anchors(newest) == [item.id for item in shared[:ITEMS_PER_PAGE]]
    assert anchors(older) == [item.id for item in shared[ITEMS_PER_PAGE:]]
    weeks = re.findall(r'<h3 class="items-week"><time datetime="([^"]+)">', newest)
    assert weeks == sorted({monday_of(item.occurred_at).isoformat() for item in shared[:ITEMS_PER_PAGE]}, reverse=True)
    assert '<a href="/me?page=2">Older items</a>' in newest
    assert "Newer items" not in newest
    assert '<a href="/me">Newer items</a>' in older
    assert "Older items" not in older
    assert browser.get(f"/me/items/{shared[-1].id}").status_code == 200


@pytest.mark.parametrize("page", ["0", "-3", "first", "", "9" * 30])
def test_invalid_page_number_is_answered(browser, page):
    assert browser.get(f"/me?page={page}").status_code == 200


def test_page_past_the_last_is_empty(browser, share):
    share(days=1)
    page = browser.get("/me?page=7").text
    assert "No older items" in page
    assert '<a href="/me?page=6">Newer items</a>' in page


def test_item_of_another_rep_answers_404(browser, engine, client, share):
    shared = share(days=1)
    client.set_cookie("repute", new_cookie(engine, new_user(engine)))
    assert client.get(f"/me/items/{shared.activity.id}").status_code == 404


@pytest.mark.parametrize("address", ["/me", "/me/credit"])
def test_weekly_target_and_cap_are_both_shown(browser, session, rep, address):
    assert "Your team's target" not in browser.get(address).text
    session.add(Target(team_id=rep.team_id, metric="credit", per_week=30, valid_from=this_monday()))
    session.commit()
    page = browser.get(address).text
    assert "Your team's target: 30 a person and week." in page
    assert f"Upper limit: points above {current_policy(session).week_cap} in one week are not counted." in page


def test_item_text_has_automatic_direction(browser, share):
    share(days=1, text="מספר אחד שספרנו השבוע: 17 תוויות קרועות מתוך 212. מה אתם סופרים לפני השיחה?")
    assert re.search(r'<p class="item-text[^"]*" dir="auto">מספר', browser.get("/me").text)
