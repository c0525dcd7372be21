"""The pages of evidence in each of their states, and who may see and take what."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import subprocess
import sys
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.core.database.session import unit_of_work
from server.evidence import operations, steps, view
from server.evidence.models import EvidenceRun
from server.jobs.attempts import run_attempt
from server.jobs.handlers import HANDLERS
from server.jobs.models import Job
from server.people.models import Organisation
from tests.factories import make_identity, new_cookie, new_user
from tests.server.evidence.evidence_helpers import confounded, empty_company, fill_company
from tests.server.evidence.test_wording import FORBIDDEN

pytestmark = pytest.mark.sqlite_only


@pytest.fixture(scope="module")
def people(engine):
    return {role: new_user(engine, role=role, name=f"Robin {role.title()}") for role in ("rep", "manager", "admin")}


@pytest.fixture
def browsers(app, engine, people):
    found = {}
    for role, user in people.items():
        found[role] = app.test_client()
        found[role].set_cookie("repute", new_cookie(engine, user))
    return found


@pytest.fixture(scope="module")
def company(engine, people):
    """24 reps and 20 weeks."""
    empty_company(engine)
    fill_company(engine, *confounded(np.random.default_rng(3), reps=24, weeks=20))


@pytest.fixture(autouse=True)
def no_runs(engine, company, computed):
    with unit_of_work(engine) as session:
        session.query(EvidenceRun).delete()
        session.query(Job).delete()
        session.query(Organisation).one().team_only = False


def start(engine, people, **values):
    with unit_of_work(engine) as session:
        starter = make_identity(people["admin"])
        return operations.start(session, starter=starter, **{"outcome": "meeting", "lag": 2} | values).id


def run_job(engine):
    with unit_of_work(engine, writes=False) as session:
        job_id = session.scalar(select(Job.id).where(Job.kind == steps.STEP_JOB, Job.state == "queued"))
    assert run_attempt(engine, HANDLERS, job_id=job_id).state == "done"


@pytest.fixture(scope="module")
def computed(engine, people, company):
    """The columns of a run that is done."""
    run_id = start(engine, people)
    run_job(engine)
    with unit_of_work(engine, writes=False) as session:
        run = session.get_one(EvidenceRun, run_id)
        return {column.name: getattr(run, column.name) for column in EvidenceRun.__table__.columns if column.name != "id"}


@pytest.fixture
def done(engine, computed, no_runs):
    with unit_of_work(engine) as session:
        run = EvidenceRun(**computed)
        session.add(run)
        session.flush()
        # Instead of the default, which is for a new run.
        run.slot = None
        return run.id


def change(engine, run_id, **values):
    with unit_of_work(engine) as session:
        run = session.get_one(EvidenceRun, run_id)
        for name, value in values.items():
            setattr(run, name, value)


def post(browser, path, **data):
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/settings").text)[1]
    return browser.post(path, data={"csrf_token": token} | data)


def said(response):
    assert response.status_code == 200, response.text
    return " ".join(response.text.split())


def test_before_the_first_run_the_next_step_is_named(browsers):
    assert "Start it below" in said(browsers["admin"].get("/evidence"))
    page = said(browsers["manager"].get("/evidence"))
    assert "An administrator starts it" in page
    assert '<form method="post" action="/evidence"' not in page
    assert browsers["rep"].get("/evidence").status_code == 404


def test_from_the_button_to_the_answer_and_the_report(browsers, engine, people):
    answer = post(browsers["admin"], "/evidence", outcome="meeting", lag="2", cluster="rep", controls="call")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/evidence")
    page = said(browsers["admin"].get("/evidence"))
    assert "Reading the numbers" in page
    assert "data-follow" in page
    run_job(engine)
    for role in ("manager", "admin"):
        page = said(browsers[role].get("/evidence"))
        assert "With 24 reps, only large effects are visible" in page
        assert "A check without a warning proves nothing" in page
        assert '<svg class="rp-evidence-chart"' in page
        assert "What it may not be used for" in page
        report = re.search(r'href="(/evidence/runs/\d+)"', page)[1]
        printed = said(browsers[role].get(report))
        assert "pyfixest" in printed
        assert "Rules of the panel" in printed
        assert FORBIDDEN.search(re.sub(r"<[^>]*>", " ", page + printed)) is None


def test_the_report_as_json_has_everything_that_a_rerun_needs(browsers, engine, done):
    document = browsers["manager"].get(f"/evidence/runs/{done}/report.json").get_json()
    content = browsers["admin"].get(f"/evidence/runs/{done}/panel.csv").data
    assert document["result"]["data_hash"] == hashlib.sha256(content).hexdigest()
    arguments = document["command"].removeprefix("python ").removesuffix(" < panel.csv").split()
    again = subprocess.run([sys.executable, *arguments], input=content, stdout=subprocess.PIPE, check=True, cwd=steps.ROOT)
    with unit_of_work(engine, writes=False) as session:
        stored = session.get_one(EvidenceRun, done).result
    assert view.Result.model_validate_json(again.stdout) == view.Result.model_validate(stored)
    assert document["result"]["settings"]["seed"] > 0


def test_the_panel_is_for_administrators_and_for_nobody_in_team_only_mode(browsers, engine, people, done):
    content = browsers["admin"].get(f"/evidence/runs/{done}/panel.csv")
    rows = list(csv.DictReader(io.StringIO(content.text)))
    assert (content.mimetype, len(rows)) == ("text/csv", 24 * 20)
    as_json = browsers["admin"].get(f"/evidence/runs/{done}/panel.json").get_json()
    assert len(as_json["rows"]) == len(rows)
    assert [browsers[role].get(f"/evidence/runs/{done}/panel.csv").status_code for role in ("manager", "rep")] == [404, 404]
    with unit_of_work(engine) as session:
        assert session.query(AuditEntry).filter_by(action="evidence.exported", actor_id=people["admin"].id).count() >= 2
        session.query(Organisation).one().team_only = True
    assert browsers["admin"].get(f"/evidence/runs/{done}/panel.csv").status_code == 404
    page = said(browsers["admin"].get("/evidence"))
    assert "shows team totals only, so it cannot be downloaded" in page
    assert "panel.csv" not in page


def test_running_and_stopping_and_stopped(browsers, engine, people):
    run_id = start(engine, people)
    change(engine, run_id, state="running", phase="computing", progress=43)
    assert "43% of computing" in said(browsers["manager"].get("/evidence"))
    assert "/cancel" not in browsers["manager"].get("/evidence").text
    assert post(browsers["manager"], f"/evidence/runs/{run_id}/cancel").status_code == 404
    post(browsers["admin"], f"/evidence/runs/{run_id}/cancel")
    assert ">Stopping<" in said(browsers["admin"].get("/evidence"))
    with unit_of_work(engine) as session:
        session.query(Job).filter_by(kind=steps.STEP_JOB).update({"state": "failed"})
    page = said(browsers["admin"].get("/evidence"))
    assert "The computation stopped" in page
    post(browsers["admin"], f"/evidence/runs/{run_id}/cancel")
    assert "The last computation was cancelled" in said(browsers["admin"].get("/evidence"))


def test_a_failed_run_says_why_and_the_last_answer_stays(browsers, engine, people, done):
    run_id = start(engine, people)
    change(engine, run_id, state="failed", slot=None, problem="missing-package")
    page = said(browsers["admin"].get("/evidence"))
    assert "The statistics packages are not installed where background jobs run" in page
    assert "pip install" in page
    assert "only large effects are visible" in page


def test_the_page_says_who_chose_what_and_how_many_results_there_were_before(browsers, engine, done, computed):
    page = said(browsers["manager"].get("/evidence"))
    assert "What was chosen before computing" in page
    assert "By Robin Admin on" in page
    assert "with a result." not in page
    with unit_of_work(engine) as session:
        run = EvidenceRun(**computed | {"token": "2" * 32, "created_at": computed["created_at"] + timedelta(days=1)})
        session.add(run)
        session.flush()
        run.slot = None
    assert "It was computation 2 with a result." in said(browsers["manager"].get("/evidence"))


def test_missing_packages_are_said_before_starting(browsers, monkeypatch):
    monkeypatch.setattr(view, "find_spec", lambda _name: None)
    assert "an operator installs them first" in said(browsers["admin"].get("/evidence"))


def test_a_wrong_field_keeps_what_was_chosen(browsers):
    answer = post(browsers["admin"], "/evidence", outcome="opportunity", lag="9", cluster="team")
    assert answer.status_code == 422
    assert "from 1 to 8 weeks" in answer.text
    assert '<option value="opportunity" selected>' in answer.text
    assert '<option value="team" selected>' in answer.text


def test_numbers_of_fewer_than_five_people_are_nowhere(browsers, engine, done):
    run_id = done
    with unit_of_work(engine) as session:
        run = session.get_one(EvidenceRun, run_id)
        run.result = run.result | {
            "refusal": "few-reps", "estimate": None, "detectable": None, "placebo": None, "by_lag": [], "unadjusted": None,
            "without_one": None, "negative_binomial": None, "counts": run.result["counts"] | {"reps": 3, "outcomes": 987654},
        }  # fmt: skip
        run.facts = run.facts | {"reps": 3, "left": 1, "away": 876543}
    for path in ("/evidence", f"/evidence/runs/{run_id}", f"/evidence/runs/{run_id}/report.json"):
        text = browsers["manager"].get(path).text
        assert "fewer than 5" in text
        assert not re.search(r"987.?654|876.?543", text)


def test_a_server_does_not_import_the_statistics_packages():
    script = (
        "import sys; import server.app, server.jobs.handlers, server.cli;"
        "assert not {'pyfixest', 'statsmodels', 'pandas', 'server.evidence.poisson'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=steps.ROOT)
