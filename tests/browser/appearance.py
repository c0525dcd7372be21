"""How pages look, in both themes and several widths: the extension's own ones and the server's."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.axe import violations
from tests.browser.screenshots import save_screenshot, takes_screenshots
from tests.browser.waiting import until

#: Zoomed to 200 %, a window 1280 pixels wide has room for 640 CSS pixels.
SIZES = {"360": (360, 720), "1280": (1280, 900), "1280-zoomed": (640, 450)}
#: Of the server's pages.
WIDTHS = (360, 768, 1440)
HIDDEN_LINKS = "links => links.filter(a => a.getBoundingClientRect().right > innerWidth).map(a => a.textContent)"


def check_page(page: Page, name: str) -> None:
    """A page of the server, as it is now, in both themes."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        check_theme(page, name, theme)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})


def check_theme(page: Page, name: str, theme: str) -> None:
    """At every width: takes a screenshot and checks that nothing overflows; runs axe where results can differ. A dark page
    differs in its colours alone, so that it is checked at one width."""
    widths = WIDTHS if theme == "light" else (1440, 360) if takes_screenshots() else (1440,)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow == 0, f"{name} at {width} px is {overflow} px too wide"
        hidden = page.locator(".rp-nav a").evaluate_all(HIDDEN_LINKS)
        assert hidden == [], f"{name} at {width} px hides these entries of the menu"
        save_screenshot(page, f"{name}-{width}-{theme}", full_page=True)
        # Themes differ in colour at any width, and the layout differs most at the narrowest.
        if width == 1440:
            assert violations(page, only_colours=theme == "dark") == []
        elif width == 360 and theme == "light":
            assert violations(page, without_colours=True) == []


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
