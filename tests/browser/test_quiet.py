"""Quiet mode: tips in the browser's own side panel, and no element of the extension in a site's page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from server.core.database.session import unit_of_work
from server.people import organisation
from tests.browser.backend import Backend
from tests.browser.build import PAGES
from tests.browser.chromium import Rep
from tests.browser.composers import COMPOSERS
from tests.browser.keyboard import end_undo_step
from tests.browser.screenshots import save_screenshot
from tests.browser.side_panel import SidePanel
from tests.browser.sites import LINKEDIN, POLICY
from tests.browser.waiting import until

WEAK = "They asked for it twice. We leverage our forms to move the needle for buyers. My last line is here"
WORDS, BETTER = "move the needle", "make a difference"
HOSTS = ("www.linkedin.com", "x.com")


@pytest.fixture(scope="module")
def panel(rep: Rep) -> SidePanel:
    return SidePanel.open(rep)


@pytest.fixture(autouse=True)
def quiet(rep: Rep) -> Iterator[None]:
    rep.change({"kind": "settings", "mode": "quiet", "underlines": True})
    yield
    rep.change({"kind": "settings", "mode": "card", "underlines": True})


def pause(rep: Rep, *, paused: bool) -> None:
    for host in HOSTS:
        rep.change({"kind": "settings", "pausedHost": {"host": host, "paused": paused}})


def tree(page: Page) -> list[str]:
    """Every node of the document and of its shadow roots, open or closed, one per line with its path and attributes; and the
    number of style sheets of each root."""
    devtools = page.context.new_cdp_session(page)
    document = devtools.send("DOM.getDocument", {"depth": -1, "pierce": True})["root"]
    devtools.detach()
    sheets = page.evaluate(
        """() => {
          const roots = [document];
          for (const root of roots) {
            for (const { shadowRoot } of root.querySelectorAll('*')) if (shadowRoot) roots.push(shadowRoot);
          }
          return roots.map(root => `${root.nodeName}: ${root.styleSheets.length} and ${root.adoptedStyleSheets.length} sheets`);
        }"""
    )
    return [*_lines(document, ""), *sheets]


def _lines(node: dict[str, Any], path: str) -> Iterator[str]:
    path = f"{path}/{node['nodeName']}"
    yield f"{path} {json.dumps(node.get('attributes', []))} {node['nodeValue']!r}"
    for kind in ("shadowRoots", "children", "pseudoElements"):
        for child in node.get(kind, ()):
            yield from _lines(child, path)
    if "contentDocument" in node:
        yield from _lines(node["contentDocument"], path)


@pytest.mark.parametrize("name", COMPOSERS)
def test_quiet_mode_leaves_the_pages_tree_unchanged(rep: Rep, panel: SidePanel, name: str) -> None:
    pause(rep, paused=True)
    composer = COMPOSERS[name](rep)
    composer.type(WEAK)
    before = tree(composer.page)
    pause(rep, paused=False)
    composer.page.bring_to_front()
    composer.wait_for_mark(WORDS)
    panel.wait_for(BETTER)
    panel.click(f"Write “{BETTER}”")
    assert tree(composer.page) == before
    assert composer.page.evaluate("CSS.highlights.size") > 0
    # Control: the comparison does detect the card's element.
    rep.change({"kind": "settings", "mode": "card"})
    until(composer.page, lambda: composer.card.exists, what="the card is there")
    assert [line for line in tree(composer.page) if line not in before and "RP-CARD" in line]
    composer.page.close()


def test_underlines_switched_off_in_the_panel_leave_no_highlight(rep: Rep, panel: SidePanel) -> None:
    composer = COMPOSERS["share box"](rep)
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)
    panel.click("Underline words in the page")
    until(composer.page, lambda: composer.page.evaluate("CSS.highlights.size") == 0, what="no underline is left")
    composer.type(". And we leverage our forms")
    panel.wait_for("3\n")
    panel.wait_for(BETTER)
    assert composer.page.evaluate("CSS.highlights.size") == 0
    panel.click("Underline words in the page")
    composer.wait_for_mark(WORDS)
    composer.page.close()


@pytest.mark.parametrize("name", ["share box", "comment"])
def test_a_tip_is_applied_from_the_panel(rep: Rep, panel: SidePanel, name: str) -> None:
    composer = COMPOSERS[name](rep)
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)
    panel.click(f"Write “{BETTER}”")
    panel.click(BETTER)
    panel.wait_for("Applied.")
    better = WEAK.replace(WORDS, BETTER)
    assert composer.text() == better
    assert composer.caret() == len(better)
    end_undo_step(composer.page)
    composer.page.keyboard.press("Control+z")
    until(composer.page, lambda: composer.text() == WEAK, what="one undo restores every character")
    composer.page.close()


def test_on_x_the_panel_copies_and_the_keyboard_applies(rep: Rep, panel: SidePanel) -> None:
    composer = COMPOSERS["X"](rep)
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)
    panel.click(f"Write “{BETTER}”")
    panel.wait_for("click into your draft and press")
    assert not panel.has(BETTER), "no button that would write into the wrong line"
    panel.click(f"Copy: {BETTER}")
    panel.wait_for("Copied.")
    assert composer.text() == WEAK
    composer.page.bring_to_front()
    composer.page.keyboard.press("Alt+Shift+A")
    until(composer.page, lambda: composer.text() == WEAK.replace(WORDS, BETTER), what="the selected tip is applied")
    composer.page.close()


def test_the_panel_follows_the_active_tab(rep: Rep, panel: SidePanel) -> None:
    first = COMPOSERS["share box"](rep)
    first.type(WEAK)
    panel.wait_for(WORDS)
    second = COMPOSERS["X"](rep)
    until(second.page, lambda: WORDS not in panel.text, what="the first draft leaves with its tab")
    second.type("They asked us twice. We leverage our forms. And so on")
    panel.wait_for("leverage")
    assert WORDS not in panel.text
    first.page.bring_to_front()
    panel.wait_for(WORDS)
    other = rep.open(f"{rep.extension}/options.html")
    panel.wait_for("Click into a draft")
    assert WORDS not in panel.text
    other.close()
    first.page.bring_to_front()
    panel.wait_for(WORDS)
    # When a page is unloaded, its draft is gone.
    first.page.goto("https://www.linkedin.com/feed/")
    panel.wait_for("Click into a draft")
    first.page.close()
    second.page.close()


@pytest.mark.parametrize("ending", ["frames[0].document.querySelector('#comment')", "document.querySelector('iframe')"])
def test_the_panel_returns_to_the_previous_draft_when_a_frames_draft_ends(rep: Rep, panel: SidePanel, ending: str) -> None:
    def framing(route: Route) -> None:
        headers = {"Content-Security-Policy": f"{POLICY}; frame-src 'self'"}
        route.fulfill(path=PAGES / "linkedin.html", content_type="text/html", headers=headers)

    rep.context.route(LINKEDIN, framing)
    composer = COMPOSERS["share box"](rep)
    rep.context.unroute(LINKEDIN, framing)
    composer.page.evaluate(
        """() => {
          const frame = document.createElement('iframe');
          frame.dataset.testid = 'interop-iframe';
          frame.src = '/preload/?page=linkedin-classic';
          document.body.append(frame);
          return new Promise(resolve => frame.addEventListener('load', resolve));
        }"""
    )
    frame = composer.page.frames[1]
    composer.page.click(composer.editor)
    composer.type(WEAK)
    panel.wait_for(WORDS)
    frame.click("#comment .ql-editor")
    composer.type("They asked us twice. We leverage our forms. And so on")
    panel.wait_for("leverage")
    until(composer.page, lambda: WORDS not in panel.text, what="the panel shows the frame's draft")
    panel.click("Write “use”")
    panel.click("Copy: use")
    panel.wait_for("Copied.")
    assert composer.text() == WEAK, "the other frame's draft is unchanged"
    composer.page.evaluate(f"{ending}.remove()")
    panel.wait_for(WORDS)
    # If both drafts still existed, both would react to this change.
    rep.change({"kind": "choose", "shareChoice": "ask"})
    composer.page.bring_to_front()
    composer.page.click(composer.editor)
    composer.type(" and more")
    panel.wait_for(WORDS)
    composer.page.evaluate("document.querySelector('#interop-outlet').remove()")
    panel.wait_for("Click into a draft")
    composer.page.close()


def test_in_quiet_mode_the_toolbar_button_shows_the_count(rep: Rep, panel: SidePanel) -> None:
    worker = rep.worker
    badge_text = "async () => chrome.action.getBadgeText({ tabId: (await chrome.tabs.query({ active: true }))[0].id })"
    composer = COMPOSERS["X"](rep)
    composer.type(WEAK)
    until(composer.page, lambda: worker.evaluate(badge_text) == "2", what="the number of tips")
    composer.page.locator("[data-testid=tweetButtonInline]").click()
    until(composer.page, lambda: worker.evaluate(badge_text) == "?", what="a question waits in the panel")
    panel.wait_for("Count this toward your credit?")
    panel.click("Skip")
    until(composer.page, lambda: worker.evaluate(badge_text) == "", what="the toolbar button is blank")
    composer.page.close()


def test_the_organisation_requires_quiet_mode_in_pages_that_are_open(rep: Rep, backend: Backend) -> None:
    rep.change({"kind": "settings", "mode": "card"})
    composer = COMPOSERS["share box"](rep)
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)
    composer.open_card()
    set_quiet_required(backend, required=True)
    try:
        composer.type(" and more")
        until(composer.page, lambda: not composer.card.exists, what="the card leaves the page with the next answer")
        composer.wait_for_mark(WORDS)
        options = rep.options()
        choice = options.get_by_role("radio", name="In the page")
        expect(choice).to_be_disabled()
        expect(options.get_by_role("radio", name="Quiet mode")).to_be_checked()
        options.get_by_text("Your organisation requires quiet mode").wait_for()
        options.close()
    finally:
        set_quiet_required(backend, required=False)
    composer.page.bring_to_front()
    composer.type(". My last line is done")
    until(composer.page, lambda: composer.card.exists, what="the rep's own choice applies again")
    composer.page.close()


def test_the_options_page_shows_the_mode_the_organisation_requires_now(rep: Rep, backend: Backend) -> None:
    for required in (True, False):
        set_quiet_required(backend, required=required)
        options = rep.options()
        choice = options.get_by_role("radio", name="In the page", disabled=required)
        choice.wait_for()
        expect(options.get_by_text("Your organisation requires quiet mode")).to_have_count(int(required))
        options.close()


def set_quiet_required(backend: Backend, *, required: bool) -> None:
    """Does what the administrator's form does."""
    with unit_of_work(backend.engine) as session:
        organisation.change_quiet_mode(session, required=required)


def test_how_the_panel_looks(rep: Rep, panel: SidePanel) -> None:
    composer = COMPOSERS["share box"](rep)
    composer.type(WEAK)
    panel.wait_for(WORDS)
    for scheme in ("light", "dark"):
        panel.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        save_screenshot(panel, f"panel-{scheme}")
        assert panel.evaluate("document.documentElement.scrollWidth <= innerWidth")
    composer.page.close()
    panel.wait_for("Click into a draft")
    save_screenshot(panel, "panel-empty-dark")
    panel.send("Emulation.setEmulatedMedia", features=[])
