"""Every place a rep writes, in each layout of each site; what only looks like one; what happens when a site changes; and, for
each check that keeps us away, that we would not stay away without it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright

from tests.browser.closed import Card
from tests.browser.conftest import Backend, Composer, Rep, until, wait_for_those_in_sight, write, write_many
from tests.browser.places import CHANGED, DECOYS, PLACES, X_PLACES, Place, at, serve_places
from tests.browser.workshop import Guard, Workshop

WEAK = "They asked for it twice. We leverage our forms to move the needle for buyers. My last line is here"
WORDS, BETTER = "move the needle", "make a difference"
PAUSED = {"linkedin": "LinkedIn changed, so Repute is paused here", "x": "X changed, so Repute is paused here"}
MARKED = "() => [...CSS.highlights.values()].flatMap(drawn => [...drawn]).map(String)"

#: Words of one draft alone, so that it can be told whose words the server has seen.
names = (f"Bremen{number}" for number in count(1))


@dataclass
class Writing:
    """A rep in one place of one page."""

    page: Page
    place: Place
    card: Card

    def enter(self) -> None:
        """As a page may do it, too: some of these places cannot be clicked."""
        if 'modal-id="sharebox"' in self.place.editor:
            self.page.click("#start")
        self.place.locate(self.page).focus()

    def type(self, text: str) -> None:
        write(self.page, text)

    def words(self) -> list[str]:
        found: list[str] = self.place.locate(self.page).evaluate(MARKED)
        return found

    def wait_for_mark(self, words: str) -> None:
        until(self.page, lambda: words in self.words(), what=f"“{words}” is underlined in {self.place}")

    def wait_for_count(self) -> None:
        until(self.page, lambda: self.card.find("ui-count"), what="the badge counts tips")

    def badge_word(self) -> str:
        badge = self.card.find("badge-word")
        return badge.text if badge else ""


def write_in(rep: Rep, place: Place, text: str = "") -> Writing:
    page = rep.open(place.address)
    writing = Writing(page, place, Card(page))
    writing.enter()
    if text:
        writing.type(text)
    return writing


def awake(rep: Rep) -> None:
    """A composer is read in the meantime: whatever else was to be sent by now has been."""
    write_in(rep, PLACES["server-driven comment"], WEAK).wait_for_mark(WORDS)


def drafts(backend: Backend) -> list[dict[str, str]]:
    return [json.loads(body) for body in backend.bodies("/api/v1/assess")]


def saw(backend: Backend, words: str) -> bool:
    return any(words.encode() in body for _, _, body in backend.received)


@pytest.fixture(scope="module")
def rep(launch: Callable[[], Rep], places: Path) -> Rep:
    rep = launch()
    serve_places(rep.context, places)
    rep.agree()
    rep.pair()
    return rep


@pytest.fixture(autouse=True)
def closed_pages(rep: Rep) -> Iterator[None]:
    yield
    for page in rep.context.pages[1:]:
        page.close()


# Where the rep writes


@pytest.mark.parametrize("name", PLACES)
def test_each_place_of_each_layout_is_read_underlined_and_written_to_only_where_it_is_sure(
    rep: Rep, backend: Backend, name: str
) -> None:
    place, own = PLACES[name], next(names)
    writing = write_in(rep, place, f"{own} wrote. {WEAK}")
    if place.editor == "textarea":
        writing.wait_for_count()
        assert writing.words() == [], "there is nothing to underline in a textarea; the list has it"
    else:
        writing.wait_for_mark(WORDS)
    assert {draft["surface"] for draft in drafts(backend) if own in draft["text"]} == {place.surface}
    writing.page.keyboard.press("Alt+Shift+R")
    tip = until(writing.page, lambda: writing.card.find("tip-open", BETTER), what="the tip is listed")
    writing.card.click(tip)
    until(writing.page, lambda: writing.card.find("tip-copy"), what="the replacement can be copied")
    assert (writing.card.find("tip-apply") is not None) == place.apply


@pytest.mark.usefixtures("spelling")
def test_what_comes_into_sight_by_scrolling_in_a_shadow_root_is_underlined(rep: Rep) -> None:
    place = PLACES["server-driven share box"]
    writing = write_in(rep, place)
    page, editor = writing.page, place.locate(writing.page)
    editor.evaluate("editor => Object.assign(editor.style, { height: '90px', overflowY: 'auto' })")
    composer = Composer(page, writing.card, place.editor, text=str, caret=int)
    write_many(composer)
    assert wait_for_those_in_sight(composer) == "zqjj"
    editor.evaluate("editor => editor.scrollTo(0, 0)")
    until(page, lambda: wait_for_those_in_sight(composer) < "zqj", what="the beginning is in sight")


def test_an_editor_is_entered_from_elsewhere_in_its_shadow_root(rep: Rep) -> None:
    """As from the button that a dialog's focus begins at: not a key needs to be pressed."""
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
    until(comment.page, lambda: comment.card.find("badge") and not comment.card.find("ui-count"), what="the badge is another")


