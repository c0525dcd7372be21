"""The extension's own pages: the first run, pausing, and signing out."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from server.core.database.session import unit_of_work
from server.people import organisation
from tests.browser.appearance import check_appearance
from tests.browser.backend import Backend
from tests.browser.chromium import Rep
from tests.browser.clock import IDLE_MS
from tests.browser.composers import COMPOSERS, Composer
from tests.browser.storage import change_stored_value
from tests.browser.waiting import until
from tests.factories import bearer, new_token

WEAK = "They asked for it twice. We leverage our forms to move the needle for buyers. My last line is here"
WORDS = "move the needle"
RULE = "Repute.Buzzwords"


def popup_of(rep: Rep) -> Page:
    return rep.open(f"{rep.extension}/popup.html")


# First run


def test_the_first_run_explains_what_is_read_before_asking_for_consent(newcomer: Rep, backend: Backend) -> None:
    page = newcomer.options()
    page.locator("dt").first.wait_for()
    facts = dict(zip(page.locator("dt").all_inner_texts(), page.locator("dd").all_inner_texts(), strict=True))
    assert list(facts) == ["What is read", "When", "Where it goes", "What stays here", "What is kept"]
    assert backend.base_url in facts["Where it goes"]
    assert "does not store it" in facts["Where it goes"]
    assert "Never before you agree here" in facts["When"]
    in_page = page.locator("label", has=page.get_by_role("radio", name="In the page"))
    assert "LinkedIn may restrict or close accounts" in in_page.inner_text()
    assert page.get_by_role("radio").count() == 2, "what happens after posting is asked later"
    grammar = page.get_by_role("checkbox", name="Check spelling and grammar")
    expect(grammar).not_to_be_checked()
    expect(grammar).to_have_accessible_description(re.compile("in this browser: nothing is sent.*16 MB"))
    order = page.locator("dl, [role=radiogroup], input[type=checkbox], button.ui-primary").evaluate_all(
        "elements => elements.map(element => element.localName)"
    )
    assert order == ["dl", "div", "input", "button"]
    page.close()


def test_the_first_run_by_keyboard_alone(newcomer: Rep) -> None:
    page = newcomer.options()
    page.get_by_role("button", name="I agree").wait_for()
    assert tab_order(page) == ["In the page", "Check spelling and grammar", "I agree, start reading my drafts"]
    page.get_by_role("button", name="I agree").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox", name="Check spelling and grammar")).to_be_checked()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Quiet mode")).to_be_checked()
    page.get_by_role("button", name="I agree").focus()
    page.keyboard.press("Enter")
    page.get_by_text("You agreed.").wait_for()
    expect(page.get_by_role("radio", name="Quiet mode")).to_be_checked()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert tab_order(page) == [
        "Pair with my account", "Code", "Connect", "Quiet mode", "Underline the words a tip is about", "Stop reading my drafts",
    ]  # fmt: skip


def tab_order(page: Page) -> list[str]:
    """The names of the elements that Tab reaches, in order, until it leaves the page or repeats."""
    names: list[str] = []
    while True:
        page.keyboard.press("Tab")
        name = page.evaluate(
            """() => {
              const active = document.activeElement;
              if (active === document.body) return '';
              const labels = active.getAttribute('aria-labelledby')?.split(' ').map(id => document.getElementById(id));
              const names = (labels ?? [active.labels?.[0] ?? active]).map(label => label.innerText);
              return (active.ariaLabel ?? names.join(' ')).trim();
            }"""
        )
        if name == "" or name in names:
            return names
        names.append(name)


# Pausing


def test_a_pause_for_today_applies_to_every_site(rep: Rep, on_x: Composer, backend: Backend) -> None:
    on_x.type(WEAK)
    on_x.wait_for_mark(WORDS)
    other = COMPOSERS["share box"](rep)
    popup = popup_of(rep)
    popup.get_by_role("button", name="Pause for today").click()
    popup.get_by_text("Paused on every site until midnight").wait_for()
    for composer in (on_x, other):
        until(composer.page, lambda: composer.marked() == {} and not composer.card.exists, what="nothing is left")  # noqa: B023
    before = len(backend.received)
    on_x.page.bring_to_front()
    with on_x.clock.frozen() as clock:
        on_x.type(" and we leverage our forms more. So")
        clock.advance(IDLE_MS)
    other.page.bring_to_front()
    other.type(WEAK)
    popup.bring_to_front()
    popup.get_by_role("button", name="Resume", exact=True).click()
    popup.get_by_role("button", name="Pause for today").wait_for()
    assert [path for _, path, _ in backend.received[before:] if "assess" in path or "share" in path] == []
    other.page.bring_to_front()
    other.wait_for_mark(WORDS)
    popup.close()
    other.page.close()


def test_a_pause_for_today_survives_a_stopped_worker_and_ends_with_its_day(rep: Rep, on_x: Composer) -> None:
    rep.change({"kind": "settings", "pausedToday": True})
    rep.stop_worker()
    on_x.page.bring_to_front()
    on_x.type(WEAK)
    popup = popup_of(rep)
    popup.get_by_text("Paused on every site until midnight").wait_for()
    assert on_x.marked() == {}
    # As stored on an earlier day.
    change_stored_value(rep, "settings", pausedOn="2026-01-01")
    popup.reload()
    popup.get_by_role("button", name="Pause for today").wait_for()
    on_x.page.bring_to_front()
    on_x.wait_for_mark(WORDS)
    popup.close()


def test_a_paused_site_is_listed_and_resumed_in_the_options(rep: Rep) -> None:
    rep.change({"kind": "settings", "pausedHost": {"host": "x.com", "paused": True}})
    options = rep.options()
    options.get_by_role("button", name="Resume on x.com").click()
    options.get_by_text("Nothing is paused.").wait_for()
    options.close()


# More is read than before


def test_a_rep_who_agreed_to_less_is_asked_again_before_more_is_read(rep: Rep) -> None:
    article = {"kind": "assess", "editor": "article", "surface": "long-form", "text": WEAK, "readAnyway": False}
    change_stored_value(rep, "settings", consentVersion=1)
    assert rep.send(article)["error"] == "no-consent"
    assert "ok" in rep.send({**article, "surface": "linkedin-post"}), "what they agreed to goes on"
    options = rep.options()
    options.get_by_role("heading", name="Repute reads more than when you agreed").wait_for()
    check_appearance(options, "options-changed")
    options.get_by_role("button", name="I agree to this too").click()
    options.get_by_role("heading", name="Repute reads more").wait_for(state="detached")
    assert "ok" in rep.send(article)
    options.close()


# Signing out


def test_signing_out_of_this_browser_leaves_nothing_of_the_person(newcomer: Rep, backend: Backend) -> None:
    rep = newcomer
    rep.agree()
    rep.pair()
    composer = COMPOSERS["X"](rep)
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)
    options = rep.options()
    options.get_by_role("cell", name="X post").first.wait_for()
    options.get_by_role("button", name="Sign out of this browser").click()
    options.get_by_role("button", name="Pair with my account").wait_for()
    assert "ended this browser's connection" not in options.locator("main").inner_text(), "the rep ended it themselves"
    until(options, lambda: "DELETE" in {method for method, path, _ in backend.received if path == "/api/v1/pairing"},
          what="the server receives the sign-out")  # fmt: skip
    before = len(backend.bodies("/api/v1/assess"))
    composer.page.bring_to_front()
    composer.type(" and more")
    until(composer.page, lambda: composer.card.find("badge-word", "Connect"), what="the badge says so")
    assert len(backend.bodies("/api/v1/assess")) == before
    options.close()
    composer.page.close()
    # A colleague who pairs the same browser does not see what the previous person sent.
    rep.pair()
    options = rep.options()
    options.get_by_text("Nothing yet.").wait_for()


def test_signing_out_everywhere_ends_the_other_browsers_too(newcomer: Rep, backend: Backend) -> None:
    rep = newcomer
    rep.agree()
    rep.pair()
    assert rep.user
    elsewhere = new_token(backend.engine, rep.user)
    options = rep.options()
    options.get_by_role("button", name="Sign out everywhere").click()
    expect(options.get_by_role("button", name="Cancel")).to_be_focused()
    options.get_by_role("button", name="Cancel").click()
    # Without the server this cannot be guaranteed, so nothing is signed out.
    backend.stop()
    try:
        options.get_by_role("button", name="Sign out everywhere").click()
        options.get_by_role("button", name="Yes, everywhere").click()
        options.get_by_text("The server is not responding.").wait_for()
        options.get_by_text(f"Connected as {rep.user.name}").wait_for()
    finally:
        backend.start()
    assert account_status(backend, elsewhere) == 200
    options.get_by_role("button", name="Sign out everywhere").click()
    options.get_by_role("button", name="Yes, everywhere").click()
    options.get_by_role("button", name="Pair with my account").wait_for()
    assert account_status(backend, elsewhere) == 401, "the other browser has to connect again"
    assert "/sign-in" in rep.open(f"{backend.base_url}/settings").url


def account_status(backend: Backend, token: str) -> int:
    """How the server answers another browser of the same person."""
    with backend.app.test_client() as client:
        return int(client.get("/api/v1/me", headers=bearer(token)).status_code)


# Appearance


def test_how_the_first_run_looks(newcomer: Rep) -> None:
    rep = newcomer
    page = rep.options()
    page.get_by_role("button", name="I agree").wait_for()
    check_appearance(page, "onboarding")
    popup = popup_of(rep)
    popup.get_by_role("button", name="Set up Repute").wait_for()
    check_appearance(popup, "popup-fresh")
    panel = rep.open(f"{rep.extension}/panel.html")
    panel.get_by_role("button", name="Set up Repute").wait_for()
    check_appearance(panel, "panel-fresh")
    page.bring_to_front()
    page.get_by_role("button", name="I agree").click()
    page.get_by_role("button", name="Connect", exact=True).click()
    page.get_by_text(re.compile("Type the eight")).wait_for()
    check_appearance(page, "onboarding-connect")


def test_how_options_and_popup_look(rep: Rep, on_x: Composer, backend: Backend) -> None:
    page = rep.options()
    page.get_by_text("Connected as").wait_for()
    check_appearance(page, "options-empty")
    on_x.page.bring_to_front()
    on_x.type(WEAK)
    on_x.wait_for_mark(WORDS)
    rep.change({"kind": "choose", "ruleOff": RULE})
    rep.change({"kind": "settings", "pausedHost": {"host": "www.linkedin.com", "paused": True}})
    rep.change({"kind": "settings", "pausedToday": True})
    with unit_of_work(backend.engine) as session:
        organisation.change_quiet_mode(session, required=True)
    try:
        page.bring_to_front()
        page.reload()
        page.get_by_text("Your organisation requires quiet mode").wait_for()
        page.get_by_role("cell", name="X post").first.wait_for()
        page.get_by_role("button", name="Sign out everywhere").click()
        check_appearance(page, "options-full")
        popup = popup_of(rep)
        popup.get_by_text("Paused on every site").wait_for()
        check_appearance(popup, "popup-paused")
        popup.close()
        panel = rep.open(f"{rep.extension}/panel.html")
        panel.get_by_text("Paused on every site").wait_for()
        check_appearance(panel, "panel-paused")
        panel.close()
    finally:
        with unit_of_work(backend.engine) as session:
            organisation.change_quiet_mode(session, required=False)
        rep.change({"kind": "choose", "ruleOn": RULE})
        rep.change({"kind": "settings", "pausedHost": {"host": "www.linkedin.com", "paused": False}})
        rep.change({"kind": "settings", "pausedToday": False})
    popup = popup_of(rep)
    popup.get_by_text("Connected as").wait_for()
    check_appearance(popup, "popup")
    popup.close()
    page.close()
