"""Consent and pairing, posting, the rep's choices, and what the extension must not do."""

from __future__ import annotations

import json
import re

import pytest

from tests.browser.axe import violations
from tests.browser.backend import Backend
from tests.browser.card import NEXT_FRAME
from tests.browser.chromium import Rep
from tests.browser.clock import IDLE_MS
from tests.browser.composers import COMPOSERS, Composer
from tests.browser.extension_pages import open_beside
from tests.browser.posting import close_answer, post, press, wait_for_question
from tests.browser.sites import LINKEDIN
from tests.browser.storage import change_stored_value
from tests.browser.waiting import until

WEAK = "They asked for it twice. We leverage our forms to move the needle for buyers. My last line is here"
WORDS = "move the needle"


# First run


def test_nothing_happens_before_consent_and_pairing(newcomer: Rep, backend: Backend) -> None:
    fresh = newcomer
    before = len(backend.received)
    composer = COMPOSERS["share box"](fresh)
    composer.type(WEAK)
    page = composer.page
    assert not composer.card.exists
    fresh.agree()
    page.bring_to_front()
    page.click('[data-test-modal-id="sharebox"] .ql-editor')
    composer.type(" and more")
    until(page, lambda: composer.card.find("badge-word", "Connect"), what="the badge asks to be connected")
    assert composer.words() == set()
    assert backend.received[before:] == [], "nothing is requested from the server"


def test_a_wrong_pairing_code_is_reported(newcomer: Rep) -> None:
    fresh = newcomer
    fresh.agree()
    page = fresh.options()
    page.get_by_label("Code").fill("nonsense!")
    page.get_by_role("button", name="Connect", exact=True).click()
    page.get_by_text("Type the eight letters and digits").wait_for()
    page.get_by_label("Code").fill("ABCD-EFGH")
    page.get_by_role("button", name="Connect", exact=True).click()
    until(
        page,
        lambda: "Open the pairing page first" in page.locator("#code-problem").inner_text(),
        what="the hint to open the pairing page",
    )


# After posting


def test_a_post_counts_when_the_rep_says_so(share_box: Composer, backend: Backend) -> None:
    # A text that no other test shares, because a copy of a colleague's post would earn nothing.
    text = "Two planners in Bremen asked for the short version. Ours would move the needle there. It has four fields, no more"
    share_box.type(text)
    share_box.wait_for_mark(WORDS)
    before = len(backend.bodies("/api/v1/shares"))
    post(share_box)
    wait_for_question(share_box)
    assert len(backend.bodies("/api/v1/shares")) == before, "nothing is sent before the answer"
    press(share_box, "Count it")
    outcome = until(
        share_box.page,
        lambda: share_box.card.find("share-credit") or share_box.card.find("share-title", "On hold"),
        what="the server's answer",
    )
    assert outcome.text
    sent = json.loads(backend.bodies("/api/v1/shares")[-1])
    assert (sent["surface"], sent["text"], sent["url"]) == ("linkedin-post", text, None)
    assert share_box.page.evaluate("posted") == [f"{text}\n"], "the site received what the rep wrote"


def test_a_synthetic_click_on_the_post_button_does_not_count_as_posting(on_x: Composer, backend: Backend) -> None:
    on_x.type(f"{WEAK} again")
    on_x.wait_for_mark(WORDS)
    before = len(backend.bodies("/api/v1/shares"))
    on_x.page.evaluate("document.querySelector('[data-testid=tweetButtonInline]').click()")
    until(on_x.page, lambda: on_x.text() == "", what="the site empties its composer")
    on_x.page.click(on_x.editor)
    on_x.type("They asked us twice. We leverage our forms. And so on")
    on_x.wait_for_mark("leverage")
    assert on_x.card.find("share") is None
    assert len(backend.bodies("/api/v1/shares")) == before


