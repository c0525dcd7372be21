"""From a key to the frame that shows it, in LinkedIn's share box with a real Quill, without the extension and with it.

Two browsers, one with the built extension paired to a real server and its findings painted, one bare; keys go to each in
turn, so that what else the machine does meets both alike. Rendering is by software: the difference counts, not the size."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.bench.coach import text_of
from tests.bench.table import Row, row
from tests.browser.conftest import CHROMIUM, LINKEDIN, Rep, build_extension, bundle_sites, open_chromium, serve_sites, until
from tests.live import LiveServer

KEYS = 120
WEAK = "We leverage our forms to move the needle for buyers. "
#: The key's own time stamp, and the first task after the frame in which it was painted.
CLOCK = """() => {
  window.taken = [];
  const { port1, port2 } = new MessageChannel();
  let began = 0;
  port1.onmessage = () => taken.push(performance.now() - began);
  addEventListener('keydown', (event) => {
    began = event.timeStamp;
    requestAnimationFrame(() => port2.postMessage(0));
  }, { capture: true });
}"""


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="repute-bench-") as name, sync_playwright() as driver:
        folder = Path(name)
        server = LiveServer(folder).prepare().start()
        try:
            sites = bundle_sites(folder / "sites")
            dist = build_extension(server.base_url, folder / "extension")
            context, address = open_chromium(driver, dist, sites, folder / "profile")
            rep = Rep(context, server, address)
            rep.agree()
            rep.pair_as(server.users["rep"], server.login_link("rep"))
            bare = driver.chromium.launch_persistent_context(
                folder / "bare", executable_path=CHROMIUM, headless=True, viewport={"width": 1200, "height": 760},
                args=["--no-sandbox"],
            )  # fmt: skip
            serve_sites(bare, sites)
            rows: list[Row] = []
            for size in (280, 1_000, 3_000):
                rows += _pair(bare.new_page(), context.new_page(), size)
            bare.close()
            context.close()
            return rows
        finally:
            server.stop()


def _pair(without: Page, coached: Page, size: int) -> list[Row]:
    text = WEAK + text_of(size - len(WEAK))
    for page in (without, coached):
        page.bring_to_front()
        page.goto(LINKEDIN)
        page.click("#start")
        page.keyboard.insert_text(text)
        page.keyboard.insert_text(" And so on: ")
    until(coached, lambda: coached.evaluate("CSS.highlights.size"), what="the findings are painted")
    painted = coached.evaluate("[...CSS.highlights.values()].reduce((sum, drawn) => sum + drawn.size, 0)")
    for page in (without, coached):
        page.evaluate(CLOCK)
    for number in range(KEYS):
        for page in (without, coached):
            page.keyboard.press("abcdefgh"[number % 8])
            until(page, lambda page=page, number=number: page.evaluate("taken.length") > number, what="the key is painted")
    taken = [page.evaluate("taken") for page in (without, coached)]
    for page in (without, coached):
        page.close()
    alone = row("browser", f"key to frame, {size} characters, bare page", "ms", taken[0])
    case = f"key to frame, {size} characters, extension, {painted} findings"
    return [alone, row("browser", case, "ms", taken[1], against=alone)]
