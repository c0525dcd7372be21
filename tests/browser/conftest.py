"""Fixtures: the built extension in a real Chromium, with a real server, on synthetic pages that run real editors."""

from __future__ import annotations

import fcntl
import mimetypes
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Playwright, Route, sync_playwright

from server.app import create_app
from server.core.database.engine import make_engine
from server.core.settings import Settings
from server.demo import operations as demo
from server.migrations import schema
from server.people.models import User
from tests.browser.backend import Backend
from tests.browser.build import build_extension, bundle_sites
from tests.browser.card import Card
from tests.browser.chromium import Installation, Rep, open_bare_chromium, open_chromium
from tests.browser.clock import is_page
from tests.browser.composers import COMPOSERS, Composer
from tests.browser.waiting import TIMEOUT_SECONDS
from tests.live import free_port

SECRET_KEY = "a secret key used only by the browser tests"


@pytest.fixture(scope="session")
def port() -> int:
    """The port that every backend uses in turn, so that one build of the extension works with all of them."""
    return free_port()


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory, port: int, sqlite_template: Path, warm_coach: None) -> Iterator[Backend]:
    """A server with its own database, because shares of another module's reps would make a draft a near copy."""
    with serve(tmp_path_factory.mktemp("backend"), port, sqlite_template) as backend:
        yield backend


@pytest.fixture(scope="session")
def demonstration_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the demonstration organisation, written by whichever worker needs it first."""
    folder = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        folder = folder.parent
    path = folder / "demonstration.db"
    with (folder / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            unfinished = path.with_suffix(".unfinished")
            engine = make_engine(f"sqlite:///{unfinished}")
            schema.upgrade(engine)
            demo.create(engine, secret_keys=Settings(secret_key=SECRET_KEY, data=folder).secret_keys)
            # The last connection writes everything into this one file.
            engine.dispose()
            unfinished.rename(path)
    return path


@pytest.fixture(scope="module")
def demonstration(
    tmp_path_factory: pytest.TempPathFactory, port: int, demonstration_template: Path, warm_coach: None
) -> Iterator[Backend]:
    """A server with the demonstration organisation, as after `make run`."""
    with serve(tmp_path_factory.mktemp("demonstration"), port, demonstration_template) as backend:
        yield backend


@contextmanager
def serve(folder: Path, port: int, template: Path) -> Iterator[Backend]:
    """A server with a copy of the database ``template``."""
    settings = Settings(
        database_url=f"sqlite:///{folder / 'repute.db'}", secret_key=SECRET_KEY, data=folder, assess_per_minute=10_000
    )
    shutil.copyfile(template, folder / "repute.db")
    engine = make_engine(settings.sqlalchemy_url)
    backend = Backend(create_app(settings, engine), engine, folder, port)
    backend.start()
    yield backend
    backend.stop()
    engine.dispose()


@pytest.fixture(scope="session")
def dist(port: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_extension(f"http://127.0.0.1:{port}", tmp_path_factory.mktemp("extension"))


@pytest.fixture(scope="session")
def fixtures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundle_sites(tmp_path_factory.mktemp("fixtures"))


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Ends before the tests outside this folder, because its event loop keeps running in between."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Without the extension, for the server's pages. Each test opens its own context."""
    browser = open_bare_chromium(playwright)
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def installation(
    playwright: Playwright, dist: Path, fixtures: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """One browser with the extension for all modules, because a launch takes longer than most tests."""
    context, extension = open_chromium(playwright, dist, fixtures, tmp_path_factory.mktemp("profile"))
    yield Installation(context, extension)
    context.close()


@pytest.fixture(scope="module")
def launch(
    playwright: Playwright, backend: Backend, dist: Path, fixtures: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Rep]]:
    """Starts a second browser with the extension."""
    contexts = []

    def start() -> Rep:
        context, extension = open_chromium(playwright, dist, fixtures, tmp_path_factory.mktemp("profile"))
        contexts.append(context)
        return Rep(context, backend, extension)

    yield start
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def module_installation(installation: Installation, backend: Backend) -> Iterator[Installation]:
    """The browser, with none of what earlier modules left in it."""
    installation.start_over(backend)
    yield installation
    installation.rep = None