def test_offline_the_share_is_queued_and_sent_later(rep: Rep, on_x: Composer, backend: Backend) -> None:
    on_x.type(WEAK)
    on_x.wait_for_mark(WORDS)
    backend.stop()
    try:
        on_x.type(" and more")
        until(on_x.page, lambda: on_x.card.find("badge-word", "Offline"), what="the badge says that it is offline")
        assert WORDS in on_x.words(), "valid tips stay"
        assert on_x.text() == f"{WEAK} and more"
        post(on_x)
        wait_for_question(on_x)
        press(on_x, "Count it")
        until(
            on_x.page, lambda: on_x.card.find("share-waiting", "Waiting: the server cannot be reached"), what="the share waits"
        )
        close_answer(on_x)
    finally:
        backend.start()
    before = len(backend.bodies("/api/v1/shares"))
    page = rep.options()
    until(page, lambda: len(backend.bodies("/api/v1/shares")) > before, what="the share is sent with the next message")
    popup = rep.open(f"{rep.extension}/popup.html")
    popup.get_by_text("Connected as").wait_for()
    until(popup, lambda: "waiting" not in popup.locator("#app").inner_text(), what="the queue is empty")
    page.close()
    popup.close()


def test_always_and_never_are_remembered(rep: Rep, on_x: Composer, backend: Backend) -> None:
    on_x.type("One buyer told me that our form asks for her name twice, and she was right")
    post(on_x)
    wait_for_question(on_x)
    press(on_x, "Always count")
    until(on_x.page, lambda: on_x.card.find("share") and not on_x.card.button("Always count"), what="the answer")
    close_answer(on_x)
    before = len(backend.bodies("/api/v1/shares"))
    on_x.page.click(on_x.editor)
    on_x.type("A second thing she said: nobody reads page four of the form, not even us")
    post(on_x)
    until(on_x.page, lambda: len(backend.bodies("/api/v1/shares")) > before, what="counted without a question")
    rep.change({"kind": "choose", "shareChoice": "never"})
    close_answer(on_x)
    on_x.page.click(on_x.editor)
    on_x.type("A third thing about page four that I keep for myself today")
    post(on_x)
    until(on_x.page, lambda: on_x.text() == "", what="the site empties its composer")
    on_x.page.click(on_x.editor)
    on_x.type("They asked us twice. We leverage our forms. And so on")
    on_x.wait_for_mark("leverage")
    assert on_x.card.find("share") is None
    rep.change({"kind": "choose", "shareChoice": "ask"})


# Choices


def test_a_tip_is_turned_off_where_the_rep_says_until_it_is_turned_on(rep: Rep, on_x: Composer) -> None:
    on_x.type(WEAK)
    on_x.wait_for_mark(WORDS)
    on_x.open_card()
    on_x.open_tip(WORDS)
    press(on_x, "Turn off…")
    press(on_x, "For X posts")
    until(on_x.page, lambda: WORDS not in on_x.words(), what="the tip is off")
    until(
        on_x.page,
        lambda: on_x.card.find("tip-undo", "tips are off for X posts."),
        what="it stays in its place, where it can be undone",
    )
    on_x.card.click(until(on_x.page, lambda: on_x.card.find("ui-link", "Undo"), what="Undo"))
    on_x.wait_for_mark(WORDS)
    press(on_x, "Turn off…")
    press(on_x, "For X posts")
    until(on_x.page, lambda: WORDS not in on_x.words(), what="the tip is off again")
    elsewhere = COMPOSERS["comment"](rep)
    elsewhere.type(WEAK)
    elsewhere.wait_for_mark(WORDS)
    elsewhere.page.close()
    page = rep.options()
    page.get_by_text("for X posts", exact=True).wait_for()
    page.get_by_role("button", name="Turn on again").click()
    page.get_by_text("None. You can turn off any tip").wait_for()
    page.close()
    on_x.wait_for_mark(WORDS)


