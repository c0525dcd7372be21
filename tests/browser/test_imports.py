"""An administrator imports the exports of several vendors, with all their oddities, as a newcomer would. After each file, the
numbers on the scorecard are those of all files so far, as the test itself counts them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from server.core.database.session import unit_of_work
from server.imports.steps import STEP_JOB
from server.people.models import Metric, Organisation
from tests.browser import import_files
from tests.browser.appearance import check_page
from tests.browser.backend import Backend
from tests.browser.import_files import WEEKS, ZONE, Event, Export, Person
from tests.browser.navigation import press
from tests.browser.waiting import TIMEOUT_SECONDS
from tests.factories import make_team, make_user
from tests.queued_jobs import run_jobs

#: Of the first table: each row's title and number.
ROWS = "rows => rows.map(row => ['th', 'td'].map(part => row.querySelector(part).innerText))"
#: Of the scorecard: the row's title, the metric and its value. Nobody shares anything here, so social credit has none.
CELLS = """cells => cells.filter(cell => cell.querySelector('.rp-metric-value')).map(cell => [
  cell.closest('tr').querySelector('th').innerText,
  ...['name', 'value'].map(part => cell.querySelector(`.rp-metric-${part}`).innerText),
])"""
NAMES = ("Ann Ames", "Ben Birk", "Zoe O'Neill", "Jürgen Möller")


@pytest.fixture(scope="module")
def team(backend: Backend) -> tuple[int, list[Person]]:
    """Four people, whose scorecard shows everything that is counted."""
    with unit_of_work(backend.engine) as session:
        team = make_team(session)
        people = [make_user(session, team=team, name=name) for name in NAMES]
        session.execute(update(Organisation).values(time_zone=ZONE.key))
        session.execute(update(Metric).values(on_team_page=True))
        return team.id, [Person(user.name, user.email) for user in people]


@pytest.fixture
def page(chromium: Browser, backend: Backend) -> Iterator[Page]:
    context = chromium.new_context(base_url=backend.base_url, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(TIMEOUT_SECONDS * 1000)
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    backend.sign_in(context, backend.new_user(role="admin", name="Ada Keller"))
    yield page
    context.close()


def press_and_run(page: Page, backend: Backend, button: str, then: str) -> None:
    press(page, button)
    run_jobs(backend.engine, kind=STEP_JOB)
    page.reload()
    expect(page.get_by_role("heading", name=then)).to_be_visible()


def choose(page: Page, filename: str, content: bytes) -> None:
    page.goto("/imports")
    page.get_by_label("CSV or Excel file").set_input_files(
        {"name": filename, "mimeType": "application/octet-stream", "buffer": content}
    )
    press(page, "Read the file")


def figures(page: Page) -> dict[str, int]:
    """Of the table that says what was found or done."""
    rows = page.locator("table").first.locator("tbody tr").evaluate_all(ROWS)
    return {name: number(text) for name, text in rows}


def number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


class Administrator:
    """``counted``: what all files so far say, by source and id."""

    def __init__(self, page: Page, backend: Backend, team: tuple[int, list[Person]]) -> None:
        self.page = page
        self.backend = backend
        self.team_id, self.people = team
        self.counted: dict[tuple[str, object], Event] = {}

    def check(self, export: Export) -> None:
        """Chooses the file, says what its columns mean if it has to be said, and who its people are."""
        choose(self.page, export.filename, export.content)
        if export.mapping:
            self.page.get_by_role("heading", name="What the columns mean").wait_for()
            for label, value in export.mapping.items():
                field = self.page.get_by_label(label, exact=True)
                field.select_option(value) if field.evaluate("one => one.localName") == "select" else field.fill(value)
            press_and_run(self.page, self.backend, "Save and check the file", "What this file would do")
        else:
            expect(self.page.get_by_role("heading", name=export.title)).to_be_visible()
            press_and_run(self.page, self.backend, "Check the file", "What this file would do")
        if export.matches:
            self.match(export)
        expect(self.page.get_by_text("cannot be imported")).to_have_count(0)
        expect(self.page.get_by_text("not known")).to_have_count(0)
        for reason, lines in export.skipped.items():
            assert not lines or figures(self.page)[f"Skipped lines that {reason}"] == lines

    def match(self, export: Export) -> None:
        panel = self.page.get_by_role("region", name="not known")
        for name, person in export.matches.items():
            panel.get_by_label(f"{name}, ").select_option(label=f"{person.name}, {person.email}")
        expect(panel).to_contain_text(export.hint)
        press_and_run(self.page, self.backend, "Save and check again", "What this file would do")

    def import_file(self, export: Export) -> dict[str, int]:
        """Checks and imports it; the check predicts what the import does. Returns how many records were new and so on."""
        self.check(export)
        predicted = figures(self.page)
        of_source = {key: event for key, event in self.counted.items() if key[0] == export.source}
        new = {(export.source, key): event for key, event in export.events.items()}
        assert predicted.get("New records", 0) == len(new.keys() - of_source.keys())
        press_and_run(self.page, self.backend, "Import", "Imported")
        done = figures(self.page)
        assert {label: count for label, count in done.items() if " records" not in label} == {
            label: count for label, count in predicted.items() if " records" not in label
        }
        self.counted |= new
        return {label.split()[0]: count for label, count in done.items() if " records" in label}

    def check_scorecard(self) -> None:
        for monday in WEEKS:
            self.page.goto(f"/team?team={self.team_id}&week={monday}")
            expected = self.expected(monday)
            cells = self.page.locator("tbody tr .rp-metric").evaluate_all(CELLS)
            for person in self.people:
                shown = {title: text for name, title, text in cells if person.name in name}
                assert {title: number(text) for title, text in shown.items() if number(text)} == expected[person.name]

    def expected(self, monday: object) -> dict[str, Counter[str]]:
        with unit_of_work(self.backend.engine, writes=False) as session:
            metrics = [(one.title, one.record_kind, one.unit) for one in session.scalars(select(Metric))]
        sums: dict[str, Counter[str]] = defaultdict(Counter)
        for event in self.counted.values():
            if event.day - timedelta(days=event.day.weekday()) == monday:
                for title, kind, unit in metrics:
                    if kind == event.metric:
                        sums[event.person.name][title] += event.value if unit == "money" else event.count
        return defaultdict(Counter, {name: +found for name, found in sums.items()})


def test_exports_of_all_vendors_count_as_they_say(page: Page, backend: Backend, team: tuple[int, list[Person]]) -> None:
    admin = Administrator(page, backend, team)
    ann, ben, zoe, jurgen = admin.people
    calls, corrected_calls = import_files.hubspot_calls(ann, ben)
    meetings, later_meetings = import_files.hubspot_meetings_api(ann, zoe)
    totals, corrected_totals = import_files.daily_totals(ann, ben)
    dialler, dialler_again = import_files.dialler(ann, zoe)
    exports = [
        import_files.salesforce_tasks(ann, ben, zoe), import_files.salesforce_events(ann, ben),
        import_files.salesforce_opportunities(ann, ben), import_files.salesforce_opportunities_xlsx(ann, zoe), calls,
        import_files.hubspot_calls_api(ann, zoe), meetings, import_files.hubspot_deals(ben, jurgen), totals,
        import_files.daily_totals_of_german_excel(zoe), dialler, dialler_again,
    ]  # fmt: skip
    for export in exports:
        assert admin.import_file(export) == {"New": len(export.events)}, export.filename
        admin.check_scorecard()

    # The same files again: with ids, with days, and without either.
    for export in (calls, totals, dialler_again):
        assert admin.import_file(export) == {"Unchanged": len(export.events)}, export.filename
    admin.check_scorecard()

    assert admin.import_file(corrected_calls) == {"New": 1, "Corrected": 2, "Unchanged": 1}
    admin.check_scorecard()
    del admin.counted["hubspot", ("meeting", 303)]
    assert admin.import_file(later_meetings) == {"New": 1, "Unchanged": 3, "Removed": 1}
    admin.check_scorecard()
    del admin.counted["daily-totals", ("meeting", ben.email, WEEKS[0])]
    assert admin.import_file(corrected_totals) == {"Corrected": 1, "Unchanged": 2, "Removed": 1}
    admin.check_scorecard()


def test_pages_of_imports_are_accessible_in_every_state(page: Page, backend: Backend, team: tuple[int, list[Person]]) -> None:
    """And a long check follows by itself."""
    ann = team[1][0]
    page.goto("/imports")
    check_page(page, "imports")
    choose(page, "report.xls", b"\xd0\xcf\x11\xe0")
    page.get_by_text("Save it as XLSX").wait_for()
    check_page(page, "imports-refused")
    choose(page, "unknown.csv", f"Who,When,What\n{ann.email},soon,Visit\nNobody,2025-03-18,Visit\n".encode())
    check_page(page, "imports-mapping")
    columns = "Record ID,Call Title,Activity date,Activity assigned to,Call outcome\n"
    bad = f'2,"Call, the second",soon,{ann.email},\n'
    calls = f'1,Intro,2025-03-17 09:12,{ann.email},Connected\n{bad}3,Third,2025-03-18,"Ames, A.",\n'
    choose(page, "hubspot-calls.csv", (columns + calls).encode())
    check_page(page, "imports-recognised")
    press(page, "Check the file")
    expect(page.get_by_text("0 of 3 lines done")).to_be_visible()
    check_page(page, "imports-checking")
    run_jobs(backend.engine, kind=STEP_JOB)
    page.get_by_role("heading", name="What this file would do").wait_for()
    check_page(page, "imports-checked")
    press(page, "Import")
    run_jobs(backend.engine, kind=STEP_JOB)
    page.get_by_role("heading", name="Imported", exact=True).wait_for()
    check_page(page, "imports-done")
    page.goto("/imports")
    check_page(page, "imports-files")