def test_the_badge_goes_along_where_a_shadow_root_scrolls(rep: Rep) -> None:
    writing = write_in(rep, PLACES["server-driven share box"], "They asked for it twice. We move the needle")
    # The sentence at the caret is underlined once the rep rests; from then on nothing else is about to place the badge.
    writing.wait_for_mark(WORDS)
    page, card = writing.page, writing.card
    dialog = page.locator('[data-test-modal-id="sharebox"]')
    dialog.evaluate("dialog => Object.assign(dialog.style, { height: '200px', overflowY: 'auto' })")

    def top() -> float:
        badge = card.find("badge")
        assert badge
        return card.rectangle(badge)[1]

    before = top()
    dialog.evaluate("dialog => dialog.scrollBy(0, 30)")
    until(page, lambda: top() == before - 30, what="the badge goes along")


def test_a_thread_keeps_its_posts_apart(rep: Rep, backend: Backend) -> None:
    page = rep.open(f"{X_PLACES}#thread")
    own = [next(names) for _ in range(3)]
    weak = ["leverage", "move the needle", "synergies"]
    posts = [
        Writing(page, Place(page.url, f'#thread [data-testid="tweetTextarea_{number}"]'), Card(page)) for number in range(3)
    ]
    for post, name, words in zip(posts, own, weak, strict=True):
        post.enter()
        post.type(f"{name} asked us twice. We {words} for every buyer in the town. So much for the form")
        post.wait_for_mark(words)
    assert set(posts[0].words()) >= set(weak), "each post keeps its own"
    for name in own:
        others = set(own) - {name}
        assert not any(name in draft["text"] and other in draft["text"] for draft in drafts(backend) for other in others)
    page.click("#thread [data-remove]")
    until(page, lambda: "move the needle" not in posts[0].words(), what="the removed post takes its underlines along")
    assert {"leverage", "synergies"} <= set(posts[0].words())
    # The last one lives on: it is read again, and alone.
    posts[2].enter()
    page.keyboard.press("Control+End")
    posts[2].type(". Our forms are game-changing. And more")
    posts[2].wait_for_mark("game-changing")
    latest = drafts(backend)[-1]["text"]
    assert own[2] in latest
    assert own[0] not in latest
    assert {"leverage", "synergies"} <= set(posts[0].words())


def test_a_layout_may_change_while_the_page_is_open(rep: Rep, backend: Backend) -> None:
    writing = write_in(rep, PLACES["classic share box"], WEAK)
    writing.wait_for_mark(WORDS)
    page = writing.page
    page.evaluate(
        """() => {
          document.querySelector('#share').remove();
          const box = document.createElement('div');
          box.setAttribute('data-view-name', 'comment-box');
          box.id = 'anew';
          box.innerHTML = '<div data-testid="ui-core-tiptap-text-editor-wrapper"><div data-editor="prosemirror"></div></div>';
          document.body.append(box);
          mount();
        }"""
    )
    until(page, lambda: page.evaluate(MARKED) == [], what="the old editor's underlines are gone")
    own = next(names)
    anew = Writing(page, Place(page.url, "#anew .ProseMirror"), writing.card)
    anew.enter()
    anew.type(f"{own} wrote. {WEAK}")
    anew.wait_for_mark(WORDS)
    assert {draft["surface"] for draft in drafts(backend) if own in draft["text"]} == {"linkedin-comment"}


