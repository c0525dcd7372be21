"""``ledger verify`` finds decisions and outcomes that do not match their entries."""

from __future__ import annotations

import pytest

from server.appeals import operations
from server.appeals.decisions import decide
from server.appeals.models import AppealClosing
from server.appeals.verify import verify
from server.credit import operations as ledger
from server.credit.models import CreditDecision
from server.credit.queries import live_entry
from tests.factories import make_identity
from tests.server.appeals.appeal_helpers import make_item


@pytest.fixture
def item(session, company):
    yield make_item(session, company.rep)
    session.rollback()


def appeal_about(session, company, item):
    return operations.open_appeal(session, user_id=company.rep.id, activity_id=item.id, kind="credit", question="Look again.")


def problems(session):
    session.flush()
    return [(one.invariant, one.detail) for one in verify(session)]


def test_an_outcome_without_its_decision(session, company, item):
    appeal = appeal_about(session, company, item)
    session.add(AppealClosing(appeal_id=appeal.id, outcome="reversed", actor_id=company.admin.id, role="admin"))
    assert problems(session) == [("C11", f"appeal {appeal.id}: its outcome is reversed, and the decision is another")]


def test_an_outcome_that_stands_with_a_decision(session, company, item):
    decision = decide(
        session, decider=make_identity(company.admin), activity_id=item.id, change="refuse", reason="A copy.", seen=0
    )
    appeal = appeal_about(session, company, item)
    session.add(AppealClosing(
        appeal_id=appeal.id, outcome="stands", actor_id=company.admin.id, role="admin", decision_id=decision.id
    ))  # fmt: skip
    assert (f"appeal {appeal.id}: its outcome is stands, and the decision is another") in [
        text for _, text in problems(session)
    ]


def test_an_appeal_that_the_rep_answered(session, company, item):
    appeal = appeal_about(session, company, item)
    session.add(AppealClosing(appeal_id=appeal.id, outcome="stands", actor_id=company.rep.id, role="rep"))
    assert problems(session) == [("C11", f"appeal {appeal.id}: was ended by somebody who may not")]


def test_a_reversal_that_nobody_decided(session, company, item):
    entry = live_entry(session, activity_id=item.id)
    reversal = ledger.reverse(session, entry_id=entry.id, reason_code="mistake", actor_id=company.admin.id)
    assert problems(session) == [("C10", f"entry {reversal.id}: was decided by a person, but there is no decision")]


def test_a_decision_about_another_item_and_about_oneself(session, company, item):
    other = make_item(session, company.rep)
    reversal = ledger.reverse(
        session, entry_id=live_entry(session, activity_id=other.id).id, reason_code="mistake", actor_id=company.admin.id
    )
    decision = CreditDecision(
        user_id=company.rep.id, activity_id=item.id, number=2, kind="reversed", actor_id=company.rep.id, role="admin",
        reversal_id=reversal.id,
    )  # fmt: skip
    session.add(decision)
    assert problems(session) == [
        ("C10", f"decision {decision.id}: the numbers of the item's decisions have a gap"),
        ("C10", f"decision {decision.id}: entry {reversal.id} is not what it decided"),
        ("C11", f"decision {decision.id}: somebody decided about their own credit"),
    ]


def test_a_refused_item_that_still_has_its_points(session, company, item):
    decide(session, decider=make_identity(company.admin), activity_id=item.id, change="refuse", reason="A copy.", seen=0)
    item.state = "counted"
    assert problems(session) == [("C10", f"item {item.id}: is counted and has 0 entries that count")]
