"""One page for each editor engine, driven the same way in both browsers."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import trustme
from playwright.sync_api import Page, Route
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests.browser.backend import Backend
from tests.browser.build import MESSAGE_VERSION, PAGES, bundle_sites
from tests.browser.card import Card, Node
from tests.browser.chromium import Rep
from tests.browser.clock import IDLE_MS, TYPING_PAUSE_MS, Clock
from tests.browser.firefox import EXTENSION as FIREFOX_PAGES
from tests.browser.firefox import Element, Firefox, FirefoxTab
from tests.browser.sites import LINKEDIN, POLICY, X
from tests.browser.waiting import poll_until as until

T = TypeVar("T")

SHADOW = ("quill-1-shadow", "prosemirror-shadow")
ENGINES = (
    "textarea",
    "contenteditable",
    "quill-1",
    "quill-1-shadow",
    "quill-2",
    "draft-js",
    "prosemirror",
    "prosemirror-shadow",
    "prosemirror-article",
)
#: Where the adapter is not certain enough to apply a replacement.
COPY_ONLY = frozenset({"prosemirror-article"})
ARTICLE = "https://www.linkedin.com/article/new/"
CONTENT_TYPES = {".js": "text/javascript", ".css": "text/css"}
#: Three times the typing pause after which a draft is sent.
PAUSE_SECONDS = 1.0


def bundle(out: Path) -> Path:
    """Bundles the page's script with the real editors, and copies its style sheet."""
    bundle_sites(out, ("engines.js",))
    for name in ("engines.html", "engines.css"):
        (out / name).write_bytes((PAGES / name).read_bytes())
    return out


def site_response(pages: Path, path: str) -> tuple[bytes, str, dict[str, str]]:
    """The response of both sites to ``path``: body, content type, headers."""
    name = path.rsplit("/", 1)[-1] if path.startswith("/fixture/") else "engines.html"
    kind = CONTENT_TYPES.get(Path(name).suffix, "text/html")
    return (pages / name).read_bytes(), kind, {"Content-Security-Policy": POLICY} if kind == "text/html" else {}


def address(engine: str) -> str:
    if engine.endswith("-article"):
        return f"{ARTICLE}?engine={engine}"
    return f"{LINKEDIN if engine in SHADOW else X}?engine={engine}"


class CanEvaluate(Protocol):
    def evaluate(self, expression: str) -> Any: ...


class Tab(CanEvaluate, Protocol):
    """A page with an editor, and the extension's card over it."""

    def type(self, text: str) -> None: ...
    def press(self, combination: str, times: int = 1) -> None: ...
    def card(self) -> Sequence[Node] | Sequence[Element]: ...
    def click(self, node: Any) -> None: ...
    def go(self, address: str) -> None: ...
    def idle(self) -> None:
        """Lets the time pass after which the coach would send the draft."""

    def frozen(self) -> AbstractContextManager[object]:
        """No time passes for the coach, if the browser supports that."""

    def compose(self, text: str) -> None:
        """Starts a composition with ``text``, as an input method does."""

    def commit(self, text: str) -> None:
        """Ends the composition."""


class Browser(Protocol):
    """A rep's browser with the built extension, agreed and paired."""

    name: str

    @property
    def tab(self) -> Tab:
        """The tab in which pages are opened one after the other."""

    def settings(self, **changes: object) -> None: ...


@dataclass
class ChromiumTab:
    page: Page

    def __post_init__(self) -> None:
        self._card = Card(self.page)
        self._clock = Clock(self.page)
        self._cdp = self.page.context.new_cdp_session(self.page)

    def evaluate(self, expression: str) -> Any:
        return self.page.evaluate(expression)

    def type(self, text: str) -> None:
        with self._clock.frozen():
            # Key by key; what no key has is inserted.
            self.page.keyboard.type(text)
            self._clock.advance(TYPING_PAUSE_MS)

    def press(self, combination: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(combination)

    def card(self) -> list[Node]:
        return self._card.nodes()

    def click(self, node: Node) -> None:
        self._card.click(node)

    def go(self, address: str) -> None:
        self.page.goto(address)
        self.page.bring_to_front()

    def frozen(self) -> AbstractContextManager[object]:
        return self._clock.frozen()

    def idle(self) -> None:
        with self._clock.frozen():
            self._clock.advance(IDLE_MS)

    def compose(self, text: str) -> None:
        self._cdp.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})

    def commit(self, text: str) -> None:
        self._cdp.send("Input.insertText", {"text": text})


@dataclass
class Chromium:
    rep: Rep
    pages: Path
    name: str = "Chromium"

    @contextmanager
    def served(self) -> Iterator[Chromium]:
        """Both sites are the page with the editors meanwhile."""

        def serve(route: Route) -> None:
            path = "/" + route.request.url.split("/", 3)[3].split("?")[0]
            body, kind, headers = site_response(self.pages, path)
            route.fulfill(body=body, content_type=kind, headers=headers)

        origins = [f"https://{urlsplit(site).netloc}" for site in (LINKEDIN, X)]
        for origin in origins:
            # Playwright tries the latest route first.
            self.rep.context.route(f"{origin}/**", serve)
            self.rep.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=origin)
        yield self
        for origin in origins:
            self.rep.context.unroute(f"{origin}/**", serve)

    @cached_property
    def tab(self) -> ChromiumTab:
        return ChromiumTab(self.rep.context.new_page())

    def settings(self, **changes: object) -> None:
        self.rep.change({"kind": "settings", **changes})


