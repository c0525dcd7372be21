"""The time that a team has for social work: dated, inherited, seen by everybody in the team, and measured against nobody."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, select

from server.audit.models import AuditEntry
from server.core.database.session import unit_of_work
from server.core.problems import Problem
from server.people import queries
from server.people.models import TimeAllowance
from server.people.time_allowances import find_allowance, set_allowance
from tests.factories import new_cookie
from tests.forms import send

PATH = "/people/time"
JUNE, JULY, AUGUST = date(2026, 6, 1), date(2026, 7, 6), date(2026, 8, 3)
NOTE = "60 minutes"


@pytest.fixture(autouse=True)
def no_allowances(engine):
    yield
    with unit_of_work(engine) as session:
        session.execute(delete(TimeAllowance))
        queries.get_organisation(session).managers_set_time = False


def minutes(session, team, week):
    found = find_allowance(session, team_id=team.id, week=week)
    return found.minutes if found else None


def test_nearest_team_wins_from_its_monday_on_and_0_ends_it(session, tree):
    set_allowance(session, team_id=tree["company"].id, minutes=60, valid_from=JUNE)
    set_allowance(session, team_id=tree["north"].id, minutes=90, valid_from=JULY)
    set_allowance(session, team_id=tree["north"].id, minutes=0, valid_from=AUGUST)
    weeks = (date(2026, 5, 25), JUNE, JULY, AUGUST)
    assert [minutes(session, tree["north"], week) for week in weeks] == [None, 60, 90, None]
    assert [minutes(session, tree["south"], week) for week in weeks] == [None, 60, 60, 60]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"minutes": -1}, "minutes"), ({"minutes": 2_401}, "minutes"), ({"valid_from": date(2026, 6, 2)}, "valid_from"),
     ({"team_id": None}, "team")],
)  # fmt: skip
def test_impossible_values_are_refused_at_their_field(session, tree, changes, field):
    with pytest.raises(Problem) as refused:
        set_allowance(session, **{"team_id": tree["company"].id, "minutes": 60, "valid_from": JUNE, **changes})
    assert refused.value.errors[0]["field"] == field


def test_everybody_in_the_team_sees_it_and_it_is_audited(app, admin, engine, read, tree):
    send(admin, PATH, PATH, team=str(tree["north"].id), minutes="60", valid_from="2026-06-01")
    newest = select(AuditEntry).where(AuditEntry.action == "time-allowance.set").order_by(AuditEntry.id.desc())
    entry = read(lambda session: session.scalars(newest).first())
    assert entry.changes == {"minutes per week from 2026-06-01": [None, 60]}
    assert (entry.object_id, entry.actor_id) == (str(tree["north"].id), tree["admin"].id)
    for person, paths, is_shown in (
        ("rep", ("/me", "/me/credit"), True),
        ("manager", ("/me", "/team", PATH), True),
        ("other", ("/me", "/me/credit"), False),
    ):
        browser = app.test_client()
        browser.set_cookie("repute", new_cookie(engine, tree[person]))
        for path in paths:
            assert (NOTE in " ".join(browser.get(path).text.split())) == is_shown, (person, path)


def test_setting_the_same_again_changes_nothing_and_a_wrong_one_can_be_deleted(admin, read, tree):
    fields = {"team": str(tree["north"].id), "minutes": "60", "valid_from": "2026-06-01"}
    send(admin, PATH, PATH, **fields)
    last_entry = select(AuditEntry.id).where(AuditEntry.action == "time-allowance.set").order_by(AuditEntry.id.desc())
    before = read(lambda session: session.scalars(last_entry).first())
    send(admin, PATH, PATH, **fields)
    assert read(lambda session: session.scalars(last_entry).first()) == before
    (row,) = read(lambda session: session.scalars(select(TimeAllowance)).all())
    send(admin, f"{PATH}/{row.id}/delete", PATH)
    assert read(lambda session: session.scalar(select(TimeAllowance))) is None
    assert send(admin, f"{PATH}/{row.id}/delete", PATH).status_code == 404


def test_managers_set_it_only_if_the_organisation_lets_them_and_only_for_their_teams(manager, engine, read, tree):
    fields = {"minutes": "45", "valid_from": "2026-06-01"}
    assert "Set time" not in manager.get(PATH).text
    assert send(manager, PATH, PATH, team=str(tree["north"].id), **fields).status_code == 404
    assert send(manager, f"{PATH}/managers", PATH, managers_set_time="yes").status_code == 404
    with unit_of_work(engine) as session:
        queries.get_organisation(session).managers_set_time = True
        set_allowance(session, team_id=tree["south"].id, minutes=30, valid_from=JUNE)
    (other,) = read(lambda session: session.scalars(select(TimeAllowance.id)).all())
    assert send(manager, PATH, PATH, team=str(tree["north"].id), **fields).location == PATH
    assert send(manager, PATH, PATH, team=str(tree["south"].id), **fields).status_code == 404
    assert send(manager, f"{PATH}/{other}/delete", PATH).status_code == 404
    wrong = send(manager, PATH, PATH, team="", minutes="many", valid_from="2026-06-01")
    assert (wrong.status_code, "must be a whole number" in wrong.text) == (422, True)


def test_admin_lets_managers_set_it(admin, read):
    send(admin, f"{PATH}/managers", PATH, managers_set_time="yes")
    assert read(queries.get_organisation).managers_set_time
