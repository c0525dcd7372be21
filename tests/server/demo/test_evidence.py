"""What the demonstration shows of evidence was computed by the real code from its own data.

    python -m tests.server.demo.test_evidence

writes what was computed beforehand again, after a change of the demonstration's data or of the methods."""

from __future__ import annotations

import json
import tempfile

import pytest
from sqlalchemy import select

from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.core.weeks import WEEK
from server.demo import evidence
from server.demo import operations as demo
from server.evidence import wording
from server.evidence.association import Settings
from server.evidence.compute import compute
from server.evidence.export import as_csv, plan_for
from server.evidence.models import EvidenceRun
from server.evidence.report import Result
from server.migrations import schema
from server.people.models import Membership
from server.people.queries import all_metrics, get_calendar
from server.people.standard_metrics import MEETING
from server.people.time_allowances import find_allowances
from server.rollups import state
from server.rollups.recount import find_differences
from server.trials import planning, queries
from server.trials.analysis import analyse
from server.trials.models import Trial
from server.trials.notices import notices
from server.trials.operations import plan_of
from server.trials.report import Report
from server.trials.steps import read_for_analysis
from server.trials.wording import answer, doubts
from tests.databases import SECRET_KEYS, settings_for
from tests.factories import make_identity


def create(url: str):
    engine = make_engine(settings_for(url).sqlalchemy_url)
    schema.upgrade(engine)
    demo.create(engine, secret_keys=SECRET_KEYS)
    return engine


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = create(f"sqlite:///{tmp_path_factory.mktemp('database') / 'repute.db'}")
    yield engine
    engine.dispose()


def recompute(session) -> dict:
    """What is stored beforehand, from the data that are there."""
    monday = get_calendar(session).this_monday()
    choices = evidence.choices_for([monday])
    candidates = evidence.find_units(session, choices)
    panel = "".join(as_csv(session, plan_for(session), evidence.TOKEN))
    result = compute(panel.encode(), Settings(MEETING, evidence.LAG, evidence.CLUSTER, evidence.CONTROLS))
    return {
        "trial": {
            "data": evidence.fingerprint_of_units(candidates),
            "power": planning.compute(choices, candidates).model_dump(mode="json"),
        },
        "run": {
            "data": evidence.fingerprint_of_panel(panel),
            "result": {name: value for name, value in result.items() if name != "data_hash"},
        },
    }


def test_what_is_stored_is_what_the_methods_give_for_its_data(session):
    found = json.loads(json.dumps(recompute(session)))
    stored = json.loads(evidence.FILE.read_text())
    # Other versions may give the same numbers.
    assert stored["run"]["result"].pop("packages").keys() == found["run"]["result"].pop("packages").keys()
    assert rounded(found) == rounded(stored)


def rounded(value):
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {name: rounded(one) for name, one in value.items()}
    return [rounded(one) for one in value] if isinstance(value, list) else value


def test_the_demonstration_has_an_association_run_and_says_its_hash(session):
    run = session.scalars(select(EvidenceRun)).one()
    metric = next(one for one in all_metrics(session) if one.key == MEETING)
    found = wording.answer(Result.model_validate(run.result), metric)
    assert found.kind == "none"
    assert "Your numbers show no association between shared items and meetings booked two weeks later." in found.sentence
    assert run.facts["reps"] == 24
    assert run.data_hash == run.result["data_hash"]


def test_the_demonstration_has_a_trial_with_the_result_of_its_plan(session):
    trial = session.scalars(select(Trial)).one()
    plan, analysis = plan_of(trial), queries.analyses_of(session, trial_id=trial.id)[0]
    report = Report.model_validate(analysis.report)
    weeks = read_for_analysis(session, plan, weeks=plan.weeks)
    waves = queries.waves_of(session, trial_id=trial.id)
    assert analyse(plan, waves, queries.seed_of(session, trial_id=trial.id), weeks, over=plan.weeks) == report
    assert analysis.data_sha256 == weeks.digest()
    assert (report.is_final, report.lottery_holds, report.people) == (True, True, 22)
    assert answer(report, "meetings booked").kind == "none"
    assert report.complied_first > report.complied_later
    assert doubts(report)[-1].startswith("Everybody knew")


def test_whoever_starts_later_has_no_time_for_social_work_before(session):
    plan = plan_of(session.scalars(select(Trial)).one())
    teams = {membership.team_id for membership in session.scalars(select(Membership))}
    first, last = plan.starts[0], plan.starts[-1]
    for monday in (first - WEEK, first, last - WEEK):
        assert find_allowances(session, team_ids=teams, week=monday) == {}
    minutes = {allowance.minutes for allowance in find_allowances(session, team_ids=teams, week=last).values()}
    assert minutes == {plan.choices.minutes}


def test_the_weekly_sums_that_they_read_are_right(session):
    assert list(find_differences(session)) == []
    assert state.is_complete(session, zone="UTC")


def test_reps_of_the_demonstration_read_when_they_started(session):
    reader = demo.visitor_account(session, role="rep")
    found = notices(session, reader=make_identity(reader))
    assert found[0].has_started
    assert found[0].starts_on in plan_of(found[0].row.trial).starts


def write() -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = create(f"sqlite:///{folder}/repute.db")
        # Twice, because what is shared depends on the lottery, and that on what was stored before.
        for path in (f"{folder}/repute.db", f"{folder}/again.db"):
            engine = engine if path.endswith("repute.db") else create(f"sqlite:///{path}")
            with unit_of_work(engine) as session:
                stored = recompute(session)
            engine.dispose()
            evidence.FILE.write_text(json.dumps(stored, indent=1) + "\n")


if __name__ == "__main__":
    write()
