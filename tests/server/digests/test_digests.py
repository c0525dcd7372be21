"""The digest as it arrives at a real mail server: with the numbers of the tables, and no more than its reader may see."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from sqlalchemy import func, select

from server.appeals import operations as appeals
from server.core.database.session import unit_of_work
from server.credit.models import LedgerEntry
from server.people.models import Target
from server.people.queries import get_calendar, get_organisation
from server.records.models import Record
from server.scorecards.operations import own_talking_points
from tests.factories import make_record, make_team
from tests.mail_server import BASE_URL
from tests.server.digests.conftest import WEEK, make_reader, on, share


class Text(HTMLParser):
    """The words of a page, and what it links to and loads."""

    def __init__(self, page):
        super().__init__()
        self.words, self.links, self.loaded = [], [], []
        self.feed(page)

    def handle_data(self, data):
        self.words += data.split()

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == "href":
                self.links.append(value)
            elif name in ("src", "srcset", "background", "poster", "data"):
                self.loaded.append((tag, value))


def parts(message):
    return [message.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html")]


def counted(session, user_ids, kind, week):
    """Recomputed from the records, apart from the code of scorecards."""
    calendar = get_calendar(session)
    monday = on(week, 0).date()
    query = select(func.coalesce(func.sum(Record.count), 0)).where(Record.user_id.in_(user_ids), Record.kind == kind)
    return session.scalar(
        query.where(Record.occurred_at >= calendar.start_of(monday), Record.occurred_at < calendar.end_of(monday))
    )


@pytest.fixture
def reps(engine):
    """Two reps with 13 weeks of calls and meetings: the calls of the first grew in the last four weeks. And their manager."""
    with unit_of_work(engine) as session:
        team = make_team(session, name="Isles")
        first = make_reader(session, team=team, name="Niamh Keane")
        second = make_reader(session, team=team, name="Callum Baird")
        manager = make_reader(session, team=team, name="Owen Prichard", role="manager")
        for week in range(-12, 1):
            make_record(session, first, kind="call", count=60 + week if week > -4 else 30, occurred_at=on(week))
            make_record(session, second, kind="call", count=30 + week % 2, occurred_at=on(week))
        for weekday in (0, 6):
            make_record(session, first, kind="meeting", occurred_at=on(0, weekday))
        make_record(session, first, kind="meeting", occurred_at=on(1, 0))
        make_record(session, second, kind="lead-followed-up", count=1, occurred_at=on(-1))
        share(session, first)
        session.add(Target(team_id=team.id, metric="call", per_week=50, valid_from=WEEK))
    return first, second, manager


def message_to(server, person):
    (message,) = [one for one in server.messages if one["To"].addresses[0].addr_spec == person.email]
    return message


def test_rep_reads_own_numbers_beside_the_week_before_and_the_target(engine, server, run, reps):
    first, second, _ = reps
    assert set(run()) == {"done"}
    message = message_to(server, first)
    text, page = parts(message)
    with unit_of_work(engine, writes=False) as session:
        calls, before = (counted(session, [first.id], "call", week) for week in (0, -1))
        meetings, held = (counted(session, [first.id], "meeting", week) for week in (0, -1))
        credit = session.scalars(select(LedgerEntry.amount).where(LedgerEntry.account_id == first.id)).all()
        points = own_talking_points(session, user_id=first.id, week=WEEK)
    assert (calls, before, meetings, held) == (60, 59, 2, 0)
    assert sum(credit) > 0
    assert message["Subject"] == "Your week, 16 – 22 Nov 2026"
    lines = re.findall(r"^- (.+)$", text, re.MULTILINE)
    assert f"Calls: {calls} of 50; the week before: {before}" in lines
    assert f"Meetings booked: {meetings}; the week before: {held}" in lines
    assert f"Social credit: {sum(credit)}; the week before: 0" in lines
    assert f"{calls} of 50 {before}" in " ".join(Text(page).words)
    for part in (text, page):
        assert points[0].title in part
        assert f"{BASE_URL}/me/credit" in part
        assert f"{BASE_URL}/me/week?week={WEEK}" in part
        assert second.name not in part
        assert "score" not in part.lower()


def test_manager_reads_totals_averages_and_whom_to_talk_to(engine, server, run, reps):
    first, second, manager = reps
    run()
    message = message_to(server, manager)
    text, page = parts(message)
    with unit_of_work(engine, writes=False) as session:
        calls, before = (counted(session, [first.id, second.id], "call", week) for week in (0, -1))
    assert (calls, before) == (90, 90)
    assert f"- Calls: {calls} of 100; the week before: {before}; per active person: {calls / 2:.1f}" in text
    assert "- Leads followed up: 0; the week before: 1; per active person: 0.0" in text
    assert re.findall(r"^- (.+): https://\S+/team/rep/(\d+)", text, re.MULTILINE) == [(first.name, str(first.id))]
    assert f"{BASE_URL}/team/rep/{first.id}?week={WEEK}" in Text(page).links
    assert second.name not in text + page
    # What there is to talk about stands on the person's page, where the view is recorded.
    assert "More calls" not in text


@pytest.mark.parametrize("people", [4, 5])
def test_team_only_mode_names_nobody_and_hides_small_groups(engine, server, run, people):
    with unit_of_work(engine) as session:
        get_organisation(session).team_only = True
        team = make_team(session, name="Isles")
        manager = make_reader(session, team=team, role="manager")
        reps = [make_reader(session, team=team, name=f"Rep Number{index}") for index in range(people)]
        for rep in reps:
            for week in range(-12, 1):
                make_record(session, rep, kind="call", count=31, occurred_at=on(week))
    run()
    text, page = parts(message_to(server, manager))
    expected = "- Calls: 155; the week before: 155; per active person: 31.0" if people == 5 else "- Calls: not shown"
    assert expected in text
    for part in (text, page):
        assert "team totals only" in part
        assert "Rep Number" not in part
        assert "/team/rep/" not in part
        assert people == 5 or not re.search(r"\b(31|124)\b", part)


def test_head_of_sales_reads_a_line_per_team_without_small_ones(engine, server, run):
    with unit_of_work(engine) as session:
        company = make_team(session, name="Sales")
        head = make_reader(session, team=company, role="manager", name="Patrice Okonjo")
        large, small = make_team(session, name="Isles", parent=company), make_team(session, name="Alpine", parent=company)
        for team, count in ((large, 6), (small, 4)):
            for index in range(count):
                rep = make_reader(session, team=team, name=f"Rep {index}")
                make_record(session, rep, kind="call", count=20 + index, occurred_at=on(0))
    run()
    text, page = parts(message_to(server, head))
    assert f"- {large.name}: 135 calls, 0 leads followed up" in text
    assert re.search(rf"^- {small.name}: not shown here", text, re.MULTILINE)
    assert "Rep " not in text + page
    assert f"{BASE_URL}/team?team={large.id}&week={WEEK}" in Text(page).links


def test_manager_reads_how_many_appeals_wait(engine, server, run, reps):
    first, _, manager = reps
    with unit_of_work(engine) as session:
        shared = share(session, first)
        appeals.open_appeal(
            session, user_id=first.id, activity_id=shared.activity.id, kind="credit", question="Please look again."
        )
    run()
    text, page = parts(message_to(server, manager))
    assert f"1 appeal waits for your answer: {BASE_URL}/appeals" in text
    assert f"{BASE_URL}/appeals" in Text(page).links
    for part in (text, page):
        assert "look again" not in part
        assert "approval" not in part


def test_message_loads_nothing_and_stops_with_one_click(server, run, reps):
    run()
    assert len(server.messages) == 3
    for message in server.messages:
        text, page = parts(message)
        read = Text(page)
        assert read.loaded == []
        assert "url(" not in page
        assert "@import" not in page
        assert {re.match(r"https?://[^/]+", link)[0] for link in read.links} == {BASE_URL}
        (stop,) = re.fullmatch(r"<(\S+)>", message["List-Unsubscribe"]).groups()
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert stop in read.links
        assert stop in text
        assert "prefers-color-scheme: dark" in page
