"""Hostile pages: they synthesise events, forge messages, patch prototypes and read whatever a page can read."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.browser.backend import Backend
from tests.browser.build import MESSAGE_VERSION
from tests.browser.card import NEXT_FRAME, Node
from tests.browser.chromium import Rep
from tests.browser.composers import COMPOSERS, Composer
from tests.browser.storage import stored_value
from tests.browser.waiting import until

WEAK = "They asked for it twice. We leverage our forms to move the needle for buyers. My last line is here"
WORDS, BETTER = "move the needle", "make a difference"
FORGED = "Words of a stranger that we leverage to move the needle for nobody at all. And so on"
PROTECTED = "We leverage our forms for buyers. My salary has not moved in three years, and our union vote is on Friday"
ASSESS = "/api/v1/assess"

#: Records everything that passes through the page's own prototypes and globals, without changing what they do.
SPY = """() => {
  const recorded = window.recorded = [];
  const note = value => {
    const text = typeof value === 'string' ? value : value instanceof Node ? value.textContent : '';
    if (text) recorded.push(text);
  };
  const targets = [
    [Node.prototype, ['appendChild', 'insertBefore', 'cloneNode', 'contains']],
    [Element.prototype, ['append', 'prepend', 'setAttribute', 'attachShadow', 'matches', 'closest', 'getBoundingClientRect']],
    [Document.prototype, ['createElement', 'createTextNode', 'execCommand']],
    [EventTarget.prototype, ['addEventListener', 'dispatchEvent']],
    [Range.prototype, ['setStart', 'setEnd', 'getClientRects', 'toString']],
    [Selection.prototype, ['setBaseAndExtent', 'getComposedRanges', 'addRange']],
    [Array.prototype, ['push', 'map', 'filter', 'join', 'flatMap', 'find']],
    [String.prototype, ['slice', 'replaceAll', 'trim', 'split']],
    [Map.prototype, ['get', 'set']],
    [Set.prototype, ['add', 'has']],
    [Highlight.prototype, ['add', 'delete']],
    [HighlightRegistry.prototype, ['set', 'get', 'delete']],
    [MessagePort.prototype, ['postMessage']],
    [Storage.prototype, ['setItem', 'getItem']],
    [window, ['fetch', 'postMessage', 'setTimeout', 'structuredClone', 'btoa']],
    [JSON, ['parse', 'stringify']],
  ];
  let inside = false;
  for (const [owner, names] of targets) {
    for (const name of names) {
      const original = owner[name];
      owner[name] = function (...args) {
        if (!inside) {
          inside = true;
          try { for (const value of [this, ...args]) note(value); } finally { inside = false; }
        }
        return Reflect.apply(original, this, args);
      };
    }
  }
  for (const [owner, name] of [[Node.prototype, 'textContent'], [HTMLElement.prototype, 'innerText']]) {
    const { get, set } = Object.getOwnPropertyDescriptor(owner, name);
    Object.defineProperty(owner, name, { get, set(value) { recorded.push(String(value)); set.call(this, value); } });
  }
  for (const type of ['message', 'click', 'mousedown', 'mouseup', 'pointerdown', 'keydown', 'keyup', 'input', 'focusin',
                      'focusout', 'paste', 'copy', 'toggle', 'beforetoggle', 'selectionchange']) {
    window.addEventListener(type, event => {
      recorded.push(typeof event.data === 'string' ? event.data : '');
      for (const node of event.composedPath()) if (node instanceof Element) recorded.push(node.localName, node.textContent);
    }, { capture: true });
  }
}"""

#: Everything that a page can find out, as text.
READ_PAGE = """() => {
  const seen = [];
  const walk = root => {
    for (const element of root.querySelectorAll('*')) {
      seen.push(element.outerHTML, element.getHTML?.({ serializableShadowRoots: true, shadowRoots: [] }) ?? '');
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  walk(document);
  const hosts = [...document.querySelectorAll('*')].filter(element => element.localName.startsWith('rp-'));
  for (const host of hosts) {
    if (host.shadowRoot) seen.push(`open: ${host.shadowRoot.textContent}`);
    seen.push(host.innerText ?? '', host.textContent);
    for (const name in host) { try { seen.push(String(host[name])); } catch {} }
  }
  for (let x = 0; x < innerWidth; x += 40) for (let y = 0; y < innerHeight; y += 20) {
    for (const hit of document.elementsFromPoint(x, y)) if (hosts.includes(hit) || hosts.includes(hit.getRootNode().host)) {
      seen.push(hit.outerHTML);
    }
  }
  for (const [name, drawn] of CSS.highlights) seen.push(name, ...[...drawn].map(String));
  for (const name of Object.getOwnPropertyNames(window)) seen.push(name);
  for (const store of [localStorage, sessionStorage]) for (const [key, value] of Object.entries(store)) seen.push(key, value);
  seen.push(document.cookie, document.documentElement.innerText, String(getSelection()));
  for (const entry of performance.getEntries()) seen.push(entry.name);
  return [...seen, ...window.recorded ?? []].join('\\n');
}"""


@pytest.fixture(params=COMPOSERS)
def watched(rep: Rep, request: pytest.FixtureRequest) -> Iterator[Composer]:
    """Each composer, in a page that records everything it can."""
    composer = COMPOSERS[request.param](rep)
    composer.page.evaluate(SPY)
    page_errors: list[str] = []
    composer.page.on("pageerror", lambda error: page_errors.append(str(error)))
    yield composer
    assert page_errors == []
    composer.page.close()


def secrets_of(rep: Rep) -> list[str]:
    """The extension's tokens, and parts of rules and messages."""
    account = stored_value(rep, "account")
    return [
        account["access"],
        account["refresh"],
        account["me"]["user"]["email"],
        "Repute.",
        "Write “",
        BETTER,
        "Plain words win",
    ]


def test_a_page_with_patched_prototypes_reads_neither_tips_nor_tokens_and_the_card_works(rep: Rep, watched: Composer) -> None:
    secrets = secrets_of(rep)
    watched.page.bring_to_front()
    watched.type(WEAK)
    watched.wait_for_mark(WORDS)
    watched.open_card()
    watched.open_tip(BETTER)
    apply = until(watched.page, lambda: watched.card.find("tip-apply", BETTER), what="the replacement is offered")
    seen = watched.page.evaluate(READ_PAGE)
    assert WORDS in seen, "a page sees its own words, and which of them are underlined"
    assert [secret for secret in secrets if secret in seen] == []
    assert set(watched.marked()) <= {"rp-a", "rp-b", "rp-c", "rp-e"}
    watched.card.click(apply)
    until(watched.page, lambda: watched.text() == WEAK.replace(WORDS, BETTER), what="the tip is applied")


def test_in_quiet_mode_the_page_cannot_find_tips_by_searching(rep: Rep) -> None:
    """While a card is open in the page, ``window.find`` reveals whether a guessed sentence is in it."""
    find = "text => find(text, false, false, true)"
    for mode in ("card", "quiet"):
        rep.change({"kind": "settings", "mode": mode})
        composer = COMPOSERS["X"](rep)
        composer.type(WEAK)
        composer.wait_for_mark(WORDS)
        if mode == "card":
            composer.open_card()
            composer.open_tip(BETTER)
            until(composer.page, lambda: composer.card.find("tip-why"), what="the tip is open")  # noqa: B023
        assert composer.page.evaluate(find, "Plain words win") == (mode == "card")
        composer.page.close()
    rep.change({"kind": "settings", "mode": "card"})


#: Every event that a script can synthesise, on the editor and on the card's host, as similar to a person's as possible.
SYNTHESISE_EVENTS = """({ selector, text, composes, version }) => {
  const roots = [document];
  for (const root of roots) for (const { shadowRoot } of root.querySelectorAll('*')) if (shadowRoot) roots.push(shadowRoot);
  const editor = roots.map(root => root.querySelector(selector)).find(Boolean);
  const host = document.querySelector('rp-card');
  const more = { bubbles: true, composed: true, cancelable: true };
  const data = new DataTransfer();
  data.setData('text/plain', text);
  for (const target of [editor, host].filter(Boolean)) {
    const dispatch = event => target.dispatchEvent(event);
    dispatch(new FocusEvent('focusin', more));
    for (const [key, code] of [['R', 'KeyR'], ['A', 'KeyA']]) {
      dispatch(new KeyboardEvent('keydown', { ...more, key, code, altKey: true, shiftKey: true }));
    }
    if (composes) dispatch(new CompositionEvent('compositionstart', more));
    dispatch(new InputEvent('beforeinput', { ...more, inputType: 'insertText', data: text }));
    dispatch(new InputEvent('input', { ...more, inputType: 'insertText', data: text }));
    dispatch(new ClipboardEvent('paste', { ...more, clipboardData: data }));
    dispatch(new DragEvent('drop', { ...more, dataTransfer: data }));
    for (const type of ['pointerdown', 'mousedown', 'mouseup', 'click']) {
      const { left, top } = target.getBoundingClientRect();
      for (const [right, down] of [[1, 1], [30, 12], [200, 80]]) {
        dispatch(new MouseEvent(type, { ...more, clientX: left + right, clientY: top + down }));
      }
    }
    dispatch(new KeyboardEvent('keydown', { ...more, key: 'Enter', ctrlKey: true }));
  }
  for (const kind of ['assess', 'share', 'changed', 'act', 'command', 'client-state', 'unpair']) {
    const forged = { v: version, kind, text, command: 'apply-tip', action: { do: 'apply', tip: '1', replacement: text } };
    window.postMessage(forged, '*');
    window.dispatchEvent(new MessageEvent('message', { data: forged, source: window, origin: location.origin }));
    document.dispatchEvent(new CustomEvent(kind, { detail: forged }));
  }
}"""


@pytest.mark.parametrize("name", COMPOSERS)
def test_text_and_events_from_a_script_send_nothing(rep: Rep, backend: Backend, name: str) -> None:
    composer = COMPOSERS[name](rep)
    before = len(backend.received)
    # Draft.js itself reacts to a synthetic composition, and then accepts no text at all.
    options = {"selector": composer.editor, "text": FORGED, "composes": name != "X", "version": MESSAGE_VERSION}
    composer.page.evaluate(SYNTHESISE_EVENTS, options)
    # Text that a script inserts through the browser's own editing command.
    composer.page.evaluate("text => document.execCommand('insertText', false, text)", FORGED)
    until(composer.page, lambda: FORGED in composer.text(), what="the script's text is in the editor")
    other = COMPOSERS["X"](rep)
    other.type(WEAK)
    other.wait_for_mark(WORDS)
    composer.page.bring_to_front()
    assert composer.card.find("card") is None, "the forged shortcut opens nothing"
    assert composer.card.find("share") is None
    assert composer.words() == set()
    sent = [json.loads(body)["text"] for _, path, body in backend.received[before:] if path == ASSESS]
    assert sent
    assert all(WEAK.startswith(text) for text in sent), "only what was typed"
    assert [path for _, path, _ in backend.received[before:] if path not in {ASSESS, "/api/v1/me"}] == []
    # After the rep's next key press it counts as theirs: their input method or the site's emoji picker may have written it.
    composer.page.click(composer.editor)
    composer.page.keyboard.press("Control+a")
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)
    other.page.close()
    composer.page.close()


def test_synthetic_events_on_an_open_card_do_nothing(rep: Rep, backend: Backend) -> None:
    composer = COMPOSERS["share box"](rep)
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)
    composer.open_card()
    before = len([path for _, path, _ in backend.received if path != "/api/v1/me"])
    composer.page.evaluate(
        """() => {
          const host = document.querySelector('rp-card');
          const more = { bubbles: true, composed: true, cancelable: true };
          for (let x = 0; x < innerWidth; x += 20) for (let y = 0; y < innerHeight; y += 14) {
            for (const type of ['mousedown', 'mouseup', 'click']) {
              host.dispatchEvent(new MouseEvent(type, { ...more, clientX: x, clientY: y }));
            }
          }
          for (const key of ['Enter', ' ', 'Escape']) host.dispatchEvent(new KeyboardEvent('keydown', { ...more, key }));
        }"""
    )
    composer.type(". So")
    composer.wait_for_mark(WORDS)
    until(composer.page, lambda: composer.text() == WEAK + ". So", what="only the rep's words are there")
    paths = [path for _, path, _ in backend.received if path != "/api/v1/me"][before:]
    assert set(paths) <= {ASSESS}
    composer.page.close()


