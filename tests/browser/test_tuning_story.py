"""How an administrator makes the coach their own: a style, words and a rule, forty comparisons by two people, training, its
report, a look at real use, activation by a second administrator, what a rep reads of it, and the way back. That training
survives a killed worker is tested in ``tests/server/training``."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from nlp import Draft
from server.audit.models import AuditEntry
from server.core.database.session import unit_of_work
from server.labels import operations as labelling
from server.labels import queries as labels
from server.people.models import User
from server.people.queries import get_organisation
from server.training import measuring
from server.tuning import shadow
from server.tuning.champion import champion_coach, ensure_champion
from server.tuning.reference_drafts import reference_drafts
from tests.browser.appearance import check_page
from tests.browser.backend import Backend
from tests.browser.navigation import follow, press
from tests.browser.waiting import TIMEOUT_SECONDS
from tests.factories import make_identity
from tests.server.labels.label_helpers import choice
from tests.server.training.training_helpers import run_all

PAIRS = 40
#: Answered in a browser; the rest without one.
TYPED = 3
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
def admins(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> tuple[User, User]:
    """Two, because each change takes both."""
    monkeypatch.setattr(measuring, "REST", 0.0)
    with unit_of_work(backend.engine) as session:
        get_organisation(session).two_person = True
        ensure_champion(session)
    return backend.new_user(role="admin", name="Priya Raman"), backend.new_user(role="admin", name="Jonas Weber")


@pytest.fixture
def open_as(chromium: Browser, backend: Backend) -> Iterator[Callable[[User], Page]]:
    contexts = []

    def open_page(user: User) -> Page:
        context = chromium.new_context(base_url=backend.base_url, viewport={"width": 1440, "height": 900})
        context.set_default_timeout(TIMEOUT_SECONDS * 1000)
        contexts.append(context)
        backend.sign_in(context, user)
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_an_admin_makes_the_coach_their_own_and_goes_back(open_as, admins: tuple[User, User], backend: Backend) -> None:
    used = shadow.Shadow(backend.engine)
    first, second = map(open_as, admins)
    import_style(first)
    import_words(first)
    mute_rule(first)
    check_page(first, "story-draft")
    first.get_by_label("What this change is for").fill("Our words and style")
    press(first, "See the effect")
    activate(first, second)
    first.goto("/tuning/labels/texts")
    press(first, "Fill the queue")
    label(first)
    for admin in admins:
        label_the_rest(backend, admin)
    train(first, backend)
    compare_and_propose(first, used, backend)
    confirm(second, first.url)
    second.goto(first.url)
    expect(second.get_by_role("button", name="Go back to the version before")).to_be_visible()
    check_page(second, "admin-effect-active")
    rep = open_as(backend.new_user(name="Mira Lund"))
    rep.goto("/scoring/changes")
    expect(rep.get_by_text("Readers in our company compared or rated drafts")).to_be_visible()
    check_page(rep, "rep-what-changed")
    second.goto("/tuning/shadow")
    expect(second.get_by_text("No candidate to compare")).to_be_visible()
    check_page(second, "admin-side-by-side-none")
    first.reload()
    press(first, "Go back to the version before")
    confirm(second, first.url)
    with unit_of_work(backend.engine, writes=False) as session:
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
    for number in range(TYPED):
        expect(status).to_contain_text(f"You have answered {number}.")
        # Of two that are equally long, the same one for both people, who see half of the pairs the other way round.
        first, second = ((len(text), text) for text in texts.all_inner_texts())
        page.keyboard.press("1" if first > second else "2")
        page.keyboard.press("Enter")
    expect(status).to_contain_text(f"You have answered {TYPED}.")


def label_the_rest(backend: Backend, admin: User) -> None:
    with unit_of_work(backend.engine) as session:
        while labels.count_own(session, user_id=admin.id) < PAIRS:
            asked = labels.next_item(session, user_id=admin.id, kind="pair")
            assert asked
            first, second = ((len(text), text) for text in (asked.first, asked.second))
            given = choice("first" if first > second else "second")
            labelling.answer_item(session, reader=make_identity(admin), item_id=asked.item.id, given=given)


def train(page: Page, backend: Backend) -> None:
    page.goto("/tuning/training")
    expect(page.get_by_text("80 comparisons and 0 ratings can be used.")).to_be_visible()
    check_page(page, "admin-training-start")
    press(page, "Start training")
    expect(page.get_by_role("heading", name="Reading the drafts")).to_be_visible()
    check_page(page, "admin-training-progress")
    run_all(backend.engine)
    page.reload()
    expect(page.get_by_role("heading", name="Agreement")).to_be_visible()
    expect(page.get_by_role("row", name="Pairs ranked as your readers ranked them")).to_be_visible()
    check_page(page, "admin-training-report")
    reason = page.get_by_label("Why do you want it all the same?")
    if reason.is_visible():
        reason.fill("Our readers like a story")
        press(page, "Make a version of it")
        check_page(page, "admin-training-accepted")
    expect(page.get_by_role("link", name="See the new version")).to_be_visible()
    page.goto("/tuning/training")
    check_page(page, "admin-training-list")


def compare_and_propose(page: Page, used: shadow.Shadow, backend: Backend) -> None:
    page.goto("/tuning/shadow")
    expect(page.get_by_text("Fewer than five texts so far")).to_be_visible()
    check_page(page, "admin-side-by-side-empty")
    with unit_of_work(backend.engine, writes=False) as session:
        coach = champion_coach(session)
    for one in reference_drafts():
        draft = Draft(one.surface, one.text)
        used.observe("draft", draft, coach.assess(draft), frozenset())
        used.drain()
    page.reload()
    expect(page.get_by_role("heading", name="Band by band")).to_be_visible()
    check_page(page, "admin-side-by-side")
    follow(page.get_by_role("link", name="See the effect and propose"))
    expect(page.get_by_text("What our readers taught the marks: added")).to_be_visible()
    check_page(page, "admin-effect-of-training")
    press(page, "Propose")
    expect(page.get_by_text("a second administrator must confirm it")).to_be_visible()
