"""What the company's own numbers say of social work, as a manager reads it before a one-to-one, and as an administrator finds
it out: too little data, an association with its doubts, and a trial from its plan to its result."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from server.core.database.session import unit_of_work
from server.core.weeks import WEEK
from server.people.queries import get_calendar, get_organisation
from server.trials import operations
from tests.browser.appearance import check_appearance, check_page
from tests.browser.navigation import follow, press
from tests.browser.waiting import TIMEOUT_SECONDS
from tests.factories import make_identity
from tests.server.evidence.evidence_helpers import compute, confounded, empty_company, fill_company
from tests.server.evidence.test_wording import FORBIDDEN
from tests.server.trials import trial_helpers
from tests.server.trials.trial_helpers import COMPARED, START, add_meetings, draw, fill, lock, new_draft, run_job, set_day

OpenAs = Callable[..., Page]


@pytest.fixture
def open_as(chromium, backend) -> Iterator[OpenAs]:
    contexts = []

    def open_page(user) -> Page:
        context = chromium.new_context(base_url=backend.base_url, viewport={"width": 1280, "height": 900})
        context.set_default_timeout(TIMEOUT_SECONDS * 1000)
        contexts.append(context)
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        backend.sign_in(context, user)
        return page

    yield open_page
    for context in contexts:
        context.close()


def read_chart_with_keys(page: Page) -> None:
    """The arrow keys say each number of the picture, its placebo and its estimate too."""
    tooltip = page.locator(".rp-chart-tooltip")
    page.get_by_role("img", name=re.compile("two weeks later")).focus()
    page.keyboard.press("Home")
    expect(tooltip).to_contain_text("two weeks before (placebo)")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(tooltip).to_contain_text("two weeks later")
    page.keyboard.press("Escape")
    expect(tooltip).to_be_hidden()


def says_no_cause(page: Page) -> None:
    assert FORBIDDEN.search(page.get_by_role("main").inner_text()) is None


def test_a_manager_reads_what_can_be_said_and_what_cannot(open_as: OpenAs, backend, monkeypatch) -> None:
    engine, admin = backend.engine, backend.new_user(role="admin", name="Priya Raman")
    page = open_as(backend.new_user(role="manager", name="Hanna Lorenz"))
    page.goto("/evidence")
    expect(page.get_by_text("An administrator starts it")).to_be_visible()
    check_page(page, "evidence-manager-none")

    rng = np.random.default_rng(3)
    empty_company(engine)
    fill_company(engine, *confounded(rng, reps=8, weeks=9))
    compute(engine, admin)
    page.reload()
    expect(page.get_by_text("It takes at least 20 reps")).to_be_visible()
    expect(page.get_by_role("heading", name="What speaks against it")).to_be_hidden()
    check_page(page, "evidence-manager-too-little")

    empty_company(engine)
    fill_company(engine, *confounded(rng, reps=60, weeks=40), calls=rng.poisson(20, (60, 40)))
    compute(engine, admin, controls=["call"])
    page.reload()
    expect(page.get_by_text("are associated with")).to_be_visible()
    expect(page.get_by_text("only large effects are visible")).to_be_visible()
    read_chart_with_keys(page)
    says_no_cause(page)
    check_appearance(page, "evidence-manager-association")
    follow(page.get_by_role("link", name="Report"))
    expect(page.get_by_role("heading", name="How it was computed")).to_be_visible()
    says_no_cause(page)
    check_page(page, "evidence-manager-report")

    trial_id = finished_trial(engine, admin, monkeypatch)
    running_trial(engine, admin, monkeypatch)
    page.goto("/evidence/trials")
    expect(page.get_by_text("Week 2 of 12")).to_be_visible()
    check_page(page, "evidence-manager-trials")
    follow(page.get_by_role("link", name="Second social hour"))
    expect(page.get_by_text("No result is shown before the 12 weeks are over")).to_be_visible()
    check_page(page, "evidence-manager-trial-running")
    page.goto(f"/evidence/trials/{trial_id}")
    expect(page.get_by_text(re.compile("caused .* more meetings"))).to_be_visible()
    check_appearance(page, "evidence-manager-trial-result")


def finished_trial(engine, admin, monkeypatch) -> int:
    """Of forty reps, of whom the first half got one more meeting a week; its result was computed."""
    with monkeypatch.context() as past:
        fill(engine)
        set_day(past, START - timedelta(days=3))
        trial_id = lock(engine, admin, new_draft(engine, admin))
        waves = draw(engine, admin, trial_id)
        set_day(past, START + WEEK * COMPARED)
        add_meetings(engine, [unit for unit, wave in waves.items() if wave == 1], each=1)
        with unit_of_work(engine) as session:
            operations.analyse(session, starter=make_identity(admin), trial_id=trial_id)
        run_job(engine, "evidence.trial-analysis")
    return trial_id


def running_trial(engine, admin, monkeypatch) -> None:
    """Follows the one that is over."""
    start = START + WEEK * COMPARED
    with monkeypatch.context() as past:
        set_day(past, start - timedelta(days=3))
        draft_id = new_draft(engine, admin, name="Second social hour", starts_on=start)
        draw(engine, admin, lock(engine, admin, draft_id, cancels_others=False))


def test_an_administrator_computes_plans_draws_and_cancels(open_as: OpenAs, backend, monkeypatch) -> None:
    engine, admin = backend.engine, backend.new_user(role="admin", name="Jonas Weber")
    fill(engine)
    with unit_of_work(engine) as session:
        get_organisation(session).two_person = False
        trial_helpers.cancel_all(session, admin)
    page = open_as(admin)
    page.goto("/evidence")
    check_page(page, "evidence-admin-start")
    press(page, "Compute")
    expect(page.get_by_role("heading", name="Reading the numbers")).to_be_visible()
    check_page(page, "evidence-admin-progress")
    press(page, "Cancel")
    run_job(engine, "evidence.step")
    page.goto("/evidence")
    expect(page.get_by_text("The last computation was cancelled")).to_be_visible()
    press(page, "Compute")
    run_job(engine, "evidence.step")
    page.goto("/evidence")
    expect(page.get_by_role("heading", name="No association shown")).to_be_visible()
    says_no_cause(page)
    check_appearance(page, "evidence-admin-none-shown")

    plan_draw_and_cancel(page, engine)

    trial_id = finished_trial(engine, admin, monkeypatch)
    page.goto(f"/evidence/trials/{trial_id}")
    press(page, "Compute again")
    expect(page.get_by_role("heading", name="Reading the numbers")).to_be_visible()
    check_page(page, "evidence-admin-trial-progress")
    press(page, "Cancel")
    run_job(engine, "evidence.trial-analysis")
    page.reload()
    expect(page.get_by_role("button", name="Compute again")).to_be_visible()
    check_appearance(page, "evidence-admin-trial-result")


def plan_draw_and_cancel(page: Page, engine) -> None:
    with unit_of_work(engine, writes=False) as session:
        monday = get_calendar(session).this_monday()
    page.goto("/evidence/trials/new")
    check_page(page, "evidence-admin-plan")
    page.get_by_label("Name").fill("Social hour in spring")
    page.get_by_label("Weeks from a start to the next").fill("12")
    page.get_by_label("First start, a Monday").fill((monday + WEEK * 2).isoformat())
    page.get_by_label("What your organisation does for them").fill("One hour a week for social work, on the team's calendar.")
    press(page, "Save and see what it could detect")
    expect(page.get_by_role("heading", name="Simulating")).to_be_visible()
    run_job(engine, "evidence.trial-power")
    page.reload()
    expect(page.get_by_text("This trial could see a change of")).to_be_visible()
    check_page(page, "evidence-admin-draft")
    press(page, "Lock the plan")
    follow(page.get_by_role("link", name="See the trial"))
    page.get_by_text("Checksums").click()
    expect(page.get_by_text("Secret until the lottery is drawn")).to_be_visible()
    check_page(page, "evidence-admin-locked")
    press(page, "Draw the lottery")
    page.get_by_text("Who starts when").click()
    check_page(page, "evidence-admin-drawn")
    page.get_by_label("Reason").fill("The product line is sold.")
    press(page, "Cancel the trial")
    expect(page.get_by_text("The product line is sold.")).to_be_visible()
    check_page(page, "evidence-admin-cancelled")