def test_the_card_and_underlines_come_back_after_the_page_removes_them(rep: Rep) -> None:
    composer = COMPOSERS["comment"](rep)
    errors: list[str] = []
    composer.page.on("pageerror", lambda error: errors.append(str(error)))
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)
    composer.page.evaluate("() => { document.querySelector('rp-card').remove(); CSS.highlights.clear() }")
    composer.type(". So")
    composer.wait_for_mark(WORDS)
    until(composer.page, lambda: composer.card.exists, what="the card is back")
    assert composer.text() == WEAK + ". So"
    assert errors == []
    composer.page.close()


def test_protected_talk_is_neither_underlined_nor_sent(rep: Rep, backend: Backend) -> None:
    composer = COMPOSERS["share box"](rep)
    composer.page.evaluate(
        """() => {
          window.painted = [];
          const look = () => {
            painted.push(...[...CSS.highlights].flatMap(([name, drawn]) => [...drawn].map(String)));
            requestAnimationFrame(look);
          };
          look();
        }"""
    )
    composer.page.keyboard.insert_text(PROTECTED)
    until(composer.page, lambda: composer.card.find("badge-word", "Private"), what="the badge says that it is private")
    assert composer.page.evaluate("painted") == []
    assert not any(b"three years" in body for body in backend.bodies(ASSESS))
    composer.page.close()


