"""The ledgers of outcomes refuse changes, and ``ledger verify`` finds what is wrong with them."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from server.core.clock import now
from server.credit.models import LedgerEntry
from server.outcomes.models import OutcomeEvent, OutcomeRecord, OutcomeText
from server.outcomes.operations import decide
from server.outcomes.verify import verify
from tests.factories import make_record, make_user
from tests.server.outcomes.outcome_helpers import make_item, state


@pytest.fixture
def rep(session):
    yield make_user(session)
    session.rollback()


@pytest.fixture
def outcome(session, rep):
    return state(session, rep, make_item(session, rep))


def invariants(session):
    session.flush()
    return {violation.invariant for violation in verify(session)}


def event(session, outcome, word, actor):
    session.add(OutcomeEvent(outcome_id=outcome.id, event=word, recorded_at=now(), actor_id=actor.id))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE outcome SET kind = 'deal'",
        "DELETE FROM outcome",
        "UPDATE outcome_event SET event = 'declined'",
        "DELETE FROM outcome_event",
    ],
)
def test_rows_are_never_changed_or_deleted(session, rep, outcome, statement):
    decide(session, outcome, event="approved", actor_id=make_user(session).id)
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text(statement))


def test_a_valid_history_has_no_violations(session, rep, outcome):
    decide(session, outcome, event="declined", actor_id=make_user(session).id, reason="No.")
    state(session, rep, make_item(session, rep), "reply")
    assert invariants(session) == set()


def test_a_decision_by_the_person_themself_is_found(session, rep, outcome):
    event(session, outcome, "approved", rep)
    assert invariants(session) == {"O2"}


def test_a_decision_about_a_reply_is_found(session, rep):
    event(session, state(session, rep, make_item(session, rep), "reply"), "approved", make_user(session))
    assert invariants(session) == {"O2"}


def test_two_decisions_are_found(session, rep, outcome):
    for word in ("approved", "declined"):
        event(session, outcome, word, make_user(session))
    assert invariants(session) == {"O2"}


def test_texts_of_what_was_withdrawn_are_found(session, rep, outcome):
    assert session.get(OutcomeText, outcome.id).note
    event(session, outcome, "withdrawn", rep)
    assert invariants(session) == {"O3"}


def test_a_record_of_another_outcome_is_found(session, rep, outcome):
    session.add(OutcomeRecord(record_id=make_record(session, rep, kind="meeting").id, outcome_id=outcome.id))
    assert invariants(session) == {"O4"}


def test_what_is_not_effort_among_the_points_is_found(session, rep, outcome):
    entry = session.query(LedgerEntry).filter_by(account_id=rep.id).one()
    values = {column.name: getattr(entry, column.name) for column in LedgerEntry.__table__.columns if column.name != "id"}
    session.add(LedgerEntry(**values | {"seq": 2, "key": "another", "ledger": "response"}))
    assert "O1" in invariants(session)
