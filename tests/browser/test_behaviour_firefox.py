"""The behaviours in Firefox. Writes the table to ``var/behaviour/firefox.md``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import engines
from tests.browser.backend import Backend
from tests.browser.behaviours import AFTER, BEFORE, BEHAVIOURS, BETTER, WEAK, Results, find, open_tip, press_on, write
from tests.browser.engines import ENGINES, FirefoxBrowser, address
from tests.browser.waiting import poll_until as until

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
    tab = firefox.open(address("quill-1-shadow"))
    tab.evaluate("start()")
    write(tab, "quill-1-shadow")
    open_tip(tab)
    until(lambda: find(tab, "tip-apply", BETTER), what="the replacement is offered")
    until(lambda: find(tab, "host-card").attributes.get("data-seen") == "true", what="clicks count")
    tab.evaluate(LURE)
    tab.click(find(tab, "tip-apply", BETTER))
    until(lambda: find(tab, "card-message", "did not count"), what="the card says why nothing happened")
    assert tab.evaluate("text()") == WEAK
    tab.evaluate("document.getElementById('lure').remove()")
    press_on(tab, lambda: find(tab, "tip-apply", BETTER), what="the replacement is still offered")
    until(lambda: tab.evaluate("text()") == BEFORE + BETTER + AFTER, what="an uncovered card works")
    tab.close()
