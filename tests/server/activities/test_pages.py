"""A rep's own pages: shared items and the credit statement."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from nlp import Assessment, Coach, Draft
from nlp.model import Advice, Evidence, Finding
from server.activities import operations, pages
from server.activities.items import ITEMS_PER_PAGE
from server.activities.operations import PublishedItem
from server.core.weeks import UTC_CALENDAR
from server.credit.queries import current_policy
from server.people.models import Organisation, Target
from tests.databases import SECRET_KEYS
from tests.factories import new_cookie, new_user
from tests.texts import sentences

pytestmark = pytest.mark.sqlite_only


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
    """A function that records an item shared ``days`` ago."""

    def record_item(*, days: int, text: str = ""):
        item = PublishedItem(
            "linkedin-post",
            text or sentences(),
            None,
            None,
            datetime.now(UTC) - timedelta(days=days),
        )
        organisation = session.scalars(select(Organisation)).one()
        result = operations.record_share(
            session, item, assessment,
            user=rep, organisation=organisation, source="web", key=uuid.uuid4().hex, secret_keys=SECRET_KEYS,
        )  # fmt: skip
        session.commit()
        return result

    return record_item


def test_statement_links_reversal_to_its_entry(browser, session, rep, share):
    shared = share(days=3)
    operations.withdraw(session, user_id=rep.id, share_id=shared.activity.id)
    session.commit()
    day = shared.entry.occurred_at
    link = f'<a href="#entry-{shared.entry.id}">reverses the entry of {day.day} {day:%b}</a>'
    assert link in browser.get("/me/credit").text


def item_ids(page: str) -> list[int]:
    return [int(item_id) for item_id in re.findall(r'<li id="item-(\d+)">', page)]


def test_items_are_paged_and_grouped_by_week(browser, share):
    shared = [share(days=3 * number).activity for number in range(ITEMS_PER_PAGE + 2)]
    newest, older = browser.get("/me").text, browser.get("/me?page=2").text
    assert item_ids(newest) == [item.id for item in shared[:ITEMS_PER_PAGE]]
    assert item_ids(older) == [item.id for item in shared[ITEMS_PER_PAGE:]]
    weeks = re.findall(r'<h3 class="rp-items-week"><time datetime="([^"]+)">', newest)
    mondays = {UTC_CALENDAR.monday_of(item.occurred_at).isoformat() for item in shared[:ITEMS_PER_PAGE]}
    assert weeks == sorted(mondays, reverse=True)
    assert '<a href="/me?page=2">Older items</a>' in newest
    assert "Newer items" not in newest
    assert '<a href="/me">Newer items</a>' in older
    assert "Older items" not in older
    assert browser.get(f"/me/items/{shared[-1].id}").status_code == 200


@pytest.mark.parametrize("page", ["0", "-3", "first", "", "9" * 30])
def test_invalid_page_number_answers_a_page(browser, page):
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


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"text": None}, "The text of this item is no longer stored."),
        ({"score": None, "band": None}, "This item was not scored"),
        ({"kind": "linkedin-profile"}, "Scores of profile updates are not explained here."),
        ({"score": 1}, "The scoring has changed since you shared this item."),
    ],
)
def test_item_page_says_why_a_score_is_not_explained(browser, session, share, changes, reason):
    activity = share(days=1).activity
    for name, value in changes.items():
        setattr(activity, name, value)
    session.commit()
    assert reason in browser.get(f"/me/items/{activity.id}").text


def test_item_page_shows_advice_before_tips_and_no_tips_only_without_either(browser, share, assessment, monkeypatch):
    def show(**changes: object) -> str:
        monkeypatch.setattr(pages, "_reassess", lambda _: replace(assessment, **changes))
        return browser.get(f"/me/items/{activity.id}").text

    activity = share(days=1).activity
    fact, leave = Advice("fact", "Say how much it helped", "By how much?", 12), Advice("leave", "Leave it as it is.", "", 0)
    finding = Finding(
        rule="Repute.Buzzwords", dimension="voice", span=None, message="Say it plainly", why="", evidence=Evidence("C", ""),
        severity="tip", replacements=(), points=-10,
    )  # fmt: skip
    page = show(advice=(fact,), findings=(finding,))
    texts = (fact.message, fact.question, "About +12 points", finding.message)
    assert sorted(texts, key=page.index) == list(texts)
    assert "No tips this time." not in show(advice=(fact,), findings=())
    assert "No tips this time." in show(advice=(leave,), findings=())


@pytest.mark.parametrize("address", ["/me", "/me/credit"])
def test_weekly_target_and_cap_are_both_shown(browser, session, rep, address):
    assert "Your team's target" not in browser.get(address).text
    session.add(Target(user_id=rep.id, metric="credit", per_week=30, valid_from=UTC_CALENDAR.this_monday()))
    session.commit()
    page = browser.get(address).text
    assert "Your team's target: 30 points per person per week." in page
    assert f"Weekly limit: {current_policy(session).week_cap} points. Anything above that does not count." in page


def test_item_text_has_automatic_direction(browser, share):
    share(days=1, text="מספר אחד שספרנו השבוע: 17 תוויות קרועות מתוך 212. מה אתם סופרים לפני השיחה?")
    assert re.search(r'<p class="rp-item-text[^"]*" dir="auto">מספר', browser.get("/me").text)


@pytest.fixture
def in_mode(session):
    """A function that changes the organisation's settings, which are restored after the test."""
    organisation = session.scalars(select(Organisation)).one()
    before = {name: getattr(organisation, name) for name in ("credit_mode", "overseer", "team_only")}

    def change(**values: object) -> None:
        for name, value in values.items():
            setattr(organisation, name, value)
        session.commit()

    yield change
    change(**before)


