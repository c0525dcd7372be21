"""Advice: shown before the tips, and its sentences underlined in the draft."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.axe import violations
from tests.browser.backend import Backend
from tests.browser.card import Node
from tests.browser.chromium import Rep
from tests.browser.composers import Composer
from tests.browser.extension_pages import open_beside
from tests.browser.fake_advice import advice, answer_with
from tests.browser.waiting import until

pytestmark = pytest.mark.usefixtures("patched_backend")

FIRST, SECOND = "They asked for it twice.", "We leverage our forms to move the needle for buyers."
WEAK = f"{FIRST} {SECOND} My last line is here"
WORDS = "move the needle"
FACT = advice("fact", "Say how much it helped", SECOND, question="What changed, and by how much?", worth=12)
ASK = advice("ask", "End with a question", question="What would you like to know?", worth=1)
LEAVE = advice("leave", "Leave it as it is. It is warm and about the person.")
#: Highlights: the sentences of advice, and of the advice that the rep points at.
ADVISED, EMPHASIZED = "rp-e", "rp-f"


def wait_for_advice(composer: Composer, name: str = ADVISED) -> None:
    until(composer.page, lambda: composer.marked().get(name) == [SECOND], what=f"the advice's sentence is painted as {name}")


def find_message(composer: Composer, item: dict[str, Any]) -> Node:
    return until(composer.page, lambda: composer.card.find("advice-message", item["message"]), what="the advice is in the card")


def test_advice_comes_first_and_its_sentence_is_underlined(share_box: Composer, backend: Backend) -> None:
    answer_with(backend, [FACT, ASK])
    share_box.type(WEAK)
    wait_for_advice(share_box)
    share_box.open_card()
    page, card = share_box.page, share_box.card
    shown = [node.text for node in card.nodes() if node.has("advice") or node.has("tip-message")]
    assert shown[:2] == [
        f"{FACT['message']}{FACT['question']}About +12 points{SECOND}",
        f"{ASK['message']}+1About +1 point",
    ]
    assert len(shown) > 2, "the tips follow"
    assert card.find("tip-more") is None, "and are closed"
    card.click(find_message(share_box, ASK))
    until(page, lambda: card.find("advice-details", ASK["question"]), what="a click shows the question of the other one")
    assert card.find("advice-details", "whole draft")

    before = page.evaluate("mutations.kinds")
    left, top, right, bottom = card.settled(find_message(share_box, FACT))
    page.mouse.move((left + right) / 2, (top + bottom) / 2)
    wait_for_advice(share_box, EMPHASIZED)
    assert card.settled(find_message(share_box, FACT)) == (left, top, right, bottom), "nothing moves under the pointer"
    page.mouse.move(2, 2)
    wait_for_advice(share_box)
    assert page.evaluate("mutations.kinds") == before, "painting changes nothing in the editor"


def test_advice_stays_while_its_sentence_is_edited_but_the_underline_goes(share_box: Composer, backend: Backend) -> None:
    answer_with(backend, [FACT])
    share_box.type(WEAK)
    wait_for_advice(share_box)
    share_box.open_card()
    with share_box.clock.frozen():
        share_box.page.keyboard.press("Control+Home")
        share_box.page.keyboard.insert_text("Today: ")
        until(share_box.page, lambda: share_box.marked().get(ADVISED) == [SECOND], what="it moves with an edit before it")
        for _ in range(len(f"Today: {FIRST} We l")):
            share_box.page.keyboard.press("ArrowRight")
        share_box.page.keyboard.type("x")
        until(share_box.page, lambda: share_box.marked().get(ADVISED) is None, what="the changed sentence has no underline")
        # The card is rendered in the next frame.
        until(share_box.page, lambda: share_box.card.find("advice-show") is None, what="there is nothing to show any more")
        assert find_message(share_box, FACT), "the rep may be answering its question"


def test_advice_is_reached_by_keyboard(share_box: Composer, backend: Backend) -> None:
    answer_with(backend, [FACT])
    share_box.type(WEAK)
    wait_for_advice(share_box)
    share_box.page.keyboard.press("Alt+Shift+R")
    first = until(share_box.page, share_box.card.focused, what="the card has the focus")
    assert first.has("advice-show")
    wait_for_advice(share_box, EMPHASIZED)
    share_box.page.keyboard.press("ArrowDown")
    next_one = until(share_box.page, share_box.card.focused, what="the focus is still in the card")
    assert next_one.has("tip-open")
    wait_for_advice(share_box)


def test_the_panel_shows_the_sentence_of_its_advice(rep: Rep, share_box: Composer, backend: Backend) -> None:
    answer_with(backend, [FACT])
    share_box.page.set_viewport_size({"width": 900, "height": 420})
    share_box.page.keyboard.insert_text("\n".join([SECOND, *(f"On day {n} we counted boxes." for n in range(60))]))
    share_box.type(" And")
    wait_for_advice(share_box)
    assert not share_box.page.evaluate(IS_IN_VIEW), "the end of the draft is in view"
    panel = open_beside(rep, "panel", "www.linkedin.com")
    item = panel.get_by_role("button", name=FACT["message"])
    item.hover()
    wait_for_advice(share_box, EMPHASIZED)
    item.click()
    until(share_box.page, lambda: share_box.page.evaluate(IS_IN_VIEW), what="a click scrolls to the sentence")
    assert violations(panel) == []
    panel.close()
    wait_for_advice(share_box)


#: Whether the advice's sentence can be seen in the window.
IS_IN_VIEW = """() => [...CSS.highlights].some(([name, drawn]) => ['rp-e', 'rp-f'].includes(name) && [...drawn].some(range => {
  const box = range.getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight;
}))"""


def test_a_draft_to_leave_as_it_is_says_so_in_one_line(on_write: Composer, backend: Backend) -> None:
    answer_with(backend, [LEAVE])
    on_write.type(WEAK)
    line = until(on_write.page, lambda: on_write.card.find("advice-leave"), what="the advice")
    assert line.text == "Leave the rest as it is.", "tips follow"
    assert on_write.card.all("advice") == []
    on_write.wait_for_mark(WORDS)


def test_an_older_server_without_advice_shows_tips_as_before(on_write: Composer, backend: Backend) -> None:
    answer_with(backend, None)
    on_write.type(WEAK)
    on_write.wait_for_mark(WORDS)
    until(on_write.page, lambda: on_write.card.find("tip-more"), what="the first tip is open")
    assert on_write.card.all("ui-section-heading") == []
    assert set(on_write.marked()).isdisjoint({ADVISED, EMPHASIZED})
