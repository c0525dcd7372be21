"""The open card: from the rep's last key to the first advice, from a key to its frame, the page's heap and the package's size.

With ``REPUTE_BENCH_BEFORE`` set to the ``extension`` folder of another checkout, that build is measured beside this one, each
step in each browser in turn, so that other load on the machine affects both alike; the ratios compare the two. Run it by name:
``python -m tests.bench card``."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, Playwright, sync_playwright

from tests.bench.browser import (
    KEYS,
    LATENCY_PROBE,
    UNCAPPED_FRAME_RATE,
    WEAK,
    measure_package,
    open_draft,
)
from tests.bench.coach import text_of
from tests.bench.table import Row, row
from tests.browser.build import EXTENSION, build_extension, bundle_sites
from tests.browser.card import Card
from tests.browser.chromium import Rep, open_chromium
from tests.browser.waiting import until
from tests.live import LiveServer

ROUNDS = 40
EDITS = 500
SIZE = 1_000

#: Records the time from the last key event to the frame in which words are first underlined, in a draft whose words were not
#: assessed before; the card is rendered in the same frame.
ADVICE_PROBE = """() => {
  window.advised = null;
  let keyAt = 0;
  const look = () => {
    if (CSS.highlights.size > 0) window.advised = performance.now() - keyAt;
    else requestAnimationFrame(look);
  };
  addEventListener('keydown', event => {
    keyAt = event.timeStamp;
    window.advised = null;
    if (event.key === '.') requestAnimationFrame(look);
  }, { capture: true });
}"""


@dataclass
class Build:
    name: str
    dist: Path
    page: Page


def measure() -> list[Row]:
    sources = {"now": EXTENSION}
    if before := os.environ.get("REPUTE_BENCH_BEFORE"):
        # First, so that the others are compared with it.
        sources = {"before": Path(before), **sources}
    with tempfile.TemporaryDirectory(prefix="repute-bench-") as name, sync_playwright() as driver:
        folder = Path(name)
        server = LiveServer(folder).prepare().start()
        try:
            sites = bundle_sites(folder / "sites")
            builds = [_open(driver, server, sites, folder / name, name, source) for name, source in sources.items()]
            rows = [*_measure_advice(builds), *_measure_keys(builds), *_measure_heap(builds)]
            for build in builds:
                build.page.context.close()
            return [*rows, *_compared("package for chrome, zipped", "MB", [_zipped(build) for build in builds])]
        finally:
            server.stop()


def _zipped(build: Build) -> tuple[str, list[float]]:
    return build.name, [measure_package(build.dist / "chrome").median]


def _open(driver: Playwright, server: LiveServer, sites: Path, folder: Path, name: str, source: Path) -> Build:
    folder.mkdir()
    dist = build_extension(server.base_url, folder / "extension", source=source)
    context, address = open_chromium(driver, dist, sites, folder / "profile", flags=UNCAPPED_FRAME_RATE)
    rep = Rep(context, server, address)
    # By hand, because another build may know other messages.
    rep.agree_in_options()
    rep.pair_as(server.users["rep"], server.login_link("rep"))
    page = context.new_page()
    open_draft(page, WEAK + text_of(SIZE - len(WEAK)))
    card = Card(page)
    until(page, lambda: card.find("ui-count"), what="the badge counts the tips")
    card.click(until(page, lambda: card.find("badge"), what="the badge"))
    until(page, lambda: card.find("tip-message"), what="the card is open")
    page.mouse.move(2, 2)
    return Build(name, dist, page)


def _compared(case: str, unit: str, measured: list[tuple[str, list[float]]]) -> list[Row]:
    first, *others = (row("card", f"{case}, {name}", unit, values) for name, values in measured)
    return [
        first,
        *(
            row("card", other.case, unit, values, against=first)
            for other, (_, values) in zip(others, measured[1:], strict=True)
        ),
    ]


def _measure_advice(builds: list[Build]) -> list[Row]:
    """The rep ends a sentence and rests. Each round has another text, so that neither an earlier tip nor a cache answers."""
    times: dict[str, list[float]] = {build.name: [] for build in builds}
    for build in builds:
        build.page.evaluate(ADVICE_PROBE)
    for number in range(ROUNDS):
        for build in builds:
            page = build.page
            page.bring_to_front()
            page.keyboard.press("Control+A")
            page.keyboard.insert_text(f"{number} {build.name} days. {text_of(SIZE)} We moved the needle {number} times in all")
            until(page, lambda page=page: page.evaluate("CSS.highlights.size === 0"), what="nothing is underlined yet")
            page.keyboard.press(".")
            until(page, lambda page=page: page.evaluate("advised") is not None, what="the first advice")
            times[build.name].append(page.evaluate("advised"))
    return _compared("last key to first advice, card open", "ms", list(times.items()))


def _measure_keys(builds: list[Build]) -> list[Row]:
    for build in builds:
        build.page.evaluate(LATENCY_PROBE)
    for number in range(KEYS):
        for build in builds:
            page = build.page
            page.bring_to_front()
            page.keyboard.press("abcdefgh"[number % 8])
            until(
                page, lambda page=page, number=number: page.evaluate("latencies.length") > number, what="the frame of the key"
            )
    keys = [(build.name, build.page.evaluate("latencies")) for build in builds]
    return _compared(f"key to frame, {SIZE} characters, card open", "ms", keys)


def _measure_heap(builds: list[Build]) -> list[Row]:
    heaps = []
    for build in builds:
        page = build.page
        page.bring_to_front()
        devtools = page.context.new_cdp_session(page)
        for number in range(EDITS):
            page.keyboard.press("abcdefgh"[number % 8])
            page.keyboard.press("Backspace")
        devtools.send("HeapProfiler.collectGarbage")
        heaps.append((build.name, [devtools.send("Runtime.getHeapUsage")["usedSize"] / 1e6]))
    return _compared(f"JavaScript heap after {EDITS * 2} more edits, card open", "MB", heaps)
