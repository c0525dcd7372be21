"""What reps may state about their own items, and what becomes of it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from server.activities import operations as activities
from server.activities.outcomes import (
    MAX_PER_ITEM,
    add_outcome,
    correct_outcome,
    list_record_choices,
    outcomes_of_items,
    withdraw_outcome,
)
from server.audit.models import AuditEntry
from server.core.clock import now
from server.core.problems import Problem
from server.credit.models import LedgerEntry
from server.outcomes.models import MAX_NOTE_LENGTH, Outcome, OutcomeEvent, OutcomeRecord, OutcomeText
from server.outcomes.operations import Statement, decide
from server.outcomes.verify import verify
from tests.factories import make_identity, make_record, make_user
from tests.server.outcomes.outcome_helpers import make_item, state, today

REPLY = Statement("reply", today(), note="A planner at a port asked for numbers.")
MEETING = Statement("meeting", today(), "buyer", note="A planner at a port asked for a meeting.")


@pytest.fixture
def rep(session):
    yield make_user(session)
    session.rollback()


@pytest.fixture
def item(session, rep):
    return make_item(session, rep)


def found(session, rep, item):
    return outcomes_of_items(session, user_id=rep.id, item_ids=[item.id]).get(item.id)


def refusal(session, rep, item, statement):
    with pytest.raises(Problem) as refused:
        add_outcome(session, identity=make_identity(rep), share_id=item.id, statement=statement, key=uuid.uuid4().hex)
    return refused.value


def test_a_reply_counts_at_once_and_a_meeting_waits(session, rep, item):
    state(session, rep, item, "reply")
    state(session, rep, item, "meeting")
    outcomes = found(session, rep, item)
    assert (outcomes.counted, outcomes.waiting) == ((("reply", 1),), (("meeting", 1),))
    assert [line.ledger for line in outcomes.lines] == ["sourced", "response"]


def test_the_ledger_of_points_never_changes(session, rep, item):
    before = session.scalars(select(LedgerEntry.id)).all()
    state(session, rep, item, "reply")
    meeting = state(session, rep, item)
    decide(session, meeting, event="approved", actor_id=make_user(session, role="manager").id)
    withdraw_outcome(session, identity=make_identity(rep), outcome_id=meeting.id)
    assert session.scalars(select(LedgerEntry.id)).all() == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "sale"}, "kind"),
        ({"kind": "other"}, "kind"),
        ({"grade": None}, "grade"),
        ({"grade": "crm"}, "grade"),
        ({"grade": "tracked-link"}, "url"),
        ({"occurred_on": today() + timedelta(days=1)}, "occurred_on"),
        ({"occurred_on": today() - timedelta(days=11)}, "occurred_on"),
        ({"note": "  "}, "note"),
        ({"note": "a" * (MAX_NOTE_LENGTH + 1)}, "note"),
        ({"url": "http://example.com/reply"}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "https://example.com/" + "a" * 2000}, "url"),
        ({"record_id": 2**40}, "record"),
    ],
)
def test_what_is_not_valid_is_refused_by_field(session, rep, item, change, field):
    problem = refusal(session, rep, item, replace(MEETING, **change))
    assert (problem.status, problem.errors[0]["field"]) == (422, field)
    assert session.scalar(select(func.count()).select_from(Outcome).where(Outcome.user_id == rep.id)) == 0


def test_a_form_that_is_sent_twice_adds_one_outcome(session, rep, item):
    first, second = (
        add_outcome(session, identity=make_identity(rep), share_id=item.id, statement=REPLY, key="the-same-form")
        for _ in range(2)
    )
    assert first is not None
    assert second is None
    assert len(found(session, rep, item).lines) == 1


def test_only_for_ones_own_counted_items(session, rep, item):
    assert refusal(session, make_user(session), item, REPLY).status == 404
    for other_state in ("held", "duplicate", "withdrawn"):
        assert refusal(session, rep, make_item(session, rep, state=other_state), REPLY).code == "not-counted"


def test_an_item_has_a_limited_number_of_outcomes(session, rep, item, monkeypatch):
    monkeypatch.setattr("server.activities.outcomes.MAX_PER_ITEM", 2)
    first, _ = (state(session, rep, item, "reply") for _ in range(2))
    assert refusal(session, rep, item, REPLY).code == "too-many"
    withdraw_outcome(session, identity=make_identity(rep), outcome_id=first.id)
    assert state(session, rep, item, "reply") is not None
    assert MAX_PER_ITEM > 2


def test_a_record_gives_its_kind_and_day_and_counts_once(session, rep, item):
    record = make_record(session, rep, kind="deal", occurred_at=now() - timedelta(days=3))
    statement = replace(MEETING, record_id=record.id, note=None)
    outcome = add_outcome(session, identity=make_identity(rep), share_id=item.id, statement=statement, key="first")
    assert (outcome.kind, outcome.occurred_on) == ("deal", record.occurred_at.date())
    problem = refusal(session, rep, make_item(session, rep), statement)
    assert problem.errors[0] == {"field": "record", "message": "is counted as the outcome of an item already"}
    assert [choice.id for choice in list_record_choices(session, user_id=rep.id, since=today())] == []


def test_records_that_cannot_be_an_outcome_are_refused(session, rep, item):
    for record in (
        make_record(session, make_user(session), kind="meeting"),
        make_record(session, rep, kind="call"),
        make_record(session, rep, kind="meeting", count=5),
        make_record(session, rep, kind="meeting", occurred_at=now() - timedelta(days=40)),
    ):
        assert refusal(session, rep, item, replace(MEETING, record_id=record.id)).errors[0]["field"] == "record"
    reply = replace(REPLY, record_id=make_record(session, rep, kind="meeting").id)
    assert refusal(session, rep, item, reply).errors[0]["field"] == "record"


def test_a_correction_replaces_and_has_to_be_approved_again(session, rep, item):
    record = make_record(session, rep, kind="meeting")
    first = state(session, rep, item, record_id=record.id)
    decide(session, first, event="approved", actor_id=make_user(session, role="manager").id)
    corrected = correct_outcome(
        session, identity=make_identity(rep), outcome_id=first.id,
        statement=replace(MEETING, grade="judgement", record_id=record.id), key="correction",
    )  # fmt: skip
    assert corrected.replaces_id == first.id
    (line,) = found(session, rep, item).lines
    assert (line.id, line.state, line.grade) == (corrected.id, "waiting", "judgement")
    assert session.get(OutcomeText, first.id) is None
    assert session.scalars(select(OutcomeEvent.reason_code).where(OutcomeEvent.event == "withdrawn")).all() == ["corrected"]
    with pytest.raises(Problem, match="not-correctable"):
        correct_outcome(session, identity=make_identity(rep), outcome_id=first.id, statement=MEETING, key="again")
    assert verify(session) == []


def test_a_correction_that_changes_nothing_adds_nothing(session, rep, item):
    first = state(session, rep, item, "reply", note=REPLY.note)
    assert correct_outcome(session, identity=make_identity(rep), outcome_id=first.id, statement=REPLY, key="same") is None
    assert [line.id for line in found(session, rep, item).lines] == [first.id]


def test_nobody_else_corrects_or_withdraws(session, rep, item):
    outcome, other = state(session, rep, item, "reply"), make_identity(make_user(session, role="admin"))
    with pytest.raises(Problem, match="not-found"):
        withdraw_outcome(session, identity=other, outcome_id=outcome.id)
    with pytest.raises(Problem, match="not-found"):
        correct_outcome(session, identity=other, outcome_id=outcome.id, statement=REPLY, key="other")


def test_withdrawing_deletes_the_evidence_and_is_not_audited(session, rep, item):
    record = make_record(session, rep, kind="meeting")
    outcome = state(session, rep, item, record_id=record.id)
    audited = session.scalar(select(func.count()).select_from(AuditEntry))
    for _ in range(2):
        withdraw_outcome(session, identity=make_identity(rep), outcome_id=outcome.id)
    assert found(session, rep, item) is None
    assert session.get(OutcomeText, outcome.id) is None
    assert session.get(OutcomeRecord, record.id) is None
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == audited


def test_withdrawing_the_item_withdraws_what_came_of_it(session, rep, item):
    outcome = state(session, rep, item, "reply")
    activities.withdraw(session, user_id=rep.id, share_id=item.id)
    event = session.scalars(select(OutcomeEvent).where(OutcomeEvent.outcome_id == outcome.id)).one()
    assert (event.event, event.reason_code) == ("withdrawn", "item-withdrawn")
    assert session.get(OutcomeText, outcome.id) is None
