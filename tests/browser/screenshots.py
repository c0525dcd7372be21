"""Screenshots for visual review (`make pictures`)."""

from __future__ import annotations

import os
from typing import Any, Protocol

from tests.browser.build import ROOT

FOLDER = ROOT / "var/screenshots"


class HasScreenshot(Protocol):
    def screenshot(self, **options: Any) -> bytes: ...


def save_screenshot(target: HasScreenshot, name: str, **options: Any) -> None:
    """Saves a screenshot if ``REPUTE_PICTURES`` is set; most runs need none."""
    if os.environ.get("REPUTE_PICTURES"):
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{name}.png").write_bytes(target.screenshot(**options))
