"""The audit page for administrators: filters, pages, the state of the chain, and files."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from server.audit import operations, pages, seals
from server.audit.labels import ACTION_LABELS
from server.audit.models import AuditEntry
from server.core.database.session import unit_of_work
from server.core.spreadsheet import write_csv
from server.people.memberships import assign
from server.people.targets import TargetScope, set_target
from tests.factories import make_identity, make_team, make_user, new_cookie, new_user
from tests.forms import send

SERVER = Path(__file__).parents[3] / "server"


@pytest.fixture
def admin(engine):
    return new_user(engine, role="admin", name="Ada Cole")


@pytest.fixture
def signed_in(client, engine, admin):
    client.set_cookie("repute", new_cookie(engine, admin))
    return client


def record(engine, actor, count=1, **values):
    with unit_of_work(engine) as session:
        for _ in range(count):
            operations.record(session, actor=make_identity(actor), **values)


def test_only_administrators_read_it(client, engine):
    for role in ("rep", "manager"):
        client.set_cookie("repute", new_cookie(engine, new_user(engine, role=role)))
        assert client.get("/audit").status_code == 404


def test_entries_are_named_in_plain_words_newest_first(signed_in, engine, admin):
    rep = new_user(engine, name="Noor Haddad")
    record(engine, admin, action="rep-page.opened", object_type="user", object_id=rep.id)
    page = signed_in.get(f"/audit?person={admin.id}").text
    row = page[page.index("<tbody") : page.index("</tbody>")]
    assert "Opened a rep&#39;s page" in row
    assert "Noor Haddad" in row
    assert "Ada Cole" in row


def test_filters_by_action_and_person(signed_in, engine, admin):
    other = new_user(engine, role="admin", name="Ben Ode")
    record(engine, other, action="scorecard.opened", object_type="team", object_id=900_003)
    record(engine, admin, action="scorecard.opened", object_type="team", object_id=900_004)
    page = signed_in.get(f"/audit?person={other.id}&action=scorecard.opened").text
    rows = page[page.index("<tbody") : page.index("</tbody>")]
    assert "Team 900003" in rows
    assert "Team 900004" not in rows
    assert "Nothing matches these filters." in signed_in.get("/audit?action=nothing").text


def test_filters_by_the_days_of_an_entry_first_and_last_included(signed_in, engine):
    with unit_of_work(engine) as session:
        for day in (9, 10, 11, 12):
            at = datetime(2026, 3, day, 23, 59, tzinfo=UTC)
            session.add(AuditEntry(at=at, action="scorecard.opened", object_type="team", object_id=f"5{day:02}"))
    page = signed_in.get("/audit?first_day=2026-03-10&last_day=2026-03-11").text
    assert re.findall(r"Team 5\d\d", page) == ["Team 511", "Team 510"]
    assert 'value="2026-03-10"' in page


def test_a_day_that_does_not_exist_filters_nothing(signed_in):
    assert "Show all" not in signed_in.get("/audit?first_day=2026-02-30&last_day=soon").text


def test_shows_what_a_setting_was_before_and_is_now(signed_in, engine, admin):
    changes = {"two_person": (True, False), "overseer": (None, "set")}
    record(engine, admin, action="organisation.changed", object_type="organisation", object_id=1, changes=changes)
    page = re.sub(r"<[^>]+>", "", signed_in.get("/audit?action=organisation.changed").text)
    assert "Second administrator confirms changes: before on → now off" in page
    assert "Overseer: before not set → now set" in page
    response = send(signed_in, "/audit/export", "/audit", format="csv", action="organisation.changed")
    [row] = csv.DictReader(io.StringIO(response.text))
    assert row["changes"] == "Overseer: not set -> set; Second administrator confirms changes: on -> off"


def test_teams_roles_and_targets_have_names(signed_in, engine, admin):
    with unit_of_work(engine) as session:
        north, south = make_team(session, name="North"), make_team(session, name="South")
        rep = make_user(session, team=north, name="Noor Haddad")
        assign(session, user_id=rep.id, team_id=south.id, role="manager", starts_on=date(2026, 11, 23))
        scope = TargetScope(team_id=north.id)
        set_target(session, scope=scope, metric="call", per_week=40, valid_from=date(2026, 11, 23))
    page = signed_in.get("/audit").text
    moved = page[page.index("Changed a person&#39;s team or role") :]
    assert 'Role from 2026-11-23: <del><span class="rp-sr-only">before </span>sales rep</del>' in moved
    assert f'<span class="rp-sr-only">now </span>{south.name}</ins>' in moved
    assert f"Target of {north.name}" in page
    assert "Calls from 2026-11-23" in page


def test_pages_lead_to_older_entries(signed_in, engine, admin, monkeypatch):
    monkeypatch.setattr(pages, "ENTRIES_PER_PAGE", 2)
    person = new_user(engine, role="admin")
    record(engine, person, 3, action="scorecard.opened", object_type="team", object_id=3)
    first = signed_in.get(f"/audit?person={person.id}").text
    older = re.search(r'href="(/audit[^"]*before=\d+)"', first)[1].replace("&amp;", "&")
    second = signed_in.get(older).text
    assert first.count("<tr role") == 3
    assert second.count("<tr role") == 2
    assert "Newest entries" in second


def test_says_when_it_was_sealed_and_whether_the_chain_verifies(signed_in, engine, admin, monkeypatch):
    record(engine, admin, action="scorecard.opened", object_type="team", object_id=3)
    with unit_of_work(engine) as session:
        seals.seal(session)
    page = signed_in.get("/audit").text
    assert "The log matches its seals." in page
    assert "last sealed on" in page
    monkeypatch.setattr(seals, "_hash", lambda *_arguments: "another")
    assert "The audit log was changed after it was sealed." in signed_in.get("/audit").text


@pytest.mark.parametrize("file_format", ["csv", "jsonl"])
def test_an_export_is_a_file_and_is_recorded(signed_in, engine, admin, file_format):
    record(engine, admin, action="scorecard.opened", object_type="team", object_id=3)
    response = send(signed_in, "/audit/export", "/audit", format=file_format, person=str(admin.id))
    assert response.status_code == 200
    assert "attachment" in response.headers["Content-Disposition"]
    if file_format == "csv":
        rows = list(csv.DictReader(io.StringIO(response.text)))
        actions = [row["code"] for row in rows]
        assert rows[-1]["person"] == "Ada Cole"
    else:
        actions = [json.loads(line)["action"] for line in response.text.splitlines()]
    assert actions[:2] == ["audit.exported", "scorecard.opened"]
    with unit_of_work(engine, writes=False) as session:
        newest = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert (newest.action, newest.actor_id, newest.reason_code) == ("audit.exported", admin.id, file_format)


def test_a_cell_that_looks_like_a_formula_is_text(session):
    assert make_user(session)
    assert write_csv(("a", "b"), [("=1+1", -5), ("@x", None)]) == "a,b\r\n'=1+1,-5\r\n'@x,\r\n"


def test_every_action_has_plain_words():
    # Codes have a dot; argparse has actions, too.
    literal = re.compile(r'action(?:=| = )"([a-z-]+\.[a-z.-]+)"')
    actions = {code for path in SERVER.rglob("*.py") for code in literal.findall(path.read_text())}
    assert actions <= ACTION_LABELS.keys()
