"""One behaviour suite on every editor engine, in Chromium and in Firefox, with the packages as they are built. What it finds
is written to ``var/behaviour.md``."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error as PlaywrightError

from tests.browser import engines
from tests.browser.conftest import ROOT, Backend, Rep
from tests.browser.engines import ASIDE_SECONDS, ENGINES, Browser, Chromium, InFirefox, Tab, address, until
from tests.browser.firefox import BidiError

BEFORE, WORDS, AFTER = (
    "They asked for it twice. We leverage our forms to ",
    "move the needle",
    " for buyers. My last line is here",
)
WEAK = BEFORE + WORDS + AFTER
BETTER = "make a difference"
EMOJI = "\U0001f680\U0001f44d "
#: Over 3,000 characters, with the words in their midst.
LINES = [f"On day {n} we counted {n + 3} boxes in hall {n % 7}." for n in range(1, 76)]
LONG = " ".join([*LINES[:40], WEAK + ".", *LINES[40:], "The end is here"])
SITES = ("www.linkedin.com", "x.com")
#: Editors that neither site has today are left to the soak, which fills the whole table; but for a textarea in one browser,
#: because nothing can be underlined there.
ON_NO_SITE = {"textarea", "contenteditable", "quill-2", "prosemirror-shadow"}
KEPT = ("chromium", "textarea")

Results = dict[tuple[str, str, str], str]


def listed(tab: Tab) -> bool:
    """Whether the tip stands in the card's list."""
    return any(node.has("tip-open") and BETTER in node.text for node in tab.card())


def marked(tab: Tab) -> bool:
    """Whether the words, and nothing else under that mark, are underlined where they stand."""
    return bool(
        tab.evaluate(
            f"marks().some(([, words, at]) => words === {json.dumps(WORDS)} && text().slice(at, at + words.length) === words)"
        )
    )


def find(tab: Tab, css_class: str, text: str = "") -> Any:
    return next((node for node in tab.card() if node.has(css_class) and text in node.text), None)


def press_on(tab: Tab, look: Callable[[], Any], *, what: str) -> None:
    """Clicks what ``look`` finds once it is laid out."""

    def clicked() -> bool:
        node = look()
        try:
            if node:
                tab.click(node)
        except (BidiError, PlaywrightError):
            return False
        return bool(node)

    until(clicked, what=what)


def press_button(tab: Tab, name: str) -> None:
    press_on(tab, lambda: next((node for node in tab.card() if node.name == "button" and node.text == name), None), what=name)


def open_card(tab: Tab) -> None:
    # Once it counts the tips: before, the badge still changes with every answer.
    press_on(tab, lambda: find(tab, "ui-count") and find(tab, "badge"), what="the badge counts the tips")
    until(lambda: find(tab, "tip-message"), what="the card opens")


def wait_for_tip(tab: Tab, engine: str) -> None:
    """In a textarea nothing can be underlined: the list stands in for it."""
    if engine == "textarea":
        if not find(tab, "tip-message"):
            open_card(tab)
        until(lambda: listed(tab), what="the tip is listed")
    else:
        until(lambda: marked(tab), what="the words are underlined")


def open_tip(tab: Tab) -> None:
    if not find(tab, "tip-message"):
        open_card(tab)
    press_on(tab, lambda: find(tab, "tip-open", BETTER), what="the tip is in the list")


def write(tab: Tab, engine: str, text: str = WEAK) -> None:
    tab.type(text)
    until(lambda: tab.evaluate("text()") == text, what="the text is in the editor's model")
    wait_for_tip(tab, engine)


def shows(tab: Tab, engine: str, _backend: Backend, _browser: Browser) -> None:
    write(tab, engine, EMOJI + WEAK)


def follows(tab: Tab, engine: str, _backend: Backend, _browser: Browser) -> None:
    write(tab, engine)
    tab.press("Control+Home")
    tab.type("Oh! ")
    until(lambda: tab.evaluate("text()") == "Oh! " + WEAK, what="the edit")
    wait_for_tip(tab, engine)


