"""Drafts at /write: kept in the browser until they are posted or cleared, and only for the person who wrote them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from server.core.database.session import unit_of_work
from server.people.models import Acknowledgement, User
from server.people.queries import get_organisation
from tests.browser.axe import violations
from tests.browser.backend import Backend, sign_in
from tests.browser.card import Card
from tests.browser.composers import Composer
from tests.browser.posting import press
from tests.browser.waiting import until

TEXT = "They asked for it twice. We leverage our forms to move the needle for buyers. My last line is here"
WORDS = "move the needle"
STORED = "() => Object.keys(localStorage).filter(key => key.startsWith('repute-draft:'))"


@pytest.fixture
def composer(on_write: Composer) -> Composer:
    return on_write


def test_a_draft_survives_a_reload_and_is_scored_until_it_is_cleared(composer: Composer, backend: Backend) -> None:
    page = composer.page
    page.get_by_text("X post").click()
    page.click(".write-editor")
    composer.type(TEXT)
    page.keyboard.press("Enter")
    composer.type("Another paragraph.")
    composer.wait_for_mark(WORDS)
    written = composer.text()
    before = len(backend.received)
    page.reload()
    page.get_by_text("Restored your draft").wait_for()
    assert composer.text() == written
    expect(page.get_by_role("radio", name="X post")).to_be_checked()
    composer.wait_for_mark(WORDS)
    composer.type(" More.")
    assert composer.text() == f"{written} More.", "the caret is at the end"
    sent = [(path, body) for _, path, body in backend.received[before:] if b"Another paragraph" in body]
    assert {path for path, _ in sent} == {"/write/assess"}, "the draft is sent for scoring only"

    page.get_by_role("button", name="Clear").click()
    page.get_by_text("Restored your draft").wait_for(state="detached")
    assert composer.text() == ""
    assert page.evaluate(STORED) == []
    page.keyboard.press("Control+z")
    assert composer.text() == f"{written} More.", "clearing can be undone"


def test_a_draft_written_while_the_server_is_unreachable_is_kept(composer: Composer, backend: Backend) -> None:
    backend.stop()
    try:
        composer.type(TEXT)
        until(composer.page, lambda: composer.card.find("ui-notice-unreachable"), what="the card says so")
    finally:
        backend.start()
    # The browser logs the failed requests as errors.
    composer.page.complaints.clear()
    composer.page.reload()
    composer.page.get_by_text("Restored your draft").wait_for()
    assert composer.text() == TEXT
    composer.wait_for_mark(WORDS)


def test_a_draft_that_counts_is_no_longer_kept(composer: Composer) -> None:
    text = "Forty dental practices told us which page of the form they dread. Page four, said thirty-one of them."
    composer.type(text)
    until(composer.page, lambda: composer.card.find("ui-tab", "Score"), what="the draft was scored")
    assert len(composer.page.evaluate(STORED)) == 1
    composer.page.get_by_role("button", name="I posted this").click()
    until(composer.page, lambda: composer.card.find("share-credit"), what="the card shows the credit")
    assert composer.page.evaluate(STORED) == []


def test_another_person_in_the_same_browser_never_sees_the_draft(
    open_web_composer: Callable[[User], Composer], backend: Backend
) -> None:
    composer = open_web_composer(backend.new_user())
    page = composer.page
    composer.clock.install()
    page.click(".write-editor")
    composer.type(TEXT)
    composer.wait_for_mark(WORDS)
    (key,) = page.evaluate(STORED)
    page.evaluate("key => localStorage.setItem(key, '{}')", key.replace("repute-draft", "repute-seen"))
    page.locator("summary", has_text="your menu").click()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    assert page.evaluate("Object.keys(localStorage).filter(key => /^repute-(draft|seen):/.test(key))") == []
    # As if the first person's session had ended without signing out.
    page.evaluate("([key, text]) => localStorage.setItem(key, JSON.stringify({ surface: 'x-post', text, at: 1 }))", [key, TEXT])
    sign_in(page, backend.login_link(backend.new_user()))
    page.goto(f"{backend.base_url}/write")
    until(page, lambda: composer.card.find("card"), what="the composer has started")
    assert composer.text() == ""
    assert page.evaluate(STORED) == []
    page.close()


def test_confirming_the_notice_lets_a_draft_count_that_was_refused_for_it(
    open_web_composer: Callable[[User], Composer], backend: Backend
) -> None:
    composer = open_web_composer(backend.new_user(acknowledged=False))
    page = composer.page
    composer.clock.install()
    page.click(".write-editor")
    text = "Thirty harbour pilots filled in the form on a phone, and two of them on the water."
    composer.type(text)
    page.get_by_role("button", name="I posted this").click()
    until(page, lambda: composer.card.find("share-waiting", "read the privacy notice once"), what="the share waits")
    with page.context.expect_page() as opened:
        press(composer, "Open notice")
    opened.value.get_by_role("button", name="I have read this notice").click()
    opened.value.get_by_text("You confirmed this on").wait_for()
    opened.value.close()
    # A headless browser shows all its tabs at once, so that returning to this one is no event.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    until(page, lambda: composer.card.find("share-credit"), what="the card shows the credit")
    first, second = (json.loads(body) for body in backend.bodies("/write/share")[-2:])
    assert first == second
    assert first["text"] == text
    assert page.evaluate(STORED) == []
    page.close()


#: One for each test: what repeats another's text does not count.
WAITING_TEXTS = iter(
    (
        "We asked harbour pilots which form they fill in twice, and on which days.",
        "A buyer in Turku showed me her drawer of spare gaskets, sorted by the year in which each pump was built.",
    )
)


@pytest.fixture
def left_waiting(open_web_composer: Callable[[User], Composer], backend: Backend) -> Iterator[tuple[Page, User, str]]:
    """The page of somebody whose share waits for the notice, and who has left the composer; the person, and the text."""
    user = backend.new_user(acknowledged=False)
    composer = open_web_composer(user)
    page = composer.page
    composer.clock.install()
    page.click(".write-editor")
    text = next(WAITING_TEXTS)
    composer.type(text)
    # The button moves when the first assessment is shown, and a click that it moves away from does nothing.
    until(page, lambda: composer.card.find("ui-tab", "Score"), what="the draft is scored")
    page.get_by_role("button", name="I posted this").click()
    until(page, lambda: composer.card.find("share-waiting", "read the privacy notice once"), what="the share waits")
    page.goto("about:blank")
    yield page, user, text
    page.close()


def test_a_share_that_waits_is_sent_by_the_page_of_the_notice(left_waiting: tuple[Page, User, str], backend: Backend) -> None:
    page, _, text = left_waiting
    page.goto(f"{backend.base_url}/me/data")
    page.get_by_role("button", name="I have read this notice").click()
    page.get_by_text("The post that was waiting has been sent.").wait_for()
    first, second = (json.loads(body) for body in backend.bodies("/write/share")[-2:])
    assert first == second
    assert first["text"] == text
    until(page, lambda: page.evaluate(STORED) == [], what="nothing is kept any more")
    page.goto(f"{backend.base_url}/me")
    page.get_by_text(text).first.wait_for()


def test_a_share_that_waits_is_sent_when_the_composer_is_opened_again(
    left_waiting: tuple[Page, User, str], backend: Backend
) -> None:
    page, user, _ = left_waiting
    with unit_of_work(backend.engine) as session:
        session.add(Acknowledgement(user_id=user.id, notice_version=get_organisation(session).notice_version))
    page.goto(f"{backend.base_url}/write")
    until(page, lambda: Card(page).find("share-credit"), what="the card shows the credit")
    assert page.evaluate(STORED) == []


FIRST = "Nine ferry captains told us which form they fill in after a storm."
SECOND = "A dentist in Oulu keeps one drawer for forms that nobody reads."


def kept(page: Page) -> list[str]:
    """The texts of the kept drafts."""
    texts: list[str] = page.evaluate(
        "() => Object.entries(localStorage).filter(([key]) => key.includes(':draft:')).map(([, kept]) => JSON.parse(kept).text)"
    )
    return sorted(texts)


def test_several_drafts_are_kept_found_and_opened(composer: Composer) -> None:
    page = composer.page
    composer.type(FIRST)
    page.get_by_label("Link to the published post").fill("https://www.linkedin.com/posts/of-the-first")
    page.get_by_role("button", name="New draft").click()
    assert composer.text() == ""
    expect(page.get_by_label("Link to the published post")).to_have_value("")
    page.get_by_text("X post").click()
    page.click(".write-editor")
    composer.type(SECOND)
    assert kept(page) == sorted((FIRST, SECOND))
    page.reload()
    page.get_by_text("Restored your draft").wait_for()
    assert composer.text() == SECOND

    page.get_by_role("button", name="2 drafts").click()
    items = page.get_by_role("list", name="2 drafts").get_by_role("listitem")
    assert [("X post" in text, "in the editor" in text) for text in items.all_inner_texts()] == [(True, True), (False, False)]
    page.get_by_role("searchbox").fill("CAPTAINS storm")
    expect(items).to_have_count(1)
    page.get_by_text("1 found").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name=re.compile("^Nine ferry captains")).click()
    assert composer.text() == FIRST
    expect(page.get_by_role("radio", name="LinkedIn post")).to_be_checked()
    composer.type(" One said so.")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert SECOND not in composer.text(), "Undo does not bring back the draft before"
    assert SECOND in kept(page)


def test_a_draft_in_the_editor_is_deleted_and_brought_back(composer: Composer) -> None:
    page = composer.page
    composer.type(FIRST)
    page.get_by_role("button", name="1 draft").click()
    page.get_by_role("button", name="Delete the draft").click()
    page.get_by_text("Deleted “Nine ferry captains").wait_for()
    assert (composer.text(), kept(page)) == ("", [])
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    until(page, lambda: composer.text() == FIRST, what="the draft is in the editor again")
    assert kept(page) == [FIRST]


def test_an_idea_is_noted_and_opened_as_a_draft(composer: Composer) -> None:
    page = composer.page
    composer.type(FIRST)
    page.get_by_role("button", name="0 ideas").click()
    page.get_by_label("An idea for later").fill(SECOND)
    page.get_by_role("button", name="Save idea").click()
    page.reload()
    page.get_by_role("button", name="1 idea").click()
    assert violations(page) == []
    page.get_by_role("button", name="Write it").click()
    assert composer.text() == SECOND
    assert kept(page) == sorted((FIRST, SECOND))
    page.get_by_role("button", name="0 ideas").wait_for()


def test_a_draft_that_is_open_in_two_tabs_is_never_overwritten(composer: Composer) -> None:
    page = composer.page
    composer.type(FIRST)
    (key,) = page.evaluate(STORED)
    other = json.dumps({"surface": "linkedin-post", "text": f"{FIRST} Written in the other tab.", "at": 1})
    page.evaluate("([key, stored]) => localStorage.setItem(key, stored)", [key, other])
    composer.type(" Written here.")
    page.get_by_text("changed in another tab").wait_for()
    assert kept(page) == sorted((f"{FIRST} Written in the other tab.", f"{FIRST} Written here."))


def test_signing_out_tells_how_many_drafts_it_deletes(open_web_composer: Callable[[User], Composer], backend: Backend) -> None:
    composer = open_web_composer(backend.new_user())
    page = composer.page
    composer.clock.install()
    page.click(".write-editor")
    composer.type(FIRST)
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.locator("summary", has_text="your menu").click()
    page.get_by_role("button", name="Sign out").click()
    assert "(1)" in asked[0]
    assert kept(page) == [FIRST]
    page.close()


def test_a_draft_whose_share_waited_is_no_longer_kept_although_another_one_is_open(
    open_web_composer: Callable[[User], Composer], backend: Backend
) -> None:
    user = backend.new_user(acknowledged=False)
    composer = open_web_composer(user)
    page = composer.page
    composer.clock.install()
    page.click(".write-editor")
    composer.type("Four lock keepers told us which of their forms the skippers never read.")
    page.get_by_role("button", name="I posted this").click()
    until(page, lambda: composer.card.find("share-waiting", "read the privacy notice once"), what="the share waits")
    page.get_by_role("button", name="New draft").click()
    composer.type(SECOND)
    with unit_of_work(backend.engine) as session:
        session.add(Acknowledgement(user_id=user.id, notice_version=get_organisation(session).notice_version))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    until(page, lambda: composer.card.find("share-credit"), what="the card shows the credit")
    assert (composer.text(), kept(page)) == (SECOND, [SECOND])
    page.close()
