"""A rep's first fortnight, from the installation to signing out, in a browser with the extension. Each stage is a picture."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Error, Locator, Page, Playwright, expect

from server.core import clock
from server.core.database.session import unit_of_work
from server.people.models import Organisation
from tests.browser.axe import violations
from tests.browser.backend import Backend, sign_in
from tests.browser.card import Card
from tests.browser.chromium import Rep, open_chromium
from tests.browser.clock import is_page
from tests.browser.composers import COMPOSERS, Composer
from tests.browser.posting import post, press, wait_for_question
from tests.browser.screenshots import photograph, save_screenshot
from tests.browser.side_panel import SidePanel
from tests.browser.waiting import until

DAYS = 14
#: The extension's scripts and the pages at /write date what is shared by the browser's clock.
SHIFT = """days => {
  const Real = globalThis.RealDate ??= Date;
  const shift = days * 86_400_000;
  globalThis.Date = class extends Real {
    constructor(...args) { args.length ? super(...args) : super(Real.now() + shift) }
    static now() { return Real.now() + shift }
  };
}"""

ANSWERED = "Harbour pilots fill in the customs form twice. Which form do you fill in twice?"
POST = "Nine harbour pilots fill in the customs form twice. We leverage one form to move the needle for them. It saves an hour"
WORDS, BETTER = "move the needle", "make a difference"
REPLY = "Our dentists fill in the insurance form twice too. The second one goes into a drawer. Who reads yours"
IDEA = "Ask the ferry captains which page of the form they dread."
SPELLING = (
    "The clerk wants a definate answer by Monday, and the pilots want one page less than they have today. We agreed on that."
)
WORD, RIGHT = "definate", "definite"
QUIET = "Eleven crane drivers showed us their shift log. We leverage two columns of it now. They kept the rest on paper"
LAST = "The port of Turku dropped page four in June. Pilots leave an hour earlier. We utilise the hour for the next ship"


@dataclass
class Fortnight:
    """``day``: 0 for the first. Both clocks are set back, so that the last day is today."""

    rep: Rep
    monkeypatch: pytest.MonkeyPatch
    start_browser: Callable[..., tuple[BrowserContext, str]]
    installed: Path
    day: int = 0

    @property
    def shift(self) -> int:
        return self.day - DAYS + 1

    def begin(self, day: int) -> None:
        self.day = day
        shift = timedelta(days=self.shift)

        class Shifted(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:
                return datetime.now(tz) + shift

        self.monkeypatch.setattr(clock, "datetime", Shifted)

    def update_extension(self, version: str) -> None:
        self.rep.context.close()
        manifest = self.installed / "chrome/manifest.json"
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"version": version}))
        context, address = self.start_browser(again=True)
        self.rep = Rep(context, self.rep.backend, address, self.rep.user)
        # The browser may treat the update as an installation. Then the options page opens, in a blank page even if that is
        # already loading another, but only once.
        file = f"{address}/pages.css"
        with suppress(Error):
            context.pages[0].goto(file)
        context.pages[0].goto(file)
        self.rep.send({"kind": "client-state"})
        for page in context.pages[1:]:
            page.close()

    def open(self, site: str) -> Composer:
        composer = COMPOSERS[site](self.rep)
        composer.clock.run(f"({SHIFT})({self.shift})")
        return composer

    def open_page(self, path: str) -> Page:
        page = self.rep.context.new_page()
        page.add_init_script(f"({SHIFT})({self.shift})")
        # A session ends with the day.
        sign_in(page, self.rep.backend.login_link(self.rep.user))
        page.goto(f"{self.rep.backend.base_url}{path}")
        return page

    def write(self) -> Composer:
        page = self.open_page("/write")
        composer = Composer(
            page, Card(page), ".write-editor", world=is_page,
            text=lambda: page.locator(".write-editor").evaluate("editor => editor.textContent"),
            caret=lambda: page.evaluate("getSelection().focusOffset"),
        )  # fmt: skip
        page.click(".write-editor")
        return composer


@pytest.fixture
def fortnight(
    playwright: Playwright, backend: Backend, dist: Path, fixtures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Fortnight]:
    """The extension is installed from a folder of its own, so that it can be updated."""
    with unit_of_work(backend.engine) as session:
        organisation = session.get_one(Organisation, 1)
        organisation.credit_mode, organisation.overseer, organisation.team_only = "bands", "Ida Holm", False
    installed = tmp_path / "extension"
    shutil.copytree(dist / "chrome", installed / "chrome")

    def start(*, again: bool = False) -> tuple[BrowserContext, str]:
        context, address = open_chromium(playwright, installed, fixtures, tmp_path / "profile", again=again)
        # As built for this run; the server's own folder may contain an older one.
        built = dist / "composer"
        context.route(
            "**/static/built/*", lambda route: route.fulfill(path=built / PurePosixPath(urlsplit(route.request.url).path).name)
        )
        return context, address

    context, address = start()
    fortnight = Fortnight(Rep(context, backend, address, backend.new_user()), monkeypatch, start, installed)
    yield fortnight
    fortnight.rep.context.close()


def test_a_reps_first_fortnight(fortnight: Fortnight) -> None:
    fortnight.begin(0)
    install(fortnight)
    first_post(fortnight)
    fortnight.begin(1)
    reply(fortnight)
    fortnight.begin(2)
    keep_an_idea(fortnight)
    fortnight.begin(4)
    write_from_the_idea(fortnight)
    fortnight.begin(7)
    correct_spelling(fortnight)
    fortnight.begin(8)
    see_progress(fortnight)
    fortnight.begin(9)
    write_in_quiet_mode(fortnight)
    fortnight.begin(11)
    update(fortnight)
    fortnight.begin(13)
    sign_out(fortnight)


def install(fortnight: Fortnight) -> None:
    rep = fortnight.rep
    assert rep.user
    page = rep.options()
    page.get_by_role("button", name="I agree").wait_for()
    photograph(page, "fortnight-1-install")
    page.close()
    rep.agree_in_options()
    rep.pair_as(rep.user, rep.backend.login_link(rep.user))


def picture(composer: Composer, name: str) -> None:
    save_screenshot(composer.page, f"fortnight-{name}", animations="disabled")


def wait_for_score(composer: Composer) -> None:
    until(composer.page, lambda: composer.card.find("ui-tab", "Score"), what="the draft is scored")


def first_post(fortnight: Fortnight) -> None:
    composer = fortnight.open("share box")
    composer.type(POST)
    composer.wait_for_mark(WORDS)
    composer.open_card()
    picture(composer, "2-card")
    composer.open_tip(BETTER)
    composer.card.click(until(composer.page, lambda: composer.card.find("tip-apply", BETTER), what="the replacement"))
    until(composer.page, lambda: composer.text() == POST.replace(WORDS, BETTER), what="the words are replaced")
    post(composer)
    wait_for_question(composer)
    picture(composer, "3-question")
    press(composer, "Count it")
    credit = until(composer.page, lambda: composer.card.find("share-credit"), what="the credit line")
    assert "1st of the week: 10 x " in credit.text
    composer.page.close()


def reply(fortnight: Fortnight) -> None:
    composer = fortnight.write()
    page = composer.page
    page.get_by_text("LinkedIn comment").click()
    page.get_by_label("The post you are answering").fill(ANSWERED)
    page.click(".write-editor")
    composer.type(REPLY)
    page.get_by_text("Refers to “fill”").wait_for()
    wait_for_score(composer)
    photograph(page, "fortnight-4-reply")
    assert violations(page) == []
    count(composer)
    backend = fortnight.rep.backend
    assert not [body for _, _, body in backend.received if b"Which form do you fill in twice" in body]
    page.close()


def keep_an_idea(fortnight: Fortnight) -> None:
    page = fortnight.open_page("/write")
    page.get_by_role("button", name="0 ideas").click()
    page.get_by_label("An idea for later").fill(IDEA)
    page.get_by_role("button", name="Save idea").click()
    page.get_by_role("button", name="1 idea").wait_for()
    photograph(page, "fortnight-5-idea")
    page.close()


def write_from_the_idea(fortnight: Fortnight) -> None:
    """They also set themselves a goal of two posts a week, and see it move."""
    page = fortnight.open_page("/me/week")
    page.get_by_label("At least").fill("2")
    page.get_by_role("button", name="Set this goal").click()
    page.get_by_text("Goal saved").wait_for()
    page.close()
    composer = fortnight.write()
    page = composer.page
    goal = page.get_by_role("list", name="My goals").get_by_role("listitem")
    page.get_by_role("button", name="1 idea").click()
    page.get_by_role("button", name="Write it").click()
    page.get_by_role("button", name="0 ideas").wait_for()
    assert composer.text() == IDEA
    before = goal.inner_text()
    composer.type(" Seven of eleven named page four. It asks for the draught of a ship that is still at sea.")
    wait_for_score(composer)
    photograph(page, "fortnight-6-draft")
    count(composer)
    expect(goal).not_to_have_text(before)
    page.close()


def count(composer: Composer) -> None:
    composer.page.get_by_role("button", name="I posted this").click()
    until(composer.page, lambda: composer.card.find("share-credit"), what="it counts")


def choose(choice: Locator) -> None:
    """``check`` would fail if the page, which fetches the account as it opens, is rendered between the click and its answer."""
    choice.click()
    expect(choice).to_be_checked()


def correct_spelling(fortnight: Fortnight) -> None:
    options = fortnight.rep.options()
    choose(options.get_by_role("checkbox", name="Check spelling and grammar"))
    options.close()
    composer = fortnight.open("X")
    composer.type(SPELLING)
    until(composer.page, lambda: WORD in composer.marked().get("rp-d", []), what="the misspelled word is underlined")
    composer.open_card()
    composer.open_tip(WORD)
    picture(composer, "7-spelling")
    composer.card.click(until(composer.page, lambda: composer.card.find("tip-apply", RIGHT), what="the correction"))
    until(composer.page, lambda: RIGHT in composer.text(), what="the word is corrected")
    post(composer)
    wait_for_question(composer)
    press(composer, "Count it")
    until(composer.page, lambda: composer.card.find("share-credit"), what="it counts")
    composer.page.close()


def see_progress(fortnight: Fortnight) -> None:
    page = fortnight.open_page("/me/week")
    page.get_by_role("heading", name="My goals").wait_for()
    photograph(page, "fortnight-8-progress")
    assert violations(page) == []
    page.goto(f"{fortnight.rep.backend.base_url}/me")
    photograph(page, "fortnight-9-work")
    page.close()


def write_in_quiet_mode(fortnight: Fortnight) -> None:
    options = fortnight.rep.options()
    choose(options.get_by_role("radio", name="Quiet mode"))
    options.close()
    composer = fortnight.open("share box")
    panel = SidePanel.open(fortnight.rep)
    composer.page.bring_to_front()
    composer.type(QUIET)
    composer.wait_for_mark("leverage")
    panel.wait_for("leverage")
    assert not composer.card.exists
    save_screenshot(composer.page, "fortnight-10-quiet-page")
    save_screenshot(panel, "fortnight-10-quiet-panel")
    post(composer)
    panel.wait_for("Count this toward your credit?")
    panel.click("Count it")
    panel.wait_for("Counted")
    composer.page.close()
    fortnight.rep.change({"kind": "settings", "mode": "card"})


def update(fortnight: Fortnight) -> None:
    """Browsers install an update when they start. What the rep chose and the pairing stay."""
    fortnight.update_extension("99.0")
    composer = fortnight.open("X")
    assert fortnight.rep.extension_file().evaluate("chrome.runtime.getManifest().version") == "99.0"
    composer.page.bring_to_front()
    composer.type(LAST)
    composer.wait_for_mark("utilise")
    composer.page.close()
    options = fortnight.rep.options()
    expect(options.get_by_role("checkbox", name="Check spelling and grammar")).to_be_checked()
    options.close()


def sign_out(fortnight: Fortnight) -> None:
    rep = fortnight.rep
    options = rep.options()
    options.get_by_role("cell", name="X post").first.wait_for()
    photograph(options, "fortnight-12-options")
    options.get_by_role("button", name="Sign out of this browser").click()
    options.get_by_role("button", name="Pair with my account").wait_for()
    options.close()
    composer = fortnight.open("X")
    before = len(rep.backend.bodies("/api/v1/assess"))
    composer.type(LAST)
    until(composer.page, lambda: composer.card.find("badge-word", "Connect"), what="the badge says so")
    assert len(rep.backend.bodies("/api/v1/assess")) == before
    page = fortnight.open_page("/me")
    expect(page.get_by_role("main")).to_contain_text("harbour pilots")
    page.close()
