"""An administrator trains on forty comparisons, reads the report, compares the result on real use and proposes it; a second one
confirms it, and a rep reads what changed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from nlp import Coach, Draft
from server.core.database.session import unit_of_work
from server.people.queries import get_organisation
from server.training import labels, measuring
from server.tuning import shadow
from server.tuning.champion import champion_coach, ensure_champion
from server.tuning.reference_drafts import reference_drafts
from tests.browser.appearance import check_page
from tests.browser.waiting import TIMEOUT_SECONDS
from tests.server.training.training_helpers import reader_labels, run_all


@pytest.fixture
def open_as(chromium, backend):
    contexts = []

    def open_page(user) -> Page:
        context = chromium.new_context(base_url=backend.base_url, viewport={"width": 1440, "height": 900})
        context.set_default_timeout(TIMEOUT_SECONDS * 1000)
        contexts.append(context)
        page = context.new_page()
        backend.sign_in(context, user)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def prepared(backend, monkeypatch):
    """Labels, two people for a promotion, and drafts that are compared when the test says so."""
    monkeypatch.setattr(measuring, "REST", 0.0)
    found = reader_labels()
    monkeypatch.setattr(labels, "usable_labels", lambda _session: (found.ratings, found.preferences))
    with unit_of_work(backend.engine) as session:
        ensure_champion(session)
        get_organisation(session).two_person = True
    return shadow.Shadow(backend.engine)


def compare_drafts(own, backend):
    with unit_of_work(backend.engine, writes=False) as session:
        coach: Coach = champion_coach(session)
    for one in reference_drafts():
        draft = Draft(one.surface, one.text)
        own.observe("draft", draft, coach.assess(draft), frozenset())
        own.drain()


def test_training_to_what_changed(open_as, backend, prepared):
    first, second = (backend.new_user(role="admin", name=name) for name in ("Priya Raman", "Jonas Weber"))
    page = open_as(first)
    page.goto("/tuning/training")
    check_page(page, "admin-training-start")
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_role("heading", name="Reading the drafts")).to_be_visible()
    check_page(page, "admin-training-progress")
    run_all(backend.engine)
    page.reload()
    expect(page.get_by_role("heading", name="Agreement")).to_be_visible()
    expect(page.get_by_role("row", name="Pairs ranked as your readers ranked them")).to_be_visible()
    check_page(page, "admin-training-report")
    reason = page.get_by_label("Why do you want it all the same?")
    if reason.is_visible():
        reason.fill("Short drafts work for our buyers")
        page.get_by_role("button", name="Make a version of it").click()
        check_page(page, "admin-training-accepted")
    page.goto("/tuning/training")
    check_page(page, "admin-training-list")

    page.goto("/tuning/shadow")
    expect(page.get_by_text("Fewer than five texts so far")).to_be_visible()
    check_page(page, "admin-side-by-side-empty")
    compare_drafts(prepared, backend)
    page.reload()
    expect(page.get_by_role("heading", name="Band by band")).to_be_visible()
    check_page(page, "admin-side-by-side")
    page.get_by_role("link", name="See the effect and propose").click()
    expect(page.get_by_text("What our readers taught the marks: added")).to_be_visible()
    check_page(page, "admin-effect-of-training")
    page.get_by_role("button", name="Propose").click()
    page.get_by_text("a second administrator must confirm it").wait_for()

    other = open_as(second)
    other.goto(page.url)
    other.get_by_role("button", name="Confirm and activate").click()
    other.wait_for_url("**/tuning")
    other.goto(page.url)
    expect(other.get_by_role("button", name="Go back to the version before")).to_be_visible()
    check_page(other, "admin-effect-active")

    rep = open_as(backend.new_user(name="Mira Lund"))
    rep.goto("/scoring/changes")
    expect(rep.get_by_text("Readers in our company compared or rated drafts")).to_be_visible()
    check_page(rep, "rep-what-changed")
    page.goto("/tuning/shadow")
    expect(page.get_by_text("No candidate to compare")).to_be_visible()
    check_page(page, "admin-side-by-side-none")
