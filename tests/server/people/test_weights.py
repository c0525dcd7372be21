"""Weights of metrics: dated, checked, audited, and for administrators only."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import delete, select

from server.audit.models import AuditEntry
from server.core.database.session import unit_of_work
from server.core.problems import Problem
from server.people.models import WeightSet
from server.people.standard_metrics import CALL, MEETING
from server.people.weights import set_weights
from tests.factories import make_organisation
from tests.forms import send

PATH = "/people/weights"
MONDAY = date(2026, 11, 23)


@pytest.fixture
def rolled_back(session):
    make_organisation(session)
    yield session
    session.rollback()


def test_setting_the_same_monday_again_replaces_the_weights(rolled_back):
    session = rolled_back
    set_weights(session, weights={CALL: 60, MEETING: 40}, is_capped=False, valid_from=MONDAY)
    for _ in range(2):
        set_weights(session, weights={CALL: 100, MEETING: 0}, is_capped=True, valid_from=MONDAY)
    row = session.scalars(select(WeightSet)).one()
    assert (row.weights, row.is_capped) == ({CALL: 100}, True)
    changes = [entry.changes for entry in session.scalars(select(AuditEntry).filter_by(action="weights.set"))]
    assert changes == [
        {"weights from 2026-11-23": [None, "call 60, meeting 40"]},
        {"weights from 2026-11-23": ["call 60, meeting 40", "call 100 (capped)"]},
    ]


@pytest.mark.parametrize(
    ("weights", "valid_from", "field"),
    [
        ({CALL: 50, MEETING: 49}, MONDAY, "weights"),
        ({CALL: 150, MEETING: -50}, MONDAY, "weight-call"),
        ({"deal-value": 50, "visit": 50}, MONDAY, "weights"),
        ({CALL: 100}, date(2026, 11, 24), "valid_from"),
    ],
)
def test_invalid_weights_name_their_field(rolled_back, weights, valid_from, field):
    with pytest.raises(Problem) as refused:
        set_weights(rolled_back, weights=weights, is_capped=False, valid_from=valid_from)
    assert refused.value.errors[0]["field"] == field


@pytest.fixture(autouse=True)
def no_weights(engine):
    yield
    with unit_of_work(engine) as session:
        session.execute(delete(WeightSet))


def test_administrator_sets_and_deletes_weights(admin, read):
    fields = {"weight-call": "70", "weight-meeting": "30", "valid_from": "2026-11-23"}
    assert send(admin, PATH, PATH, **fields).status_code == 303
    assert "Calls 70 %, Meetings booked 30 %" in admin.get(PATH).text
    (row_id,) = read(lambda session: session.scalars(select(WeightSet.id)).all())
    assert send(admin, f"{PATH}/{row_id}/delete", PATH).status_code == 303
    assert send(admin, f"{PATH}/{row_id}/delete", PATH).status_code == 404
    assert read(lambda session: session.scalars(select(WeightSet.id)).all()) == []


def test_refused_weights_are_shown_again(admin):
    answer = send(admin, PATH, PATH, **{"weight-call": "70", "weight-meeting": "x", "valid_from": "2026-11-23"})
    assert answer.status_code == 422
    assert re.search(r'id="weights-weight-call"[^>]*value="70"', answer.text)
    assert re.search(r'id="weights-weight-meeting"[^>]*value="x"[^>]*aria-invalid="true"', answer.text)
    answer = send(admin, PATH, PATH, **{"weight-call": "70", "valid_from": "2026-11-23"})
    assert "This must add up to 100, not 70" in " ".join(answer.text.split())


def test_weights_are_for_administrators(manager):
    assert manager.get(PATH).status_code == 404