def goes(tab: Tab, engine: str, _backend: Backend, _browser: Browser) -> None:
    write(tab, engine)
    # Where a line wraps, Firefox has two places for one offset, so that keys alone would miscount.
    tab.press("ArrowLeft", times=len(AFTER))
    until(
        lambda: tab.press("ArrowLeft") or tab.evaluate("caret()") == len(BEFORE + WORDS) - 3, what="the caret is in the words"
    )
    tab.type("xx")
    until(lambda: tab.evaluate("text()") == BEFORE + "move the neexxdle" + AFTER, what="the edit")
    until(lambda: not (listed(tab) if engine == "textarea" else marked(tab)), what="the mark goes with its words")


def applies(tab: Tab, engine: str, _backend: Backend, _browser: Browser) -> None:
    write(tab, engine)
    open_tip(tab)
    press_on(tab, lambda: find(tab, "tip-apply", BETTER), what="the replacement is offered")
    until(lambda: find(tab, "card-message", "Applied"), what="the card says that it is done")
    assert tab.evaluate("text()") == BEFORE + BETTER + AFTER
    until(lambda: tab.evaluate("caret()") == len(BEFORE + BETTER + AFTER), what="the caret is where it was")
    time.sleep(ASIDE_SECONDS)
    tab.press("Control+z")
    until(lambda: tab.evaluate("text()") == WEAK, what="one undo restores every character")
    tab.press("Control+End")
    tab.type("!")
    until(lambda: tab.evaluate("text()") == WEAK + "!", what="typing goes on as before")


def dismisses(tab: Tab, engine: str, _backend: Backend, _browser: Browser) -> None:
    write(tab, engine)
    open_tip(tab)
    press_button(tab, "Ignore")
    until(lambda: not (listed(tab) if engine == "textarea" else marked(tab)), what="the mark is gone")
    assert tab.evaluate("caret()") == len(WEAK)
    # What is ignored stays away from the drafts of this day, the other editors' among them.
    press_button(tab, "Bring back")
    wait_for_tip(tab, engine)
    tab.type("!")
    until(lambda: tab.evaluate("text()") == WEAK + "!", what="the next key lands where the caret was")
    assert tab.evaluate("caret()") == len(WEAK) + 1


def lets_compose(tab: Tab, engine: str, backend: Backend, _browser: Browser) -> None:
    write(tab, engine)
    until(lambda: tab.evaluate("hasFocus()"), what="the editor has the focus")
    until(lambda: WEAK.encode() in backend.bodies("/api/v1/assess")[-1], what="all of it was read")
    tab.compose("\u304b\u306a")
    until(lambda: tab.evaluate("composed") == ["compositionstart"], what="a composition begins")
    asked = len(backend.bodies("/api/v1/assess"))
    time.sleep(ASIDE_SECONDS)
    assert len(backend.bodies("/api/v1/assess")) == asked, "what is being composed is not read"
    assert tab.evaluate("composed") == ["compositionstart"], "nothing of ours ended the composition"
    tab.commit("\u304b\u306a")
    until(lambda: tab.evaluate("text()") == WEAK + "\u304b\u306a", what="the composed text")
    assert tab.evaluate("composed") == ["compositionstart", "compositionend"]
    until(lambda: len(backend.bodies("/api/v1/assess")) > asked, what="the text is read once it is composed")


def takes_a_paste(tab: Tab, engine: str, _backend: Backend, _browser: Browser) -> None:
    assert len(LONG) > 3000
    tab.evaluate(f"navigator.clipboard.writeText({json.dumps(LONG)})")
    tab.press("Control+v")
    until(lambda: tab.evaluate("text()").strip() == LONG, what="the pasted text")
    if engine == "textarea":
        open_card(tab)
        until(lambda: find(tab, "tip-open"), what="a tip is listed")
    else:
        # On X all that is past its limit is marked, which is most of it.
        until(lambda: tab.evaluate("marks().length"), what="something is underlined")
        assert tab.evaluate("marks().every(([, words, at]) => text().slice(at, at + words.length) === words)")


