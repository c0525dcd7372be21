"""A hostile page: it synthesises events, forges messages, patches its own prototypes, and reads whatever a page can read."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.browser.backend import Backend
from tests.browser.chromium import Rep
from tests.browser.composers import COMPOSERS, Composer
from tests.browser.storage import stored_value
from tests.browser.waiting import until

WEAK = "They asked for it twice. We leverage our forms to move the needle for buyers. My last line is here"
WORDS, BETTER = "move the needle", "make a difference"
FORGED = "Words of a stranger that we leverage to move the needle for nobody at all. And so on"
PROTECTED = "We leverage our forms for buyers. My salary has not moved in three years, and our union vote is on Friday"
ASSESS = "/api/v1/assess"

#: Records everything that passes through the page's own world, and lets it work as before.
SPY = """() => {
  const heard = window.heard = [];
  const note = value => {
    const text = typeof value === 'string' ? value : value instanceof Node ? value.textContent : '';
    if (text) heard.push(text);
  };
  const spied = [
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
  for (const [owner, names] of spied) {
    for (const name of names) {
      const own = owner[name];
      owner[name] = function (...given) {
        if (!inside) {
          inside = true;
          try { for (const one of [this, ...given]) note(one); } finally { inside = false; }
        }
        return Reflect.apply(own, this, given);
      };
    }
  }
  for (const [owner, name] of [[Node.prototype, 'textContent'], [HTMLElement.prototype, 'innerText']]) {
    const { get, set } = Object.getOwnPropertyDescriptor(owner, name);
    Object.defineProperty(owner, name, { get, set(value) { heard.push(String(value)); set.call(this, value); } });
  }
  for (const type of ['message', 'click', 'mousedown', 'mouseup', 'pointerdown', 'keydown', 'keyup', 'input', 'focusin',
                      'focusout', 'paste', 'copy', 'toggle', 'beforetoggle', 'selectionchange']) {
    window.addEventListener(type, event => {
      heard.push(typeof event.data === 'string' ? event.data : '');
      for (const one of event.composedPath()) if (one instanceof Element) heard.push(one.localName, one.textContent);
    }, { capture: true });
  }
}"""

#: All that a page can find out, as text.
LOOK = """() => {
  const seen = [];
  const walk = root => {
    for (const one of root.querySelectorAll('*')) {
      seen.push(one.outerHTML, one.getHTML?.({ serializableShadowRoots: true, shadowRoots: [] }) ?? '');
      if (one.shadowRoot) walk(one.shadowRoot);
    }
  };
  walk(document);
  const hosts = [...document.querySelectorAll('*')].filter(one => one.localName.startsWith('rp-'));
  for (const host of hosts) {
    if (host.shadowRoot) seen.push(`open: ${host.shadowRoot.textContent}`);
    seen.push(host.innerText ?? '', host.textContent);
    for (const name in host) { try { seen.push(String(host[name])); } catch {} }
  }
  for (let x = 0; x < innerWidth; x += 40) for (let y = 0; y < innerHeight; y += 20) {
    for (const one of document.elementsFromPoint(x, y)) if (hosts.includes(one) || hosts.includes(one.getRootNode().host)) {
      seen.push(one.outerHTML);
    }
  }
  for (const [name, drawn] of CSS.highlights) seen.push(name, ...[...drawn].map(String));
  for (const name of Object.getOwnPropertyNames(window)) seen.push(name);
  for (const store of [localStorage, sessionStorage]) for (const [key, value] of Object.entries(store)) seen.push(key, value);
  seen.push(document.cookie, document.documentElement.innerText, String(getSelection()));
  for (const entry of performance.getEntries()) seen.push(entry.name);
  return [...seen, ...window.heard ?? []].join('\\n');
}"""


@pytest.fixture(params=COMPOSERS)
def watched(rep: Rep, request: pytest.FixtureRequest) -> Iterator[Composer]:
    """Each composer in a page that records all it can."""
    composer = COMPOSERS[request.param](rep)
    composer.page.evaluate(SPY)
    complaints: list[str] = []
    composer.page.on("pageerror", lambda error: complaints.append(str(error)))
    yield composer
    assert complaints == []
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


def test_the_page_cannot_read_tips_or_tokens(rep: Rep, watched: Composer) -> None:
    secrets = secrets_of(rep)
    watched.page.bring_to_front()
    watched.type(WEAK)
    watched.wait_for_mark(WORDS)
    watched.open_card()
    watched.open_tip(BETTER)
    until(watched.page, lambda: watched.card.find("tip-apply", BETTER), what="the replacement is offered")
    seen = watched.page.evaluate(LOOK)
    assert WORDS in seen, "a page sees its own words, and which of them are underlined"
    assert [secret for secret in secrets if secret in seen] == []
    assert set(watched.marked()) <= {"rp-a", "rp-b", "rp-c"}


def test_in_quiet_mode_the_page_cannot_find_tips_by_searching(rep: Rep) -> None:
    """While a card is open in the page, ``find`` tells whether a sentence that the page guesses stands in it."""
    find = "text => find(text, false, false, true)"
    for mode in ("card", "quiet"):
        rep.change({"kind": "settings", "mode": mode})
        composer = COMPOSERS["X"](rep)
        composer.type(WEAK)
        composer.wait_for_mark(WORDS)
        if mode == "card":
            composer.open_card()
        assert composer.page.evaluate(find, "Plain words win") == (mode == "card")
        composer.page.close()
    rep.change({"kind": "settings", "mode": "card"})


def test_the_card_works_in_a_page_with_patched_prototypes(watched: Composer) -> None:
    watched.type(WEAK)
    watched.wait_for_mark(WORDS)
    watched.open_card()
    watched.open_tip(BETTER)
    watched.card.click(until(watched.page, lambda: watched.card.find("tip-apply", BETTER), what="the replacement"))
    until(watched.page, lambda: watched.text() == WEAK.replace(WORDS, BETTER), what="the tip is applied")


#: Every event that a script can synthesise, on the editor and on the card's host, as close to a person's as it can.
FAKE = """({ selector, text, composes }) => {
  const roots = [document];
  for (const root of roots) for (const { shadowRoot } of root.querySelectorAll('*')) if (shadowRoot) roots.push(shadowRoot);
  const editor = roots.map(root => root.querySelector(selector)).find(one => one);
  const host = document.querySelector('rp-card');
  const more = { bubbles: true, composed: true, cancelable: true };
  const data = new DataTransfer();
  data.setData('text/plain', text);
  for (const target of [editor, host].filter(one => one)) {
    const fake = event => target.dispatchEvent(event);
    fake(new FocusEvent('focusin', more));
    for (const [key, code] of [['R', 'KeyR'], ['A', 'KeyA']]) {
      fake(new KeyboardEvent('keydown', { ...more, key, code, altKey: true, shiftKey: true }));
    }
    if (composes) fake(new CompositionEvent('compositionstart', more));
    fake(new InputEvent('beforeinput', { ...more, inputType: 'insertText', data: text }));
    fake(new InputEvent('input', { ...more, inputType: 'insertText', data: text }));
    fake(new ClipboardEvent('paste', { ...more, clipboardData: data }));
    fake(new DragEvent('drop', { ...more, dataTransfer: data }));
    for (const type of ['pointerdown', 'mousedown', 'mouseup', 'click']) {
      const { left, top } = target.getBoundingClientRect();
      for (const [right, down] of [[1, 1], [30, 12], [200, 80]]) {
        fake(new MouseEvent(type, { ...more, clientX: left + right, clientY: top + down }));
      }
    }
    fake(new KeyboardEvent('keydown', { ...more, key: 'Enter', ctrlKey: true }));
  }
  for (const kind of ['assess', 'share', 'changed', 'act', 'command', 'situation', 'unpair']) {
    const forged = { v: 1, kind, text, command: 'apply-tip', action: { do: 'apply', tip: '1', replacement: text } };
    window.postMessage(forged, '*');
    window.dispatchEvent(new MessageEvent('message', { data: forged, source: window, origin: location.origin }));
    document.dispatchEvent(new CustomEvent(kind, { detail: forged }));
  }
}"""


@pytest.mark.parametrize("name", COMPOSERS)
def test_text_and_events_made_by_a_script_send_nothing(rep: Rep, backend: Backend, name: str) -> None:
    composer = COMPOSERS[name](rep)
    before = len(backend.received)
    # Draft.js itself believes a faked composition, and then takes no text from anybody.
    composer.page.evaluate(FAKE, {"selector": composer.editor, "text": FORGED, "composes": name != "X"})
    # What an editor made of it, by itself and with the help of the browser.
    composer.page.evaluate("text => document.execCommand('insertText', false, text)", FORGED)
    until(composer.page, lambda: FORGED in composer.text(), what="the script has written")
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
    # The rep's own next key takes it up: it may be what their input method or the site's emoji picker wrote.
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


@pytest.mark.parametrize("name", COMPOSERS)
def test_protected_talk_is_neither_underlined_nor_sent(rep: Rep, backend: Backend, name: str) -> None:
    composer = COMPOSERS[name](rep)
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