@pytest.mark.parametrize(
    ("name", "elsewhere", "back"),
    [
        ("X post", "/messages/1", "/home"),
        ("classic comment", "/messaging/thread/1/", "/feed/"),
    ],
)
def test_an_editor_that_stays_while_the_page_goes_to_messages_is_let_go(
    rep: Rep, backend: Backend, name: str, elsewhere: str, back: str
) -> None:
    writing = write_in(rep, PLACES[name], WEAK)
    writing.wait_for_mark(WORDS)
    page, own = writing.page, next(names)
    page.evaluate("path => history.pushState({}, '', path)", elsewhere)
    until(page, lambda: writing.words() == [], what="the underlines are gone")
    writing.type(f". {own} wrote this to one person")
    awake(rep)
    assert not saw(backend, own)
    page.evaluate("path => history.pushState({}, '', path)", back)
    writing.wait_for_mark(WORDS)


def test_an_address_within_the_page_can_make_a_post_a_reply(rep: Rep, backend: Backend) -> None:
    own = next(names)
    writing = write_in(rep, PLACES["X post"], f"{own} wrote. {WEAK}")
    writing.wait_for_mark(WORDS)
    writing.page.evaluate("() => history.pushState({}, '', '/somebody/status/1')")
    until(
        writing.page,
        lambda: [draft["surface"] for draft in drafts(backend) if own in draft["text"]][-1] == "x-reply",
        what="it is judged as a reply",
    )
    writing.wait_for_mark(WORDS)


def test_what_cannot_be_seen_yet_is_read_once_it_can(rep: Rep) -> None:
    """A dialog that fades in gets its focus early."""
    writing = write_in(rep, DECOYS["transparent editor"])
    assert not writing.card.exists
    writing.page.evaluate("() => { document.querySelector('#transparent').className = 'share-box' }")
    writing.type(WEAK)
    writing.wait_for_mark(WORDS)


# What is none of our business


@pytest.mark.parametrize("address", dict.fromkeys(place.address for place in DECOYS.values()))
def test_what_no_adapter_names_is_left_alone(rep: Rep, backend: Backend, address: str) -> None:
    here = {name: place for name, place in DECOYS.items() if place.address == address}
    own = {name: next(names) for name in here}
    page = rep.open(address)
    for name, place in here.items():
        writing = Writing(page, place, Card(page))
        writing.enter()
        writing.type(f"{own[name]} {WEAK}")
        assert place.locate(page).evaluate("editor => (editor.value ?? editor.textContent).includes('needle')"), (
            "it was written"
        )
        assert writing.words() == [], name
        assert not writing.card.exists, name
    awake(rep)
    assert [name for name in here if saw(backend, own[name])] == []
    for name, place in here.items():
        assert place.locate(page).evaluate(MARKED) == [], name
    assert not Card(page).exists


# When a site has changed


@pytest.mark.parametrize("name", CHANGED)
def test_a_place_that_no_adapter_trusts_is_not_read_and_that_is_said(rep: Rep, backend: Backend, name: str) -> None:
    place, own = CHANGED[name], next(names)
    writing = write_in(rep, place)
    assert not writing.card.exists, "nothing is said before anything is written"
    writing.type(f"{own} {WEAK}")
    said = PAUSED["x" if "//x.com" in place.address else "linkedin"]
    until(writing.page, lambda: writing.badge_word() == said, what=said)
    awake(rep)
    assert writing.words() == []
    assert not saw(backend, own)