def test_a_page_cannot_load_the_extensions_files(rep: Rep) -> None:
    page = COMPOSERS["share box"](rep).page
    files = (
        "manifest.json",
        "panel.html",
        "options.html",
        "content.js",
        "background.js",
        "icons/16.png",
        "highlights.css",
        "pages.css",
    )
    reached = page.evaluate(
        """addresses => Promise.all(addresses.flatMap(address => [
          fetch(address, { mode: 'no-cors' }).then(() => address, () => ''),
          new Promise(resolve => {
            const image = new Image();
            image.onload = () => resolve(address);
            image.onerror = () => resolve('');
            image.src = address;
          }),
          new Promise(resolve => {
            const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: address });
            link.onload = () => resolve(address);
            link.onerror = () => resolve('');
            document.head.append(link);
          }),
        ]))""",
        [f"{rep.extension}/{name}" for name in files],
    )
    assert set(reached) == {""}
    assert page.evaluate("typeof globalThis.chrome?.runtime?.sendMessage") == "undefined"
    page.close()


#: A picture of something else over the card that lets clicks through, above everything that was opened before.
LURE = """stays => {
  const lure = document.createElement('div');
  lure.id = 'lure';
  lure.textContent = 'Claim your prize';
  lure.style = 'position: fixed; inset: 0; width: 100vw; height: 100vh; margin: 0; background: white; pointer-events: none';
  document.body.append(lure);
  lure.popover = 'manual';
  lure.showPopover();
  if (stays) document.querySelector('rp-card').addEventListener('toggle', ({ newState }) => {
    if (newState !== 'open') return;
    lure.hidePopover();
    lure.showPopover();
  });
  // It is gone before the card hears of the click.
  else window.addEventListener('pointerdown', () => lure.hidePopover(), { capture: true, once: true });
}"""


