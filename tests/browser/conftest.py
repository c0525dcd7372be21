"""The built extension in a real Chromium, beside a real server, on synthetic pages that run real editors.

Nothing waits for luck: ``until`` looks again until what is expected is there, and fails when it never comes."""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, Route, sync_playwright
from werkzeug.serving import BaseWSGIServer, make_server

from server.app import create_app
from server.core.database import triggers
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.core.settings import Settings
from server.migrations.models import Base
from server.people.models import User
from server.security import operations
from tests.browser.closed import Card
from tests.factories import make_organisation, make_user

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
PAGES = Path(__file__).parent / "pages"
EXTENSION = ROOT / "extension"
PICTURES = ROOT / "var/screenshots"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"

#: As strict as a site can be: no inline script, no string that becomes code or markup.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types default"
)
#: How long ``until`` looks. Generous, for the machine may be busy; nothing takes this long when it works.
PATIENCE_MS = 30_000

#: So many characters at the end of a line are typed key by key.
TYPED = 12

LINKEDIN = "https://www.linkedin.com/feed/"
X = "https://x.com/home"


class Pictured(Protocol):
    def screenshot(self, **how: Any) -> bytes: ...


def picture(of: Pictured, name: str, **how: Any) -> None:
    """Taken for people to look at, when they ask for pictures (`make pictures`)."""
    if os.environ.get("REPUTE_PICTURES"):
        PICTURES.mkdir(parents=True, exist_ok=True)
        (PICTURES / f"{name}.png").write_bytes(of.screenshot(**how))


