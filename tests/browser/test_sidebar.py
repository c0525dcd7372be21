"""Quiet mode in Firefox: tips in the browser's own sidebar, and no element of the extension in the site's page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.browser import engines
from tests.browser.backend import Backend
from tests.browser.engines import address, button
from tests.browser.firefox import EXTENSION, FirefoxTab
from tests.browser.keyboard import SKIP_UNDO_MERGE
from tests.browser.waiting import poll_until as until

WORDS, BETTER = "move the needle", "make a difference"
WEAK = f"They asked for it twice. We leverage our forms to {WORDS} for buyers. My last line is here"


class Sidebar:
    """WebDriver does not list the sidebar among the tabs, so it is reached through one of the extension's pages."""

    def __init__(self, beside: FirefoxTab) -> None:
        self._beside = beside

    def evaluate(self, expression: str) -> Any:
        return self._beside.evaluate(
            f"(({{ document }}) => {expression})(browser.extension.getViews({{ type: 'sidebar' }})[0])"
        )

    @property
    def is_open(self) -> bool:
        return bool(self._beside.evaluate("browser.extension.getViews({ type: 'sidebar' }).length"))

    def wait_for(self, words: str) -> None:
        until(lambda: words in self.evaluate("document.body.innerText"), what=f"the sidebar says “{words}”")

    def click(self, name: str) -> None:
        expression = until(lambda: button(self, name), what=f"the sidebar offers “{name}”")
        self.evaluate(f"{expression}.click()")


def test_tips_are_read_and_applied_in_the_sidebar(backend: Backend, dist: Path, tmp_path: Path) -> None:
    (profile := tmp_path / "profile").mkdir()
    with engines.launch_firefox(backend, dist, engines.bundle(tmp_path), profile) as browser:
        browser.settings(mode="quiet")
        own = browser.firefox.open(f"{EXTENSION}/options.html")
        popup = browser.firefox.open(f"{EXTENSION}/popup.html")
        # Opens only in response to a click.
        popup.click(until(lambda: button(popup, "Open the sidebar"), what="the button that opens the sidebar"))
        sidebar = Sidebar(own)
        until(lambda: sidebar.is_open, what="the sidebar opens")
        sidebar.wait_for("Click into a draft")
        tab = browser.open(address("quill-1-shadow"))
        tab.evaluate("start()")
        tab.type(WEAK)
        sidebar.wait_for(f"Write “{BETTER}”")
        tabs = "[...document.querySelectorAll('[role=tab]')].map((tab) => tab.getBoundingClientRect())"
        width = sidebar.evaluate("document.documentElement.clientWidth")
        assert all(box["right"] <= width for box in sidebar.evaluate(tabs)), "all tabs of the card are visible"
        assert len({box["top"] for box in sidebar.evaluate(tabs)}) == len(("tabs of the panel", "tabs of the card"))
        assert tab.evaluate("marks().length") > 0
        assert tab.evaluate("document.querySelector('rp-card')") is None
        sidebar.click(f"Write “{BETTER}”")
        tab.evaluate(SKIP_UNDO_MERGE)
        sidebar.click(BETTER)
        sidebar.wait_for("Applied.")
        assert tab.evaluate("text()") == WEAK.replace(WORDS, BETTER)
        tab.press("Control+z")
        until(lambda: tab.evaluate("text()") == WEAK, what="one undo restores every character")
        tab.close()
        sidebar.wait_for("Click into a draft")
