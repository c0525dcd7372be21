"""For each check that keeps the extension from reading a field: without it, the field would have been read."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.browser.backend import Backend
from tests.browser.mutations import Guard, MutatedBuilds
from tests.browser.place_drafts import WEAK, names, server_received, write_in
from tests.browser.places import CHANGED, DECOYS
from tests.browser.waiting import until

LINKEDIN_GUARDS = {
    "messages by their address": (
        Guard("sites/linkedin.ts", 'location.pathname.startsWith("/messaging") || ', ""),
        DECOYS["share box among messages"],
    ),
    "messages by their container": (
        Guard("sites/linkedin.ts", " || element.closest(MESSAGES.css) !== null", ""),
        DECOYS["message in a share box"],
    ),
    "the dialog around the editor": (
        Guard("sites/linkedin.ts", "boxOf(pattern, editor);", "boxOf(pattern, editor) ?? editor;"),
        DECOYS["editor outside any box"],
    ),
    "the dialog in the shadow root": (
        Guard("sites/linkedin.ts", "boxOf(pattern, editor);", "boxOf(pattern, editor) ?? editor;"),
        DECOYS["another dialog of the shadow root"],
    ),
    "the comment's container": (
        Guard("sites/linkedin.ts", "around && container ? container.closest<HTMLElement>(around.css) : container", "container"),
        DECOYS["profile form with the editor of comments"],
    ),
    "the shadow root": (
        Guard("sites/linkedin.ts", "if (!isInsideHost(hostOf(editor), pattern.host)) return null;", ""),
        CHANGED["share box in the document itself"],
    ),
    "the shadow root's host": (
        Guard("sites/linkedin.ts", "host?.matches(expected.css) === true", "host !== null"),
        CHANGED["share box in another shadow root"],
    ),
    "the frame's name": (
        Guard("sites/linkedin.ts", 'iframe[data-testid="interop-iframe"][src*="/preload/"]', 'iframe[src*="/preload/"]'),
        CHANGED["share box in an unknown frame"],
    ),
    "the frame's address": (
        Guard("sites/linkedin.ts", '[src*="/preload/"]', ""),
        CHANGED["share box in a frame at another address"],
    ),
    "the frame in sight": (
        Guard("sites/linkedin.ts", "=== true && isInSight(window.frameElement)", "=== true"),
        DECOYS["frame without a size"],
    ),
    "the top of the page": (
        Guard(
            "sites/linkedin.ts",
            'fixture: "linkedin-classic.html", isHere: isTop',
            'fixture: "linkedin-classic.html", isHere: () => true',
        ),
        DECOYS["frame moved out of the page"],
    ),
    "the editor in sight": (
        Guard("sites/linkedin.ts", "!isEditable(editor) || !isInSight(editor) || ", "!isEditable(editor) || "),
        DECOYS["editor moved out of the page"],
    ),
    "an editor's size": (Guard("sites/site.ts", "width > 1 && height > 1 && ", ""), DECOYS["editor without a size"]),
    "an editor's opacity": (Guard("sites/site.ts", ", opacityProperty: true", ""), DECOYS["transparent editor"]),
    "an editor's position": (
        Guard("sites/site.ts", " && right + scrollX > 0 && bottom + scrollY > 0", ""),
        DECOYS["editor moved out of the page"],
    ),
}

X_GUARDS = {
    "messages by their address on X": (
        Guard("sites/x.ts", "MESSAGE_PATHS.test(location.pathname) || ", ""),
        DECOYS["composer among direct messages"],
    ),
    "messages by their name on X": (
        Guard("sites/x.ts", " || element.closest(MESSAGES.css) !== null", ""),
        DECOYS["direct message in an editor like that of posts"],
    ),
    "the editor's own name on X": (
        Guard("sites/x.ts", ' || !EDITOR_NAME.test(withTestId.dataset["testid"] ?? "")', ""),
        CHANGED["editor with the name of a container"],
    ),
    "the editor in sight on X": (
        Guard("sites/x.ts", "!isEditable(editor) || !isInSight(editor) || ", "!isEditable(editor) || "),
        DECOYS["editor moved out of the page on X"],
    ),
    "the nearby button on X": (
        Guard("sites/x.ts", "MAX_ANCESTORS = 20", "MAX_ANCESTORS = 1_000"),
        DECOYS["editor with nothing near to post it"],
    ),
}

GUARDS = LINKEDIN_GUARDS | X_GUARDS


@pytest.fixture(scope="module")
def mutations(
    playwright: Playwright, backend: Backend, fixtures: Path, tmp_path_factory: pytest.TempPathFactory
) -> MutatedBuilds:
    return MutatedBuilds.set_up(playwright, backend, fixtures, tmp_path_factory.mktemp("mutations"))


@pytest.mark.soak
@pytest.mark.parametrize("name", GUARDS)
def test_without_its_guard_the_field_would_have_been_read(mutations: MutatedBuilds, backend: Backend, name: str) -> None:
    (guard, place), own = GUARDS[name], next(names)
    with mutations.without(guard) as rep:
        writing = write_in(rep, place, f"{own} {WEAK}")
        until(writing.page, lambda: server_received(backend, own), what="the field is read")
