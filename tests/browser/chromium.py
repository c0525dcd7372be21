"""Chromium with the built extension."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Worker

from server.people.models import User
from tests.browser.backend import Backend, sign_in
from tests.browser.build import MESSAGE_VERSION
from tests.browser.places import serve_places
from tests.browser.sites import serve_sites
from tests.browser.waiting import TIMEOUT_SECONDS, until
from tests.live import LiveServer

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"

#: Playwright itself waits for a promise without a limit.
SEND = """([message, limit]) => Promise.race([
  chrome.runtime.sendMessage(message),
  new Promise((_, reject) => setTimeout(reject, limit, new Error(`the worker does not answer ${message.kind}`))),
])"""
#: Empties the extension's database.
FORGET = """() => new Promise((resolve, reject) => {
  const opening = indexedDB.open('repute', 1);
  opening.onerror = reject;
  opening.onsuccess = () => {
    const database = opening.result;
    const transaction = database.transaction([...database.objectStoreNames], 'readwrite');
    for (const store of database.objectStoreNames) transaction.objectStore(store).clear();
    transaction.onerror = reject;
    transaction.oncomplete = () => { database.close(); resolve() };
  };
})"""


@dataclass
class Rep:
    """A rep's browser with the extension, and the server it is paired with."""

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

    def start_over(self) -> None:
        """Closes the pages, empties the extension's database, and signs out."""
        self.extension_file()
        for page in self.context.pages[1:]:
            page.close()
        self.send({"kind": "client-state"})
        self.extension_file().evaluate(FORGET)
        self.stop_worker()
        self.context.clear_cookies()
        self.context.clear_permissions()
        devtools = self.context.new_cdp_session(self.extension_file())
        for target in devtools.send("Target.getTargets")["targetInfos"]:
            # The side panel is not among the pages.
            if target["url"] == f"{self.extension}/panel.html":
                devtools.send("Target.closeTarget", {"targetId": target["targetId"]})
        devtools.send("Storage.clearDataForOrigin", {"origin": self.backend.base_url, "storageTypes": "local_storage"})
        devtools.detach()

    def agree(self) -> None:
        """Agrees without the options page; ``agree_in_options`` opens it."""
        self.change({"kind": "settings", "consented": True})

    def agree_in_options(self) -> None:
        page = self.options()
        page.get_by_role("button", name="I agree").click()
        page.get_by_text("You agreed.").wait_for()
        page.close()

    def pair(self, user: User | None = None) -> None:
        """Signs in and pairs without the pages: those are opened by ``pair_as``."""
        self.user = user or self.backend.new_user()
        secret, identity = self.backend.start_session(self.user)
        self.context.add_cookies([{"name": "repute", "value": secret, "url": self.backend.base_url}])
        address = self.send({"kind": "pair-begin"})["ok"]["url"]
        code = self.backend.pairing_code(identity, challenge=address.partition("challenge=")[2])
        self.change({"kind": "pair-finish", "code": code, "label": "Chromium"})

    def pair_as(self, user: User, link: str) -> None:
        """Pairs as a person does: signs in, opens the pairing page from the options and types the code."""
        page = self.context.new_page()
        sign_in(page, link)
        page.goto(f"{self.extension}/options.html")
        with self.context.expect_page() as opened:
            page.get_by_role("button", name="Pair with my account").click()
        opened.value.get_by_role("button", name="Show pairing code").click()
        code = opened.value.locator("#code").inner_text()
        opened.value.close()
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Connect", exact=True).click()
        page.get_by_text(f"Connected as {user.name}").wait_for()
        page.close()

    def change(self, message: dict[str, object]) -> None:
        """Sends a message to the worker, as the extension's own pages do, and checks that it succeeds."""
        response = self.send(message)
        assert "ok" in response, response

    def send(self, message: dict[str, object]) -> dict[str, Any]:
        response: dict[str, Any] = self.extension_file().evaluate(
            SEND, [{"v": MESSAGE_VERSION, **message}, TIMEOUT_SECONDS * 1000]
        )
        return response

    def stop_worker(self) -> None:
        """Stops the worker, as the browser may do at any time; the next message starts it again."""
        self.send({"kind": "client-state"})
        page = self.extension_file()
        devtools = self.context.new_cdp_session(page)
        states: list[str] = []
        devtools.on(
            "ServiceWorker.workerVersionUpdated",
            lambda event: states.extend(version["runningStatus"] for version in event["versions"]),
        )
        devtools.send("ServiceWorker.enable")
        until(page, lambda: "running" in states, what="the worker runs")
        # Not the state of an earlier worker: a message to one that is being stopped may be lost.
        states.clear()
        devtools.send("ServiceWorker.stopAllWorkers")
        until(page, lambda: "stopped" in states, what="the worker has stopped")
        devtools.detach()

    @property
    def worker(self) -> Worker:
        """The running worker; one that was stopped may still be listed before it."""
        self.send({"kind": "client-state"})
        return self.context.service_workers[-1]

    def extension_file(self) -> Page:
        """A static file of the extension in the browser's first tab; one of its pages would send messages of its own."""
        page = self.context.pages[0]
        if not page.url.startswith(self.extension):
            page.goto(f"{self.extension}/pages.css")
        return page


@dataclass
class Installation:
    """A browser with the extension, which several modules use in turn."""

    context: BrowserContext
    extension: str
    #: Of the present module.
    rep: Rep | None = None

    def start_over(self, backend: Backend | LiveServer) -> Rep:
        """The browser as after the installation: no open page, nothing stored, nobody signed in. Whoever adds a route
        removes it: removing all of them can make Playwright wait for ever for a worker that has stopped."""
        rep = Rep(self.context, backend, self.extension)
        rep.start_over()
        return rep


#: Pages of the browser's own for the list under the address bar, which nobody sees here: two more processes for each window.
ADDRESS_BAR_PAGES = "WebUIOmniboxPopup,WebUIOmniboxAimPopup"


def open_bare_chromium(playwright: Playwright) -> Browser:
    """A Chromium without the extension."""
    return playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=["--no-sandbox", f"--disable-features={ADDRESS_BAR_PAGES}"],
        timeout=TIMEOUT_SECONDS * 1000,
    )


def open_chromium(
    playwright: Playwright, dist: Path, fixtures: Path, profile: Path, *, again: bool = False, flags: tuple[str, ...] = ()
) -> tuple[BrowserContext, str]:
    """Starts a Chromium that is served the synthetic sites, with the extension newly installed unless the profile is opened
    ``again``. Returns its context and the extension's address."""
    context = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=CHROMIUM,
        headless=True,
        timeout=TIMEOUT_SECONDS * 1000,
        viewport={"width": 1200, "height": 760},
        args=[
            "--no-sandbox",
            f"--disable-extensions-except={dist / 'chrome'}",
            f"--load-extension={dist / 'chrome'}",
            f"--disable-features=DisableLoadExtensionCommandLineSwitch,{ADDRESS_BAR_PAGES}",
            *flags,
        ],
    )
    context.set_default_timeout(TIMEOUT_SECONDS * 1000)
    serve_sites(context, fixtures)
    serve_places(context, fixtures)
    worker = context.service_workers[0] if context.service_workers else context.wait_for_event("serviceworker")
    # The options page opens by itself after installation. Other tests cover that; here it is closed.
    first = context.pages[0]
    if again:
        return context, worker.url.rsplit("/", 1)[0]
    until(first, lambda: any(page.url.endswith("/options.html") for page in context.pages), what="the options page opens")
    for page in context.pages[1:]:
        page.close()
    return context, worker.url.rsplit("/", 1)[0]