@dataclass
class FirefoxImeTab(FirefoxTab):
    """A Firefox tab with an input method, simulated from the browser's own window."""

    def go(self, address: str) -> None:
        super().go(address)
        self.firefox.send("browsingContext.activate", context=self.context)

    def frozen(self) -> AbstractContextManager[object]:
        return nullcontext()

    def idle(self) -> None:
        # No protocol reaches the content script's timers here. On a slow machine this wait can only make the check less strict,
        # never make it fail.
        time.sleep(PAUSE_SECONDS)

    def compose(self, text: str) -> None:
        self.firefox.in_chrome(
            f"""(() => {{
              const processor = Cc["@mozilla.org/text-input-processor;1"].createInstance(Ci.nsITextInputProcessor);
              window.reputeMethod = processor;
              const started = processor.beginInputTransactionForTests(window);
              processor.setPendingCompositionString({text!r});
              processor.appendClauseToPendingComposition({len(text)}, processor.ATTR_RAW_CLAUSE);
              return started && processor.flushPendingComposition();
            }})()"""
        )

    def commit(self, text: str) -> None:
        self.firefox.in_chrome(f"window.reputeMethod.commitCompositionWith({text!r})")


@dataclass
class FirefoxBrowser:
    firefox: Firefox
    name: str = "Firefox"

    @cached_property
    def tab(self) -> FirefoxImeTab:
        return FirefoxImeTab(self.firefox, self.firefox.open("about:blank").context)

    def settings(self, **changes: object) -> None:
        self.send({"kind": "settings", **changes})

    def agree(self) -> None:
        page = self.firefox.open(f"{FIREFOX_PAGES}/options.html")
        page.click(until(lambda: button(page, "I agree"), what="the agreement button"))
        until(lambda: "You agreed." in page.evaluate("document.body.innerText"), what="agreed")
        page.close()

    def pair(self, backend: Backend) -> None:
        """Pairs as a person does: signs in, opens the pairing page from the options and types the code."""
        user = backend.new_user()
        page = self.firefox.open(backend.login_link(user))
        page.click(button(page, "Sign in"))
        until(lambda: "/link/" not in page.evaluate("location.href"), what="signed in")
        page.go(f"{FIREFOX_PAGES}/options.html")
        before = set(self.firefox.tabs())
        page.click(until(lambda: button(page, "Pair with my account"), what="the button that starts pairing"))
        opened = until(lambda: set(self.firefox.tabs()) - before, what="the pairing page opens")
        pairing = FirefoxTab(self.firefox, opened.pop())
        pairing.click(until(lambda: button(pairing, "Show pairing code"), what="the button that shows the code"))
        code = until(lambda: pairing.evaluate("document.querySelector('#code')?.innerText ?? ''"), what="the code")
        pairing.close()
        page.click("document.querySelector('input[name=code], #code, form input')")
        page.type(code)
        page.click(button(page, "Connect"))
        until(lambda: f"Connected as {user.name}" in page.evaluate("document.body.innerText"), what="connected")
        page.close()

    def send(self, message: dict[str, object]) -> None:
        """Sends a message to the background, as the extension's own pages do."""
        page = self.firefox.open(f"{FIREFOX_PAGES}/options.html")
        response = page.evaluate(f"browser.runtime.sendMessage({json.dumps({'v': MESSAGE_VERSION, **message})})")
        page.close()
        assert "ok" in response, response


def button(page: CanEvaluate, text: str) -> str:
    """An expression for the button whose name begins with ``text``, in a page of the extension; empty while there is none."""
    expression = (
        f"[...document.querySelectorAll('button')].find((button) => button.innerText.trim().startsWith({json.dumps(text)}))"
    )
    return expression if page.evaluate(f"Boolean({expression})") else ""


@contextmanager
def serve_over_tls(pages: Path, certificates: trustme.CA) -> Iterator[int]:
    """Serves both sites over TLS on a local port, which it yields."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificates.issue_cert("www.linkedin.com", "x.com").configure_cert(context)

    @Request.application
    def respond(request: Request) -> Response:
        body, kind, headers = site_response(pages, request.path)
        return Response(body, content_type=kind, headers=headers)

    server = make_server("127.0.0.1", 0, respond, threaded=True, ssl_context=context)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def launch_firefox(backend: Backend, dist: Path, pages: Path, profile: Path) -> Iterator[FirefoxBrowser]:
    """A rep's Firefox with the built extension, agreed and paired."""
    with serve_over_tls(pages, trustme.CA()) as port, Firefox.running(profile, port) as firefox:
        firefox.install(dist / "firefox")
        browser = FirefoxBrowser(firefox)
        browser.agree()
        browser.pair(backend)
        yield browser
