"""The pages of trials: who may see what, and what they say in each state."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from server.audit.models import AuditEntry
from server.core.database.session import unit_of_work
from server.core.weeks import WEEK
from server.people.models import Organisation
from server.trials import operations, queries, wording
from server.trials.analysis import analyse
from server.trials.charts import interval_chart, power_bars
from server.trials.lottery import draw as draw_again
from server.trials.plan import Plan, sha256
from server.trials.planning import AtLength
from server.trials.report import Report
from server.trials.steps import read_for_analysis
from server.trials.verify import checks
from tests.factories import make_identity, make_only_admin, new_cookie, new_user
from tests.forms import extract_csrf_token
from tests.server.trials.trial_helpers import COMPARED, START, draw, fill, lock, new_draft, run_job, set_day

pytestmark = pytest.mark.sqlite_only

PATH = "/evidence/trials"
FORM = {
    "name": "Social hour", "unit": "rep", "outcome": "meeting", "first_percent": "50", "waves": "2", "before": "26",
    "between": str(COMPARED), "starts_on": START.isoformat(), "looks": "none", "minutes": "60",
    "offer": "One hour a week on Tuesdays, and credit.",
}  # fmt: skip


@pytest.fixture(scope="module")
def people(engine):
    return fill(engine)


@pytest.fixture
def before_start(people, monkeypatch):
    """Sessions are made as of the same day as the requests."""
    set_day(monkeypatch, START - timedelta(days=3))


@pytest.fixture
def as_user(app, engine, before_start):
    def sign_in(user):
        client = app.test_client()
        client.set_cookie("repute", new_cookie(engine, user))
        return client

    return sign_in


@pytest.fixture
def admin(engine, before_start):
    return new_user(engine, role="admin")


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))
    return re.sub(r"\s+", " ", text.replace("\u202f", " ").replace("\u00a0", " "))


def post(client, page, address, **fields):
    assert client.get(page).status_code == 200
    token = extract_csrf_token(client.get("/settings").get_data(as_text=True))
    return client.post(address, data={"csrf_token": token, **fields})


def report(**values):
    found = {
        "is_final": True, "weeks": 26, "people": 120, "units": 120, "level": 0.05, "draws": 1999, "effect": 0.17, "low": 0.05,
        "high": 0.29, "p_value": 0.003, "is_effect": True, "detectable": 0.19, "rate_later": 2.1, "outcomes": 9000,
        "drawn": (60, 60), "counts": (60, 60), "mismatch_p": 1.0, "placebo_p": 0.6, "balance": (), "complied_first": 0.8,
        "complied_later": 0.2, "cells": (), "by_week": (), "lottery_holds": True, "versions": {},
    }  # fmt: skip
    return Report(**found | values)


@pytest.mark.parametrize(
    ("values", "kind", "sentence"),
    [
        ({}, "caused", "caused 19% more meetings (95% interval +5% to +34%)"),
        ({"effect": -0.2, "low": -0.3, "high": -0.1}, "caused", "caused 18% fewer meetings"),
        ({"is_effect": False, "low": -0.05}, "none", "No effect shown; the test could have seen 19% or more"),
        ({"is_effect": False, "low": -1.0, "detectable": 1.4}, "cannot-tell", "Even a change of +140%"),
        ({"is_effect": False, "low": None, "detectable": None}, "cannot-tell", "Even a change of more than +1 000%"),
        ({"mismatch_p": 0.0001}, "unusable", "do not have the sizes"),
        ({"lottery_holds": False}, "unusable", "not the one that the lottery drew"),
    ],
)
def test_caused_is_said_only_if_the_interval_excludes_zero_and_the_checks_pass(values, kind, sentence):
    found = wording.answer(report(**values), "meetings")
    said = found.sentence.replace("\u00a0", " ").replace("\u202f", " ")
    assert found.kind == kind
    assert sentence in said
    assert ("caused" in said) == (kind == "caused")


def test_with_up_to_100_reps_only_large_effects_are_said_to_be_visible():
    assert "only large effects" in wording.answer(report(people=100), "meetings").addition
    assert "only large effects" not in wording.answer(report(people=101), "meetings").addition


def test_doubts_name_what_speaks_against_the_result():
    assert len(wording.doubts(report())) == 1
    found = " ".join(wording.doubts(report(placebo_p=0.01, complied_first=0.1, counts=(60, 57), is_final=False)))
    for part in ("already differed", "did not share more", "3 of 120", "early look"):
        assert part in found


def test_pictures_keep_everything_on_the_axis():
    chart = interval_chart(report(high=None))
    assert 0 <= chart.zero <= chart.low < chart.effect < chart.high <= 100
    bars = power_bars([AtLength(between=4, weeks=4, effect=None), AtLength(between=13, weeks=13, effect=0.3)], chosen=13)
    assert [(bar.height, bar.is_off, bar.is_chosen) for bar in bars] == [(100, True, False), (100, False, True)]


def test_a_single_administrator_reads_why_a_plan_goes_no_further(engine, as_user, admin, people):
    with unit_of_work(engine) as session:
        session.query(Organisation).update({"two_person": True})
    client, page = as_user(admin), f"{PATH}/drafts/{new_draft(engine, admin)}"
    new_user(engine, role="admin")
    assert "You are the only administrator" not in words(client.get(page))
    make_only_admin(engine, admin.id)
    assert "You are the only administrator" in words(client.get(page))


def test_an_administrator_plans_locks_draws_and_reads_the_result(engine, as_user, admin, people, monkeypatch):
    with unit_of_work(engine) as session:
        session.query(Organisation).update({"two_person": False})
        for trial in queries.all_trials(session):
            operations.cancel(session, canceller=make_identity(admin), trial_id=trial.id, reason="Another one is tested.")
    client = as_user(admin)
    wrong = post(client, f"{PATH}/new", f"{PATH}/new", **FORM | {"between": "2", "offer": ""})
    assert wrong.status_code == 422
    assert "greater than or equal to 4" in words(wrong)
    saved = post(client, f"{PATH}/new", f"{PATH}/new", **FORM)
    assert saved.status_code == 303
    address = saved.location
    assert "Thousands of trials" in words(client.get(address))
    run_job(engine, "evidence.trial-power")
    assert "This trial could see a change of +" in words(client.get(address))
    assert post(client, address, f"{address}/propose").status_code == 303
    trial = re.search(rf"{PATH}/\d+", client.get(PATH).get_data(as_text=True)).group()
    assert "Secret until the lottery is drawn" in words(client.get(trial))
    assert post(client, trial, f"{trial}/draw").status_code == 303
    drawn = words(client.get(trial))
    assert "Secret until" not in drawn
    assert "No result is shown before the 12 weeks are over" in drawn
    set_day(monkeypatch, START + WEEK * COMPARED)
    client = as_user(admin)
    assert "An administrator can compute the result" in words(client.get(trial))
    assert post(client, trial, f"{trial}/analyse").status_code == 303
    assert "An administrator can compute the result" not in words(client.get(trial)), "it is being computed"
    run_job(engine, "evidence.trial-analysis")
    result = words(client.get(trial))
    assert "What it may not be used for" in result
    assert "Pay, bonuses or quotas" in result
    assert ("No effect shown" in result) or ("caused" in result)


def test_the_report_reproduces_the_draw_and_the_numbers(engine, as_user, admin, monkeypatch):
    trial_id = lock(engine, admin, new_draft(engine, admin))
    draw(engine, admin, trial_id)
    set_day(monkeypatch, START + WEEK * COMPARED)
    client = as_user(admin)
    post(client, f"{PATH}/{trial_id}", f"{PATH}/{trial_id}/analyse")
    run_job(engine, "evidence.trial-analysis")
    document = json.loads(client.get(f"{PATH}/{trial_id}/report.json").data)
    plan = Plan.model_validate(document["plan"])
    assert sha256(plan.canonical()) == document["sha256"]
    waves = {int(unit): wave for unit, wave in document["assignments"].items()}
    assert draw_again(document["seed"], plan.strata, plan.percents) == waves
    with unit_of_work(engine, writes=False) as session:
        weeks = read_for_analysis(session, plan, weeks=COMPARED)
        assert session.query(AuditEntry).filter_by(action="trial.exported", object_id=str(trial_id)).count() == 1
    assert weeks.digest() == document["data_sha256"]
    assert all(holds for _, holds in checks(document))
    assert [holds for _, holds in checks(document | {"assignments": dict.fromkeys(document["assignments"], 1)})] == [
        True,
        True,
        False,
    ]
    assert [holds for _, holds in checks(document | {"seed": "00"})] == [True, False, False]
    again = analyse(plan, waves, document["seed"], weeks, over=COMPARED)
    assert json.loads(json.dumps(again.model_dump(mode="json"))) == document["report"]


def test_managers_see_groups_and_no_names_and_reps_only_what_concerns_them(engine, as_user, admin, people):
    trial_id = lock(engine, admin, new_draft(engine, admin))
    waves = draw(engine, admin, trial_id)
    manager, rep, stranger = new_user(engine, role="manager"), new_user(engine), new_user(engine, role="manager")
    assert "Rep 1" in words(as_user(admin).get(f"{PATH}/{trial_id}"))
    seen = words(as_user(manager).get(f"{PATH}/{trial_id}"))
    assert "The lottery" in seen
    assert "Rep 1" not in seen
    assert as_user(manager).get(f"{PATH}/{trial_id}/report.json").status_code == 404
    assert as_user(manager).get(f"{PATH}/new").status_code == 404
    assert as_user(rep).get(f"{PATH}/{trial_id}").status_code == 404
    with unit_of_work(engine, writes=False) as session:
        first = session.get_one(type(rep), next(unit for unit, wave in waves.items() if wave == 1))
        later = session.get_one(type(rep), next(unit for unit, wave in waves.items() if wave == 2))
    assert f"You start on {START.day} {START:%b %Y}" in words(as_user(first).get("/me/trials"))
    end = START + WEEK * COMPARED
    assert f"You start on {end.day} {end:%b %Y}" in words(as_user(later).get("/me/trials"))
    assert "You take no part" in words(as_user(stranger).get("/me/trials"))


def test_a_cancelled_trial_says_why_and_disappears_from_the_reps_page(engine, as_user, admin):
    trial_id = lock(engine, admin, new_draft(engine, admin, name="Cancelled one"))
    draw(engine, admin, trial_id)
    client, address = as_user(admin), f"{PATH}/{trial_id}"
    assert post(client, address, f"{address}/cancel", reason="").status_code == 422
    post(client, address, f"{address}/cancel", reason="The product line is sold.")
    assert "The product line is sold." in words(client.get(address))
    assert "Cancelled one" not in words(client.get("/me/trials"))
