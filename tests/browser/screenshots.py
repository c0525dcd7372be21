"""Screenshots for visual review (`make pictures`)."""

from __future__ import annotations

import os
from typing import Any, Protocol

from playwright.sync_api import Page

from tests.browser.build import ROOT

FOLDER = ROOT / "var/screenshots"


class HasScreenshot(Protocol):
    def screenshot(self, **options: Any) -> bytes: ...


def save_screenshot(target: HasScreenshot, name: str, **options: Any) -> None:
    """Saves a screenshot if ``REPUTE_PICTURES`` is set; most runs need none."""
    if takes_screenshots():
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{name}.png").write_bytes(target.screenshot(**options))


def takes_screenshots() -> bool:
    return bool(os.environ.get("REPUTE_PICTURES"))


def photograph(page: Page, name: str) -> None:
    """Saves a page of the server in both themes, wide and narrow, and leaves its size as it was."""
    if not takes_screenshots():
        return
    size = page.viewport_size
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (1440, 360):
            page.set_viewport_size({"width": width, "height": 900})
            save_screenshot(page, f"{name}-{width}-{scheme}", full_page=True)
    page.emulate_media(color_scheme="light")
    if size:
        page.set_viewport_size(size)
