"""The synthetic LinkedIn and X, served in place of the real ones."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import BrowserContext, Route

from tests.browser.build import PAGES

#: The strictest policy a site may have: no inline scripts, and Trusted Types.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types default"
)

LINKEDIN = "https://www.linkedin.com/feed/"
X = "https://x.com/home"


def serve_sites(context: BrowserContext, fixtures: Path) -> None:
    def serve(route: Route) -> None:
        address = route.request.url
        site = "linkedin" if address.startswith("https://www.linkedin.com/") else "x"
        if address.endswith(".css"):
            route.fulfill(path=PAGES / f"{site}.css", content_type="text/css")
        elif address.endswith(".js"):
            route.fulfill(path=fixtures / f"{site}.js", content_type="text/javascript")
        elif "/fixture/" in address:
            route.fulfill(body="accepted", content_type="text/plain")
        else:
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(path=PAGES / f"{site}.html", content_type="text/html", headers=headers)

    context.route("https://www.linkedin.com/**", serve)
    context.route("https://x.com/**", serve)
