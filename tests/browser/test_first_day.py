"""The first day of a company: from an empty server to the first post on a manager's page, as an administrator, a rep and a
manager do it. After each event, the totals on the pages are those recomputed from the tables.

The administrator gets everywhere by clicking, and each click counts: a page that takes one more fails the test."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.request import Request, urlopen
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from server.core.weeks import Calendar
from tests.browser.build import ROOT
from tests.browser.card import Card
from tests.browser.chromium import Rep, open_chromium
from tests.browser.composers import COMPOSERS
from tests.browser.counted import CountedPage
from tests.browser.first_company import PEOPLE_COUNT, crm_records, people_csv
from tests.browser.navigation import follow
from tests.browser.posting import press, publish
from tests.browser.recomputed import Tables
from tests.browser.screenshots import photograph, takes_screenshots
from tests.browser.waiting import TIMEOUT_SECONDS, until
from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider
from tests.live import LiveServer, free_port

ZONE = "Europe/Berlin"
PROVIDER = "Nordwind"
POST = "We counted torn labels at the dock in Hasselt for a month. Last week it was 17 of 212. What do you count before a call?"
#: What the administrator needs for all of it.
CLICKS, FIELDS = 58, 9

#: Each figure's title and value.
FIGURES = "figures => figures.map(one => ['h2', '.rp-figure-value'].map(part => one.querySelector(part).innerText))"

CALENDAR = Calendar(ZoneInfo(ZONE))


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    provider = IdentityProvider(free_port()).start()
    yield provider
    provider.stop()


@pytest.fixture(scope="module")
def server(provider: IdentityProvider, tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[LiveServer]:
    """An empty server with single sign-on, as the README sets it up, without its organisation."""
    single_sign_on = {
        "base_url": f"http://127.0.0.1:{port}", "oidc_issuer": provider.issuer, "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": CLIENT_SECRET, "oidc_name": PROVIDER,
    }  # fmt: skip
    server = LiveServer(tmp_path_factory.mktemp("first-day"), port=port, overrides=single_sign_on)
    assert server.command("db", "upgrade").returncode == 0
    try:
        yield server.start()
    finally:
        server.stop()


def new_page(chromium: Browser, server: LiveServer) -> Page:
    context = chromium.new_context(base_url=server.base_url, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(TIMEOUT_SECONDS * 1000)
    return context.new_page()


def set_up(server: LiveServer) -> str:
    """Creates the organisation as the README says. Returns the first administrator's link."""
    answers = {"name": "Nordwind", "time-zone": ZONE, "admin-name": "Ada Keller", "admin-email": "ada@nordwind.example"}
    setup = server.command("setup", *(part for name, answer in answers.items() for part in (f"--{name}", answer)))
    assert setup.returncode == 0, setup.stderr
    return setup.stdout.split()[-1]


def check_totals(page: Page, server: LiveServer, *weeks: date) -> None:
    """Of both regions and of the whole company, whose page stays open."""
    tables = Tables(server.engine, ZONE)
    for team in ("North", "South", "Sales"):
        for week in weeks:
            page.goto(f"/team?team={tables.team_id(team)}&week={week}")
            shown = {}
            for title, value in page.locator("section.rp-figures > div").evaluate_all(FIGURES):
                numbers = [int(number) for number in re.findall(r"\d+", re.sub(r"(?<=\d)\s(?=\d)", "", value))]
                shown[title] = (numbers[0], numbers[1] if len(numbers) > 1 else None)
            assert shown == tables.team_totals(team, week), (team, week)


def import_people(admin: CountedPage, folder: Path) -> None:
    file = folder / "people.csv"
    file.write_text(people_csv(date(2025, 3, 3)))
    admin.open("People")
    admin.open("Import")
    admin.upload(admin.page.locator("#file"), file)
    admin.click(admin.page.get_by_label("Add teams that do not exist yet"))
    admin.press("See what it would do")
    expect(admin.page.get_by_text(f"{PEOPLE_COUNT} added, 0 changed, 0 unchanged.")).to_be_visible()
    expect(admin.page.get_by_text("9 new teams")).to_be_visible()
    photograph(admin.page, "first-day-import")
    admin.press("Import")
    expect(admin.page.get_by_role("heading", name=f"{PEOPLE_COUNT + 1} people")).to_be_visible()
    photograph(admin.page, "first-day-people")


