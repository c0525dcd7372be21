"""Every place a rep writes, in each layout of each site, and fields that only look like one."""

from __future__ import annotations

import pytest

from tests.browser.backend import Backend
from tests.browser.card import NEXT_FRAME, Card
from tests.browser.chromium import Rep
from tests.browser.composers import Composer, wait_for_visible_underlines, write_long_draft
from tests.browser.place_drafts import (
    BETTER,
    MARKED,
    WEAK,
    WORDS,
    PlaceDraft,
    drafts,
    names,
    server_received,
    wait_for_pending_requests,
    write_in,
)
from tests.browser.places import DECOYS, PLACES, X_PLACES, Place
from tests.browser.waiting import until

pytestmark = pytest.mark.usefixtures("close_pages")


@pytest.mark.parametrize("name", PLACES)
def test_each_composer_is_read_and_written_to_only_where_its_adapter_is_certain(rep: Rep, backend: Backend, name: str) -> None:
    place, own = PLACES[name], next(names)
    writing = write_in(rep, place, f"{own} wrote. {WEAK}")
    if place.editor == "textarea":
        writing.wait_for_count()
        assert writing.words() == [], "nothing can be underlined in a textarea; the tip is in the list"
    else:
        writing.wait_for_mark(WORDS)
    assert {draft["surface"] for draft in drafts(backend) if own in draft["text"]} == {place.surface}
    writing.page.keyboard.press("Alt+Shift+R")
    tip = until(writing.page, lambda: writing.card.find("tip-open", BETTER), what="the tip is listed")
    writing.card.click(tip)
    until(writing.page, lambda: writing.card.find("tip-copy"), what="the replacement can be copied")
    assert (writing.card.find("tip-apply") is not None) == place.apply


def test_a_long_x_post_gets_tips_without_a_score_once_the_account_may_post_it(rep: Rep, backend: Backend) -> None:
    own = next(names)
    writing = write_in(rep, PLACES["X post"], f"{own} wrote. {WEAK}")
    page, card = writing.page, writing.card
    writing.wait_for_mark(WORDS)
    button = page.locator("#inline [data-testid=tweetButtonInline]")
    button.evaluate("button => { button.disabled = true }")
    page.keyboard.insert_text(". A port in the north asked us which form its skippers never read, and why." * 4)
    writing.type(" Then")
    page.keyboard.press("Alt+Shift+R")
    # The shortcut moved the focus into the card, whose rows stay as they are while it is there.
    writing.enter()
    until(page, lambda: card.find("tip-open", "to fit: X counts a link"), what="the post is too long for this account")
    button.evaluate("button => { button.disabled = false }")
    writing.type(" more")
    until(page, lambda: card.find("ui-empty", "Scores are for posts"), what="the card says why there is no score")
    assert card.find("tip-open", BETTER), "the tips on words stay"
    assert card.find("tip-open", "to fit: X counts a link") is None
    surfaces = [draft["surface"] for draft in drafts(backend) if own in draft["text"]]
    assert (surfaces[0], surfaces[-1]) == ("x-post", "long-form")


@pytest.mark.usefixtures("spelling")
def test_scrolling_inside_a_shadow_root_draws_what_becomes_visible(rep: Rep) -> None:
    place = PLACES["server-driven share box"]
    writing = write_in(rep, place)
    page, editor = writing.page, place.locate(writing.page)
    editor.evaluate("editor => Object.assign(editor.style, { height: '90px', overflowY: 'auto' })")
    composer = Composer(page, writing.card, place.editor, text=str, caret=int)
    write_long_draft(composer)
    assert wait_for_visible_underlines(composer) == "zqjj"
    editor.evaluate("editor => editor.scrollTo(0, 0)")
    until(page, lambda: wait_for_visible_underlines(composer) < "zqj", what="the beginning is visible")


def test_focus_moving_within_a_shadow_root_activates_its_editor(rep: Rep) -> None:
    """For example from the button that a dialog focuses first; no key press is needed."""
    comment = write_in(rep, PLACES["server-driven comment"], WEAK)
    comment.wait_for_count()
    comment.page.evaluate(
        """() => {
          const button = document.createElement("button");
          document.getElementById("interop-outlet").shadowRoot.append(button);
          button.focus();
          document.getElementById("start").click();
        }"""
    )
    until(
        comment.page,
        lambda: comment.card.find("badge") and not comment.card.find("ui-count"),
        what="the badge belongs to the share box",
    )


def test_the_badge_stays_beside_a_dialog_that_scrolls_and_moves_with_a_page_that_does(rep: Rep) -> None:
    writing = write_in(rep, PLACES["server-driven share box"], "They asked for it twice. We move the needle")
    # The sentence at the caret is underlined once the rep is idle; after that only scrolling moves the badge.
    writing.wait_for_mark(WORDS)
    page, card = writing.page, writing.card
    dialog = page.locator('[data-test-modal-id="sharebox"]')
    dialog.evaluate(
        """dialog => new Promise(laidOut => {
          Object.assign(dialog.style, { height: '200px', overflowY: 'auto' });
          requestAnimationFrame(() => requestAnimationFrame(laidOut));
        })"""
    )

    def top() -> float:
        badge = card.find("badge")
        assert badge
        return card.rectangle(badge)[1]

    before = top()
    dialog.evaluate("dialog => dialog.scrollBy(0, 30)")
    page.evaluate(NEXT_FRAME)
    assert top() == before

    comment = write_in(rep, PLACES["server-driven comment"], WEAK)
    comment.wait_for_count()
    page, card = comment.page, comment.card
    page.evaluate("document.body.style.height = '2000px'")
    before = top()
    page.evaluate("scrollBy(0, 30)")
    until(page, lambda: top() == before - 30, what="the badge follows")


