"""Contesting, answering and deciding in a browser: each page is readable and accessible in every state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from server.core.database.session import unit_of_work
from server.people.models import User
from tests.browser.appearance import check_page
from tests.browser.backend import Backend
from tests.browser.navigation import follow, press
from tests.browser.waiting import TIMEOUT_SECONDS
from tests.factories import make_team, make_user
from tests.server.appeals.appeal_helpers import make_item, set_organisation


@dataclass
class Pair:
    """A rep with one item that counts and two on hold, and their manager, each signed in."""

    rep: Page
    manager: Page
    counted: int
    held: tuple[int, int]


@pytest.fixture
def pair(chromium: Browser, backend: Backend) -> Iterator[Pair]:
    with unit_of_work(backend.engine) as session:
        set_organisation(session, team_only=False, credit_mode="bands", overseer="Ida Holm", overseer_id=None)
        team = make_team(session)
        rep = make_user(session, team=team, name="Rosa Reed")
        manager = make_user(session, team=team, role="manager", name="Max Moor")
        counted = make_item(session, rep).id
        held = tuple(make_item(session, rep, state="held").id for _ in range(2))
        session.expunge_all()
    contexts = []

    def open_page(person: User) -> Page:
        context = chromium.new_context(base_url=backend.base_url, viewport={"width": 1440, "height": 900})
        context.set_default_timeout(TIMEOUT_SECONDS * 1000)
        contexts.append(context)
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        backend.sign_in(context, person)
        return page

    yield Pair(open_page(rep), open_page(manager), counted, held)
    for context in contexts:
        context.close()


def test_an_appeal_from_the_question_to_the_answer(pair: Pair) -> None:
    rep, manager = pair.rep, pair.manager
    rep.goto("/me/appeals")
    check_page(rep, "appeals-own-empty")
    rep.goto("/me")
    follow(rep.locator(f"#item-{pair.counted}").get_by_role("link", name="Contest or ask"))
    check_page(rep, "appeals-ask")
    # Without the browser's own check, as a script would send it.
    rep.evaluate("document.querySelector('#question').required = false")
    press(rep, "Send")
    check_page(rep, "appeals-ask-error")
    rep.get_by_label("Your reason or question").fill("It names the customer and the number.")
    press(rep, "Send")
    check_page(rep, "appeals-own-waiting")
    manager.goto("/appeals")
    expect(manager.get_by_role("link", name="Appeals 1 waiting")).to_be_visible()
    check_page(manager, "appeals-queue")
    follow(manager.get_by_role("link", name="Rosa Reed: Post").first)
    terms = manager.get_by_role("group", name="If it counts: for how much")
    expect(terms).to_be_hidden()
    manager.get_by_label("New entry").check()
    expect(terms).to_be_visible()
    manager.get_by_label("A number of points").check()
    manager.get_by_label("Points", exact=True).fill("500")
    manager.get_by_label("Reason").fill("You are right about the number.")
    press(manager, "Send the answer")
    check_page(manager, "appeals-answer-error")
    expect(manager.get_by_label("Reason")).to_have_value("You are right about the number.")
    manager.get_by_label("Points", exact=True).fill("17")
    press(manager, "Send the answer")
    check_page(manager, "appeals-queue-answered")
    follow(manager.get_by_role("link", name="Rosa Reed: Post").last)
    check_page(manager, "appeals-answered")
    for path in ("/me", "/me/appeals", "/me/credit"):
        rep.goto(path)
        check_page(rep, f"appeals-answered{path.replace('/', '-')}")
    expect(rep.get_by_text("Post: set to 17 within the weekly limits (decided by a person)")).to_be_visible()


def test_what_is_on_hold_is_released_or_refused(pair: Pair) -> None:
    manager = pair.manager
    released, refused = pair.held
    manager.goto(f"/appeals/items/{released}")
    check_page(manager, "appeals-on-hold")
    manager.get_by_label("Release it").check()
    manager.get_by_label("Reason").fill("The employer is named.")
    press(manager, "Decide")
    check_page(manager, "appeals-released")
    manager.goto(f"/appeals/items/{refused}")
    manager.get_by_label("Refuse it").check()
    manager.get_by_label("Reason").fill("It is not about work.")
    press(manager, "Decide")
    check_page(manager, "appeals-refused")
    pair.rep.goto("/me")
    expect(pair.rep.locator(f"#item-{refused}").get_by_text("Does not count", exact=True)).to_be_visible()
    check_page(pair.rep, "appeals-me-refused")


def test_the_form_works_with_the_keyboard_alone(pair: Pair) -> None:
    manager = pair.manager
    manager.goto(f"/appeals/items/{pair.counted}")
    manager.get_by_label("Correct it").focus()
    manager.keyboard.press("ArrowDown")
    expect(manager.get_by_label("Take the points back")).to_be_checked()
    manager.keyboard.press("Tab")
    expect(manager.get_by_label("Reason")).to_be_focused()
    manager.keyboard.type("It is a copy.")
    manager.keyboard.press("Tab")
    with manager.expect_navigation():
        manager.keyboard.press("Enter")
    expect(manager.get_by_text("Decided. The person sees it with your reason.")).to_be_visible()
