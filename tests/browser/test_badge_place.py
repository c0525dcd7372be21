"""The badge covers no control of the site, wherever the rep writes and however long the draft is, and it stays in its place."""

from __future__ import annotations

import pytest

from tests.browser.chromium import Rep
from tests.browser.place_drafts import PlaceDraft, write_in
from tests.browser.places import PLACES, Place
from tests.browser.screenshots import save_screenshot
from tests.browser.sites import X
from tests.browser.waiting import until

pytestmark = pytest.mark.usefixtures("close_pages")

EVERYWHERE = {**PLACES, "X post with a toolbar": Place(X, '[data-testid="tweetTextarea_0"]', "x-post")}
SIZES = {"wide": (1200, 760), "between": (760, 700), "narrow": (360, 640)}
#: Boxes with room beside them in a wide window. Elsewhere the badge is below the editor, and moves when that grows by a line.
NARROWER = {
    "server-driven share box", "classic share box", "classic comment", "X reply", "X quote", "X thread",
    "X name around the editor", "X unknown engine", "X post with a toolbar",
}  # fmt: skip
LINE = "They asked us for it twice, and we had no answer. "

#: In the window: every visible control outside of the editor, in the document and in open shadow roots.
CONTROLS = """editor => {
  const frame = window.frameElement?.getBoundingClientRect() ?? { left: 0, top: 0 };
  const boxes = [];
  const walk = root => {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) walk(element.shadowRoot);
      if (!element.matches('button, a[href], input, select, textarea, [contenteditable=true], iframe')) continue;
      if (element === editor || element.contains(editor) || editor.contains(element) || !element.checkVisibility()) continue;
      const { left, top, right, bottom } = element.getBoundingClientRect();
      const name = element.textContent.slice(0, 20) || element.id || element.localName;
      if (right > left && bottom > top) {
        boxes.push([name, left + frame.left, top + frame.top, right + frame.left, bottom + frame.top]);
      }
    }
  };
  walk(document);
  return boxes;
}"""


def covered(writing: PlaceDraft) -> list[str]:
    """The names of the controls under the badge."""
    left, top, right, bottom = place_of_badge(writing)
    boxes = writing.place.locate(writing.page).evaluate(CONTROLS)
    return [name for name, x, y, end_x, end_y in boxes if x < right and left < end_x and y < bottom and top < end_y]


def place_of_badge(writing: PlaceDraft) -> tuple[float, float, float, float]:
    badge = until(writing.page, lambda: writing.card.find("host-badge"), what="the badge appears")
    return writing.card.settled(badge)


@pytest.mark.parametrize("name", EVERYWHERE)
def test_the_badge_covers_no_control(rep: Rep, name: str) -> None:
    writing = write_in(rep, EVERYWHERE[name])
    page = writing.page
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        places = set()
        for text in (LINE, LINE * 3, LINE * 12):
            if text == LINE:
                page.keyboard.press("Control+a")
            writing.type(text)
            until(page, lambda: covered(writing) == [], what=f"no control is covered in a {size} window")
            places.add(place_of_badge(writing)[:2])
        save_screenshot(page, f"badge-{name.replace(' ', '-')}-{size}")
        if size == "wide" and name in NARROWER:
            assert len(places) == 1, f"it has moved: {places}"


#: Buttons over the whole window, except where the hole is.
AROUND_HOLE = """([left, top, right, bottom]) => {
  for (const old of document.querySelectorAll('.around-hole')) old.remove();
  for (const [x, y, endX, endY] of [
    [0, 0, innerWidth, top], [0, bottom, innerWidth, innerHeight], [0, top, left, bottom], [right, top, innerWidth, bottom],
  ]) {
    const button = document.createElement('button');
    button.className = 'around-hole';
    button.style.cssText =
      `position: fixed; z-index: 99999; left: ${x}px; top: ${y}px; width: ${endX - x}px; height: ${endY - y}px; opacity: 0.3`;
    document.body.append(button);
  }
}"""
BADGE_TEXT = "async () => chrome.action.getBadgeText({ tabId: (await chrome.tabs.query({ active: true }))[0].id })"


def test_the_badge_makes_way_for_a_control_and_is_its_ring_where_there_is_little_room(rep: Rep) -> None:
    writing = write_in(rep, EVERYWHERE["server-driven share box"], LINE)
    page = writing.page
    page.set_viewport_size({"width": 1200, "height": 760})
    left, top, _, bottom = place_of_badge(writing)
    page.evaluate(AROUND_HOLE, [left - 4, top - 4, left + 56, bottom + 4])
    writing.type(LINE)

    def is_ring() -> bool:
        left, _, right, _ = place_of_badge(writing)
        return right - left < 60 and not covered(writing)

    until(page, is_ring, what="only the ring is in the hole")
    save_screenshot(page, "badge-ring")
    worker = rep.worker
    page.evaluate(AROUND_HOLE, [left, top, left, top])
    writing.type(LINE)
    until(page, lambda: worker.evaluate(BADGE_TEXT) != "", what="the toolbar button shows what the page has no room for")
    page.evaluate(AROUND_HOLE, [0, 0, 1200, 760])
    writing.type(LINE)
    until(page, lambda: worker.evaluate(BADGE_TEXT) == "", what="the badge is back in the page")
    assert covered(writing) == []
