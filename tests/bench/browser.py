"""Keystroke latency (key event to painted frame) in LinkedIn's share box with a real Quill editor, with and without the
extension; memory growth over a thousand edits; package sizes.

Uses one browser with the built extension, paired with a live server and highlighting findings, and two without it. Each key is
pressed in each browser in turn, so that other load on the machine affects all alike. Rendering is in software and not bound to
a refresh rate, so only differences are meaningful. The difference between the two browsers without the extension is noise: a
smaller effect of the extension cannot be detected."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from tests.bench.coach import text_of
from tests.bench.table import Row, row
from tests.browser.build import build_extension, bundle_sites
from tests.browser.card import Card
from tests.browser.chromium import CHROMIUM, Rep, open_chromium
from tests.browser.sites import LINKEDIN, serve_sites
from tests.browser.waiting import until
from tests.live import LiveServer

KEYS = 240
WEAK = "We leverage our forms to move the needle for buyers. "
#: Records the time from each key event's time stamp to the first task after the frame in which it was painted.
LATENCY_PROBE = """() => {
  window.latencies = [];
  const { port1, port2 } = new MessageChannel();
  let startedAt = 0;
  port1.onmessage = () => latencies.push(performance.now() - startedAt);
  addEventListener('keydown', (event) => {
    startedAt = event.timeStamp;
    requestAnimationFrame(() => port2.postMessage(0));
  }, { capture: true });
}"""


#: Renders frames immediately, so that waiting for the next refresh does not hide work.
UNCAPPED_FRAME_RATE = ("--disable-frame-rate-limit", "--disable-gpu-vsync")
EDITS = 1_000
#: At least this many findings in a draft full of them.
MANY_FINDINGS = 100


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="repute-bench-") as name, sync_playwright() as driver:
        folder = Path(name)
        server = LiveServer(folder).prepare().start()
        try:
            sites = bundle_sites(folder / "sites")
            dist = build_extension(server.base_url, folder / "extension")
            context, address = open_chromium(driver, dist, sites, folder / "profile", flags=UNCAPPED_FRAME_RATE)
            rep = Rep(context, server, address)
            rep.agree()
            rep.pair_as(server.users["rep"], server.login_link("rep"))
            baselines = [_open_baseline(driver, folder / name, sites) for name in ("baseline-1", "baseline-2")]
            rows: list[Row] = []
            for size in (280, 1_000, 3_000):
                rows += _measure_keys(
                    [browser.new_page() for browser in baselines], context.new_page(), WEAK + text_of(size - len(WEAK))
                )
            rep.change({"kind": "settings", "grammar": {"on": True, "dialect": "british"}})
            rows += _measure_keys(
                [browser.new_page() for browser in baselines],
                context.new_page(),
                misspelled_text(3_000),
                at_least=MANY_FINDINGS,
            )
            rows += _measure_memory(baselines[0].new_page(), context.new_page())
            for browser in (*baselines, context):
                browser.close()
            return [*rows, *(measure_package(dist / name) for name in ("chrome", "firefox"))]
        finally:
            server.stop()


def _open_baseline(driver: Playwright, profile: Path, sites: Path) -> BrowserContext:
    context = driver.chromium.launch_persistent_context(
        profile,
        executable_path=CHROMIUM,
        headless=True,
        viewport={"width": 1200, "height": 760},
        args=["--no-sandbox", *UNCAPPED_FRAME_RATE],
    )
    serve_sites(context, sites)
    return context


def open_draft(page: Page, text: str) -> None:
    page.bring_to_front()
    page.goto(LINKEDIN)
    page.click("#start")
    page.evaluate("text => quill.setText(text)", text)
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(" And so on: ")


def _wait_for_findings(page: Page, at_least: int = 1) -> str:
    """Waits for ``at_least`` findings; describes how many there are and how many are visible."""
    card = Card(page)

    def count_findings() -> int:
        count = card.find("ui-count")
        return int(count.text) if count else 0

    until(page, lambda: count_findings() >= at_least, what=f"{at_least} findings")
    visible = page.evaluate("[...CSS.highlights.values()].reduce((sum, highlight) => sum + highlight.size, 0)")
    return f"{count_findings()} findings, {visible} of them visible"


def misspelled_text(size: int) -> str:
    """A draft of at least ``size`` characters with a different misspelled word in every sentence."""
    lines: list[str] = []
    while sum(map(len, lines)) < size:
        word = "".join("bdfgklmnprst"[len(lines) // 12**position % 12] + "ae"[position % 2] for position in range(3))
        lines.append(f"We saw it at {word}zq." + ("\n\n" if len(lines) % 4 == 3 else " "))
    return "".join(lines)


def _measure_keys(baselines: list[Page], coached: Page, text: str, *, at_least: int = 1) -> list[Row]:
    pages = (*baselines, coached)
    for page in pages:
        open_draft(page, text)
    findings = _wait_for_findings(coached, at_least)
    for page in pages:
        page.evaluate(LATENCY_PROBE)
    for number in range(KEYS):
        for page in pages:
            page.keyboard.press("abcdefgh"[number % 8])
            until(page, lambda page=page, number=number: page.evaluate("latencies.length") > number, what="the key's frame")
    first_baseline, second_baseline, with_extension = (page.evaluate("latencies") for page in pages)
    for page in pages:
        page.close()
    size = f"{len(text)} characters"
    base = row("browser", f"key to frame, {size}, without extension", "ms", first_baseline)
    case = f"{size}, extension, {findings}"
    return [
        base,
        row("browser", f"key to frame, {case}", "ms", with_extension, against=base),
        row("browser", f"difference per key, {case}", "ms", _differences(with_extension, first_baseline)),
        row(
            "browser",
            f"noise per key, between two browsers without it, {size}",
            "ms",
            _differences(second_baseline, first_baseline),
        ),
    ]


def _differences(values: list[float], baseline: list[float]) -> list[float]:
    return [value - base for value, base in zip(values, baseline, strict=True)]


def _measure_memory(baseline: Page, coached: Page) -> list[Row]:
    """The page's JavaScript heap after one and two rounds of edits (and garbage collection); its nodes and listeners."""
    rows = []
    for page, name in ((baseline, "without extension"), (coached, "with extension")):
        open_draft(page, WEAK + text_of(1_000))
        if page is coached:
            _wait_for_findings(page)
        devtools = page.context.new_cdp_session(page)
        measurements = []
        # The first round fills caches and the editor's undo history, which is limited to a hundred steps.
        for _ in range(2):
            for number in range(EDITS // 2):
                page.keyboard.press("abcdefgh"[number % 8])
                page.keyboard.press("Backspace")
            devtools.send("HeapProfiler.collectGarbage")
            counts = devtools.send("Memory.getDOMCounters")
            measurements.append(
                (devtools.send("Runtime.getHeapUsage")["usedSize"] / 1e6, counts["nodes"], counts["jsEventListeners"])
            )
        (before, *_), (after, nodes, listeners) = measurements
        rows += [
            row("browser", f"JavaScript heap after {EDITS} edits, {name}", "MB", [before]),
            row("browser", f"JavaScript heap after {2 * EDITS} edits, {name}", "MB", [after]),
            row("browser", f"DOM nodes after {2 * EDITS} edits, {name}", "", [nodes]),
            row("browser", f"event listeners after {2 * EDITS} edits, {name}", "", [listeners]),
        ]
        page.close()
    return rows


def measure_package(folder: Path) -> Row:
    package = folder.with_suffix(".zip")
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return row("browser", f"package for {folder.name}, zipped", "MB", [package.stat().st_size / 1e6])
