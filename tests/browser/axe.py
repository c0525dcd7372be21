"""Checks a page's accessibility with axe-core."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.build import EXTENSION

AXE = EXTENSION / "node_modules/axe-core/axe.min.js"
#: Those of axe's default rules that a theme can break.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]

#: A change of theme starts transitions of colour; in the middle of one, the contrast is neither theme's.
RUN = """options => {
  for (const animation of document.getAnimations()) if (animation instanceof CSSTransition) animation.finish();
  return axe.run(options);
}"""


def violations(page: Page, *, only_colours: bool = False, without_colours: bool = False) -> list[str]:
    """Each violated rule with the element that violates it. The rules about colours take as long as all others."""
    # Evaluated through DevTools instead of a script element, because the page's content security policy blocks foreign scripts.
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    # Details of what is not a violation take axe as long as the checks.
    options: dict[str, object] = {"resultTypes": ["violations"], "preload": False}
    if only_colours:
        options["runOnly"] = {"type": "rule", "values": COLOUR_RULES}
    elif without_colours:
        options["rules"] = {rule: {"enabled": False} for rule in COLOUR_RULES}
    broken = page.evaluate(RUN, options)["violations"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in broken for node in rule["nodes"]]
