"""Going from page to page."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page


def press(page: Page, button: str | re.Pattern[str]) -> None:
    """Waits until the next page is there."""
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def follow(link: Locator) -> None:
    """Waits until the next page is there."""
    with link.page.expect_navigation():
        link.click()
