"""How the coach behaves in an editor, checked on every engine and in both browsers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Error as PlaywrightError

from tests.browser.backend import Backend
from tests.browser.build import ROOT
from tests.browser.engines import COPY_ONLY, ENGINES, Browser, Tab, address
from tests.browser.firefox import BidiError
from tests.browser.keyboard import SKIP_UNDO_MERGE
from tests.browser.waiting import poll_until as until

BEFORE, WORDS, AFTER = (
    "They asked for it twice. We leverage our forms to ",
    "move the needle",
    " for buyers. My last line is here",
)
WEAK = BEFORE + WORDS + AFTER
BETTER = "make a difference"
EMOJI = "\U0001f680\U0001f44d "
#: Over 3,000 characters, with the words in the middle.
LINES = [f"On day {n} we counted {n + 3} boxes in hall {n % 7}." for n in range(1, 76)]
LONG = " ".join([*LINES[:40], WEAK + ".", *LINES[40:], "The end is here"])
SITES = ("www.linkedin.com", "x.com")


def is_listed(tab: Tab) -> bool:
    """Whether the tip is in the card's list, and not only its row, which stays while the pointer is over the list."""
    tips = (node for node in tab.card() if node.has("tip-open") and BETTER in node.text)
    return any(node.attributes.get("aria-disabled") != "true" for node in tips)


def is_underlined(tab: Tab) -> bool:
    """Whether exactly these words are underlined, at their position in the text."""
    return bool(
        tab.evaluate(
            f"marks().some(([, words, at]) => words === {json.dumps(WORDS)} && text().slice(at, at + words.length) === words)"
        )
    )


def find(tab: Tab, css_class: str, text: str = "") -> Any:
    return next((node for node in tab.card() if node.has(css_class) and text in node.text), None)


def press_on(tab: Tab, find_node: Callable[[], Any], *, what: str) -> None:
    """Clicks what ``find_node`` finds once it is laid out."""

    def click() -> bool:
        card = find(tab, "host-card")
        # A card ignores clicks until it has been in its place, uncovered, for a moment.
        if card and card.attributes.get("data-seen") != "true":
            return False
        node = find_node()
        try:
            if node:
                tab.click(node)
        except (BidiError, PlaywrightError):
            return False
        return bool(node)

    until(click, what=what)


def press_button(tab: Tab, name: str) -> None:
    press_on(tab, lambda: next((node for node in tab.card() if node.name == "button" and node.text == name), None), what=name)


def open_card(tab: Tab) -> None:
    # Wait until it counts the tips: before that, the badge still changes with every response.
    press_on(tab, lambda: find(tab, "ui-count") and find(tab, "badge"), what="the badge counts the tips")
    until(lambda: find(tab, "tip-message"), what="the card opens")


def wait_for_tip(tab: Tab, engine: str) -> None:
    """In a textarea nothing can be underlined: the list shows the tip instead."""
    if engine == "textarea":
        if not find(tab, "tip-message"):
            open_card(tab)
        until(lambda: is_listed(tab), what="the tip is listed")
    else:
        until(lambda: is_underlined(tab), what="the words are underlined")


def open_tip(tab: Tab) -> None:
    if not find(tab, "tip-message"):
        open_card(tab)
    press_on(tab, lambda: find(tab, "tip-open", BETTER), what="the tip is in the list")


def write(tab: Tab, engine: str, text: str = WEAK) -> None:
    tab.type(text)
    until(lambda: tab.evaluate("text()") == text, what="the text is in the editor's model")
    wait_for_tip(tab, engine)


def underlines_the_right_words(tab: Tab, engine: str, _backend: Backend, _browser: Browser) -> None:
    write(tab, engine, EMOJI + WEAK)


def follows_edits_before(tab: Tab, engine: str, _backend: Backend, _browser: Browser) -> None:
    write(tab, engine)
    tab.press("Control+Home")
    tab.type("Oh! ")
    until(lambda: tab.evaluate("text()") == "Oh! " + WEAK, what="the edit")
    wait_for_tip(tab, engine)


def vanishes_with_its_words(tab: Tab, engine: str, _backend: Backend, _browser: Browser) -> None:
    write(tab, engine)
    # Where a line wraps, Firefox has two caret positions for one offset, so counting key presses is not enough.
    tab.press("ArrowLeft", times=len(AFTER))
    until(
        lambda: tab.press("ArrowLeft") or tab.evaluate("caret()") == len(BEFORE + WORDS) - 3, what="the caret is in the words"
    )
    tab.type("xx")
    until(lambda: tab.evaluate("text()") == BEFORE + "move the neexxdle" + AFTER, what="the edit")
    until(
        lambda: not (is_listed(tab) if engine == "textarea" else is_underlined(tab)),
        what="the underline vanishes with its words",
    )


def applies_in_one_undo_step(tab: Tab, engine: str, _backend: Backend, _browser: Browser) -> None:
    write(tab, engine)
    open_tip(tab)
    if engine in COPY_ONLY:
        until(lambda: find(tab, "tip-copy"), what="the replacement can be copied")
        assert find(tab, "tip-apply") is None
        assert tab.evaluate("text()") == WEAK
        return
    press_on(tab, lambda: find(tab, "tip-apply", BETTER), what="the replacement is offered")
    until(lambda: find(tab, "card-message", "Applied"), what="the card says that it is done")
    assert tab.evaluate("text()") == BEFORE + BETTER + AFTER
    until(lambda: tab.evaluate("caret()") == len(BEFORE + BETTER + AFTER), what="the caret is where it was")
    tab.evaluate(SKIP_UNDO_MERGE)
    tab.press("Control+z")
    until(lambda: tab.evaluate("text()") == WEAK, what="one undo restores every character")
    tab.press("Control+End")
    tab.type("!")
    until(lambda: tab.evaluate("text()") == WEAK + "!", what="typing continues as before")


