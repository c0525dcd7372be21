"""Appeals in a person's export, their erasure and the retention period."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.appeals import operations
from server.appeals.decisions import decide
from server.appeals.models import Appeal, AppealClosing, AppealText
from server.core.clock import now
from server.credit.models import CreditDecision, DecisionReason
from server.people.queries import get_organisation
from server.privacy import operations as privacy
from server.privacy.export import export_document
from tests.factories import make_identity
from tests.server.appeals.appeal_helpers import make_item, set_organisation


@pytest.fixture
def histories(session, company):
    """An answered appeal, an open one, and a decision without an appeal, each with words of its own."""
    answered, waiting, decided = (make_item(session, company.rep) for _ in range(3))

    def contest(item, question):
        return operations.open_appeal(session, user_id=company.rep.id, activity_id=item.id, kind="credit", question=question)

    appeal = contest(answered, "Canary question")
    operations.answer(
        session, answerer=make_identity(company.admin), appeal_id=appeal.id, outcome="reversed", reason="Canary answer"
    )
    decide(
        session, decider=make_identity(company.manager), activity_id=decided.id, change="refuse", reason="Canary reason", seen=0
    )
    yield appeal, contest(waiting, "Canary waiting")
    session.rollback()


def test_the_export_has_appeals_and_decisions_without_names_of_others(session, company, histories):
    document = json.dumps(export_document(session, user_id=company.rep.id))
    for words in ("Canary question", "Canary answer", "Canary reason", "Canary waiting"):
        assert words in document
    assert "Max Moor" not in document
    exported = json.loads(document)
    assert [one["outcome"] for one in exported["appeals"]] == [None, "reversed"]
    assert sorted((one["kind"], one["by"]) for one in exported["decisions"]) == [("reversed", "admin"), ("reversed", "manager")]
    assert "Canary" not in json.dumps(export_document(session, user_id=company.manager.id))


def test_erasure_deletes_the_words_and_keeps_what_was_decided(session, company, histories):
    set_organisation(session, overseer_id=company.rep.id)
    privacy.erase(session, user_id=company.rep.id)
    own = select(Appeal.id).where(Appeal.user_id == company.rep.id)
    assert session.scalars(select(AppealText).where(AppealText.appeal_id.in_(own))).all() == []
    decisions = session.scalars(select(CreditDecision).where(CreditDecision.user_id == company.rep.id)).all()
    assert len(decisions) == 2
    assert not any(session.get(DecisionReason, decision.id) for decision in decisions)
    session.expire_all()
    assert get_organisation(session).overseer_id is None


def test_words_are_deleted_with_texts_and_kept_while_an_appeal_waits(session, histories):
    answered, waiting = histories
    privacy.purge(session, at=now() + timedelta(days=390))
    assert session.get(AppealText, answered.id) is not None
    privacy.purge(session, at=now() + timedelta(days=400))
    session.expire_all()
    assert session.get(AppealText, answered.id) is None
    assert session.get(AppealText, waiting.id).question == "Canary waiting"
    assert session.get(AppealClosing, answered.id).outcome == "reversed"
    assert session.scalars(select(DecisionReason)).all() == []
