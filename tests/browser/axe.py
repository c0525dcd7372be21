"""Checks a page's accessibility with axe-core."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.build import EXTENSION

AXE = EXTENSION / "node_modules/axe-core/axe.min.js"


def violations(page: Page, *, only_colours: bool = False) -> list[str]:
    """Each violated rule with the element that violates it."""
    # Evaluated through DevTools instead of a script element, because the page's content security policy blocks foreign scripts.
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    # Selecting a category also enables its AAA rule (7:1), which is off by default; the pages guarantee AA (4.5:1).
    colours = {"runOnly": ["cat.color"], "rules": {"color-contrast-enhanced": {"enabled": False}}}
    options = colours if only_colours else {}
    failures = page.evaluate("options => axe.run(options)", options)["violations"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in failures for node in rule["nodes"]]