def test_that_a_site_has_changed_is_said_once_with_the_way_on(rep: Rep, backend: Backend) -> None:
    writing = write_in(rep, CHANGED["unknown editor in the share box"], "They asked")
    page, card = writing.page, writing.card
    badge = until(page, lambda: card.find("badge"), what="the badge says it")
    card.click(badge)
    notice = until(page, lambda: card.find("ui-notice-site-changed"), what="the card says it")
    assert PAUSED["linkedin"] in notice.text
    with rep.context.expect_page() as opened:
        card.click(until(page, lambda: card.button("Write in Repute's own editor"), what="the way on"))
    opened.value.wait_for_url(f"{backend.base_url}/write")
    opened.value.locator(".write-editor").wait_for()
    page.bring_to_front()
    page.keyboard.press("Escape")
    until(page, lambda: card.find("badge") is None, what="it is gone")
    for editor in ("#unknown", "#unknown-comment"):
        page.locator(editor).focus()
        writing.type(" for it twice")
    assert card.find("badge") is None
    page.keyboard.press("Alt+Shift+R")
    until(page, lambda: card.find("ui-notice-site-changed"), what="whoever asks is told again")
    # What has stayed as it was is read as before.
    Writing(page, Place(page.url, "#as-before .ProseMirror"), card).enter()
    writing.type(WEAK)
    until(page, lambda: WORDS in page.evaluate(MARKED), what="a place that is known")
    until(page, lambda: card.find("ui-notice-site-changed") is None, what="nothing is paused here")


@pytest.mark.parametrize("editor", ["#hashtag", "#elsewhere", "#beside"])
def test_nothing_is_said_where_no_post_is_written(rep: Rep, editor: str) -> None:
    writing = write_in(rep, Place(at("linkedin-changed"), editor), WEAK)
    awake(rep)
    assert not writing.card.exists


def test_a_page_that_fakes_writing_is_told_nothing(rep: Rep) -> None:
    writing = write_in(rep, CHANGED["unknown editor in the share box"])
    writing.place.locate(writing.page).evaluate(
        "editor => editor.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }))"
    )
    awake(rep)
    assert not writing.card.exists


def own_page(rep: Rep, name: str, host: str) -> Page:
    """The panel or the popup as it is beside the tab of ``host``; here it is a tab of its own and is told which is in front."""
    helper = rep.options()
    tab = helper.evaluate(
        """async host => {
          const hosts = (await chrome.tabs.query({})).map(({ id }) => new Promise(resolve => {
            const port = chrome.tabs.connect(id, { name: 'host', frameId: 0 });
            port.onMessage.addListener(message => resolve(message.host === host ? id : null));
            port.onDisconnect.addListener(() => { void chrome.runtime.lastError; resolve(null) });
          }));
          return (await Promise.all(hosts)).find(id => id !== null);
        }""",
        host,
    )
    helper.close()
    page = rep.context.new_page()
    page.add_init_script(f"chrome.tabs.query = async () => [{{ id: {tab} }}]")
    page.goto(f"{rep.extension}/{name}.html")
    return page


def test_in_quiet_mode_the_panel_says_it_and_the_page_stays_as_it_is(rep: Rep, backend: Backend) -> None:
    rep.change({"kind": "settings", "mode": "quiet"})
    try:
        writing = write_in(rep, CHANGED["unknown editor in the share box"], WEAK)
        panel = own_page(rep, "panel", "www.linkedin.com")
        panel.get_by_text(PAUSED["linkedin"]).wait_for()
        with rep.context.expect_page() as opened:
            panel.get_by_role("button", name="Write in Repute's own editor").click()
        opened.value.wait_for_url(f"{backend.base_url}/write")
        assert not writing.card.exists
    finally:
        rep.change({"kind": "settings", "mode": "card"})


