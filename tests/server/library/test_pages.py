"""The pages of the library over HTTP."""

from __future__ import annotations

import re

import pytest

from server.core.database.session import unit_of_work
from server.people.models import Team
from server.people.queries import team_on
from tests.factories import make_user, new_cookie
from tests.forms import extract_csrf_token
from tests.server.outcomes.outcome_helpers import make_item, today

pytestmark = pytest.mark.sqlite_only

TEXT = "A harbour pilot showed us the form she fills in twice.\n\nWhich one do you fill in twice?"


@pytest.fixture(scope="module")
def people(engine):
    """An author, their item, and a colleague."""
    with unit_of_work(engine) as session:
        author = make_user(session, name="Quirina Canary")
        team = session.get_one(Team, team_on(session, user_id=author.id, day=today()))
        item = make_item(session, author)
        item.text, item.score, item.band = TEXT, 87, "strong"
        return author, item.id, make_user(session, team=team)


@pytest.fixture
def browser_of(app, engine):
    def open_browser(user):
        browser = app.test_client()
        browser.set_cookie("repute", new_cookie(engine, user))
        return browser

    return open_browser


def test_an_item_is_offered_read_and_taken_back(people, browser_of):
    author, item, colleague = people
    own, other = browser_of(author), browser_of(colleague)
    page = own.get("/me/library?surface=linkedin-post&sort=new").text
    assert "A harbour pilot showed us the form she fills in twice.</p>" in page
    form = {"csrf_token": extract_csrf_token(page), "surface": "linkedin-post", "sort": "new", "page": "1"}
    answer = own.post(f"/me/library/{item}/offer", data=form)
    assert answer.location == f"/me/library?surface=linkedin-post&sort=new#item-{item}"
    assert "Stop showing it to my team" in own.get("/me/library").text
    read = other.get("/me/library/team").text
    assert "Which one do you fill in twice?" in read
    assert "Quirina Canary" in read
    assert not re.search(r"\b87\b|Strong", read)
    own.post(f"/me/library/{item}/withdraw", data=form)
    assert "No examples yet" in other.get("/me/library/team").text


def test_a_colleague_opens_neither_the_item_nor_its_opening(people, browser_of):
    author, item, colleague = people
    assert 'data-start="A harbour pilot' in browser_of(author).get(f"/write?start={item}").text
    for start in (item, "x", -1, 2**70):
        assert "data-start" not in browser_of(colleague).get(f"/write?start={start}").text


def test_a_wrong_filter_or_page_shows_everything_or_an_empty_page(people, browser_of):
    author, _, _ = people
    assert "A harbour pilot" in browser_of(author).get("/me/library?surface=fax&sort=worst&page=x").text
    assert "No more items" in browser_of(author).get("/me/library?page=99999999999").text
    assert "Nothing shared here yet" in browser_of(author).get("/me/library?surface=x-reply").text