def set_targets(admin: CountedPage, first_monday: date) -> None:
    admin.open("Targets")
    for metric, number in (("Calls", 40), ("Leads followed up", 4), ("Meetings booked", 3)):
        if metric != "Calls":
            admin.choose(admin.page.locator("#target-metric"), metric)
        else:
            # The first team of the list is the whole company.
            expect(admin.page.locator("#target-scope option:checked")).to_have_text("Sales")
            admin.type(admin.page.locator("#target-valid_from"), str(first_monday))
        admin.type(admin.page.locator("#target-per_week"), str(number))
        admin.press("Set target")
        expect(admin.page.get_by_role("row", name=f"Sales {metric} {number}")).to_be_visible()
    photograph(admin.page, "first-day-targets")


def decide_for_everybody(admin: CountedPage) -> None:
    admin.open("Repute")
    admin.open("Credit")
    page = admin.page
    admin.type(page.get_by_label("Overseer", exact=True), "Helga Sander")
    admin.click(page.get_by_role("region", name="How quality affects credit").get_by_role("button"))
    admin.click(page.get_by_label("Individual people"))
    admin.choose(page.get_by_label("What allows individual data"), "The notice to staff, where there is no works council")
    admin.type(page.get_by_label("Date of the agreement or notice"), "2025-01-07")
    admin.click(page.get_by_role("region", name="What managers see").get_by_role("button"))
    expect(page.get_by_text("Saved.")).to_be_visible()
    photograph(page, "first-day-organisation")


def connect_crm(admin: CountedPage, server: LiveServer, *weeks: date) -> None:
    """The CRM then reports everybody's numbers of the weeks."""
    admin.open("Repute")
    admin.open("Import numbers")
    admin.open("Integrations")
    admin.type(admin.page.get_by_label("Name"), "Nordwind CRM")
    admin.press("Create token")
    token = admin.page.locator("#token").inner_text()
    for week in weeks:
        body = json.dumps({"source": "crm", "activities": list(crm_records(week))}).encode()
        headers = {
            "Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": f"first-day-{week}",
        }  # fmt: skip
        with urlopen(Request(f"{server.base_url}/api/v1/activities", body, headers)) as response:  # noqa: S310 (our own)
            assert response.status in {200, 201}


def add_holiday_week(admin: CountedPage, folder: Path, monday: date) -> None:
    file = folder / "holidays.csv"
    file.write_text("\n".join(["day,name", *(f"{monday + timedelta(days=number)},Works holiday" for number in range(5))]))
    admin.open("People")
    admin.open("Calendar")
    admin.open("Upload days off")
    admin.upload(admin.page.locator("#file"), file)
    admin.press("See what it would do")
    admin.press("Import")
    expect(admin.page.get_by_role("heading", name="5 public holidays")).to_be_visible()
    photograph(admin.page, "first-day-calendar")


def open_person(admin: CountedPage, name: str) -> None:
    admin.open("People")
    admin.open(name)


def move(admin: CountedPage, name: str, team: str, day: date) -> None:
    open_person(admin, name)
    admin.choose(admin.page.get_by_label("New team"), f"\u2003\u2003{team}")
    admin.type(admin.page.locator("#move-starts_on"), str(day))
    admin.press("Move")
    expect(admin.page.get_by_text("Moved.")).to_be_visible()


def leave(admin: CountedPage, name: str, last_day: date) -> None:
    open_person(admin, name)
    admin.type(admin.page.get_by_label("Last day", exact=True).last, str(last_day))
    admin.press("Deactivate")
    expect(admin.page.get_by_text("Deactivated.", exact=False).first).to_be_visible()


def come_back(admin: CountedPage) -> None:
    """On the page of somebody who has just left, into the same team from today."""
    admin.press("Give access again")
    expect(admin.page.get_by_text("This person has access again.")).to_be_visible()
    photograph(admin.page, "first-day-person")


def create_link(admin: CountedPage, name: str) -> str:
    """Of the sheet with everybody's links."""
    admin.open("People")
    admin.press("Create links")
    sheet = admin.page.locator(".rp-link-sheet > li")
    expect(sheet).to_have_count(PEOPLE_COUNT)
    photograph(admin.page, "first-day-links")
    return sheet.filter(has_text=name).locator("code").inner_text()