def until(page: Page, look: Callable[[], T], *, what: str) -> T:
    """What ``look`` answers once it is true."""
    for _ in range(PATIENCE_MS // 50):
        found = look()
        if found:
            return found
        page.wait_for_timeout(50)
    pytest.fail(f"never happened: {what}")


def write(page: Page, text: str) -> None:
    """Into what has the focus, as a person does who dictates and types: most of a long line comes at once, the rest by keys,
    for keys are what costs time. `test_behaviour.py` does all by keys in every editor."""
    at_once = 0 if "\n" in text or len(text) < 2 * TYPED else len(text) - TYPED
    if at_once:
        page.keyboard.insert_text(text[:at_once])
    page.keyboard.type(text[at_once:])


@dataclass
class Backend:
    """The real application on a loopback port. ``received`` lists what came in: method, path, body. ``meddle`` may answer in
    the application's stead, or hold it up, or let it through by answering nothing."""

    app: Callable[..., Any]
    engine: Any
    data: Path
    port: int
    received: list[tuple[str, str, bytes]] = field(default_factory=list)
    meddle: Callable[[dict[str, Any], Callable[..., Any]], Any] | None = None
    _server: BaseWSGIServer | None = None
    _thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _record(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        self.received.append((environ["REQUEST_METHOD"], environ["PATH_INFO"], body))
        answer = self.meddle(environ, start) if self.meddle else None
        return self.app(environ, start) if answer is None else answer

    def start(self) -> None:
        self._server = make_server("127.0.0.1", self.port, self._record, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        assert self._server
        assert self._thread
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server = None

    def bodies(self, path: str) -> list[bytes]:
        return [body for _, received, body in self.received if received == path]

    def disable(self, entry: dict[str, Any] | None) -> None:
        """What an operator writes to switch an adapter off; ``None`` takes it back."""
        (self.data / "adapters.json").write_text(json.dumps([entry] if entry else []))

    def new_user(self, **values: object) -> User:
        with unit_of_work(self.engine) as session:
            user = make_user(session, **values)
            session.expunge(user)
            return user

    def login_link(self, user: User) -> str:
        with unit_of_work(self.engine) as session:
            return self.base_url + operations.create_link(session, user_id=user.id)


def sign_in(page: Page, link: str) -> None:
    """Uses a one-time link, as the demonstration prints them."""
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/link/" not in address)


@pytest.fixture(scope="session")
def port() -> int:
    """Taken by one backend after the other, so that one build of the extension knows them all. It lies below those that the
    system hands out, for nobody may get it in between."""
    for number in range(10_000 + os.getpid() % 20_000, 32_000):
        with socket.socket() as free:
            if free.connect_ex(("127.0.0.1", number)) != 0:
                return number
    pytest.fail("no port is free")


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[Backend]:
    """With a database of its own: what another module's reps have shared changes what is said of a draft."""
    folder = tmp_path_factory.mktemp("backend")
    secret = "a key for the browser tests that nobody else uses"
    settings = Settings(
        database_url=f"sqlite:///{folder / 'repute.db'}", secret_key=secret, data=folder, assess_per_minute=10_000
    )
    engine = make_engine(settings.url_of_database)
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        triggers.install(connection)
    with unit_of_work(engine) as session:
        make_organisation(session)
    backend = Backend(create_app(settings, engine), engine, folder, port)
    backend.start()
    yield backend
    backend.stop()
    engine.dispose()


def build_extension(base_url: str, out: Path, composer: Path | None = None, source: Path = EXTENSION) -> Path:
    """The extension, built for the server at ``base_url``; the web composer's script goes to ``composer``."""
    command = ["node", "build.mjs", "--backend", base_url, "--out", str(out), "--composer", str(composer or out / "composer")]
    subprocess.run(command, cwd=source, check=True)
    return out


@pytest.fixture(scope="session")
def dist(port: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_extension(f"http://127.0.0.1:{port}", tmp_path_factory.mktemp("extension"))


def bundle_sites(out: Path, scripts: tuple[str, ...] = ("linkedin.js", "x.js")) -> Path:
    """The synthetic pages' scripts, bundled with the real editors."""
    command = [
        str(EXTENSION / "node_modules/.bin/esbuild"), *(str(PAGES / script) for script in scripts), "--bundle",
        "--define:global=globalThis", '--define:process.env.NODE_ENV="production"', f"--outdir={out}", "--log-level=error",
    ]  # fmt: skip
    subprocess.run(command, check=True, env=os.environ | {"NODE_PATH": str(EXTENSION / "node_modules")})
    return out


@pytest.fixture(scope="session")
def fixtures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundle_sites(tmp_path_factory.mktemp("fixtures"))


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@dataclass
class Rep:
    """A rep's browser. ``card`` looks into the extension's card in a page."""

    context: BrowserContext
    backend: Backend
    extension: str = ""
    user: User | None = None

    def open(self, address: str) -> Page:
        page = self.context.new_page()
        page.goto(address)
        return page

    def options(self) -> Page:
        page = self.context.new_page()
        page.goto(f"{self.extension}/options.html")
        return page

    def agree(self) -> None:
        page = self.options()
        page.get_by_role("button", name="I agree").click()
        page.get_by_text("You agreed.").wait_for()
        page.close()

    def pair(self) -> None:
        self.user = self.backend.new_user()
        self.pair_as(self.user, self.backend.login_link(self.user))

    def pair_as(self, user: User, link: str) -> None:
        """All of it as a person does: sign in, open the pairing page from the options, type the code."""
        page = self.context.new_page()
        sign_in(page, link)
        page.goto(f"{self.extension}/options.html")
        with self.context.expect_page() as opened:
            page.get_by_role("button", name="Pair with my account").click()
        code = opened.value.locator("#code").inner_text()
        opened.value.close()
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Connect", exact=True).click()
        page.get_by_text(f"Connected as {user.name}").wait_for()
        page.close()

    def change(self, message: dict[str, object]) -> None:
        """Says to the worker what the extension's own pages say."""
        page = self.options()
        answer = page.evaluate("message => chrome.runtime.sendMessage({ v: 1, ...message })", message)
        page.close()
        assert "ok" in answer, answer


def serve_sites(context: BrowserContext, fixtures: Path) -> None:
    def serve(route: Route) -> None:
        address = route.request.url
        site = "linkedin" if address.startswith("https://www.linkedin.com/") else "x"
        if address.endswith(".css"):
            route.fulfill(path=PAGES / f"{site}.css", content_type="text/css")
        elif address.endswith(".js"):
            route.fulfill(path=fixtures / f"{site}.js", content_type="text/javascript")
        elif "/fixture/" in address:
            route.fulfill(body="accepted", content_type="text/plain")
        else:
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(path=PAGES / f"{site}.html", content_type="text/html", headers=headers)

    context.route("https://www.linkedin.com/**", serve)
    context.route("https://x.com/**", serve)


def open_chromium(
    playwright: Playwright, dist: Path, fixtures: Path, profile: Path, *, again: bool = False, more: tuple[str, ...] = ()
) -> tuple[BrowserContext, str]:
    """A Chromium with the extension freshly installed, unless the profile is opened ``again``, and the synthetic sites served;
    and the extension's address. ``more`` are flags."""
    context = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=CHROMIUM,
        headless=True,
        viewport={"width": 1200, "height": 760},
        args=[
            "--no-sandbox",
            f"--disable-extensions-except={dist / 'chrome'}",
            f"--load-extension={dist / 'chrome'}",
            "--disable-features=DisableLoadExtensionCommandLineSwitch",
            *more,
        ],
    )
    serve_sites(context, fixtures)
    worker = context.service_workers[0] if context.service_workers else context.wait_for_event("serviceworker")
    # The options page opens by itself after installing, which is a test of its own; here it only is in the way.
    first = context.pages[0]
    if again:
        return context, worker.url.rsplit("/", 1)[0]
    until(first, lambda: any(page.url.endswith("/options.html") for page in context.pages), what="the options page opens")
    for page in context.pages[1:]:
        page.close()
    return context, worker.url.rsplit("/", 1)[0]


@pytest.fixture(scope="module")
def launch(
    playwright: Playwright, backend: Backend, dist: Path, fixtures: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Rep]]:
    """Starts a Chromium with the extension freshly installed."""
    contexts = []

    def start() -> Rep:
        context, extension = open_chromium(playwright, dist, fixtures, tmp_path_factory.mktemp("profile"))
        contexts.append(context)
        return Rep(context, backend, extension)

    yield start
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def rep(launch: Callable[[], Rep]) -> Rep:
    """A rep who agreed and paired. Tests that change a choice change it back."""
    rep = launch()
    rep.agree()
    rep.pair()
    return rep


@dataclass
class Composer:
    """One of the synthetic composers, seen through its own model."""

    page: Page
    card: Card
    editor: str
    text: Callable[[], str]
    caret: Callable[[], int]

    def type(self, text: str) -> None:
        write(self.page, text)

    def marked(self) -> dict[str, list[str]]:
        """What is underlined, by the highlight's name."""
        found: dict[str, list[str]] = self.page.evaluate(
            "() => Object.fromEntries([...CSS.highlights].map(([name, drawn]) => [name, [...drawn].map(String)]))"
        )
        return found

    def words(self) -> set[str]:
        return {words for marked in self.marked().values() for words in marked}

    def wait_for_mark(self, words: str) -> None:
        until(self.page, lambda: words in self.words(), what=f"“{words}” is underlined")

    def open_card(self) -> None:
        badge = until(self.page, lambda: self.card.find("badge"), what="the badge appears")
        self.card.click(badge)
        until(self.page, lambda: self.card.find("tip-message"), what="the card opens")

    def open_tip(self, words: str) -> None:
        """In the list, which follows the frame in which its words were underlined."""
        self.card.click(until(self.page, lambda: self.card.find("tip-open", words), what=f"“{words}” is listed"))


#: How many of the words that begin so can be seen and are underlined, how many can be seen and are not, and the last of them.
IN_SIGHT = """(editor, begins) => {
  let [top, bottom] = [0, innerHeight];
  for (let around = editor; around; around = around.parentElement ?? around.getRootNode().host) {
    if (getComputedStyle(around).overflowY !== 'auto') continue;
    const box = around.getBoundingClientRect();
    [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
  }
  const drawn = [...CSS.highlights.values()].flatMap(highlight => [...highlight]);
  const found = { underlined: 0, bare: 0, last: '' };
  const walker = document.createTreeWalker(editor, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (let at = node.data.indexOf(begins); at >= 0; at = node.data.indexOf(begins, at + 1)) {
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, at + begins.length);
      const box = range.getBoundingClientRect();
      if (box.bottom < top || box.top > bottom) continue;
      const marked = drawn.some(one => one.compareBoundaryPoints(Range.START_TO_START, range) === 0);
      found[marked ? 'underlined' : 'bare'] += 1;
      found.last = node.data.slice(at, at + 4);
    }
  }
  return found;
}"""


@pytest.fixture
def spelling(rep: Rep) -> Iterator[None]:
    """Switched on, for it alone finds as much as it likes of one kind."""
    rep.change({"kind": "settings", "grammar": {"on": True}})
    yield
    rep.change({"kind": "settings", "grammar": {"on": False}})


def write_many(composer: Composer) -> None:
    """A draft with a hundred misspelled words, in a window that shows some of them; the caret is at its end."""
    composer.page.set_viewport_size({"width": 700, "height": 220})
    words = (f"zq{one}{other}" for one in "abcdefghij" for other in "abcdefghij")
    composer.page.keyboard.insert_text(" ".join(f"We saw it at {word} in May." for word in words))
    composer.type(" And")
    until(composer.page, lambda: int(getattr(composer.card.find("count"), "text", 0)) >= 100, what="a hundred tips")


def wait_for_those_in_sight(composer: Composer) -> str:
    """Until all words in sight are underlined, and not every one that is out of sight; the last of them in sight."""
    editor = composer.page.locator(composer.editor).first

    def seen() -> str:
        found = editor.evaluate(IN_SIGHT, "zq")
        drawn = sum(map(len, composer.marked().values()))
        last: str = found["last"] if found["bare"] == 0 and found["underlined"] > 0 and drawn < 90 else ""
        return last

    return until(composer.page, seen, what="what is in sight is underlined")


def linkedin_share_box(rep: Rep) -> Composer:
    page = rep.open(LINKEDIN)
    page.click("#start")
    # Quill ends every text with a line break of its own.
    return Composer(
        page, Card(page), '[data-test-modal-id="sharebox"] .ql-editor',
        text=lambda: page.evaluate("quill.getText().slice(0, -1)"),
        caret=lambda: page.evaluate("quillCaret()"),
    )  # fmt: skip


def x_composer(rep: Rep) -> Composer:
    page = rep.open(X)
    page.click('[data-testid="tweetTextarea_0"]')
    offset = (
        "(at => at.text.split('\\n').slice(0, at.block).reduce((sum, line) => sum + line.length + 1, 0) + at.caret)(draft())"
    )
    return Composer(
        page, Card(page), '[data-testid="tweetTextarea_0"]', text=lambda: page.evaluate("draft().text"),
        caret=lambda: page.evaluate(offset),
    )  # fmt: skip


def linkedin_comment(rep: Rep) -> Composer:
    page = rep.open(LINKEDIN)
    page.click("#comment .ProseMirror")
    return Composer(
        page, Card(page), "#comment .ProseMirror", text=lambda: page.evaluate("comment()"),
        caret=lambda: page.evaluate("commentCaret()"),
    )  # fmt: skip


COMPOSERS = {"share box": linkedin_share_box, "X": x_composer, "comment": linkedin_comment}


@pytest.fixture(scope="module")
def web_composer(playwright: Playwright, backend: Backend, dist: Path) -> Iterator[Composer]:
    """The page at /write of a signed-in rep, without the extension."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    # As it is in the source now, whatever lies in the server's own folder, which tests beside this one read.
    page.route(
        "**/static/built/*", lambda route: route.fulfill(path=dist / "composer" / Path(urlsplit(route.request.url).path).name)
    )
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)
    sign_in(page, backend.login_link(backend.new_user()))
    page.goto(f"{backend.base_url}/write")
    yield Composer(
        page, Card(page), ".write-editor", text=lambda: page.locator(".write-editor").evaluate("editor => editor.textContent"),
        caret=lambda: page.evaluate("getSelection().focusOffset"),
    )  # fmt: skip
    browser.close()


@pytest.fixture
def on_write(web_composer: Composer) -> Iterator[Composer]:
    """That page, empty, with the caret in it; and nothing to complain of afterwards."""
    web_composer.page.reload()
    web_composer.page.click(".write-editor")
    yield web_composer
    assert web_composer.page.complaints == []


@pytest.fixture(params=COMPOSERS)
def composer(rep: Rep, request: pytest.FixtureRequest) -> Iterator[Composer]:
    """Each of the composers, empty, with the caret in it."""
    composer = COMPOSERS[request.param](rep)
    yield composer
    composer.page.close()


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script of every place a rep writes, for ``serve_places``."""
    return bundle_sites(tmp_path_factory.mktemp("places"), ("places.js",))


@pytest.fixture
def mended(backend: Backend) -> Iterator[None]:
    """What a test did to the backend is undone."""
    yield
    backend.meddle = None