def changes_nothing(tab: Tab, engine: str, _backend: Backend, _browser: Browser) -> None:
    tab.type(WEAK)
    until(lambda: tab.evaluate("text()") == WEAK, what="the text is in the editor's model")
    before = tab.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(changes))))")
    wait_for_tip(tab, engine)
    if not find(tab, "tip-message"):
        open_card(tab)
    press_on(tab, lambda: find(tab, "ui-icon"), what="the close button")
    until(lambda: not find(tab, "tip-message"), what="the card closes")
    assert tab.evaluate("changes") == before


def posts_what_was_typed(tab: Tab, engine: str, _backend: Backend, _browser: Browser) -> None:
    write(tab, engine)
    assert tab.evaluate("text()") == WEAK
    assert tab.evaluate("ours()") == []


def leaves_nothing(tab: Tab, engine: str, backend: Backend, browser: Browser) -> None:
    write(tab, engine)
    try:
        for host in SITES:
            browser.settings(pausedHost={"host": host, "paused": True})
        until(
            lambda: tab.evaluate("document.querySelector('rp-card') === null && CSS.highlights.size === 0"),
            what="all of ours is gone",
        )
        asked = len(backend.bodies("/api/v1/assess"))
        tab.evaluate("start()")
        tab.type(". More")
        until(lambda: "More" in tab.evaluate("text()"), what="typing goes on")
        time.sleep(ASIDE_SECONDS)
        assert len(backend.bodies("/api/v1/assess")) == asked
        assert tab.evaluate("document.querySelector('rp-card') === null && CSS.highlights.size === 0")
    finally:
        for host in SITES:
            browser.settings(pausedHost={"host": host, "paused": False})


BEHAVIOURS: dict[str, Callable[[Tab, str, Backend, Browser], None]] = {
    "shows the right words": shows,
    "follows edits before them": follows,
    "goes with its words": goes,
    "applies, one undo": applies,
    "ignoring keeps the caret": dismisses,
    "leaves composing alone": lets_compose,
    "pasted 3,000 characters": takes_a_paste,
    "no change inside the editor": changes_nothing,
    "posts what was typed": posts_what_was_typed,
    "leaves nothing when off": leaves_nothing,
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return engines.bundle(tmp_path_factory.mktemp("engines"))


@pytest.fixture(scope="module")
def chromium(rep: Rep, pages: Path) -> Chromium:
    return Chromium(rep, pages)


@pytest.fixture(scope="module")
def firefox(backend: Backend, dist: Path, pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[InFirefox]:
    with engines.in_firefox(backend, dist, pages, tmp_path_factory.mktemp("firefox")) as browser:
        yield browser


@pytest.fixture(scope="module")
def results() -> Iterator[Results]:
    """What each cell of the table says; the table is written when all are known."""
    found: Results = {}
    yield found
    lines = []
    for browser in ("Chromium", "Firefox"):
        lines += [f"## {browser}\n", "| engine | " + " | ".join(BEHAVIOURS) + " |", "| --- " * (len(BEHAVIOURS) + 1) + "|"]
        lines += [
            f"| {engine} | " + " | ".join(found.get((browser, engine, b), "not run") for b in BEHAVIOURS) + " |"
            for engine in ENGINES
        ]
        lines.append("")
    (ROOT / "var").mkdir(exist_ok=True)
    (ROOT / "var/behaviour.md").write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
@pytest.mark.parametrize(
    ("name", "engine"),
    [
        pytest.param(name, engine, marks=pytest.mark.soak if engine in ON_NO_SITE and (name, engine) != KEPT else ())
        for name in ("chromium", "firefox")
        for engine in ENGINES
    ],
)
def test_behaviour(
    name: str, engine: str, behaviour: str, results: Results, backend: Backend, request: pytest.FixtureRequest
) -> None:
    browser: Browser = request.getfixturevalue(name)
    results[browser.name, engine, behaviour] = "**no**"
    tab = browser.open(address(engine))
    try:
        tab.evaluate("start()")
        BEHAVIOURS[behaviour](tab, engine, backend, browser)
        results[browser.name, engine, behaviour] = "yes"
    finally:
        tab.close()
