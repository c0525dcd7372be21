"""Sites that an administrator listed: the extension coaches in their plain editors once the rep allowed them, until removed.

The browser's own question cannot be answered by a test, so the package for these tests has the permission already; that nothing
happens without it, and that a click asks for it, is tested in ``extension/tests`` (``background/sites``, ``options/sites``)."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from server.core.database.session import unit_of_work
from server.people import sites
from tests.browser.appearance import check_appearance
from tests.browser.backend import Backend
from tests.browser.chromium import Rep, open_chromium
from tests.browser.place_drafts import BETTER, WEAK, WORDS, PlaceDraft, drafts, names, server_received, write_in
from tests.browser.places import Place, at
from tests.browser.waiting import until

SITE = "https://community.example.com"
PAGE = at("plain", address=f"{SITE}/t/a-question/1")
EDITORS = {
    "textarea": Place(PAGE, "#textarea textarea"),
    "contenteditable": Place(PAGE, "#contenteditable [contenteditable]"),
    "Quill": Place(PAGE, "#quill .ql-editor"),
    "ProseMirror": Place(PAGE, "#prosemirror .ProseMirror"),
    "Draft.js": Place(PAGE, "#draft [contenteditable]"),
    "an editor never tried": Place(PAGE, "#slate [contenteditable]", apply=False),
}
NOT_READ = ("#search", "#chat", "#secret")


def change_sites(backend: Backend, *, place: str | None) -> None:
    with unit_of_work(backend.engine) as session:
        if place:
            sites.add_site(session, origin=SITE, place=place, own_origin=backend.base_url)
        else:
            sites.remove_site(session, origin=SITE)


@pytest.fixture(scope="module")
def rep(
    playwright: Playwright, backend: Backend, dist: Path, fixtures: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rep]:
    folder = tmp_path_factory.mktemp("allowed")
    shutil.copytree(dist / "chrome", folder / "chrome")
    path = folder / "chrome/manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["host_permissions"].append(f"{SITE}/*")
    path.write_text(json.dumps(manifest), encoding="utf-8")
    context, address = open_chromium(playwright, folder, fixtures, folder / "profile")
    rep = Rep(context, backend, address)
    rep.agree()
    rep.pair()
    yield rep
    context.close()


def registered(rep: Rep) -> list[str]:
    found: list[str] = rep.extension_file().evaluate(
        "async () => (await chrome.scripting.getRegisteredContentScripts()).flatMap(({ matches }) => matches)"
    )
    return found


def test_a_listed_site_is_coached_until_it_is_removed(rep: Rep, backend: Backend) -> None:
    assert registered(rep) == [], "a site that is allowed but not listed is left alone"
    change_sites(backend, place="other-comment")
    rep.change({"kind": "refresh-account"})
    assert registered(rep) == [f"{SITE}/*"]
    options = rep.options()
    options.get_by_text("community.example.com").wait_for()
    check_appearance(options, "options-sites")
    options.close()

    for name, place in EDITORS.items():
        own = next(names)
        writing = write_in(rep, place, f"{own} wrote. {WEAK}")
        page, card = writing.page, writing.card
        if name == "textarea":
            writing.wait_for_count()
        else:
            writing.wait_for_mark(WORDS)
        assert {draft["surface"] for draft in drafts(backend) if own in draft["text"]} == {"other-comment"}
        page.keyboard.press("Alt+Shift+R")
        tip = until(page, lambda: card.find("tip-open", BETTER), what=f"the tip is listed in {name}")  # noqa: B023
        assert card.find("card-note", "Scored as a LinkedIn comment would be")
        card.click(tip)
        until(page, lambda: card.find("tip-copy"), what="the replacement can be copied")  # noqa: B023
        apply = card.find("tip-apply")
        assert (apply is not None) == place.apply, name
        if apply:
            card.click(apply)
            until(page, lambda: card.find("card-message", "Applied"), what=f"it is applied in {name}")  # noqa: B023
        page.close()

    page = rep.open(PAGE)
    own = next(names)
    for selector in NOT_READ:
        unread = PlaceDraft(page, Place(PAGE, selector), None)  # type: ignore[arg-type]
        unread.enter()
        unread.type(f"{own} wrote. {WEAK}")
    page.close()

    # The administrator changes what is written there, and then removes the site while its page is open.
    change_sites(backend, place="long-form")
    rep.change({"kind": "refresh-account"})
    article = write_in(rep, EDITORS["contenteditable"], f"{next(names)} wrote. {WEAK}")
    article.wait_for_mark(WORDS)
    article.page.keyboard.press("Alt+Shift+R")
    until(
        article.page, lambda: article.card.find("ui-empty", "Scores are for posts"), what="the card says why there is no score"
    )
    change_sites(backend, place=None)
    rep.change({"kind": "refresh-account"})
    until(article.page, lambda: not article.card.exists and article.words() == [], what="nothing is left in the page")
    assert registered(rep) == []
    article.type(f" {own} again. {WEAK}")
    write_in(rep, Place(at("x-places", address="https://x.com/home"), "#inline [contenteditable]"), WEAK).wait_for_mark(WORDS)
    assert not server_received(backend, own), "neither other fields nor a removed site's page were read"