def test_the_popup_says_what_is_paused_in_the_tab_in_front(rep: Rep) -> None:
    write_in(rep, CHANGED["share box in an unknown frame"], WEAK)
    popup = own_page(rep, "popup", "www.linkedin.com")
    popup.get_by_text(PAUSED["linkedin"]).wait_for()
    popup.get_by_role("button", name="Write in Repute's own editor").wait_for()
    elsewhere = write_in(rep, PLACES["X post"], WEAK)
    elsewhere.wait_for_mark(WORDS)
    popup = own_page(rep, "popup", "x.com")
    popup.get_by_role("button", name="Pause on x.com").wait_for()
    assert popup.get_by_text("Repute is paused here").count() == 0


# The server's list

ENTRY = {"adapter": "linkedin", "layout": "classic", "action": "disable", "fixed_in": None, "message": ""}


@dataclass
class Switch:
    """The server's list, as extensions come to hear of it."""

    rep: Rep
    answer: object = None

    def listed(self) -> list[str]:
        """What the extension takes it to say."""
        page = self.rep.options()
        situation = page.evaluate("chrome.runtime.sendMessage({ v: 1, kind: 'client-state' })")
        page.close()
        return [f"{entry['adapter']} {entry['layout']}" for entry in situation["ok"]["disabled"]]

    def age(self) -> None:
        """The list was last asked for long ago."""
        page = self.rep.options()
        page.evaluate(
            """() => new Promise((resolve, reject) => {
              const opening = indexedDB.open('repute', 1);
              opening.onsuccess = () => {
                const transaction = opening.result.transaction('values', 'readwrite');
                const values = transaction.objectStore('values');
                values.get('disabled').onsuccess = ({ target }) => values.put({ ...target.result, at: 0 }, 'disabled');
                transaction.oncomplete = () => { opening.result.close(); resolve(1) };
                transaction.onerror = reject;
              };
            })"""
        )
        page.close()


@pytest.fixture
def switch(rep: Rep, backend: Backend, monkeypatch: pytest.MonkeyPatch) -> Iterator[Switch]:
    """A server that answers whatever ``answer`` is; ``None`` is its own answer, from the operator's file."""
    switch, app = Switch(rep), backend.app

    def answering(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        if environ["PATH_INFO"] != "/api/v1/adapters" or switch.answer is None:
            return app(environ, start)
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(switch.answer).encode()]

    monkeypatch.setattr(backend, "app", answering)
    yield switch
    switch.answer = {"disabled": []}
    restart_worker(rep)
    switch.age()
    until(rep.context.pages[0], lambda: switch.listed() == [], what="all is on again")
    backend.disable(None)


def restart_worker(rep: Rep) -> None:
    """As the browser does with one that has been idle; the next message starts it again."""
    page = rep.options()
    devtools = rep.context.new_cdp_session(page)
    devtools.send("ServiceWorker.enable")
    devtools.send("ServiceWorker.stopAllWorkers")
    page.close()


def asked(backend: Backend) -> int:
    return len([path for _, path, _ in backend.received if path == "/api/v1/adapters"])


def test_the_list_lets_go_of_one_layout_while_pages_are_open(rep: Rep, backend: Backend, switch: Switch) -> None:
    own, mine, later = next(names), next(names), next(names)
    classic = write_in(rep, PLACES["classic share box"], f"{own} wrote. {WEAK}")
    classic.wait_for_mark(WORDS)
    comment = write_in(rep, PLACES["server-driven comment"], WEAK)
    comment.wait_for_mark(WORDS)
    on_x = write_in(rep, PLACES["X post"], f"{mine} wrote. {WEAK}")
    on_x.wait_for_mark(WORDS)
    judged = [draft for draft in drafts(backend) if mine in draft["text"]]

    backend.disable(ENTRY)
    switch.age()
    # Nobody opens a page or the popup: the next draft that is judged brings the list.
    comment.page.bring_to_front()
    comment.type(" and there")
    until(classic.page, lambda: classic.words() == [], what="the layout is let go")
    until(classic.page, lambda: classic.badge_word() == PAUSED["linkedin"], what="and that is said")
    classic.page.bring_to_front()
    classic.type(f". {later} said so")
    awake(rep)
    assert not saw(backend, later)
    assert WORDS in comment.words()
    assert WORDS in on_x.words()
    assert [draft for draft in drafts(backend) if mine in draft["text"]] == judged, (
        "the others go on as if nothing had happened"
    )

    backend.disable(None)
    switch.age()
    comment.page.bring_to_front()
    comment.type(" and everywhere")
    classic.wait_for_mark(WORDS)
    assert saw(backend, later), "the draft is read again where it was left"


