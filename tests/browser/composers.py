"""The synthetic composers: a page, its editor and the card over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from tests.browser.card import Card
from tests.browser.chromium import Rep
from tests.browser.clock import TYPING_PAUSE_MS, Clock, is_content_script
from tests.browser.keyboard import write
from tests.browser.sites import LINKEDIN, X
from tests.browser.waiting import until

#: The highlights of advice, which is about sentences.
ADVICE = ("rp-e", "rp-f")


@dataclass
class Composer:
    """One of the synthetic composers. ``text`` and ``caret`` read the editor's own model."""

    page: Page
    card: Card
    editor: str
    text: Callable[[], str]
    caret: Callable[[], int]
    world: Callable[[dict[str, Any]], bool] = is_content_script
    clock: Clock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = Clock(self.page, self.world)

    def type(self, text: str) -> None:
        """Types without a pause between two keys, and with one after the last."""
        with self.clock.frozen():
            write(self.page, text)
            self.clock.advance(TYPING_PAUSE_MS)

    def pass_typing_pause(self) -> None:
        """Lets the pause pass after which a changed draft is sent."""
        with self.clock.frozen():
            self.clock.advance(TYPING_PAUSE_MS)

    def marked(self) -> dict[str, list[str]]:
        """The underlined words, by the name of their highlight."""
        words: dict[str, list[str]] = self.page.evaluate(
            "() => Object.fromEntries([...CSS.highlights].map(([name, drawn]) => [name, [...drawn].map(String)]))"
        )
        return words

    def words(self) -> set[str]:
        """The words underlined for tips."""
        return {words for name, marked in self.marked().items() if name not in ADVICE for words in marked}

    def wait_for_mark(self, words: str) -> None:
        until(self.page, lambda: words in self.words(), what=f"“{words}” is underlined")

    def open_card(self) -> None:
        badge = until(self.page, lambda: self.card.find("badge"), what="the badge appears")
        self.card.click(badge)
        until(self.page, lambda: self.card.find("tip-message"), what="the card opens")

    def open_tip(self, words: str) -> None:
        """Opens the tip in the list, which is updated one frame after the underlines."""
        self.card.click(until(self.page, lambda: self.card.find("tip-open", words), what=f"“{words}” is listed"))


#: Of the visible words with a prefix: how many are underlined, how many are not, and the last one.
COUNT_VISIBLE = """(editor, prefix) => {
  let [top, bottom] = [0, innerHeight];
  for (let ancestor = editor; ancestor; ancestor = ancestor.parentElement ?? ancestor.getRootNode().host) {
    if (getComputedStyle(ancestor).overflowY !== 'auto') continue;
    const box = ancestor.getBoundingClientRect();
    [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
  }
  const drawn = [...CSS.highlights.values()].flatMap(highlight => [...highlight]);
  const counts = { underlined: 0, bare: 0, last: '' };
  const walker = document.createTreeWalker(editor, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (let offset = node.data.indexOf(prefix); offset >= 0; offset = node.data.indexOf(prefix, offset + 1)) {
      const range = new Range();
      range.setStart(node, offset);
      range.setEnd(node, offset + prefix.length);
      const box = range.getBoundingClientRect();
      if (box.bottom < top || box.top > bottom) continue;
      const isUnderlined = drawn.some(other => other.compareBoundaryPoints(Range.START_TO_START, range) === 0);
      counts[isUnderlined ? 'underlined' : 'bare'] += 1;
      counts.last = node.data.slice(offset, offset + 4);
    }
  }
  return counts;
}"""


def write_long_draft(composer: Composer) -> None:
    """A draft with a hundred misspelled words, in a window that shows some of them; the caret is at its end."""
    composer.page.set_viewport_size({"width": 700, "height": 220})
    words = (f"zq{first}{second}" for first in "abcdefghij" for second in "abcdefghij")
    composer.page.keyboard.insert_text(" ".join(f"We saw it at {word} in May." for word in words))
    composer.type(" And")
    until(composer.page, lambda: int(getattr(composer.card.find("ui-count"), "text", 0)) >= 100, what="a hundred tips")


def wait_for_visible_underlines(composer: Composer) -> str:
    """Waits until all visible misspelled words are underlined, and not all of the others. Returns the last visible one."""
    editor = composer.page.locator(composer.editor).first

    def last_visible() -> str:
        counts = editor.evaluate(COUNT_VISIBLE, "zq")
        drawn = sum(map(len, composer.marked().values()))
        last: str = counts["last"] if counts["bare"] == 0 and counts["underlined"] > 0 and drawn < 90 else ""
        return last

    return until(composer.page, last_visible, what="all visible words are underlined")


def linkedin_share_box(rep: Rep) -> Composer:
    page = rep.open(LINKEDIN)
    # Quill appends a line break to every text.
    composer = Composer(
        page, Card(page), '[data-test-modal-id="sharebox"] .ql-editor',
        text=lambda: page.evaluate("quill.getText().slice(0, -1)"),
        caret=lambda: page.evaluate("quillCaret()"),
    )  # fmt: skip
    page.click("#start")
    return composer


def x_composer(rep: Rep) -> Composer:
    page = rep.open(X)
    offset = (
        "(({ text, block, caret }) => "
        "text.split('\\n').slice(0, block).reduce((sum, line) => sum + line.length + 1, 0) + caret)(draft())"
    )
    composer = Composer(
        page, Card(page), '[data-testid="tweetTextarea_0"]', text=lambda: page.evaluate("draft().text"),
        caret=lambda: page.evaluate(offset),
    )  # fmt: skip
    page.click('[data-testid="tweetTextarea_0"]')
    return composer


def linkedin_comment(rep: Rep) -> Composer:
    page = rep.open(LINKEDIN)
    composer = Composer(
        page, Card(page), "#comment .ProseMirror", text=lambda: page.evaluate("comment()"),
        caret=lambda: page.evaluate("commentCaret()"),
    )  # fmt: skip
    page.click("#comment .ProseMirror")
    return composer


COMPOSERS = {"share box": linkedin_share_box, "X": x_composer, "comment": linkedin_comment}
