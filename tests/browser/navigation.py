"""Going from page to page."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page


def press(page: Page, button: str | re.Pattern[str]) -> None:
    """Waits until the next page is there."""
    follow(page.get_by_role("button", name=button, exact=True))


def follow(target: Locator) -> None:
    """Clicks, as on a link, and waits until the next page is there."""
    with target.page.expect_navigation():
        target.click()
