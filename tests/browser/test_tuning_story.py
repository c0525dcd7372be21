"""How an administrator makes the coach their own: a style, words and a rule, forty comparisons by two people, training, a look
at real use, activation by a second administrator, and the way back. The server is as deployed; it is killed in training."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from server.audit.models import AuditEntry
from server.core.database.session import unit_of_work
from server.people.queries import get_organisation
from server.training.models import TrainingRun
from server.tuning.champion import ensure_champion
from tests.browser.appearance import check_page
from tests.browser.backend import sign_in
from tests.browser.navigation import press
from tests.browser.waiting import TIMEOUT_SECONDS
from tests.factories import make_user
from tests.live import LiveServer
from tests.services import wait_until

PAIRS = 40
RULE = """extends: existence
message: "Say what it does, not that it is '%s'."
level: warning
ignorecase: true
tokens:
  - seamless
"""
WORDS = """kind,word,use,note
banned,cheap,,We sell on what it saves.
banned,best in class,,Say what it is better at.
preferred,client,customer,
preferred,clients,customers,
preferred,utilise,use,
brand,HarbourFlow,,
brand,Harbour & Sons,,
trade,IBC,,
trade,CIP,,
protected,Disruptor,,A product of ours.
"""
EXPECTED = {
    "style.imported", "words.imported", "rule.changed", "scoring.changed", "scoring.proposed", "scoring.in-force",
    "labels.filled", "training.started",
}  # fmt: skip


@pytest.fixture
def server(tmp_path) -> Iterator[LiveServer]:
    live = LiveServer(tmp_path).prepare()
    with unit_of_work(live.engine) as session:
        live.users["second"] = make_user(session, role="admin", name="Jonas Weber")
        get_organisation(session).two_person = True
        ensure_champion(session)
    try:
        yield live.start()
    finally:
        live.stop()


@pytest.fixture
def admins(chromium, server) -> Iterator[tuple[Page, Page]]:
    contexts, pages = [], []
    for role in ("admin", "second"):
        context = chromium.new_context(base_url=server.base_url, viewport={"width": 1440, "height": 900})
        context.set_default_timeout(TIMEOUT_SECONDS * 1000)
        contexts.append(context)
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        sign_in(page, server.login_link(role))
        pages.append(page)
    yield pages[0], pages[1]
    for context in contexts:
        context.close()


def test_an_admin_makes_the_coach_their_own_and_goes_back(admins, server) -> None:
    first, second = admins
    import_style(first)
    import_words(first)
    mute_rule(first)
    check_page(first, "story-draft")
    first.get_by_label("What this change is for").fill("Our words and style")
    press(first, "See the effect")
    activate(first, second)
    first.goto("/tuning/labels/texts")
    press(first, "Fill the queue")
    for page in (first, second):
        label(page)
    train(first, server)
    version = first.get_by_role("link", name="See the new version").get_attribute("href")
    first.goto("/tuning/shadow")
    expect(first.get_by_text("Fewer than five texts so far")).to_be_visible()
    first.goto(version)
    press(first, "Propose")
    expect(first.get_by_text("a second administrator must confirm it")).to_be_visible()
    confirm(second, first.url)
    first.reload()
    check_page(first, "story-active")
    press(first, "Go back to the version before")
    confirm(second, first.url)
    with unit_of_work(server.engine, writes=False) as session:
        actions = dict(session.execute(select(AuditEntry.action, func.count()).group_by(AuditEntry.action)).all())
    assert actions.keys() >= EXPECTED
    assert (actions["scoring.proposed"], actions["scoring.in-force"]) == (3, 3)
    first.goto("/audit")
    check_page(first, "story-audit")


def import_style(page: Page) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("Harbour/Empty.yml", RULE)
    page.goto("/tuning/styles")
    files = [{"name": "Harbour.zip", "mimeType": "application/zip", "buffer": packed.getvalue()}]
    page.get_by_label("ZIP file, or one rule (*.yml)").set_input_files(files)
    press(page, "Import")


def import_words(page: Page) -> None:
    page.goto("/tuning/words/import")
    page.get_by_label("File", exact=True).set_input_files(
        [{"name": "words.csv", "mimeType": "text/csv", "buffer": WORDS.encode()}]
    )
    press(page, "See what it would do")
    expect(page.get_by_text("10 added, 0 changed, 0 unchanged.")).to_be_visible()
    press(page, "Import")


def mute_rule(page: Page) -> None:
    page.goto("/tuning/rules/Repute.Hedging")
    for box in page.get_by_role("checkbox").all():
        box.uncheck()
    press(page, "Save in the draft")


def activate(first: Page, second: Page) -> None:
    press(first, "Propose")
    expect(first.get_by_text("a second administrator must confirm it")).to_be_visible()
    confirm(second, first.url)


def confirm(page: Page, address: str) -> None:
    page.goto(address)
    press(page, "Confirm and activate")


def label(page: Page) -> None:
    """Rather the longer of two drafts."""
    page.goto("/tuning/labels")
    status, texts = page.locator("[data-label-status]"), page.locator(".rp-label-draft .rp-panel-body")
    for number in range(PAIRS):
        expect(status).to_contain_text(f"You have answered {number}.")
        # Of two that are equally long, the same one for both people, who see half of the pairs the other way round.
        first, second = ((len(text), text) for text in texts.all_inner_texts())
        page.keyboard.press("1" if first > second else "2")
        page.keyboard.press("Enter")
    expect(status).to_contain_text(f"You have answered {PAIRS}.")


def train(page: Page, server: LiveServer) -> None:
    page.goto("/tuning/training")
    expect(page.get_by_text("80 comparisons and 0 ratings can be used.")).to_be_visible()
    press(page, "Start training")
    wait_until(lambda: run_of(server).texts_done > 0, "the first drafts are measured")
    server.kill()
    assert run_of(server).state == "running"
    server.start()
    wait_until(lambda: run_of(server).state == "done", "the run is done", TIMEOUT_SECONDS * 3)
    page.reload()
    expect(page.get_by_role("heading", name="Agreement")).to_be_visible()
    check_page(page, "story-report")
    reason = page.get_by_label("Why do you want it all the same?")
    if reason.is_visible():
        reason.fill("Our readers like a story")
        press(page, "Make a version of it")
    expect(page.get_by_role("link", name="See the new version")).to_be_visible()


def run_of(server: LiveServer) -> TrainingRun:
    with unit_of_work(server.engine, writes=False) as session:
        return session.scalars(select(TrainingRun)).one()
