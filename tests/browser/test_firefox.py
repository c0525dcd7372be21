"""The behaviours in Firefox, and its sidebar in quiet mode. Writes the table to ``var/behaviour/firefox.md``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import behaviours, engines
from tests.browser.backend import Backend
from tests.browser.behaviours import BEHAVIOURS, Results
from tests.browser.engines import ENGINES, FirefoxBrowser, address, button
from tests.browser.firefox import EXTENSION, FirefoxTab
from tests.browser.keyboard import SKIP_UNDO_MERGE
from tests.browser.waiting import poll_until as until

WORDS, BETTER = "move the needle", "make a difference"
WEAK = f"They asked for it twice. We leverage our forms to {WORDS} for buyers. My last line is here"
#: Every behaviour on one engine, and on the two sites' other engines those that depend most on the engine. The soak test runs
#: the whole table.
EVERY_RUN = {
    "quill-1-shadow": set(BEHAVIOURS),
    "quill-1": {"applies in one undo step"},
    "draft-js": {
        "underlines follow edits before them",
        "applies in one undo step",
        "reads nothing while composing",
        "changes nothing in the editor",
    },
    "prosemirror": {"applies in one undo step", "reads a paste of 3,000 characters"},
}


@pytest.fixture(scope="module")
def firefox(backend: Backend, dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirefoxBrowser]:
    pages = engines.bundle(tmp_path_factory.mktemp("engines"))
    with engines.launch_firefox(backend, dist, pages, tmp_path_factory.mktemp("firefox")) as browser:
        yield browser


@pytest.fixture(scope="module")
def results() -> Iterator[Results]:
    results = Results("Firefox")
    yield results
    results.write()


@pytest.mark.parametrize(
    ("engine", "behaviour"),
    [
        pytest.param(engine, behaviour, marks=() if behaviour in EVERY_RUN.get(engine, ()) else pytest.mark.soak)
        for engine in ENGINES
        for behaviour in BEHAVIOURS
    ],
)
def test_behaviour(engine: str, behaviour: str, firefox: FirefoxBrowser, results: Results, backend: Backend) -> None:
    results.check(firefox, engine, behaviour, backend)


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


@pytest.fixture
def quiet(firefox: FirefoxBrowser) -> Iterator[None]:
    firefox.settings(mode="quiet")
    yield
    firefox.settings(mode="card")


@pytest.mark.usefixtures("quiet")
def test_tips_are_read_and_applied_in_the_sidebar(firefox: FirefoxBrowser) -> None:
    """And no element of the extension is in the site's page."""
    own = firefox.firefox.open(f"{EXTENSION}/options.html")
    popup = firefox.firefox.open(f"{EXTENSION}/popup.html")
    # Opens only in response to a click.
    popup.click(until(lambda: button(popup, "Open the sidebar"), what="the button that opens the sidebar"))
    sidebar = Sidebar(own)
    until(lambda: sidebar.is_open, what="the sidebar opens")
    sidebar.wait_for("Click into a draft")
    tab = firefox.tab
    tab.go(address("quill-1-shadow"))
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
    tab.go("about:blank")
    sidebar.wait_for("Click into a draft")


#: A picture of something else over the whole window that lets clicks through, and comes back on top of the card each time.
LURE = """(() => {
  const lure = document.createElement('div');
  lure.id = 'lure';
  lure.style = 'position: fixed; inset: 0; width: 100vw; height: 100vh; margin: 0; background: white; pointer-events: none';
  document.body.append(lure);
  lure.popover = 'manual';
  lure.showPopover();
  document.querySelector('rp-card').addEventListener('toggle', ({ newState }) => {
    if (newState !== 'open' || !lure.isConnected) return;
    lure.hidePopover();
    lure.showPopover();
  });
})()"""


def test_a_click_through_a_lure_over_the_card_does_not_count(firefox: FirefoxBrowser) -> None:
    """Firefox does not tell what covers an element, so the card looks for it by itself."""
    tab = firefox.tab
    tab.go(address("quill-1-shadow"))
    tab.evaluate("start()")
    behaviours.write(tab, "quill-1-shadow")
    behaviours.open_tip(tab)
    until(lambda: behaviours.find(tab, "tip-apply", behaviours.BETTER), what="the replacement is offered")
    until(lambda: behaviours.find(tab, "host-card").attributes.get("data-seen") == "true", what="clicks count")
    tab.evaluate(LURE)
    tab.click(behaviours.find(tab, "tip-apply", behaviours.BETTER))
    until(lambda: behaviours.find(tab, "card-message", "did not count"), what="the card says why nothing happened")
    assert tab.evaluate("text()") == behaviours.WEAK
    tab.evaluate("document.getElementById('lure').remove()")
    behaviours.press_on(
        tab, lambda: behaviours.find(tab, "tip-apply", behaviours.BETTER), what="the replacement is still offered"
    )
    until(
        lambda: tab.evaluate("text()") == behaviours.BEFORE + behaviours.BETTER + behaviours.AFTER,
        what="an uncovered card works",
    )
    tab.go("about:blank")
