"""A rep's own archive in a real browser, with a real server and its worker: from the file to a counted item."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.appearance import check_appearance
from tests.browser.navigation import follow
from tests.browser.waiting import TIMEOUT_SECONDS, until
from tests.server.archives.archive_files import COMMENTS_HEADER, SHARES_HEADER, comment_row, make_zip, share_row

POST = (
    'A planner in Kiel said "never", then counted the stops of one route: 41 a day, 9 of them for one parcel.\n\n'
    "We moved those 9 to Fridays. Which stop would you move first?"
)
COMMENT = "We tried this at two depots, and the drivers knew the answer before we asked. How did you find out?"


@pytest.fixture
def page(chromium: Browser, live_server):
    page = chromium.new_page(base_url=live_server.base_url)
    page.set_default_timeout(TIMEOUT_SECONDS * 1000)
    page.goto(live_server.login_link("rep"))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/link/" not in url)
    yield page
    page.close()


def test_from_the_file_to_a_counted_item(page, tmp_path):
    date = (datetime.now(UTC) - timedelta(days=40)).strftime("%Y-%m-%d %H:%M:%S")
    recent = (datetime.now(UTC) - timedelta(days=2)).strftime("%Y-%m-%d %H:%M:%S")
    archive = tmp_path / "Basic_LinkedInDataExport.zip"
    files = {
        "Shares.csv": SHARES_HEADER + share_row(POST, date=recent),
        "Comments.csv": COMMENTS_HEADER + comment_row(COMMENT, date=date),
        "messages.csv": "never opened",
    }
    archive.write_bytes(make_zip(files).getvalue())

    page.goto("/me")
    follow(page.get_by_role("link", name="Archive"))
    page.get_by_label("The archive that LinkedIn or X gave you").set_input_files(archive)
    page.get_by_role("button", name="See what would be read").click()
    page.get_by_text("1 other file in the archive was not opened").wait_for()
    check_appearance(page, "archive-found")

    page.get_by_label("All, so that I can find them again").check()
    page.get_by_role("button", name="Score 2 items").click()
    page.get_by_role("heading", name="Scoring your archive").or_(page.get_by_role("heading", name="Score by month")).wait_for()

    def is_scored() -> bool:
        page.goto("/me/archive")
        return page.get_by_role("heading", name="Scoring your archive").count() == 0

    until(page, is_scored, what="the worker has scored the archive")
    check_appearance(page, "archive-history")
    page.get_by_label("Find words").fill("two depots")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("#all + p")).to_be_visible()
    expect(page.locator("section[aria-labelledby=all] li")).to_have_count(1)

    page.get_by_role("button", name="Count it").click()
    follow(page.get_by_role("link", name="Counted"))
    page.get_by_role("heading", name="How the score adds up").wait_for()
    expect(page.get_by_text('said "never", then counted the stops')).to_be_visible()