def open_replacement(composer: Composer) -> Node:
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)
    composer.open_card()
    composer.open_tip(BETTER)
    return until(composer.page, lambda: composer.card.find("tip-apply", BETTER), what="the replacement is offered")


@pytest.mark.parametrize("stays", [False, True], ids=["gone-with-the-press", "back-on-top-each-time"])
def test_a_click_through_a_lure_over_the_card_does_not_count(share_box: Composer, *, stays: bool) -> None:
    page, card = share_box.page, share_box.card
    apply = open_replacement(share_box)
    card.wait_until_clicks_count()
    left, top, right, bottom = card.settled(apply)
    middle = ((left + right) / 2, (top + bottom) / 2)
    page.evaluate(LURE, stays)
    until(page, lambda: card.find("host-card").attributes["data-seen"] == "false", what="the card knows that it is covered")
    page.mouse.click(*middle)
    until(page, lambda: card.find("card-message", "did not count"), what="the card says why nothing happened")
    if stays:
        page.mouse.click(*middle)
        page.evaluate(NEXT_FRAME)
        assert share_box.text() == WEAK
        page.evaluate("document.getElementById('lure').remove()")
    assert share_box.text() == WEAK
    card.click(until(page, lambda: card.find("tip-apply", BETTER), what="the replacement is still offered"))
    until(page, lambda: share_box.text() == WEAK.replace(WORDS, BETTER), what="an uncovered card works")


