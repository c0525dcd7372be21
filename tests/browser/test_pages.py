"""The server's pages in a real browser: reachable, readable in both themes and at every width, usable without a mouse."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from server.core.database.session import unit_of_work
from server.demo import operations as demo
from server.people.groups.models import GroupMember, ProviderGroup
from server.people.models import User
from server.people.queries import get_calendar
from server.security.models import WebSession
from tests.browser.appearance import check_page
from tests.browser.axe import violations
from tests.browser.backend import Backend
from tests.browser.card import Card
from tests.browser.clock import TYPING_PAUSE_MS, Clock, is_page
from tests.browser.navigation import follow
from tests.browser.waiting import TIMEOUT_SECONDS, until
from tests.factories import make_user, set_password

#: Every page that a role can open by its address. Pages that need a click first are opened by their own tests.
PAGES = [
    ("rep", "/me"),
    ("rep", "/me/week"),
    ("rep", "/me/library"),
    ("rep", "/me/library/team"),
    ("rep", "/me/trials"),
    ("rep", "/me/credit"),
    ("rep", "/credit/policy"),
    ("rep", "/me/appeals"),
    ("rep", "/me/records?weeks=4"),
    ("rep", "/me/data"),
    ("rep", "/me/erase"),
    ("rep", "/write"),
    ("rep", "/settings"),
    ("rep", "/settings/tokens"),
    ("rep", "/settings/editors"),
    ("rep", "/settings/pair?challenge=" + "a" * 43),
    ("manager", "/team"),
    ("manager", "/team/records?weeks=2"),
    ("rep", "/me/one-to-ones"),
    ("manager", "/me"),
    ("manager", "/people"),
    ("admin", "/credit/policy/changes/new"),
    ("manager", "/appeals"),
    ("admin", "/tuning"),
    ("admin", "/tuning/rubric"),
    ("manager", "/evidence"),
    ("admin", "/evidence"),
    ("admin", "/evidence/trials"),
    ("admin", "/team"),
    ("admin", "/people/weights"),
    ("admin", "/audit"),
    ("admin", "/appeals"),
    ("admin", "/setup"),
    ("admin", "/settings/organisation"),
    ("admin", "/settings/metrics"),
    ("admin", "/settings/integrations"),
    ("admin", "/settings/groups"),
    ("admin", "/settings/sites"),
    ("admin", "/settings/mail"),
    ("admin", "/settings/channels"),
    ("admin", "/settings/wording-help"),
    ("rep", "/help"),
    ("rep", "/no-such-page"),
    ("admin", "/people"),
    ("admin", "/people/new"),
    ("admin", "/people/1"),
    ("admin", "/people/teams"),
    ("admin", "/people/targets"),
    ("admin", "/people/time"),
    ("admin", "/people/calendar"),
    ("admin", "/people/calendar/import"),
    ("admin", "/people/import"),
    ("nobody", "/sign-in"),
    ("nobody", "/link/no-such-link"),
    ("nobody", "/no-such-page"),
]


@pytest.fixture(scope="module")
def users(demonstration: Backend) -> dict[str, User]:
    with unit_of_work(demonstration.engine) as session:
        return {role: demo.visitor_account(session, role=role) for role in ("rep", "manager", "admin")}


OpenAs = Callable[[str], Page]


@pytest.fixture(scope="module")
def new_page(chromium: Browser, demonstration: Backend, users: dict[str, User]) -> Iterator[OpenAs]:
    """A function that opens a page in a new browser profile, as a role or as nobody."""
    contexts = []

    def open_as(role: str) -> Page:
        context = chromium.new_context(base_url=demonstration.base_url, viewport={"width": 1440, "height": 900})
        contexts.append(context)
        context.set_default_timeout(TIMEOUT_SECONDS * 1000)
        if role in users:
            demonstration.sign_in(context, users[role])
        page = context.new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda line: page.complaints.append(line.text) if "Content Security" in line.text else None)
        return page

    yield open_as
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def pages(new_page: OpenAs, users: dict[str, User]) -> dict[str, Page]:
    """A page of each role, in which one address after the other is opened."""
    return {role: new_page(role) for role in (*users, "nobody")}


@pytest.fixture
def signed_in(new_page: OpenAs) -> Iterator[OpenAs]:
    """The same as ``new_page``, for one test."""
    opened = []

    def open_as(role: str) -> Page:
        opened.append(new_page(role))
        return opened[-1]

    yield open_as
    for page in opened:
        page.close()


def check_appearance(page: Page, name: str) -> None:
    check_page(page, name)
    assert page.complaints == []


@pytest.mark.parametrize(("role", "address"), PAGES)
def test_page_is_accessible_and_fits_every_width(pages, role, address):
    page = pages[role]
    page.goto(address)
    check_appearance(page, f"{role}{address.partition('?')[0].replace('/', '-')}")


def test_a_row_opens_the_persons_page(signed_in):
    page = signed_in("manager")
    page.goto("/team")
    name = page.locator(".rp-scorecard-person").first.inner_text()
    page.locator(".rp-scorecard-person").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    check_appearance(page, "manager-team-rep")


@pytest.fixture(scope="module")
def pushed_group(demonstration):
    """A group of the identity provider with three reps, and one that only a sign-in mentioned."""
    with unit_of_work(demonstration.engine) as session:
        day = get_calendar(session).today()
        group = ProviderGroup(
            source="scim", name="Sales leads", external_id="7f1c2c5e-9d1b-4f3a-8f52-5b0f9b8f6c11", seen_on=day
        )  # fmt: skip
        session.add_all((group, ProviderGroup(source="sign-in", name="Everybody", seen_on=day)))
        session.flush()
        reps = session.scalars(select(User.id).where(User.role == "rep", User.is_active.is_(True)).limit(3)).all()
        session.add_all(GroupMember(group_id=group.id, user_id=user_id) for user_id in reps)
    return group.name


def test_groups_show_what_a_change_does_before_it_is_saved(signed_in, pushed_group):
    page = signed_in("admin")
    page.goto("/settings/groups")
    page.get_by_label("Group in row 1").fill(pushed_group)
    page.get_by_label("Role in row 1").select_option("manager")
    page.get_by_role("button", name="Show what this changes").click()
    page.get_by_role("heading", name="What saving would change").wait_for()
    assert page.get_by_role("region", name="Table of changes").get_by_role("row").count() == 4
    check_appearance(page, "admin-settings-groups-preview")


def test_an_item_shows_how_its_score_adds_up(signed_in):
    page = signed_in("rep")
    page.goto("/me")
    page.locator(".rp-link-quiet").first.click()
    page.get_by_role("heading", name="How the score adds up").wait_for()
    page.locator(".rp-step-row").nth(1).click()
    check_appearance(page, "rep-me-item")
    score = page.locator(".rp-step-total .rp-number").inner_text()
    expect(page.get_by_role("img", name=f"Score {score} of 100")).to_be_visible()


def test_one_to_one_sheet_is_one_printed_page(signed_in):
    page = signed_in("manager")
    page.goto("/team")
    page.locator(".rp-scorecard-person").first.click()
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert printed.count(b"/Type /Page\n") == 1


def open_one_to_one(page: Page) -> None:
    page.goto("/team")
    page.locator(".rp-scorecard-person").first.click()
    follow(page.get_by_role("link", name="One-to-one", exact=True))
    page.get_by_role("heading", name="From last time").wait_for()


def test_one_to_one_is_accessible_and_keeps_what_was_typed(signed_in):
    page = signed_in("manager")
    open_one_to_one(page)
    page.get_by_text("Why, and the numbers").first.click()
    check_appearance(page, "manager-one-to-one")
    page.get_by_label("Notes", exact=True).fill("y" * 5001)
    page.get_by_label("Praise").fill("A clear answer")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").first).to_contain_text("5,000 characters")
    expect(page.get_by_label("Praise")).to_have_value("A clear answer")
    check_appearance(page, "manager-one-to-one-refused")


def test_one_to_one_sheet_with_long_actions_is_one_printed_page(signed_in):
    page = signed_in("manager")
    open_one_to_one(page)
    day = (datetime.now(UTC) - timedelta(days=40)).date()
    address = page.url
    for _ in range(2):
        page.goto(f"{address}&day={day}")
        for index in range(3):
            page.locator(f"#action-{index}-text").fill("Send every buyer of the list the figures. " * 7)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status").first).to_contain_text("Saved")
    page.goto(address)
    for paper in ("A4", "Letter"):
        printed = page.pdf(format=paper, print_background=True)
        assert printed.count(b"/Type /Page\n") == 1
    assert page.locator(".rp-sheet-lines").first.evaluate("lines => lines.getBoundingClientRect().height") == 0
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1000})
    room = page.locator(".rp-sheet-lines").first.evaluate("lines => lines.getBoundingClientRect().height")
    assert room > 100, "less than four lines to write on"
    sheet = page.locator(".rp-sheet-page").evaluate("sheet => [sheet.scrollHeight, sheet.clientHeight]")
    assert sheet[0] <= sheet[1] + 1, "the sheet is cut off"


def test_numbers_sort_from_the_highest(signed_in):
    page = signed_in("manager")
    page.goto("/team")
    names = page.locator(".rp-scorecard-person").all_inner_texts()
    assert names == sorted(names, key=str.casefold)
    follow(page.get_by_role("columnheader", name="Calls").get_by_role("link"))
    page.wait_for_url(lambda address: "sort=call" in address)
    cells = page.locator("tbody tr td:nth-of-type(1) .rp-metric-value").all_inner_texts()
    calls = [int(re.match(r"\d+", text)[0]) for text in cells]
    assert calls == sorted(calls, reverse=True)
    assert page.get_by_role("columnheader", name="Calls").get_attribute("aria-sort") == "descending"


def test_the_keyboard_alone_leads_from_the_top_to_a_persons_page(signed_in):
    page = signed_in("manager")
    page.goto("/team")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to content"
    page.keyboard.press("Enter")
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        focus = page.locator(":focus")
        style = focus.evaluate("e => [getComputedStyle(e).outlineStyle, getComputedStyle(e).outlineWidth]")
        assert style == ["solid", "2px"], f"no focus ring on {focus.evaluate('e => e.outerHTML.slice(0, 120)')}"
        box = focus.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 16, focus.evaluate("e => e.outerHTML.slice(0, 200)")
        seen.append(focus.get_attribute("class") or "")
        if "rp-scorecard-person" in seen[-1]:
            break
    assert "rp-scorecard-person" in seen[-1]
    name = page.locator(":focus").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/team/rep/**")
    assert page.get_by_role("heading", level=1).inner_text() == name


def test_menu_opens_and_closes_by_keyboard(signed_in):
    page = signed_in("rep")
    page.goto("/me")
    page.set_viewport_size({"width": 360, "height": 900})
    menu = page.locator("details.rp-menu > summary")
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Settings")).to_be_visible()
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        assert violations(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Settings")).to_be_hidden()
    assert menu.evaluate("e => e === document.activeElement")


def test_theme_switch_is_remembered(signed_in):
    page = signed_in("rep")
    page.goto("/me")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Switch between light and dark").click()
    after = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert after != before
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == after


def test_a_link_signs_in_once(signed_in, demonstration, users):
    link = demonstration.login_link(users["rep"])
    page = signed_in("nobody")
    page.goto(link)
    page.goto(link)  # opening the link does not use it up
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/me")
    page.locator("details.rp-menu > summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.goto(link)
    assert page.get_by_role("heading", level=1).inner_text() == "This link no longer works"


def test_composer_underlines_turns_a_tip_off_shares_and_withdraws(signed_in):
    page = signed_in("rep")
    page.goto("/write")
    page.locator(".write-editor").click()
    text = (
        "We leverage a clipboard every Thursday and count torn labels at the dock in Hasselt. "
        "Last week it was 17 of 212, and the week before 9. At the end of the day a number moves the needle. "
        "What do you count before you call somebody?"
    )
    with Clock(page, is_page).frozen() as clock:
        page.keyboard.type(text)
        clock.advance(TYPING_PAUSE_MS)
    card = Card(page)
    tips = lambda: [tip.text for tip in card.all("tip-open")]  # noqa: E731
    until(page, lambda: len(tips()) >= 2, what="two tips in the card")
    assert page.evaluate("[...CSS.highlights.values()].reduce((sum, highlight) => sum + highlight.size, 0)") >= 2

    # Another tip may take its place, so the number of tips would prove nothing.
    unwanted = tips()[0]
    card.click(card.all("tip-open")[0])
    card.click(until(page, lambda: card.button("Turn off…"), what="an open tip"))
    card.click(until(page, lambda: card.button("Everywhere"), what="where to turn it off"))
    until(page, lambda: card.find("tip-gone", unwanted), what="it stays in its place under the pointer, turned off")
    page.mouse.move(2, 2)
    until(page, lambda: unwanted not in tips(), what="the tip is gone")
    assert page.locator(".write-editor").inner_text() == text

    page.get_by_role("button", name="I posted this: count it").click()
    card.click(until(page, lambda: card.button("Withdraw"), what="the answer with its credit"))
    until(page, lambda: card.button("Withdraw") is None, what="withdrawn")
    assert page.locator(".write-editor").inner_text() == text
    assert page.complaints == []
    page.goto("/me")
    assert "Withdrawn" in page.locator(".rp-items > li").first.inner_text()


def test_withdrawing_reverses_the_credit(signed_in):
    page = signed_in("rep")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/me")
    item = page.locator(".rp-items > li", has=page.locator(".rp-item-points", has_text="points")).first
    points = int(item.locator(".rp-item-points").inner_text().split()[0])
    anchor = item.get_attribute("id")
    page.goto("/me/credit")
    balance = lambda: int(page.locator(".rp-figure-value").first.inner_text().split(" points")[0].replace("\u202f", ""))  # noqa: E731
    before = balance()
    page.goto("/me")
    page.locator(f"#{anchor}").get_by_role("button", name="Withdraw").click()
    page.get_by_text("Withdrawn. Any points it earned were taken back.").wait_for()
    page.goto("/me/credit")
    assert balance() == before - points


def test_a_changed_weight_is_previewed_and_activated(signed_in):
    page = signed_in("admin")
    page.goto("/tuning")
    active_since = page.get_by_role("listitem").filter(has_text="Active since").locator(".rp-hash")
    before = active_since.inner_text()
    follow(page.get_by_role("link", name="Rubric", exact=True))
    weight = page.locator('[id="weight.hook"]')
    weight.fill(str(int(weight.input_value()) + 7))
    page.get_by_role("button", name="Save in the draft").click()
    page.get_by_label("What this change is for").fill("Weigh the first line more")
    page.get_by_role("button", name="See the effect").click()
    page.wait_for_url("**/tuning/effect/**")
    page.get_by_role("heading", name="Draft by draft").wait_for()
    assert page.locator("tbody tr").count() >= 36
    check_appearance(page, "admin-tuning-effect")
    page.get_by_role("button", name="Activate").click()
    page.wait_for_url("**/tuning")
    expect(active_since).not_to_have_text(before)


def test_a_policy_change_is_corrected_previewed_announced_and_withdrawn(signed_in):
    page = signed_in("admin")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/credit/policy#changes")
    follow(page.get_by_role("link", name="Prepare a change"))
    page.get_by_label("Post, Base", exact=True).fill("0")
    page.get_by_label("What changes, and why").fill("Posts count for less")
    page.get_by_role("button", name="Save the draft and see the effect").click()
    page.get_by_text("Not saved.").wait_for()
    check_appearance(page, "admin-policy-errors")
    page.get_by_label("Post, Base", exact=True).fill("6")
    page.get_by_role("button", name="Save the draft and see the effect").click()
    page.get_by_role("heading", name="Who loses most").wait_for()
    expect(page.get_by_text("Post: base 10 to 6")).to_be_visible()
    check_appearance(page, "admin-policy-change")
    page.get_by_role("button", name="Announce").click()
    page.get_by_text("Announced. Everybody sees it").wait_for()
    check_appearance(page, "admin-policy-announced")
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_text("Withdrawn. The present policy stays.").wait_for()


def test_two_step_sign_in_is_accessible_from_setting_up_to_confirming(signed_in, demonstration):
    with unit_of_work(demonstration.engine) as session:
        user = make_user(session, role="manager", name="Mara Two-Step")
    password = "four hedgehogs cross at dawn"
    set_password(demonstration.engine, user, password)
    page = signed_in("nobody")

    def sign_in_with_password() -> None:
        page.goto("/sign-in")
        page.get_by_label("E-mail").fill(user.email)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()

    sign_in_with_password()
    page.wait_for_url("**/settings/second-factor")
    check_appearance(page, "second-factor")
    key = page.get_by_label("Key", exact=True).inner_text().replace(" ", "")
    page.get_by_label("Code", exact=True).fill(pyotp.TOTP(key).now())
    page.get_by_role("button", name="Turn on").click()
    page.locator(".rp-recovery-codes").wait_for()
    codes = page.locator(".rp-recovery-codes li").all_inner_texts()
    assert len(codes) == 10
    check_appearance(page, "recovery-codes")
    follow(page.get_by_role("link", name="I have stored them"))
    page.goto("/settings")
    check_appearance(page, "settings-second-factor")
    page.context.clear_cookies()
    sign_in_with_password()
    page.wait_for_url("**/sign-in/code")
    check_appearance(page, "sign-in-code")
    page.get_by_label("Code", exact=True).fill(codes[0])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/team")
    with unit_of_work(demonstration.engine) as session:
        session.execute(update(WebSession).where(WebSession.user_id == user.id).values(confirmed_at=None))
    page.goto("/me/erase")
    page.wait_for_url("**/confirm?next=/me/erase")
    check_appearance(page, "confirm")
    page.get_by_label("Code", exact=True).fill(codes[1])
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/me/erase")