@pytest.fixture(scope="module")
def paired_rep(module_installation: Installation, backend: Backend) -> Rep:
    """A rep who agreed and paired."""
    rep = module_installation.rep = Rep(module_installation.context, backend, module_installation.extension)
    rep.agree()
    rep.pair()
    return rep


@pytest.fixture(scope="module")
def rep(paired_rep: Rep) -> Rep:
    """The same, for modules that need no other setup. Tests that change a setting change it back."""
    return paired_rep


@pytest.fixture
def newcomer(module_installation: Installation, backend: Backend) -> Iterator[Rep]:
    """A rep in whose browser the extension is as just installed. Afterwards it is again the one of ``paired_rep``."""
    yield module_installation.start_over(backend)
    module_installation.start_over(backend)
    if module_installation.rep:
        module_installation.rep.agree()
        module_installation.rep.pair(module_installation.rep.user)


@pytest.fixture
def close_pages(rep: Rep) -> Iterator[None]:
    """Closes the pages that a test opened, except the browser's first one."""
    yield
    for page in rep.context.pages[1:]:
        page.close()


@pytest.fixture
def spelling(rep: Rep) -> Iterator[None]:
    """Switches spelling on, because no other check flags a hundred words of one draft."""
    rep.change({"kind": "settings", "grammar": {"on": True}})
    yield
    rep.change({"kind": "settings", "grammar": {"on": False}})


OpenComposer = Callable[[User], Composer]


def serve_built(route: Route, folder: Path) -> None:
    """Serves a file as built for this run, with the server's headers; the server's own folder may contain an older one."""
    path = folder / Path(urlsplit(route.request.url).path).name
    policy = route.fetch().headers["content-security-policy"]
    content_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    route.fulfill(path=path, headers={"Content-Security-Policy": policy, "Content-Type": content_type})


@pytest.fixture(scope="module")
def open_web_composer(chromium: Browser, backend: Backend, dist: Path) -> Iterator[OpenComposer]:
    """Opens the page at /write in a new browser profile, signed in as the given person, without the extension."""
    contexts = []

    def open_composer(user: User) -> Composer:
        context = chromium.new_context(viewport={"width": 1200, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_SECONDS * 1000)
        page.route("**/static/built/*", lambda route: serve_built(route, dist / "composer"))
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)
        backend.sign_in(context, user)
        page.goto(f"{backend.base_url}/write")
        return Composer(
            page,
            Card(page),
            ".write-editor",
            text=lambda: page.locator(".write-editor").evaluate("editor => editor.textContent"),
            caret=lambda: page.evaluate("getSelection().focusOffset"),
            world=is_page,
        )

    yield open_composer
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def web_composer(open_web_composer: OpenComposer, backend: Backend) -> Composer:
    """The page at /write of a signed-in rep, without the extension."""
    return open_web_composer(backend.new_user())


@pytest.fixture
def on_write(web_composer: Composer) -> Iterator[Composer]:
    """The page at /write, empty, with the caret in the editor. Fails afterwards if there were script errors."""
    web_composer.page.evaluate("localStorage.clear()")
    web_composer.page.reload()
    web_composer.clock.install()
    web_composer.page.click(".write-editor")
    yield web_composer
    assert web_composer.page.complaints == []


@pytest.fixture(params=COMPOSERS)
def composer(rep: Rep, request: pytest.FixtureRequest) -> Iterator[Composer]:
    """Each of the composers, empty, with the caret in it."""
    composer = COMPOSERS[request.param](rep)
    yield composer
    composer.page.close()


@pytest.fixture
def share_box(rep: Rep) -> Iterator[Composer]:
    composer = COMPOSERS["share box"](rep)
    yield composer
    composer.page.close()


@pytest.fixture
def on_x(rep: Rep) -> Iterator[Composer]:
    composer = COMPOSERS["X"](rep)
    yield composer
    composer.page.close()


@pytest.fixture
def patched_backend(backend: Backend) -> Iterator[None]:
    """Removes a test's ``backend.intercept``."""
    yield
    backend.intercept = None