def ignores_and_keeps_the_caret(tab: Tab, engine: str, backend: Backend, _browser: Browser) -> None:
    write(tab, engine)
    until(lambda: WEAK.encode() in backend.bodies("/api/v1/assess")[-1], what="the whole draft was sent")
    open_tip(tab)
    press_button(tab, "Ignore")
    until(lambda: not (is_listed(tab) if engine == "textarea" else is_underlined(tab)), what="the underline is gone")
    assert tab.evaluate("caret()") == len(WEAK)
    # Restored, because an ignored tip would also be hidden in the other editors' drafts.
    press_button(tab, "Bring back")
    wait_for_tip(tab, engine)
    tab.type("!")
    until(lambda: tab.evaluate("text()") == WEAK + "!", what="the next key lands where the caret was")
    assert tab.evaluate("caret()") == len(WEAK) + 1


def waits_while_composing(tab: Tab, engine: str, backend: Backend, _browser: Browser) -> None:
    write(tab, engine)
    until(lambda: tab.evaluate("hasFocus()"), what="the editor has the focus")
    until(lambda: WEAK.encode() in backend.bodies("/api/v1/assess")[-1], what="the whole draft was sent")
    tab.compose("\u304b\u306a")
    until(lambda: tab.evaluate("composed") == ["compositionstart"], what="a composition starts")
    requests = len(backend.bodies("/api/v1/assess"))
    tab.idle()
    assert len(backend.bodies("/api/v1/assess")) == requests, "a text that is being composed is not sent"
    assert tab.evaluate("composed") == ["compositionstart"], "the extension did not end the composition"
    tab.commit("\u304b\u306a")
    until(lambda: tab.evaluate("text()") == WEAK + "\u304b\u306a", what="the composed text")
    assert tab.evaluate("composed") == ["compositionstart", "compositionend"]
    until(lambda: len(backend.bodies("/api/v1/assess")) > requests, what="the text is sent once it is composed")


def reads_a_long_paste(tab: Tab, engine: str, _backend: Backend, _browser: Browser) -> None:
    assert len(LONG) > 3000
    tab.evaluate(f"navigator.clipboard.writeText({json.dumps(LONG)})")
    # A change long after the key press would not count as the rep's own.
    with tab.frozen():
        tab.press("Control+v")
        until(lambda: tab.evaluate("text()").strip() == LONG, what="the pasted text")
    if engine == "textarea":
        open_card(tab)
        until(lambda: find(tab, "tip-open"), what="a tip is listed")
    else:
        # On X everything past the limit is underlined, which is most of the text.
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


def leaves_nothing_when_off(tab: Tab, engine: str, backend: Backend, browser: Browser) -> None:
    write(tab, engine)
    try:
        for host in SITES:
            browser.settings(pausedHost={"host": host, "paused": True})
        until(
            lambda: tab.evaluate("document.querySelector('rp-card') === null && CSS.highlights.size === 0"),
            what="card and underlines are gone",
        )
        requests = len(backend.bodies("/api/v1/assess"))
        tab.evaluate("start()")
        tab.type(". More")
        until(lambda: "More" in tab.evaluate("text()"), what="typing continues")
        tab.idle()
        assert len(backend.bodies("/api/v1/assess")) == requests
        assert tab.evaluate("document.querySelector('rp-card') === null && CSS.highlights.size === 0")
    finally:
        for host in SITES:
            browser.settings(pausedHost={"host": host, "paused": False})


BEHAVIOURS: dict[str, Callable[[Tab, str, Backend, Browser], None]] = {
    "underlines the right words": underlines_the_right_words,
    "underlines follow edits before them": follows_edits_before,
    "underlines vanish with their words": vanishes_with_its_words,
    "applies in one undo step": applies_in_one_undo_step,
    "ignoring keeps the caret": ignores_and_keeps_the_caret,
    "reads nothing while composing": waits_while_composing,
    "reads a paste of 3,000 characters": reads_a_long_paste,
    "changes nothing in the editor": changes_nothing,
    "posts what was typed": posts_what_was_typed,
    "leaves nothing behind when off": leaves_nothing_when_off,
}


def check(browser: Browser, engine: str, behaviour: str, backend: Backend) -> None:
    """In the browser's one tab, because a new one takes as long as a behaviour."""
    tab = browser.tab
    tab.go(address(engine))
    tab.evaluate("start()")
    BEHAVIOURS[behaviour](tab, engine, backend, browser)


class Results:
    """Collects the results of one browser and writes them as a table for people to read."""

    def __init__(self, browser: str) -> None:
        self._browser = browser
        self._cells: dict[tuple[str, str], str] = {}

    def check(self, browser: Browser, engine: str, behaviour: str, backend: Backend) -> None:
        self._cells[engine, behaviour] = "**no**"
        check(browser, engine, behaviour, backend)
        is_copied = engine in COPY_ONLY and BEHAVIOURS[behaviour] is applies_in_one_undo_step
        self._cells[engine, behaviour] = "copy only" if is_copied else "yes"

    def write(self) -> None:
        lines = [f"## {self._browser}\n", "| engine | " + " | ".join(BEHAVIOURS) + " |", "| --- " * (len(BEHAVIOURS) + 1) + "|"]
        for engine in ENGINES:
            cells = (self._cells.get((engine, behaviour), "not run") for behaviour in BEHAVIOURS)
            lines.append(f"| {engine} | " + " | ".join(cells) + " |")
        folder = ROOT / "var/behaviour"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self._browser.lower()}.md").write_text("\n".join([*lines, ""]), encoding="utf-8")
