"""How the extension's own pages look, in both themes and several widths."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.axe import violations
from tests.browser.screenshots import save_screenshot
from tests.browser.waiting import until

#: Zoomed to 200 %, a window 1280 pixels wide has room for 640 CSS pixels.
SIZES = {"360": (360, 720), "1280": (1280, 900), "1280-zoomed": (640, 450)}


def check_appearance(page: Page, name: str) -> None:
    """Takes screenshots, and checks that nothing overflows and that axe finds no violation."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            until(page, lambda: page.evaluate("innerWidth") == width, what="the window has its size")  # noqa: B023
            save_screenshot(page, f"{name}-{size}-{scheme}", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, size)
        assert violations(page, only_colours=scheme == "dark") == [], (name, scheme)