def test_no_row_moves_while_the_pointer_is_over_the_list(share_box: Composer) -> None:
    page, card = share_box.page, share_box.card
    # The card is as high as it can be, so that the message takes the place of the list's end, where the pointer is.
    page.set_viewport_size({"width": 1200, "height": 380})
    share_box.type(WEAK)
    share_box.wait_for_mark(WORDS)
    share_box.open_card()

    def rows() -> list[tuple[str, tuple[float, float, float, float]]]:
        return [(row.text, card.rectangle(row)) for row in card.all("tip")]

    left, _, right, bottom = card.settled(until(page, lambda: card.find("card-body"), what="the list"))
    page.mouse.move((left + right) / 2, bottom - 4)
    page.evaluate(NEXT_FRAME)
    before = rows()
    share_box.type(". We are thrilled to announce our best-in-class synergies. And so on")
    share_box.wait_for_mark("best-in-class")
    until(page, lambda: card.find("card-message", "New tips are ready"), what="the card says that new tips wait")
    assert rows() == before
    page.mouse.move(2, 2)
    until(
        page,
        lambda: card.find("tip-message", "best-in-class") or card.find("tip-unfold"),
        what="they come once the pointer left",
    )
    assert card.find("card-message", "New tips are ready") is None


def test_an_ignored_tip_stays_hidden_in_new_drafts_and_only_its_rule_is_sent(
    rep: Rep, on_x: Composer, backend: Backend
) -> None:
    on_x.type(WEAK)
    on_x.wait_for_mark(WORDS)
    on_x.open_card()
    on_x.open_tip(WORDS)
    before = len(backend.bodies("/api/v1/me/preferences"))
    press(on_x, "Ignore")
    until(
        on_x.page, lambda: len(backend.bodies("/api/v1/me/preferences")) > before, what="the server receives the ignored rule"
    )
    assert json.loads(backend.bodies("/api/v1/me/preferences")[-1]).keys() == {"ignored_rule"}
    another = COMPOSERS["X"](rep)
    another.type(f"Another day. {WEAK}")
    another.wait_for_mark("leverage")
    assert WORDS not in another.words()
    another.open_card()
    press(another, "Bring back")
    another.wait_for_mark(WORDS)
    another.page.close()


def test_pausing_a_site_removes_card_and_underlines(rep: Rep, share_box: Composer, backend: Backend) -> None:
    share_box.type(WEAK)
    share_box.wait_for_mark(WORDS)
    rep.change({"kind": "settings", "pausedHost": {"host": "www.linkedin.com", "paused": True}})
    until(share_box.page, lambda: share_box.marked() == {}, what="no underline is left")
    assert not share_box.card.exists
    before = len(backend.received)
    share_box.page.bring_to_front()
    with share_box.clock.frozen() as clock:
        share_box.type(" and we leverage our forms more. So")
        clock.advance(IDLE_MS)
    share_box.page.keyboard.press("Alt+Shift+R")
    rep.change({"kind": "settings", "pausedHost": {"host": "www.linkedin.com", "paused": False}})
    share_box.wait_for_mark(WORDS)
    drafts = [json.loads(body)["text"] for _, path, body in backend.received[before:] if path == "/api/v1/assess"]
    assert len(drafts) == 1, "only after the pause"


def test_the_panel_shows_the_draft_and_applies(rep: Rep, share_box: Composer) -> None:
    rep.change({"kind": "settings", "mode": "quiet"})
    share_box.page.bring_to_front()
    share_box.page.click(share_box.editor)
    share_box.type(WEAK)
    share_box.wait_for_mark(WORDS)
    panel = open_beside(rep, "panel", "www.linkedin.com")
    panel.get_by_role("button", name=re.compile(WORDS)).click()
    panel.get_by_role("button", name="Turn off…").wait_for()
    assert violations(panel) == [], "the card is the same everywhere; here axe can inspect it"
    for tab in ("Preview", "Score", "Compare"):
        panel.get_by_role("tab", name=tab).click()
        assert violations(panel) == []
    panel.get_by_role("button", name="Keep this wording").click()
    panel.get_by_text("Earlier wording").click()
    panel.locator(".compare-wording", has_text=WORDS).wait_for()
    assert violations(panel) == []
    panel.get_by_role("button", name="Discard it").click()
    panel.get_by_role("tab", name="Score").click()
    panel.locator("summary", has_text="Voice").press("Enter")
    panel.get_by_text("Marketing jargon").wait_for()
    assert violations(panel) == []
    panel.locator(".score-parts").get_by_role("button", name="Buzzwords").press("Enter")
    panel.locator(".tip-open[aria-expanded=true]:focus").wait_for()
    panel.get_by_role("tab", name="Tips").click()
    panel.get_by_role("button", name=re.compile(WORDS)).click()
    share_box.page.bring_to_front()
    share_box.page.keyboard.press("Alt+Shift+A")
    until(share_box.page, lambda: WORDS not in share_box.text(), what="the shortcut applies the tip selected in the panel")
    panel.close()
    rep.change({"kind": "settings", "mode": "card"})


