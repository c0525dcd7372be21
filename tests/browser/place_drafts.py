"""Writing a draft in one place of a page, and checking what the server received."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import count

from playwright.sync_api import Page

from tests.browser.backend import Backend
from tests.browser.card import Card
from tests.browser.chromium import Rep
from tests.browser.clock import TYPING_PAUSE_MS, Clock
from tests.browser.keyboard import write
from tests.browser.places import PLACES, Place
from tests.browser.waiting import until

WEAK = "They asked for it twice. We leverage our forms to move the needle for buyers. My last line is here"
WORDS, BETTER = "move the needle", "make a difference"
PAUSED = {"linkedin": "LinkedIn changed, so Repute is paused here", "x": "X changed, so Repute is paused here"}
MARKED = "() => [...CSS.highlights.values()].flatMap(drawn => [...drawn]).map(String)"

#: Each draft gets a unique word, which shows whether the server received it.
names = (f"Bremen{number}" for number in count(1))


@dataclass
class PlaceDraft:
    """A rep who writes in one place of one page."""

    page: Page
    place: Place
    card: Card
    clock: Clock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = Clock(self.page)

    def enter(self) -> None:
        """Focuses the editor by script, because some of these places cannot be clicked."""
        if 'modal-id="sharebox"' in self.place.editor:
            self.page.click("#start")
        self.place.locate(self.page).focus()

    def type(self, text: str) -> None:
        """Types without a pause between two keys, and with one after the last."""
        with self.clock.frozen():
            write(self.page, text)
            self.clock.advance(TYPING_PAUSE_MS)

    def words(self) -> list[str]:
        words: list[str] = self.place.locate(self.page).evaluate(MARKED)
        return words

    def wait_for_mark(self, words: str) -> None:
        until(self.page, lambda: words in self.words(), what=f"“{words}” is underlined in {self.place}")

    def wait_for_count(self) -> None:
        until(self.page, lambda: self.card.find("ui-count"), what="the badge counts tips")

    def badge_word(self) -> str:
        badge = self.card.find("badge-word")
        return badge.text if badge else ""


def write_in(rep: Rep, place: Place, text: str = "") -> PlaceDraft:
    page = rep.open(place.address)
    writing = PlaceDraft(page, place, Card(page))
    writing.enter()
    if text:
        writing.type(text)
    return writing


def wait_for_pending_requests(rep: Rep) -> None:
    """Waits until a draft in another tab is scored. By then every earlier request has been sent."""
    write_in(rep, PLACES["server-driven comment"], WEAK).wait_for_mark(WORDS)


def drafts(backend: Backend) -> list[dict[str, str]]:
    return [json.loads(body) for body in backend.bodies("/api/v1/assess")]


def server_received(backend: Backend, words: str) -> bool:
    return any(words.encode() in body for _, _, body in backend.received)
