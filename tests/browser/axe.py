"""Accessibility rules, checked by axe-core in the page itself."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.build import EXTENSION

AXE = EXTENSION / "node_modules/axe-core/axe.min.js"


def violations(page: Page, *, only_colours: bool = False) -> list[str]:
    """Each broken rule with the element that breaks it."""
    # Through the debugger and not as a script element: the page's own policy refuses foreign scripts.
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    # Naming a category also turns on its AAA rule (7:1), which a whole run leaves off; the pages promise AA (4.5:1).
    colours = {"runOnly": ["cat.color"], "rules": {"color-contrast-enhanced": {"enabled": False}}}
    options = colours if only_colours else {}
    broken = page.evaluate("options => axe.run(options)", options)["violations"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in broken for node in rule["nodes"]]
