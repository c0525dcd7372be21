"""What only a browser shows of the scorecard: that an order and a span survive the way to a person and back, the values of
charts for whoever has no pointer, paper, and the page in its less usual states."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from server.core.database.session import unit_of_work
from server.demo import operations as demo
from server.demo.company import HEAD_OF_SALES
from server.people.models import User
from tests.browser.appearance import check_page
from tests.browser.backend import Backend
from tests.browser.navigation import follow
from tests.browser.waiting import TIMEOUT_SECONDS

#: The width of A4 between the margins of print.css, in CSS pixels.
PAPER_WIDTH = 703


@pytest.fixture(scope="module")
def users(demonstration: Backend) -> dict[str, User]:
    with unit_of_work(demonstration.engine) as session:
        head = session.scalars(select(User).where(User.name == HEAD_OF_SALES)).one()
        return {"head": head, "manager": demo.visitor_account(session, role="manager")}


@pytest.fixture(scope="module")
def pages(chromium: Browser, demonstration: Backend, users: dict[str, User]) -> Iterator[dict[str, Page]]:
    """A page of each person, in which one address after the other is opened."""
    contexts, pages = [], {}
    for who, user in users.items():
        context = chromium.new_context(base_url=demonstration.base_url)
        contexts.append(context)
        context.set_default_timeout(TIMEOUT_SECONDS * 1000)
        demonstration.sign_in(context, user)
        pages[who] = context.new_page()
    yield pages
    for context in contexts:
        context.close()


@pytest.fixture
def open_as(pages: dict[str, Page]) -> Callable[[str, str], Page]:
    """A function that opens an address as the head of sales or a manager."""

    def open_page(who: str, address: str) -> Page:
        page = pages[who]
        page.emulate_media(media="null")
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(address)
        return page

    return open_page


def names(page: Page) -> list[str]:
    return page.locator(".rp-scorecard-person").all_inner_texts()


def test_order_span_and_search_survive_the_way_to_a_person_and_back(open_as):
    page = open_as("head", "/team")
    with page.expect_navigation():
        page.get_by_label("Span").select_option("Month")
    follow(page.get_by_role("navigation", name="Teams or people").get_by_role("link", name="People"))
    page.get_by_label("Search").fill("isles")
    page.get_by_role("button", name="Search").click()
    follow(page.get_by_role("columnheader", name="Calls").get_by_role("link"))
    expect(page.get_by_role("columnheader", name="Calls")).to_have_attribute("aria-sort", "descending")
    listed, month = names(page), page.locator("nav time").inner_text()
    assert len(listed) == 8
    page.locator(".rp-scorecard-person").nth(2).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(listed[2])
    expect(page.locator("nav time")).to_have_text(month)
    page.locator(".rp-number-link").first.click()
    follow(page.get_by_role("link", name=listed[2]).first)
    follow(page.get_by_role("link", name="Team", exact=True).last)
    expect(page.get_by_role("columnheader", name="Calls")).to_have_attribute("aria-sort", "descending")
    expect(page.get_by_label("Search")).to_have_value("isles")
    expect(page.locator("nav time")).to_have_text(month)
    assert names(page) == listed


def test_team_opens_to_its_people(open_as):
    page = open_as("head", "/team?span=quarter")
    assert names(page) == ["Alpine", "Isles", "Lowlands"]
    follow(page.get_by_role("link", name="Isles", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("Isles")
    expect(page.get_by_label("Span")).to_have_value("quarter")
    assert len(names(page)) == 8


def test_values_of_a_chart_are_read_with_the_keyboard(open_as):
    page = open_as("manager", "/team")
    chart, tooltip = page.locator("[data-chart]").first, page.locator(".rp-chart-tooltip")
    chart.focus()
    last = tooltip.inner_text()
    assert re.fullmatch(r"[^:]+ 20\d\d: \d+ of \d+", last)
    value = page.locator(".rp-figure-value .rp-number-link").first.inner_text().split()[0]
    assert f": {value} of" in last
    page.keyboard.press("ArrowLeft")
    assert tooltip.inner_text() != last
    before = page.locator(".rp-figures .rp-metric-before .rp-number-link").first.inner_text().split()[0]
    assert f": {before} of" in tooltip.inner_text()
    page.keyboard.press("Home")
    first_tick = page.locator(".rp-chart-ticks").first.locator("span").first.inner_text()
    assert first_tick.split()[0] in tooltip.inner_text()
    page.keyboard.press("Escape")
    expect(tooltip).to_be_hidden()
    page.keyboard.press("Tab")
    expect(page.locator(".rp-chart-selected")).to_have_count(0)


def test_values_of_a_small_chart_show_at_the_number_beside_it(open_as):
    page = open_as("manager", "/team")
    page.locator("[data-chart]").last.focus()
    row = page.locator("tbody .rp-scorecard-person").first
    row.focus()
    page.keyboard.press("Tab")
    lines = page.locator(".rp-chart-tooltip").inner_text().split("\n")
    assert len(lines) == 12
    assert lines[-1].split(": ")[1] == page.locator(":focus").inner_text().split()[0]


def test_file_has_the_people_on_screen_in_their_order(open_as):
    page = open_as("head", "/team?view=people&sort=call&q=alpine")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    with download.value.path().open(newline="", encoding="utf-8") as file:
        assert [row["Name"] for row in csv.DictReader(file)] == [*names(page), "Total"]


@pytest.mark.parametrize(
    "query", ["view=people&span=month", "span=quarter", "view=people&table=1", "view=people&table=1&span=month"]
)
def test_nothing_is_cut_on_paper(open_as, query):
    page = open_as("head", f"/team?{query}")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER_WIDTH, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth") == PAPER_WIDTH
    cut = page.evaluate(
        """(width) => [...document.querySelectorAll("table")].filter((table) => table.offsetParent)
            .filter((table) => Math.floor(table.getBoundingClientRect().right) > width
              || [table, table.parentElement].some((box) => box.scrollWidth > box.clientWidth + 1
                  && getComputedStyle(box).overflowX !== "visible")).length""",
        PAPER_WIDTH,
    )
    assert cut == 0
    assert page.locator(".rp-scorecard tbody tr").first.evaluate("row => getComputedStyle(row).breakInside") == "avoid"
    for control in ("form", ".rp-chart-table"):
        expect(page.locator(control).first).to_be_hidden()


@pytest.mark.parametrize("span", ["month", "quarter"])
def test_one_to_one_sheet_of_a_longer_span_is_one_printed_page(open_as, span):
    page = open_as("manager", f"/team?span={span}")
    page.locator(".rp-scorecard-person").nth(3).click()
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert printed.count(b"/Type /Page\n") == 1


def test_arithmetic_of_attainment_opens_and_adds_up(open_as):
    page = open_as("manager", "/team")
    page.locator("tbody .rp-number-link", has_text="%").first.click()
    page.get_by_text("How it adds up").click()
    table = page.get_by_role("region", name="How the attainment of")
    *parts, total = table.locator("tbody tr td:last-child").all_inner_texts()
    assert round(sum(map(float, parts)), 1) == float(total)
    assert page.get_by_role("heading", name=f"Attainment: {total} %").is_visible()
    check_page(page, "scorecard-attainment")


@pytest.mark.parametrize(
    ("name", "who", "query"),
    [
        ("teams-month", "head", "span=month&table=1"),
        ("people-credit", "head", "view=people&sort=credit&span=month"),
        ("custom-refused", "manager", "span=custom&from=2026-11-10&to=2026-11-01"),
        ("nobody-found", "manager", "q=nobody-of-this-name"),
    ],
)
def test_page_is_accessible_and_fits_every_width_in_each_state(open_as, name, who, query):
    page = open_as(who, f"/team?{query}")
    page.locator(".rp-chart-table > summary").first.click()
    check_page(page, f"scorecard-{name}")