BLIND = "quality does not affect credit: multiply by 1, the same for every item that can be judged."


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ({"credit_mode": "bands"}, "Your manager sees each counted item with its band and points."),
        ({"credit_mode": "bands", "overseer": None}, "Your manager sees each counted item with its points, not its band."),
        ({"credit_mode": "checks"}, "Your manager sees each counted item with its points, not its band."),
        ({"credit_mode": "blind"}, "Your manager sees each counted item with its points, not its band."),
        ({"team_only": True}, "Managers see team totals, not your items, except those that you let your team read."),
    ],
)
def test_items_page_says_what_managers_see_in_each_mode(browser, in_mode, mode, words):
    in_mode(**mode)
    assert words in browser.get("/me").text


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ({"credit_mode": "bands"}, "<caption>Quality</caption>"),
        (
            {"credit_mode": "bands", "overseer": None},
            BLIND,
        ),
        ({"credit_mode": "checks"}, "Multiply by 1 if the checks find nothing worse than a tip, otherwise by 0.5."),
        ({"credit_mode": "blind"}, BLIND),
    ],
)
def test_policy_explains_quality_in_each_mode(browser, in_mode, mode, words):
    in_mode(**mode)
    assert 'href="/credit/policy"' in browser.get("/me/credit").text
    page = browser.get("/credit/policy").text
    assert words in " ".join(re.sub("</?strong>", "", page).split())
    assert ("<caption>Quality</caption>" in page) == (mode == {"credit_mode": "bands"})


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ({"credit_mode": "bands"}, "Only you see the score. Managers see the band and the points of items that count."),
        ({"credit_mode": "checks"}, "Only you see the score and the band. Managers see the points of items that count."),
        ({"credit_mode": "blind"}, "The band and the score do not affect credit."),
        ({"team_only": True}, "They cannot open a page about you."),
        ({"team_only": True}, "Your organisation shows team totals only, so nobody else can open a page about you."),
    ],
)
def test_notice_says_who_sees_what_in_each_mode(browser, in_mode, mode, words):
    in_mode(**mode)
    assert words in " ".join(browser.get("/me/data").text.split())
