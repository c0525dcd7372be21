"""The rubric of the tuning studio in a browser: sliders and numbers that mirror each other, and the effect while they move."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from server.activities.measuring import STEP_JOB
from server.core.database.session import unit_of_work
from server.demo import operations as demo
from server.people.models import User
from tests.browser.appearance import check_page
from tests.browser.backend import Backend
from tests.browser.waiting import TIMEOUT_SECONDS
from tests.queued_jobs import run_jobs

SUMMARY = "[data-summary]"
MOVED = re.compile(r"^\s*[1-9]\d* of \d+ rated drafts would change band")
NOT_MOVED = re.compile(r"^\s*0 of \d+ rated drafts would change band")


@pytest.fixture(scope="module")
def admin(demonstration: Backend) -> User:
    with unit_of_work(demonstration.engine) as session:
        return demo.visitor_account(session, role="admin")


@pytest.fixture
def open_rubric(chromium, demonstration, admin) -> Iterator:
    contexts = []

    def open_page(*, with_scripts: bool = True) -> Page:
        context = chromium.new_context(
            base_url=demonstration.base_url, java_script_enabled=with_scripts, viewport={"width": 1440, "height": 900}
        )
        demonstration.sign_in(context, admin)
        context.set_default_timeout(TIMEOUT_SECONDS * 1000)
        contexts.append(context)
        page = context.new_page()
        page.goto("/tuning/rubric")
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_moving_a_slider_shows_the_effect_at_once_and_saves_nothing(open_rubric):
    page = open_rubric()
    expect(page.locator(SUMMARY)).to_have_text(NOT_MOVED)
    slider, number = page.get_by_label("Hook, slider", exact=True), page.locator('[id="weight.hook"]')
    before = number.input_value()
    slider.focus()
    page.keyboard.press("End")
    expect(number).to_have_value("100")
    expect(page.locator(SUMMARY)).to_have_text(MOVED)
    expect(page.locator("[data-setting]", has=number).get_by_text(f"now {before}", exact=True)).to_be_visible()
    number.fill(before)
    expect(slider).to_have_value(before)
    expect(page.locator(SUMMARY)).to_have_text(NOT_MOVED)
    page.reload()
    expect(number).to_have_value(before)
    expect(page.get_by_role("heading", name="The draft differs from the active version")).to_have_count(0)


def test_shared_items_are_measured_while_one_looks(open_rubric, demonstration):
    page = open_rubric()
    page.locator("[data-waiting]").wait_for()
    assert run_jobs(demonstration.engine, kind=STEP_JOB, limit=1_000)
    expect(page.locator("[data-waiting]")).to_have_count(0)
    shared = page.get_by_role("region", name="Table of shared items by band")
    expect(shared.get_by_role("row")).to_have_count(5)
    page.get_by_label("Hook, slider", exact=True).fill("60")
    expect(page.locator(SUMMARY)).to_have_text(MOVED)
    check_page(page, "rubric-changed")


def test_what_was_opened_stays_open(open_rubric):
    page = open_rubric()
    same = page.locator("details", has_text="Texts that say the same").locator("summary")
    same.click()
    page.get_by_label("Voice, slider", exact=True).fill("90")
    expect(page.locator(SUMMARY)).to_have_text(MOVED)
    expect(page.get_by_role("region", name="Table of texts that say the same")).to_be_visible()


def test_a_wrong_number_is_named_and_the_next_right_one_calculates_again(open_rubric):
    page = open_rubric()
    good = page.locator('[id="band.drafts.good"]')
    good.fill("20")
    expect(page.locator("[data-effect]")).to_contain_text("Good must be from 42 to 99.")
    good.fill("60")
    expect(page.locator(SUMMARY)).to_have_text(MOVED)


def test_without_scripts_the_button_shows_the_effect_and_the_draft_is_saved(open_rubric):
    page = open_rubric(with_scripts=False)
    page.locator('[id="weight.hook"]').fill("77")
    page.get_by_role("button", name="Show the effect").click()
    expect(page.locator(SUMMARY)).to_have_text(MOVED)
    expect(page.locator('[id="weight.hook"]')).to_have_value("77")
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.get_by_role("heading", name="The draft differs from the active version")).to_be_visible()
    page.get_by_label("What this change is for").fill("More weight on the first line")
    page.get_by_role("button", name="See the effect").click()
    expect(page.get_by_role("heading", name="What this change would do")).to_be_visible()
    expect(page.get_by_text("rated drafts would change band").first).to_have_text(MOVED)


def test_the_page_of_a_draft_that_differs(open_rubric):
    page = open_rubric()
    check_page(page, "rubric-draft")
    page.get_by_text("X post: more or less of each weight").click()
    page.get_by_text("Costs of rules").scroll_into_view_if_needed()
    page.locator("details", has_text="Hook").last.locator("summary").click()
    page.locator('[id="weight.hook"]').fill("400")
    page.get_by_role("button", name="Save in the draft").click()
    check_page(page, "rubric-open")