def test_a_thread_keeps_its_posts_apart(rep: Rep, backend: Backend) -> None:
    page = rep.open(f"{X_PLACES}#thread")
    own = [next(names) for _ in range(3)]
    weak = ["leverage", "move the needle", "synergies"]
    posts = [
        PlaceDraft(page, Place(page.url, f'#thread [data-testid="tweetTextarea_{number}"]'), Card(page)) for number in range(3)
    ]
    for post, name, words in zip(posts, own, weak, strict=True):
        post.enter()
        post.type(f"{name} asked us twice. We {words} for every buyer in the town. So much for the form")
        post.wait_for_mark(words)
    assert set(posts[0].words()) >= set(weak), "each post keeps its own underlines"
    for name in own:
        others = set(own) - {name}
        assert not any(name in draft["text"] and other in draft["text"] for draft in drafts(backend) for other in others)
    page.click("#thread [data-remove]")
    until(page, lambda: "move the needle" not in posts[0].words(), what="the removed post's underlines are gone")
    assert {"leverage", "synergies"} <= set(posts[0].words())
    # The last post is still read, separately from the others.
    posts[2].enter()
    page.keyboard.press("Control+End")
    posts[2].type(". Our forms are game-changing. And more")
    posts[2].wait_for_mark("game-changing")
    latest = drafts(backend)[-1]["text"]
    assert own[2] in latest
    assert own[0] not in latest
    assert {"leverage", "synergies"} <= set(posts[0].words())


def test_a_layout_change_in_an_open_page_is_followed(rep: Rep, backend: Backend) -> None:
    writing = write_in(rep, PLACES["classic share box"], WEAK)
    writing.wait_for_mark(WORDS)
    page = writing.page
    page.evaluate(
        """() => {
          document.querySelector('#share').remove();
          const box = document.createElement('div');
          box.setAttribute('data-view-name', 'comment-box');
          box.id = 'new-box';
          box.innerHTML = '<div data-testid="ui-core-tiptap-text-editor-wrapper"><div data-editor="prosemirror"></div></div>';
          document.body.append(box);
          mount();
        }"""
    )
    until(page, lambda: page.evaluate(MARKED) == [], what="the old editor's underlines are gone")
    own = next(names)
    new_box = PlaceDraft(page, Place(page.url, "#new-box .ProseMirror"), writing.card)
    new_box.enter()
    new_box.type(f"{own} wrote. {WEAK}")
    new_box.wait_for_mark(WORDS)
    assert {draft["surface"] for draft in drafts(backend) if own in draft["text"]} == {"linkedin-comment"}


@pytest.mark.parametrize(
    ("name", "elsewhere", "back"),
    [
        ("X post", "/messages/1", "/home"),
        ("classic comment", "/messaging/thread/1/", "/feed/"),
    ],
)
def test_an_editor_is_released_when_the_page_navigates_to_messages(
    rep: Rep, backend: Backend, name: str, elsewhere: str, back: str
) -> None:
    writing = write_in(rep, PLACES[name], WEAK)
    writing.wait_for_mark(WORDS)
    page, own = writing.page, next(names)
    page.evaluate("path => history.pushState({}, '', path)", elsewhere)
    until(page, lambda: writing.words() == [], what="the underlines are gone")
    writing.type(f". {own} wrote this to one person")
    wait_for_pending_requests(rep)
    assert not server_received(backend, own)
    page.evaluate("path => history.pushState({}, '', path)", back)
    writing.wait_for_mark(WORDS)


def test_a_changed_address_can_turn_a_post_into_a_reply(rep: Rep, backend: Backend) -> None:
    own = next(names)
    writing = write_in(rep, PLACES["X post"], f"{own} wrote. {WEAK}")
    writing.wait_for_mark(WORDS)
    writing.page.evaluate("() => history.pushState({}, '', '/somebody/status/1')")
    until(
        writing.page,
        lambda: [draft["surface"] for draft in drafts(backend) if own in draft["text"]][-1] == "x-reply",
        what="the draft is scored as a reply",
    )
    writing.wait_for_mark(WORDS)


def test_a_hidden_editor_is_read_once_it_becomes_visible(rep: Rep) -> None:
    """A dialog that fades in gets the focus before it is visible."""
    writing = write_in(rep, DECOYS["transparent editor"])
    assert not writing.card.exists
    writing.page.evaluate("() => { document.querySelector('#transparent').className = 'share-box' }")
    writing.type(WEAK)
    writing.wait_for_mark(WORDS)


# Fields without an adapter


def test_fields_without_an_adapter_are_not_read(rep: Rep, backend: Backend) -> None:
    pages = {address: rep.open(address) for address in dict.fromkeys(place.address for place in DECOYS.values())}
    own = {name: next(names) for name in DECOYS}
    for name, place in DECOYS.items():
        page = pages[place.address]
        page.bring_to_front()
        writing = PlaceDraft(page, place, Card(page))
        writing.enter()
        writing.type(f"{own[name]} {WEAK}")
        assert place.locate(page).evaluate("editor => (editor.value ?? editor.textContent).includes('needle')"), (
            f"the text was typed into {name}"
        )
        assert writing.words() == [], name
        assert not writing.card.exists, name
    wait_for_pending_requests(rep)
    assert [name for name in DECOYS if server_received(backend, own[name])] == []
    for name, place in DECOYS.items():
        assert place.locate(pages[place.address]).evaluate(MARKED) == [], name
        assert not Card(pages[place.address]).exists, name
