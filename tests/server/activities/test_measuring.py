"""Measuring items for trying another rubric on them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from nlp import Draft
from nlp.quality.rescoring import from_json, measured_by
from server.activities import measuring, operations
from server.activities.measuring import STEP_JOB, measured_since, request_measuring
from server.activities.models import Activity, ItemInputs
from server.activities.redaction import redact
from server.core.database.session import unit_of_work
from server.core.problems import Problem
from server.jobs import steps
from server.jobs.models import Job
from server.privacy.export import export_document
from server.tuning import champion
from server.tuning.champion import get_champion
from tests.factories import make_user
from tests.queued_jobs import run_jobs
from tests.server.effects.rubric_helpers import share, share_as


@pytest.fixture(autouse=True)
def _clean(engine):
    yield
    with unit_of_work(engine) as session:
        session.execute(delete(ItemInputs))
        for item in session.scalars(select(Activity)):
            redact(session, item)
        session.execute(delete(Job))


def request(engine) -> bool:
    with unit_of_work(engine) as session:
        return request_measuring(session)


def measured(engine) -> dict[int, ItemInputs]:
    with unit_of_work(engine, writes=False) as session:
        session.expire_on_commit = False
        return {row.activity_id: row for row in session.scalars(select(ItemInputs))}


def test_every_recent_item_is_measured_in_steps(engine, monkeypatch):
    monkeypatch.setattr(measuring, "MAX_ITEMS_PER_STEP", 3)
    monkeypatch.setattr(steps, "MAX_SECONDS", 600)
    with unit_of_work(engine) as session:
        items = [item.id for item in share_as(session, people=4, items=2)]
        user = make_user(session)
        old = share(session, user, at=measured_since(session) - timedelta(hours=1)).id
        withdrawn = share(session, user, state="withdrawn").id
        profile = share(session, user).id
        session.get_one(Activity, profile).kind = "linkedin-profile"
    assert request(engine)
    assert run_jobs(engine, kind=STEP_JOB) == 3
    found = measured(engine)
    assert found.keys() == set(items)
    assert not {old, withdrawn, profile} & found.keys()
    assert not request(engine), "nothing is left"
    with unit_of_work(engine, writes=False) as session:
        key = measured_by(get_champion(session))
        coach = champion.champion_coach(session)
        for item in session.scalars(select(Activity).where(Activity.id.in_(items))):
            expected = coach.score_inputs(Draft(item.kind, item.text))
            assert found[item.id].measured_by == key
            assert from_json(found[item.id].inputs).as_json() == expected.as_json()


def test_a_second_request_adds_no_job(engine):
    with unit_of_work(engine) as session:
        share_as(session, people=1, items=1)
    assert request(engine)
    assert request(engine)
    with unit_of_work(engine, writes=False) as session:
        assert len(session.scalars(select(Job).where(Job.kind == STEP_JOB)).all()) == 1


def test_an_item_without_a_score_is_measured_once(engine):
    with unit_of_work(engine) as session:
        item = share(session, make_user(session), text=("linkedin-comment", "Thanks, Tom!"), state="held").id
    request(engine)
    run_jobs(engine, kind=STEP_JOB)
    assert measured(engine)[item].inputs is None
    assert not request(engine)


def test_items_are_measured_again_for_a_version_that_measures_otherwise(engine):
    with unit_of_work(engine) as session:
        item = share_as(session, people=1, items=1)[0].id
    request(engine)
    run_jobs(engine, kind=STEP_JOB)
    before = measured(engine)[item].measured_by
    with unit_of_work(engine) as session:
        version = get_champion(session).changed(rules={"Repute.Buzzwords": {"on": False}})
        champion.store_version(session, version, parent=None, note="", author=None)
        packaged = get_champion(session).version
        champion.move_alias(session, "champion", version.version, by=None)
    assert request(engine)
    run_jobs(engine, kind=STEP_JOB)
    assert measured(engine)[item].measured_by != before
    with unit_of_work(engine) as session:
        champion.move_alias(session, "champion", packaged, by=None)


def test_a_busy_coach_ends_the_step_and_it_is_tried_again(engine, monkeypatch):
    with unit_of_work(engine) as session:
        item = share_as(session, people=1, items=1)[0].id
    request(engine)
    busy = iter([True, True, False])
    run = measuring.run_coach

    def run_coach(work, **options):
        if next(busy):
            raise Problem(503, "busy", "The coach is busy", headers={"Retry-After": "1"})
        return run(work, **options)

    monkeypatch.setattr(measuring, "run_coach", run_coach)
    assert run_jobs(engine, kind=STEP_JOB) == 3
    assert measured(engine).keys() == {item}


def test_what_was_measured_goes_with_the_text_and_with_time(engine, monkeypatch):
    with unit_of_work(engine) as session:
        user = make_user(session)
        items = [share(session, user) for _ in range(2)]
        ids, user_id = [item.id for item in items], user.id
    request(engine)
    run_jobs(engine, kind=STEP_JOB)
    with unit_of_work(engine) as session:
        exported = export_document(session, user_id=user_id)["measured_items"]
        assert [(row["item"], row["measured"]["surface"]) for row in exported] == [
            (item_id, session.get_one(Activity, item_id).kind) for item_id in ids
        ]
        operations.withdraw(session, user_id=user_id, share_id=ids[0])
    assert measured(engine).keys() == {ids[1]}
    with unit_of_work(engine) as session:
        since = measured_since(session)
        session.get_one(Activity, ids[1]).occurred_at = since - timedelta(days=1)
        measuring.measure_next(session, attempt=0)
    assert not measured(engine)