def test_a_list_that_is_none_changes_nothing(rep: Rep, backend: Backend, switch: Switch) -> None:
    backend.disable(ENTRY)
    switch.age()
    until(rep.context.pages[0], lambda: switch.listed() == ["linkedin classic"], what="the layout is off")
    for answer in (None, [], {"disabled": {"adapter": "x"}}, "nothing", {"enabled": ["linkedin classic"]}):
        (backend.data / "adapters.json").write_text('[{"adapter": "linkedin", "layout": ')
        switch.answer = answer
        before = asked(backend)
        # One that failed is not asked for again at once, so each of these needs a worker of its own.
        restart_worker(rep)
        switch.age()
        until(rep.context.pages[0], lambda: switch.listed() and asked(backend) > before, what="the list is asked for")  # noqa: B023
        assert switch.listed() == ["linkedin classic"]
    own = next(names)
    writing = write_in(rep, PLACES["classic share box"], f"{own} wrote. {WEAK}")
    until(writing.page, lambda: writing.badge_word() == PAUSED["linkedin"], what="it still is off")
    awake(rep)
    assert not saw(backend, own)


def test_nothing_in_the_list_can_do_anything_but_switch_off(rep: Rep, backend: Backend, switch: Switch) -> None:
    selectors = {"selectors": ["#article"], "places": [{"editor": "#article", "box": "article"}]}
    switch.answer = {
        "disabled": [
            {**ENTRY, **selectors},
            {**ENTRY, **selectors, "layout": "articles"},
            {**ENTRY, **selectors, "action": "enable", "layout": "sdui"},
            {**ENTRY, **selectors, "action": "add", "layout": "framed"},
            {**ENTRY, "adapter": "elsewhere"},
            {**ENTRY, "adapter": "x", "layout": "web", "fixed_in": "0.0.1"},
        ],
        "enabled": [selectors],
        **selectors,
    }
    switch.age()
    until(rep.context.pages[0], lambda: switch.listed() == ["linkedin classic"], what="one entry counts")
    own = next(names)
    writing = write_in(rep, DECOYS["article"], f"{own} {WEAK}")
    assert not writing.card.exists
    write_in(rep, PLACES["framed share box"], WEAK).wait_for_mark(WORDS)
    write_in(rep, PLACES["X post"], WEAK).wait_for_mark(WORDS)
    awake(rep)
    assert not saw(backend, own)


# Without its guard each of these would have failed


