"""A manager of one team and a rep try every address that names a person, an item or an appeal of another team."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from server.appeals import operations as appeals
from server.audit.models import ProfileView
from server.core.access import get_access_policy
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.one_to_ones.models import AgreedAction, OneToOne
from server.records.models import Record
from server.records.operations import apply_records
from server.records.rows import Row
from tests.factories import make_team, make_user, new_cookie
from tests.forms import extract_csrf_token
from tests.server.outcomes.outcome_helpers import make_item, state

#: Parameters that name a person or something about one.
PERSONAL = {"user_id", "activity_id", "appeal_id", "outcome_id", "record_id", "share_id", "action_id", "item_id"}
#: Parameters of routes that are only for administrators, or of the person's own devices, files and tokens.
NOT_PERSONAL = {
    "allowance_id", "change_id", "draft_id", "evidence_id", "export_id", "family_id",
    "file_id", "holiday_id", "integration_id", "key", "leave_id", "name",
    "policy_hash", "preset_id", "promotion_id", "rule_id", "run_id", "secret",
    "service", "session_id", "source", "target_id", "team_id",
    "token", "token_id", "trial_id", "version_hash", "weight_set_id", "word_id",
}  # fmt: skip
#: Pages of lists that take a team.
LISTS = ("/team?team={team}", "/team/export?team={team}", "/team/records?team={team}&metric=call")
NAME = "Quirina Fjord"


def personal_routes(app):
    """Method and rule of each page that names a person or something about one."""
    for rule in app.url_map.iter_rules():
        if rule.arguments & PERSONAL and get_access_policy(app.view_functions[rule.endpoint]).kind == "page":
            yield from ((method, rule.rule) for method in sorted(rule.methods & {"GET", "POST"}))


def test_every_parameter_is_classified(app):
    pages = [rule for rule in app.url_map.iter_rules() if get_access_policy(app.view_functions[rule.endpoint]).kind == "page"]
    assert {name for rule in pages for name in rule.arguments} <= PERSONAL | NOT_PERSONAL


@pytest.fixture(scope="module")
def company(engine):
    """A rep of another team who shared an item, says what came of it, appeals, and has a one-to-one."""
    with unit_of_work(engine) as session:
        team, other = make_team(session), make_team(session)
        rep = make_user(session, team=other, name=NAME)
        lead = make_user(session, role="manager", team=other)
        shared = make_item(session, rep)
        item, outcome = shared.id, state(session, rep, shared).id
        appeal = appeals.open_appeal(session, user_id=rep.id, activity_id=item, kind="credit", question="Please look again.").id
        meeting = OneToOne(
            user_id=rep.id, manager_id=lead.id, held_on=datetime.now(UTC).date(), is_shared=True, notes="", praise=""
        )
        session.add(meeting)
        session.flush()
        action = AgreedAction(one_to_one_id=meeting.id, text="Call the port", owner="person")
        session.add(action)
        session.flush()
        named = make_item(session, rep).url
        row = Row(source_id="42", owner=rep.email, kind="meeting", occurred_at=now(), social_source=named)
        assert [one.result for one in apply_records(session, "crm", [row], import_id="test")] == ["new"]
        record = session.scalars(select(Record.id).where(Record.user_id == rep.id)).one()
        ids = {
            "user_id": rep.id, "activity_id": item, "share_id": item, "item_id": item, "outcome_id": outcome,
            "appeal_id": appeal, "record_id": record, "action_id": action.id, "leave_id": 1,
        }  # fmt: skip
        strangers = [make_user(session, role="manager", team=team), make_user(session, team=team)]
        return {"ids": ids, "team": other.id, "strangers": strangers}


@pytest.mark.parametrize("role", [0, 1], ids=["manager", "rep"])
def test_nothing_of_another_team_opens_and_each_attempt_is_logged(app, engine, company, capsys, role):
    stranger = company["strangers"][role]
    browser = app.test_client()
    browser.set_cookie("repute", new_cookie(engine, stranger))
    token = extract_csrf_token(browser.get("/settings").text)
    capsys.readouterr()
    attempts = [
        (method, re.sub(r"<(?:\w+:)?(\w+)>", lambda name: str(company["ids"][name[1]]), rule))
        for method, rule in personal_routes(app)
    ]
    attempts += [("GET", path.format(team=company["team"])) for path in LISTS]
    for method, path in attempts:
        data = {"csrf_token": token} if method == "POST" else None
        response = browser.open(path, method=method, data=data)
        assert response.status_code == 404, (method, path)
        assert NAME not in response.text, (method, path)
    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"event": "request"' in line]
    assert [(entry["method"], entry["status"], entry["actor"]) for entry in logged] == [
        (method, 404, stranger.id) for method, _ in attempts
    ]
    with unit_of_work(engine, writes=False) as session:
        viewed = select(func.count()).where(ProfileView.viewer_id == stranger.id)
        assert session.scalar(viewed.select_from(ProfileView)) == 0


def test_lists_of_another_team_name_nobody(app, engine, company):
    browser = app.test_client()
    browser.set_cookie("repute", new_cookie(engine, company["strangers"][0]))
    for path in ("/team", "/people", "/approvals", "/appeals", f"/people?q={NAME}", f"/team?q={NAME}", "/audit"):
        assert NAME not in re.sub(r'value="[^"]*"|“[^”]*”', "", browser.get(path).text), path
