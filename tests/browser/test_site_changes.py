"""When a site has changed, nothing is read there, and the rep sees a notice with a link to the web composer."""

from __future__ import annotations

import pytest

from tests.browser.backend import Backend
from tests.browser.card import Node
from tests.browser.chromium import Rep
from tests.browser.extension_pages import open_beside
from tests.browser.place_drafts import (
    MARKED,
    PAUSED,
    WEAK,
    WORDS,
    PlaceDraft,
    names,
    server_received,
    wait_for_pending_requests,
    write_in,
)
from tests.browser.places import CHANGED, PLACES, Place, at
from tests.browser.waiting import until

pytestmark = pytest.mark.usefixtures("close_pages")


def test_an_unrecognised_composer_is_not_read_and_the_badge_says_why(rep: Rep, backend: Backend) -> None:
    own = {name: next(names) for name in CHANGED}
    opened = {}
    for name, place in CHANGED.items():
        writing = opened[name] = write_in(rep, place)
        assert not writing.card.exists, f"{name}: no notice before the rep types"
        writing.type(f"{own[name]} {WEAK}")
        notice = PAUSED["x" if "//x.com" in place.address else "linkedin"]

        def is_shown_while_typing(writing: PlaceDraft = writing, notice: str = notice) -> bool:
            # The first keys may come before the extension has started in this page; a rep goes on typing.
            writing.type(" more")
            return writing.badge_word() == notice

        until(writing.page, is_shown_while_typing, what=f"{name}: {notice}")
    wait_for_pending_requests(rep)
    assert [name for name, writing in opened.items() if writing.words()] == []
    assert [name for name in CHANGED if server_received(backend, own[name])] == []


def test_a_changed_site_is_reported_once_with_a_link_to_the_composer(rep: Rep, backend: Backend) -> None:
    writing = write_in(rep, CHANGED["unknown editor in the share box"], "They asked")
    page, card = writing.page, writing.card

    def badge_while_typing() -> Node | None:
        # The first keys may come before the extension has started in this page.
        writing.type(" for it")
        return card.find("badge")

    badge = until(page, badge_while_typing, what="the badge says that reading is paused")
    card.click(badge)
    notice = until(page, lambda: card.find("ui-notice-site-changed"), what="the card says that reading is paused")
    assert PAUSED["linkedin"] in notice.text
    with rep.context.expect_page() as opened:
        card.click(until(page, lambda: card.button("Write in Repute's own editor"), what="the link to the web composer"))
    opened.value.wait_for_url(f"{backend.base_url}/write")
    opened.value.locator(".write-editor").wait_for()
    page.bring_to_front()
    page.keyboard.press("Escape")
    until(page, lambda: card.find("badge") is None, what="the badge is gone")
    for editor in ("#unknown", "#unknown-comment"):
        page.locator(editor).focus()
        writing.type(" for it twice")
    assert card.find("badge") is None
    page.keyboard.press("Alt+Shift+R")
    until(page, lambda: card.find("ui-notice-site-changed"), what="the shortcut shows the notice again")
    # Composers that have not changed are read as before.
    PlaceDraft(page, Place(page.url, "#as-before .ProseMirror"), card).enter()
    writing.type(WEAK)
    until(page, lambda: WORDS in page.evaluate(MARKED), what="the known composer is read")
    until(page, lambda: card.find("ui-notice-site-changed") is None, what="nothing is paused here")


def test_no_paused_notice_in_fields_that_are_not_composers_and_for_synthetic_input(rep: Rep) -> None:
    writings = [write_in(rep, Place(at("linkedin-changed"), editor), WEAK) for editor in ("#hashtag", "#elsewhere", "#beside")]
    synthetic = write_in(rep, CHANGED["unknown editor in the share box"])
    synthetic.place.locate(synthetic.page).evaluate(
        "editor => editor.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }))"
    )
    wait_for_pending_requests(rep)
    assert [writing.place.editor for writing in (*writings, synthetic) if writing.card.exists] == []


def test_in_quiet_mode_the_panel_says_that_reading_is_paused(rep: Rep, backend: Backend) -> None:
    rep.change({"kind": "settings", "mode": "quiet"})
    try:
        writing = write_in(rep, CHANGED["unknown editor in the share box"], WEAK)
        panel = open_beside(rep, "panel", "www.linkedin.com")
        panel.get_by_text(PAUSED["linkedin"]).wait_for()
        with rep.context.expect_page() as opened:
            panel.get_by_role("button", name="Write in Repute's own editor").click()
        opened.value.wait_for_url(f"{backend.base_url}/write")
        assert not writing.card.exists
    finally:
        rep.change({"kind": "settings", "mode": "card"})


def test_the_popup_says_what_is_paused_in_the_active_tab(rep: Rep) -> None:
    write_in(rep, CHANGED["share box in an unknown frame"], WEAK)
    popup = open_beside(rep, "popup", "www.linkedin.com")
    popup.get_by_text(PAUSED["linkedin"]).wait_for()
    popup.get_by_role("button", name="Write in Repute's own editor").wait_for()
    elsewhere = write_in(rep, PLACES["X post"], WEAK)
    elsewhere.wait_for_mark(WORDS)
    popup = open_beside(rep, "popup", "x.com")
    popup.get_by_role("button", name="Pause on x.com").wait_for()
    assert popup.get_by_text("Repute is paused here").count() == 0