def pair_by_single_sign_on(rep: Rep) -> None:
    options = rep.options()
    with rep.context.expect_page() as opened:
        options.get_by_role("button", name="Pair with my account").click()
    pairing = opened.value
    follow(pairing.get_by_role("link", name=f"Sign in with {PROVIDER}"))
    pairing.get_by_role("heading", name="What Repute keeps, and who sees it").wait_for()
    photograph(pairing, "first-day-pairing")
    pairing.get_by_role("button", name="I have read this notice").click()
    pairing.get_by_role("heading", name="What Repute keeps, and who sees it").wait_for(state="detached")
    pairing.get_by_role("button", name="Show pairing code").click()
    options.get_by_label("Code").fill(pairing.locator("#code").inner_text())
    options.get_by_role("button", name="Connect", exact=True).click()
    options.get_by_text("Connected as Aida Albers").wait_for()


def post(rep: Rep) -> str:
    """Publishes on the page of LinkedIn, counts it, and returns the credit with its arithmetic."""
    composer = COMPOSERS["share box"](rep)
    publish(composer, POST)
    press(composer, "Count it")
    card: Card = composer.card
    return until(composer.page, lambda: card.find("share-credit"), what="the card shows the credit").text


def first_post(server: LiveServer, playwright: Playwright, dist: Path, fixtures: Path, profile: Path) -> str:
    """A rep installs the extension, signs in, pairs and posts."""
    context, extension = open_chromium(playwright, dist, fixtures, profile)
    rep = Rep(context, server, extension)
    rep.agree_in_options()
    pair_by_single_sign_on(rep)
    credit = post(rep)
    context.close()
    return credit


def see_the_first_post(page: Page, link: str, credit: str) -> None:
    """The manager signs in, opens the current week and the rep's page: the same arithmetic as in the card."""
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="North", level=1).wait_for()
    photograph(page, "first-day-scorecard")
    follow(page.get_by_role("link", name="Next week"))
    follow(page.get_by_role("navigation", name="Teams or people").get_by_role("link", name="People"))
    follow(page.get_by_role("link", name="Aida Albers", exact=True))
    page.get_by_text(POST).wait_for()
    photograph(page, "first-day-rep")
    assert page.get_by_text("1st of the week: ", exact=False).first.inner_text() in credit


def test_from_an_empty_server_to_the_first_post_on_a_managers_page(
    server: LiveServer,
    provider: IdentityProvider,
    chromium: Browser,
    playwright: Playwright,
    dist: Path,
    fixtures: Path,
    tmp_path: Path,
) -> None:
    this_week = CALENDAR.this_monday()
    last_week, holiday_week = this_week - timedelta(days=7), this_week - timedelta(days=14)
    admin = CountedPage(new_page(chromium, server))
    checking = admin.page.context.new_page()
    admin.page.goto(set_up(server))
    admin.press("Sign in")
    expect(admin.page.get_by_text("0 of 9 steps done")).to_be_visible()
    photograph(admin.page, "first-day-setup-empty")

    import_people(admin, server.folder)
    set_targets(admin, holiday_week - timedelta(days=7))
    decide_for_everybody(admin)
    connect_crm(admin, server, last_week, holiday_week)
    check_totals(checking, server, last_week, holiday_week)
    add_holiday_week(admin, server.folder, holiday_week)
    check_totals(checking, server, holiday_week)
    assert f"{PEOPLE_COUNT - 3} reps, {PEOPLE_COUNT - 3} away all week" in checking.locator("main").inner_text()
    move(admin, "Carla Albers", "Ulm", last_week + timedelta(days=2))
    check_totals(checking, server, last_week)
    leave(admin, "Dario Albers", last_week + timedelta(days=2))
    check_totals(checking, server, last_week)
    come_back(admin)
    check_totals(checking, server, last_week, this_week)
    link = create_link(admin, "Nora Petersen")

    provider.describe(sub="aida", email="aida.albers@nordwind.example", email_verified=True, name="Aida Albers")
    credit = first_post(server, playwright, dist, fixtures, tmp_path)
    check_totals(checking, server, this_week)

    see_the_first_post(new_page(chromium, server), link, credit)
    admin.open("Repute")
    expect(admin.page.get_by_text("8 of 9 steps done")).to_be_visible()
    expect(admin.page.get_by_text("1 of 57 reps have confirmed it")).to_be_visible()
    photograph(admin.page, "first-day-setup")
    verified = server.command("ledger", "verify")
    assert verified.returncode == 0, verified.stderr
    if takes_screenshots():
        counted = {"clicks": admin.clicks, "fields": admin.fields, "characters": admin.characters, "minutes": admin.minutes}
        (ROOT / "var/first-day.json").write_text(json.dumps(counted, indent=2) + "\n")
    assert (admin.clicks, admin.fields) == (CLICKS, FIELDS)
