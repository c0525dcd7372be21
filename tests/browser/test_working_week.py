"""A working week of the demonstration as three people live it: what a rep says, a manager does about it in the one-to-one, and
the head of sales reads. Each page is a screenshot in both themes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from server.core.database.session import unit_of_work
from server.demo import operations as demo
from server.demo.company import HEAD_OF_SALES
from server.people.models import User
from tests.browser.appearance import check_page
from tests.browser.backend import Backend
from tests.browser.navigation import follow, press
from tests.browser.waiting import TIMEOUT_SECONDS

EVIDENCE = "A planner at a port asked for an hour after the post."
ANSWER = "The number is good. The customer is not named in the text."


@pytest.fixture
def week(chromium: Browser, demonstration: Backend) -> Iterator[tuple[Page, Page, Page, User]]:
    """Pages of a rep, of their manager and of the head of sales, and the rep."""
    with unit_of_work(demonstration.engine) as session:
        head = session.scalars(select(User).where(User.name == HEAD_OF_SALES)).one()
        people = [demo.visitor_account(session, role="rep"), demo.visitor_account(session, role="manager"), head]
    contexts = []

    def open_as(person: User) -> Page:
        context = chromium.new_context(base_url=demonstration.base_url, viewport={"width": 1440, "height": 900})
        context.set_default_timeout(TIMEOUT_SECONDS * 1000)
        contexts.append(context)
        demonstration.sign_in(context, person)
        return context.new_page()

    rep, manager, chief = map(open_as, people)
    yield rep, manager, chief, people[0]
    for context in contexts:
        context.close()


def first_item(rep: Page) -> str:
    """The address of the rep's newest item that earned points."""
    rep.goto("/me")
    counted = rep.get_by_role("listitem").filter(has=rep.get_by_role("link", name="Contest or ask")).first
    return str(counted.get_by_role("link", name="Contest or ask").get_attribute("href")).removesuffix("/ask")


def test_a_week_of_a_rep_a_manager_and_the_head_of_sales(week) -> None:
    rep, manager, head, person = week
    report_outcome_and_contest(rep, first_item(rep))
    set_a_goal(rep)
    decide(manager, person)
    hold_one_to_one(manager, person)
    read_what_came_back(rep)
    head.goto("/team")
    expect(head.locator(".rp-scorecard-person").first).to_be_visible()
    check_page(head, "week-head-teams")
    follow(head.get_by_role("link", name="Alpine", exact=True))
    expect(head.get_by_role("heading", level=1)).to_have_text("Alpine")
    check_page(head, "week-head-team")
    head.goto("/credit/policy")
    check_page(head, "week-head-policy")


def report_outcome_and_contest(rep: Page, item: str) -> None:
    rep.goto(f"{item}/outcomes")
    rep.get_by_label("A meeting came of it").check()
    rep.get_by_label("How do you know?").select_option("The buyer said so")
    rep.get_by_label("Note as evidence").fill(EVIDENCE)
    press(rep, "Save")
    expect(rep.get_by_role("listitem").filter(has_text=EVIDENCE)).to_contain_text("Waiting for approval")
    check_page(rep, "week-rep-outcome")
    rep.goto(f"{item}/ask")
    rep.get_by_label("Your reason or question").fill("The post names the customer and the number.")
    press(rep, "Send")
    expect(rep.get_by_text("Waiting for an answer")).to_be_visible()


def set_a_goal(rep: Page) -> None:
    rep.goto("/me/week")
    rep.get_by_label("At least").fill("2")
    press(rep, "Set this goal")
    check_page(rep, "week-rep-own-week")


def decide(manager: Page, person: User) -> None:
    manager.goto("/approvals")
    entry = manager.get_by_role("listitem").filter(has_text=EVIDENCE).first
    follow(entry.get_by_role("button", name=re.compile("^Approve")))
    expect(manager.get_by_role("listitem").filter(has_text=EVIDENCE)).to_have_count(0)
    manager.goto("/appeals")
    follow(manager.get_by_role("link", name=re.compile(f"^{person.name}")).first)
    manager.get_by_label("It stands").check()
    manager.get_by_label("Reason").fill(ANSWER)
    press(manager, "Send the answer")


def hold_one_to_one(manager: Page, person: User) -> None:
    manager.goto("/team")
    check_page(manager, "week-manager-team")
    manager.locator(".rp-scorecard-person", has_text=person.name).click()
    expect(manager.get_by_role("heading", level=1)).to_have_text(person.name)
    check_page(manager, "week-manager-rep")
    follow(manager.get_by_role("link", name="One-to-one", exact=True))
    point = manager.get_by_role("checkbox", name=re.compile("^Talked about: ")).first
    talked_about = point.get_attribute("value")
    point.check()
    manager.get_by_label("Notes", exact=True).fill("We looked at what the port asked for.")
    manager.get_by_label("Action 1", exact=True).fill("Write to the port about the hour")
    manager.get_by_label("Praise").fill("The number in your post started that talk.")
    press(manager, "Save")
    expect(manager.locator(f'[value="{talked_about}"]')).to_be_checked()
    check_page(manager, "week-manager-one-to-one")


def read_what_came_back(rep: Page) -> None:
    rep.goto("/me/one-to-ones")
    expect(rep.get_by_text("The number in your post started that talk.")).to_be_visible()
    expect(rep.get_by_role("button", name="Done : Write to the port about the hour")).to_be_visible()
    check_page(rep, "week-rep-one-to-ones")
    rep.goto("/me/appeals")
    expect(rep.get_by_text(ANSWER)).to_be_visible()
    check_page(rep, "week-rep-appeals")