def test_what_was_sent_is_listed_without_texts(rep: Rep, on_x: Composer) -> None:
    on_x.type(WEAK)
    on_x.wait_for_mark(WORDS)
    page = rep.options()
    page.get_by_role("cell", name="X post").first.wait_for()
    log = page.locator(".options-log").inner_text()
    assert "98 characters" in log
    assert "needle" not in log
    page.close()


def test_the_connection_can_end_on_either_side(newcomer: Rep, backend: Backend) -> None:
    other = newcomer
    other.agree()
    other.pair()
    page = other.context.new_page()
    page.goto(f"{backend.base_url}/settings")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="End pairing").click()
    page.get_by_text("No browser is paired").wait_for()
    composer = COMPOSERS["X"](other)
    composer.type(WEAK)
    until(composer.page, lambda: composer.card.find("badge-word", "Connect"), what="the badge says that it is not connected")
    options = other.options()
    options.get_by_text("The server ended this browser's connection").wait_for()


@pytest.mark.parametrize("changes", [{"accessUntil": 0}, {"access": "an unknown token"}], ids=["expired", "rejected"])
def test_tokens_are_refreshed_without_the_rep(rep: Rep, on_x: Composer, backend: Backend, changes: dict[str, object]) -> None:
    before = len(backend.bodies("/api/v1/pairing/refresh"))
    change_stored_value(rep, "account", **changes)
    on_x.page.bring_to_front()
    on_x.type(WEAK)
    on_x.wait_for_mark(WORDS)
    assert len(backend.bodies("/api/v1/pairing/refresh")) == before + 1
    assert len({json.loads(body)["refresh_token"] for body in backend.bodies("/api/v1/pairing/refresh")}) == before + 1, (
        "each token is used once"
    )


# Pages and adapters


def test_the_extensions_own_pages_are_accessible(rep: Rep) -> None:
    page = rep.context.new_page()
    for name in ("options", "popup", "panel"):
        page.goto(f"{rep.extension}/{name}.html")
        page.locator("#app > *").first.wait_for()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert violations(page, only_colours=scheme == "dark") == [], (name, scheme)
    page.close()


def test_an_adapter_disabled_on_the_server_is_off_in_new_pages(newcomer: Rep, backend: Backend) -> None:
    """The list is fetched when the rep pairs, and can only switch adapters off."""
    entry = {"adapter": "linkedin", "layout": "sdui", "action": "disable", "fixed_in": None, "message": "LinkedIn changed."}
    backend.disable(entry)
    try:
        other = newcomer
        other.agree()
        other.pair()
        composer = COMPOSERS["share box"](other)
        composer.type(WEAK)
        composer.card.click(until(composer.page, lambda: composer.card.find("badge"), what="the page says that it is paused"))
        until(composer.page, lambda: composer.card.find("ui-notice-site-changed", "LinkedIn changed."), what="the reason")
        popup = other.open(f"{other.extension}/popup.html")
        popup.get_by_text("LinkedIn changed.").wait_for()
        popup.close()
        x = COMPOSERS["X"](other)
        x.type(WEAK)
        x.wait_for_mark(WORDS)
        assert composer.marked() == {}
    finally:
        backend.disable(None)


def test_the_feed_is_never_read(rep: Rep, share_box: Composer, backend: Backend) -> None:
    share_box.page.evaluate("document.querySelector('header').append('Private words of a colleague')")
    share_box.type(WEAK)
    share_box.wait_for_mark(WORDS)
    assert not any(b"colleague" in body for _, _, body in backend.received)
    assert rep.user
    assert share_box.page.url == LINKEDIN