#: What a page can do to an element of its own document.
RESTYLED = {
    "the host": "rp-card { opacity: 0.01 !important; filter: opacity(0) !important; visibility: hidden !important }",
    "the page": "html, body { opacity: 0.01 !important; filter: opacity(0) !important; clip-path: inset(100%) !important }",
    "an animation": "@keyframes fade { from, to { opacity: 0 } } rp-card { animation: fade 9s infinite !important }",
    "our tokens": "rp-card { --rp-raised: transparent !important; --rp-text: transparent !important }",
    "its text": "rp-card { font-size: 1px !important; color: transparent !important; transform: scale(0.01) !important }",
}


def test_a_page_cannot_restyle_the_card(share_box: Composer) -> None:
    page, card = share_box.page, share_box.card
    open_replacement(share_box)
    page.mouse.move(2, 2)
    card.wait_until_clicks_count()
    left, top, right, bottom = card.settled(card.find("host-card"))
    # Without the rounded corners, behind which the page shows.
    clip = {"x": left + 12, "y": top + 12, "width": right - left - 24, "height": bottom - top - 24}
    before = page.screenshot(clip=clip)
    for css in RESTYLED.values():
        style = page.add_style_tag(content=css)
        page.evaluate(NEXT_FRAME)
        # The browser may draw an edge once a shade lighter while it is busy.
        until(page, lambda: page.screenshot(clip=clip) == before, what=f"the card looks as before with {css}")
        style.evaluate("element => element.remove()")
    page.evaluate("document.querySelector('rp-card').animate([{ opacity: 0 }, { opacity: 0 }], { duration: 9000 })")
    assert page.screenshot(clip=clip) == before


def test_a_card_that_the_page_takes_from_the_top_layer_accepts_no_click_until_it_is_back(share_box: Composer) -> None:
    page, card = share_box.page, share_box.card
    apply = open_replacement(share_box)
    card.wait_until_clicks_count()
    left, top, right, bottom = card.settled(apply)
    page.evaluate("document.querySelector('rp-card').hidePopover()")
    page.mouse.click((left + right) / 2, (top + bottom) / 2)
    until(page, lambda: card.find("card-message", "did not count"), what="the card says why nothing happened")
    assert share_box.text() == WEAK
    assert page.evaluate("document.querySelector('rp-card').matches(':popover-open')"), "and is back where it was"


def test_highlights_tell_a_page_which_of_its_words_are_remarked_and_nothing_else(rep: Rep) -> None:
    """The registry belongs to the document, so a page reads the ranges: of words that are in its own editor anyway. It learns
    which are underlined, in which of seven styles, and when; not why, and nothing once underlines are switched off."""
    composer = COMPOSERS["X"](rep)
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)
    marked = composer.page.evaluate(
        "() => [...CSS.highlights].map(([name, drawn]) => "
        "({ name, own: Object.keys(drawn), type: drawn.type, words: [...drawn].map(String) }))"
    )
    assert {mark["name"] for mark in marked} <= {f"rp-{letter}" for letter in "abcdefg"}
    assert {mark["type"] for mark in marked} == {"highlight"}
    assert all(mark["own"] == [] for mark in marked), "nothing of ours is attached to them"
    assert all(words in composer.text() for mark in marked for words in mark["words"])
    rep.change({"kind": "settings", "underlines": False})
    until(composer.page, lambda: composer.marked() == {}, what="without underlines there is nothing to read")
    rep.change({"kind": "settings", "underlines": True})
    composer.page.close()
