"""The synthetic pages: every place where reps write, and fields that only look like one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, Route

from tests.browser.build import PAGES
from tests.browser.sites import POLICY

PLACE_URL = re.compile(r"^https://(www\.linkedin\.com|x\.com|community\.example\.com)/([^?]*\?page=|fixture/places\.)")
LINKEDIN_FEED = "https://www.linkedin.com/feed/"
X_HOME = "https://x.com/home"


@dataclass(frozen=True)
class Place:
    """An editor of one page. ``frame`` is the selector of the frame around it."""

    address: str
    editor: str
    surface: str = ""
    frame: str = ""
    #: Whether its adapter is certain enough to apply replacements there.
    apply: bool = True

    def __str__(self) -> str:
        return f"{self.address.split('page=')[1]} {self.frame or ''} {self.editor}"

    def locate(self, page: Page) -> Locator:
        return (page.frame_locator(self.frame) if self.frame else page).locator(self.editor)


def at(page: str, *, address: str = LINKEDIN_FEED) -> str:
    return f"{address}?page={page}"


SDUI, CLASSIC, FRAMED = at("linkedin"), at("linkedin-classic"), at("linkedin-framed")
X_PLACES = at("x-places", address=X_HOME)
QUILL = ".ql-editor"

#: Every place in every layout.
PLACES = {
    "server-driven share box": Place(SDUI, f'[data-test-modal-id="sharebox"] {QUILL}', "linkedin-post"),
    "server-driven comment": Place(SDUI, "#comment .ProseMirror", "linkedin-comment"),
    "classic share box": Place(CLASSIC, f"#share {QUILL}", "linkedin-post", apply=False),
    "classic comment": Place(CLASSIC, f"#comment {QUILL}", "linkedin-comment", apply=False),
    "framed share box": Place(FRAMED, f"#share {QUILL}", "linkedin-post", "#frame", apply=False),
    "framed comment": Place(FRAMED, f"#comment {QUILL}", "linkedin-comment", "#frame", apply=False),
    "LinkedIn article": Place(
        at("linkedin-article", address="https://www.linkedin.com/article/new/"), "#body .ProseMirror", "long-form", apply=False
    ),
    "LinkedIn article, again": Place(
        at("linkedin-article", address="https://www.linkedin.com/article/edit/7/"),
        "#body .ProseMirror",
        "long-form",
        apply=False,
    ),
    "X article": Place(
        at("x-article", address="https://x.com/compose/articles/edit/7"), "#body [contenteditable]", "long-form", apply=False
    ),
    "X post": Place(X_PLACES, "#inline [contenteditable]", "x-post"),
    "X inline reply": Place(at("x-places", address="https://x.com/somebody/status/1"), "#inline [contenteditable]", "x-reply"),
    "X reply": Place(f"{X_PLACES}#reply", "#reply [contenteditable]", "x-reply"),
    "X quote": Place(f"{X_PLACES}#quote", "#quote [contenteditable]", "x-post"),
    "X thread": Place(f"{X_PLACES}#thread", '#thread [data-testid="tweetTextarea_1"]', "x-post"),
    "X name around the editor": Place(f"{X_PLACES}#outer", "#outer [contenteditable]", "x-post"),
    "X unknown engine": Place(f"{X_PLACES}#lexical", "#lexical [contenteditable]", "x-post", apply=False),
    "X on small screens": Place(at("x-mobile", address=X_HOME), "textarea", "x-post", apply=False),
}

LINKEDIN_DECOYS, X_DECOYS = at("linkedin-decoys"), at("x-decoys", address=X_HOME)
MESSAGING = "https://www.linkedin.com/messaging/thread/1/"

#: Fields that are not read, and where no notice is shown.
DECOYS = {
    "editor outside any box": Place(LINKEDIN_DECOYS, f"#light-decoy {QUILL}"),
    "editor without a size": Place(LINKEDIN_DECOYS, f"#no-size {QUILL}"),
    "transparent editor": Place(LINKEDIN_DECOYS, f"#transparent {QUILL}"),
    "editor moved out of the page": Place(LINKEDIN_DECOYS, f"#moved-away {QUILL}"),
    "note of an invitation": Place(LINKEDIN_DECOYS, "#invite"),
    "another dialog of the shadow root": Place(LINKEDIN_DECOYS, f"#other-dialog {QUILL}"),
    "message in a share box": Place(LINKEDIN_DECOYS, f"#send-as-message {QUILL}"),
    "message": Place(LINKEDIN_DECOYS, "#message"),
    "message in an editor like that of comments": Place(LINKEDIN_DECOYS, f"#message-editor {QUILL}"),
    "profile form with the editor of comments": Place(LINKEDIN_DECOYS, "#edit-form .ProseMirror"),
    "profile field": Place(LINKEDIN_DECOYS, "#headline"),
    "profile text": Place(LINKEDIN_DECOYS, "#about"),
    "search": Place(LINKEDIN_DECOYS, "#search"),
    "password": Place(LINKEDIN_DECOYS, "#password"),
    "article": Place(LINKEDIN_DECOYS, "#article"),
    "title of an article": Place(at("linkedin-article", address="https://www.linkedin.com/article/new/"), "#title"),
    "dialog over an article": Place(
        at("linkedin-article", address="https://www.linkedin.com/article/new/"), "#announcement .ProseMirror"
    ),
    "article editor elsewhere": Place(at("linkedin-article"), "#body .ProseMirror"),
    "title of an article on X": Place(at("x-article", address="https://x.com/compose/articles/edit/7"), "#title"),
    "article editor elsewhere on X": Place(at("x-article", address=X_HOME), "#body [contenteditable]"),
    "frame without a size": Place(FRAMED, f"#share {QUILL}", frame="#frame-no-size"),
    "frame moved out of the page": Place(FRAMED, f"#share {QUILL}", frame="#frame-moved-away"),
    "transparent frame": Place(FRAMED, f"#comment {QUILL}", frame="#frame-transparent"),
    "share box among messages": Place(at("linkedin-classic", address=MESSAGING), f"#share {QUILL}"),
    "comment among messages": Place(at("linkedin", address=MESSAGING), "#comment .ProseMirror"),
    "search on X": Place(X_DECOYS, "#search"),
    "password on X": Place(X_DECOYS, "#password"),
    "profile text on X": Place(X_DECOYS, "#bio"),
    "text for a picture on X": Place(X_DECOYS, "#alt-text"),
    "editor moved out of the page on X": Place(X_DECOYS, "#moved-away [contenteditable]"),
    "transparent editor on X": Place(X_DECOYS, "#transparent [contenteditable]"),
    "direct message": Place(X_DECOYS, "#message"),
    "direct message in an editor like that of posts": Place(X_DECOYS, "#message-editor [contenteditable]"),
    "editor with nothing near to post it": Place(X_DECOYS, "#no-button [contenteditable]"),
    "composer among direct messages": Place(at("x-places", address="https://x.com/messages/1"), "#inline [contenteditable]"),
    "composer in a chat": Place(at("x-places", address="https://x.com/i/chat/1"), "#inline [contenteditable]"),
}  # fmt: skip

#: Composers that no adapter recognises: they are not read, and the rep sees a notice.
CHANGED = {
    "unknown editor in the share box": Place(at("linkedin-changed"), "#unknown"),
    "unknown editor for a comment": Place(at("linkedin-changed"), "#unknown-comment"),
    "share box in the document itself": Place(LINKEDIN_DECOYS, f"#light-dialog {QUILL}"),
    "share box in another shadow root": Place(LINKEDIN_DECOYS, f"#other-root {QUILL}"),
    "share box in a frame at another address": Place(FRAMED, f"#share {QUILL}", frame="#frame-elsewhere"),
    "share box in an unknown frame": Place(FRAMED, f"#share {QUILL}", frame="#frame-other"),
    "unknown editor on X": Place(at("x-changed", address=X_HOME), "#unknown"),
    "editor with the name of a container": Place(X_DECOYS, "#label"),
}


def serve_places(context: BrowserContext, bundled: Path) -> None:
    """Serves the page that an address names: ``?page=linkedin-classic``. Paths keep their meaning on the site."""

    def serve(route: Route) -> None:
        address = route.request.url
        if "/fixture/places.css" in address:
            route.fulfill(path=PAGES / "places.css", content_type="text/css")
        elif "/fixture/places.js" in address:
            route.fulfill(path=bundled / "places.js", content_type="text/javascript")
        else:
            (name,) = re.findall(r"\?page=([a-z-]+)", address)
            headers = {"Content-Security-Policy": f"{POLICY}; frame-src 'self'"}
            route.fulfill(path=PAGES / f"{name}.html", content_type="text/html", headers=headers)

    context.route(PLACE_URL, serve)
