"""Pages that are reached by a click or in a special state: imports, links, leavers, the notice at pairing, refusals. One
browser context walks through all of them, each in both themes and at every width."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import delete

from server.core.database.session import unit_of_work
from server.people.models import Membership
from tests.browser.appearance import check_page
from tests.browser.backend import Backend, sign_in
from tests.browser.navigation import follow, press
from tests.browser.waiting import TIMEOUT_SECONDS

PEOPLE = """email,name,role,team,started_on
aida@example.com,Aida Albers,rep,Sales / North / Bremen,2025-03-03
nora@example.com,Nora Petersen,manager,Sales / North,2025-03-03
"""
WRONG = "email,name,role,team\nboss@example.com,Bo Boss,boss,Nowhere at all\n"


@pytest.fixture
def page(chromium: Browser, backend: Backend) -> Iterator[Page]:
    context = chromium.new_context(base_url=backend.base_url, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(TIMEOUT_SECONDS * 1000)
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    yield page
    context.close()


def upload_people(page: Page, content: str) -> None:
    page.goto("/people/import")
    page.get_by_label("Add teams that do not exist yet").check()
    upload(page, content)


def upload(page: Page, content: str) -> None:
    page.locator("#file").set_input_files({"name": "file.csv", "mimeType": "text/csv", "buffer": content.encode()})
    press(page, "See what it would do")


def test_pages_of_an_administrator_are_accessible_in_every_state(page: Page, backend: Backend) -> None:
    sign_in(page, backend.login_link(backend.new_user(role="admin", name="Ada Keller")))
    upload_people(page, WRONG)
    page.get_by_role("heading", name="1 row to correct").wait_for()
    check_page(page, "company-import-errors")
    upload_people(page, PEOPLE)
    page.get_by_text("3 new teams").wait_for()
    check_page(page, "company-import-preview")
    press(page, "Import")
    press(page, "Create links")
    check_page(page, "company-links")
    page.goto("/people?q=Aida")
    follow(page.get_by_role("link", name="Aida Albers"))
    press(page, "Create a sign-in link")
    check_page(page, "company-person-link")
    press(page, "Deactivate")
    check_page(page, "company-person-left")
    page.goto("/people/calendar/import")
    upload(page, "day,name\n2026-12-25,Christmas Day\nsoon,Never\n")
    check_page(page, "company-calendar-error")
    page.goto("/people/teams")
    page.locator(".rp-disclosure > summary").first.click()
    check_page(page, "company-teams-open")
    page.goto("/people/targets")
    page.get_by_label("Per person and week", exact=True).fill("40")
    press(page, "Set target")
    check_page(page, "company-targets")
    page.goto("/settings/organisation")
    page.get_by_label("Individual people").check()
    follow(page.get_by_role("region", name="What managers see").get_by_role("button"))
    check_page(page, "company-organisation")
    page.goto("/settings/integrations")
    page.get_by_label("Name", exact=True).fill("CRM")
    press(page, "Create token")
    check_page(page, "company-integrations")
    page.goto("/settings/second-factor")
    check_page(page, "company-second-factor")
    page.goto("/people/new")
    page.evaluate("document.querySelector('form[action=\"/people/new\"] [name=csrf_token]').value = 'of another session'")
    page.get_by_label("Name", exact=True).fill("Bo")
    page.get_by_label("E-mail address").fill("bo@example.com")
    press(page, "Add")
    check_page(page, "company-refused")


def test_pages_of_newcomers_are_accessible(page: Page, backend: Backend) -> None:
    manager = backend.new_user(role="manager")
    with unit_of_work(backend.engine) as session:
        session.execute(delete(Membership).where(Membership.user_id == manager.id))
    sign_in(page, backend.login_link(manager))
    check_page(page, "company-no-team")
    page.context.clear_cookies()
    sign_in(page, backend.login_link(backend.new_user(acknowledged=False)))
    page.goto(f"/settings/pair?challenge={'a' * 43}")
    page.get_by_role("heading", name="What Repute keeps, and who sees it").wait_for()
    check_page(page, "company-pair-notice")
    press(page, "I have read this notice")
    press(page, "Show pairing code")
    check_page(page, "company-pair-code")
