"""From a key to the frame that shows it, in LinkedIn's share box with a real Quill, without the extension and with it; what a
thousand edits leave in memory; how large the packages are.

One browser with the built extension, paired to a real server and its findings painted, and two bare ones; keys go to each
in turn, so that what else the machine does meets all alike. Rendering is by software and no frame waits for a screen: the
difference counts, not the size. What differs between the two bare ones is chance, which the extension's part cannot be told
from."""

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


#: Frames are made as soon as there is something new, so that waiting for a screen's next refresh hides no work.
UNTIMED = ("--disable-frame-rate-limit", "--disable-gpu-vsync")
EDITS = 1_000
#: A draft that is full of findings has so many.
MANY = 100


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="repute-bench-") as name, sync_playwright() as driver:
        folder = Path(name)
        server = LiveServer(folder).prepare().start()
        try:
            sites = bundle_sites(folder / "sites")
            dist = build_extension(server.base_url, folder / "extension")
            context, address = open_chromium(driver, dist, sites, folder / "profile", more=UNTIMED)
            rep = Rep(context, server, address)
            rep.agree()
            rep.pair_as(server.users["rep"], server.login_link("rep"))
            bare = [_bare(driver, folder / name, sites) for name in ("bare", "other")]
            rows: list[Row] = []
            for size in (280, 1_000, 3_000):
                rows += _keys([one.new_page() for one in bare], context.new_page(), WEAK + text_of(size - len(WEAK)))
            rep.change({"kind": "settings", "grammar": {"on": True, "dialect": "british"}})
            rows += _keys([one.new_page() for one in bare], context.new_page(), slips(3_000), least=MANY)
            rows += _memory(bare[0].new_page(), context.new_page())
            for one in (*bare, context):
                one.close()
            return [*rows, *(_package(dist / name) for name in ("chrome", "firefox"))]
        finally:
            server.stop()


def _bare(driver: Playwright, profile: Path, sites: Path) -> BrowserContext:
    context = driver.chromium.launch_persistent_context(
        profile,
        executable_path=CHROMIUM,
        headless=True,
        viewport={"width": 1200, "height": 760},
        args=["--no-sandbox", *UNTIMED],
    )
    serve_sites(context, sites)
    return context


def _write(page: Page, text: str) -> None:
    page.bring_to_front()
    page.goto(LINKEDIN)
    page.click("#start")
    page.evaluate("text => quill.setText(text)", text)
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(" And so on: ")


def _painted(page: Page, least: int = 1) -> str:
    """How many findings there are, once there are so many, and how many of them are in sight."""
    card = Card(page)

    def found() -> int:
        count = card.find("count")
        return int(count.text) if count else 0

    until(page, lambda: found() >= least, what=f"{least} findings")
    in_sight = page.evaluate("[...CSS.highlights.values()].reduce((sum, drawn) => sum + drawn.size, 0)")
    return f"{found()} findings, {in_sight} of them in sight"


def slips(size: int) -> str:
    """A draft of at least ``size`` characters with a misspelled word in every line, another one each time."""
    lines: list[str] = []
    while sum(map(len, lines)) < size:
        word = "".join("bdfgklmnprst"[len(lines) // 12**place % 12] + "ae"[place % 2] for place in range(3))
        lines.append(f"We saw it at {word}zq." + ("\n\n" if len(lines) % 4 == 3 else " "))
    return "".join(lines)


def _keys(bare: list[Page], coached: Page, text: str, *, least: int = 1) -> list[Row]:
    pages = (*bare, coached)
    for page in pages:
        _write(page, text)
    painted = _painted(coached, least)
    for page in pages:
        page.evaluate(CLOCK)
    for number in range(KEYS):
        for page in pages:
            page.keyboard.press("abcdefgh"[number % 8])
            until(page, lambda page=page, number=number: page.evaluate("taken.length") > number, what="the key is painted")
    alone, other, ours = (page.evaluate("taken") for page in pages)
    for page in pages:
        page.close()
    where = f"{len(text)} characters"
    base = row("browser", f"key to frame, {where}, bare page", "ms", alone)
    case = f"{where}, extension, {painted}"
    return [
        base,
        row("browser", f"key to frame, {case}", "ms", ours, against=base),
        row("browser", f"the extension's own part, key by key, {case}", "ms", _less(ours, alone)),
        row("browser", f"chance, key by key between two bare pages, {where}", "ms", _less(other, alone)),
    ]


def _less(these: list[float], those: list[float]) -> list[float]:
    return [this - that for this, that in zip(these, those, strict=True)]


def _memory(without: Page, coached: Page) -> list[Row]:
    """What the page's whole JavaScript heap gained over a thousand edits, after collection, and its nodes and listeners."""
    rows = []
    for page, name in ((without, "bare page"), (coached, "extension")):
        _write(page, WEAK + text_of(1_000))
        if page is coached:
            _painted(page)
        devtools = page.context.new_cdp_session(page)
        sizes = []
        # The first round fills caches and the editor's history, which stops at a hundred steps.
        for _ in range(2):
            for number in range(EDITS // 2):
                page.keyboard.press("abcdefgh"[number % 8])
                page.keyboard.press("Backspace")
            devtools.send("HeapProfiler.collectGarbage")
            counts = devtools.send("Memory.getDOMCounters")
            sizes.append((devtools.send("Runtime.getHeapUsage")["usedSize"] / 1e6, counts["nodes"], counts["jsEventListeners"]))
        (before, *_), (after, nodes, listeners) = sizes
        rows += [
            row("browser", f"JavaScript heap after {EDITS} edits, {name}", "MB", [before]),
            row("browser", f"the same after {EDITS} more, {name}", "MB", [after]),
            row("browser", f"nodes then, {name}", "", [nodes]),
            row("browser", f"listeners then, {name}", "", [listeners]),
        ]
        page.close()
    return rows


def _package(folder: Path) -> Row:
    packed = folder.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return row("browser", f"package for {folder.name}, zipped", "MB", [packed.stat().st_size / 1e6])