LINKEDIN_GUARDS = {
    "messages by their address": (
        Guard("sites/linkedin.ts", 'location.pathname.startsWith("/messaging") || ', ""),
        DECOYS["share box among messages"],
    ),
    "messages by what is around them": (
        Guard("sites/linkedin.ts", " || element.closest(MESSAGES.css) !== null", ""),
        DECOYS["message in a share box"],
    ),
    "the dialog around": (
        Guard("sites/linkedin.ts", "boxOf(place, editor);", "boxOf(place, editor) ?? editor;"),
        DECOYS["editor outside any box"],
    ),
    "the dialog in the shadow root": (
        Guard("sites/linkedin.ts", "boxOf(place, editor);", "boxOf(place, editor) ?? editor;"),
        DECOYS["another dialog of the shadow root"],
    ),
    "the comment's container": (
        Guard("sites/linkedin.ts", "around && found ? found.closest<HTMLElement>(around.css) : found", "found"),
        DECOYS["profile form with the editor of comments"],
    ),
    "the shadow root": (
        Guard("sites/linkedin.ts", "if (!standsIn(hostOf(editor), place.host)) return null;", ""),
        CHANGED["share box in the light"],
    ),
    "whose shadow root": (
        Guard("sites/linkedin.ts", "host?.matches(wanted.css) === true", "host !== null"),
        CHANGED["share box in another shadow root"],
    ),
    "the frame's name": (
        Guard("sites/linkedin.ts", 'iframe[data-testid="interop-iframe"][src*="/preload/"]', 'iframe[src*="/preload/"]'),
        CHANGED["share box in an unknown frame"],
    ),
    "the frame's address": (Guard("sites/linkedin.ts", '[src*="/preload/"]', ""), CHANGED["share box in a frame elsewhere"]),
    "the frame in sight": (
        Guard("sites/linkedin.ts", "=== true && isInSight(window.frameElement)", "=== true"),
        DECOYS["frame without a size"],
    ),
    "the top of the page": (
        Guard(
            "sites/linkedin.ts",
            'fixture: "linkedin-classic.html", isHere: isTop',
            'fixture: "linkedin-classic.html", isHere: () => true',
        ),
        DECOYS["frame moved out of the page"],
    ),
    "the editor in sight": (
        Guard("sites/linkedin.ts", "!isEditable(editor) || !isInSight(editor) || ", "!isEditable(editor) || "),
        DECOYS["editor moved out of the page"],
    ),
    "an editor's size": (Guard("sites/site.ts", "width > 1 && height > 1 && ", ""), DECOYS["editor without a size"]),
    "an editor's opacity": (Guard("sites/site.ts", ", opacityProperty: true", ""), DECOYS["transparent editor"]),
    "an editor's place": (
        Guard("sites/site.ts", " && right + scrollX > 0 && bottom + scrollY > 0", ""),
        DECOYS["editor moved out of the page"],
    ),
}

X_GUARDS = {
    "messages by their address on X": (
        Guard("sites/x.ts", "MESSAGE_PATHS.test(location.pathname) || ", ""),
        DECOYS["composer among direct messages"],
    ),
    "messages by their name on X": (
        Guard("sites/x.ts", " || element.closest(MESSAGES.css) !== null", ""),
        DECOYS["direct message in an editor like that of posts"],
    ),
    "the editor's own name on X": (
        Guard("sites/x.ts", ' || !EDITOR_NAME.test(marked.dataset["testid"] ?? "")', ""),
        CHANGED["editor named like what is around one"],
    ),
    "the editor in sight on X": (
        Guard("sites/x.ts", "!isEditable(editor) || !isInSight(editor) || ", "!isEditable(editor) || "),
        DECOYS["editor moved out of the page on X"],
    ),
    "the button near on X": (
        Guard("sites/x.ts", "MAX_CLIMB = 20", "MAX_CLIMB = 1_000"),
        DECOYS["editor with nothing near to post it"],
    ),
}

GUARDS = LINKEDIN_GUARDS | X_GUARDS


@pytest.fixture(scope="module")
def workshop(
    playwright: Playwright, backend: Backend, fixtures: Path, places: Path, tmp_path_factory: pytest.TempPathFactory
) -> Workshop:
    return Workshop.set_up(
        playwright, backend, fixtures, tmp_path_factory.mktemp("workshop"), lambda context: serve_places(context, places)
    )


@pytest.mark.soak
@pytest.mark.parametrize("name", GUARDS)
def test_without_its_guard_what_is_none_of_our_business_is_read(workshop: Workshop, backend: Backend, name: str) -> None:
    (guard, place), own = GUARDS[name], next(names)
    with workshop.without(guard) as rep:
        writing = write_in(rep, place, f"{own} {WEAK}")
        until(writing.page, lambda: saw(backend, own), what="it is read")
