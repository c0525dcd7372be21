"""People who decide, answer or contest the same thing at the same moment: one wins, and the others learn it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from server.activities import operations as activities
from server.appeals import operations
from server.appeals.decisions import decide
from server.appeals.models import Appeal, AppealClosing
from server.appeals.verify import verify as verify_appeals
from server.core.database.session import unit_of_work
from server.core.problems import Problem
from server.credit.corrections import Terms
from server.credit.formula import Quality
from server.credit.models import CreditDecision, LedgerEntry
from server.credit.queries import balance
from server.credit.verify import verify as verify_credit
from tests.concurrency import at_once
from tests.factories import make_identity
from tests.server.appeals.appeal_helpers import new_item

STRONG = Terms("linkedin-post", Quality("bands", band="strong"))


@pytest.fixture(autouse=True)
def _valid(engine, company):
    yield
    with unit_of_work(engine, writes=False) as session:
        assert [*verify_credit(session), *verify_appeals(session)] == []


def attempt(engine, work):
    try:
        with unit_of_work(engine) as session:
            work(session)
    except Problem as problem:
        return problem.code
    return "done"


def rows(engine, query):
    with unit_of_work(engine, writes=False) as session:
        return session.scalars(query).all()


def open_appeal(engine, company, item):
    with unit_of_work(engine) as session:
        return operations.open_appeal(
            session, user_id=company.rep.id, activity_id=item.id, kind="credit", question="Please look again."
        ).id


def test_of_two_answers_at_once_one_counts(engine, company):
    for _ in range(4):
        item = new_item(engine, company.rep)
        appeal_id = open_appeal(engine, company, item)
        people = [company.manager, company.admin] * 3

        def answer(number, appeal_id=appeal_id, people=people):
            outcome = "reversed" if number % 2 else "new-entry"
            return attempt(
                engine,
                lambda session: operations.answer(
                    session, answerer=make_identity(people[number]), appeal_id=appeal_id, outcome=outcome,
                    terms=STRONG if outcome == "new-entry" else None, reason=f"Answer {number}",
                ),
            )  # fmt: skip

        assert sorted(at_once(answer, 6)) == ["done"] + ["is-answered"] * 5
        assert len(rows(engine, select(AppealClosing).where(AppealClosing.appeal_id == appeal_id))) == 1
        assert len(rows(engine, select(CreditDecision).where(CreditDecision.activity_id == item.id))) == 1


def test_one_person_who_clicks_twice_answers_once(engine, company):
    item = new_item(engine, company.rep)
    appeal_id = open_appeal(engine, company, item)

    def answer(_number):
        return attempt(
            engine,
            lambda session: operations.answer(
                session,
                answerer=make_identity(company.manager),
                appeal_id=appeal_id,
                outcome="reversed",
                reason="It is a copy.",
            ),
        )

    assert at_once(answer, 5) == ["done"] * 5
    assert len(rows(engine, select(LedgerEntry).where(LedgerEntry.activity_id == item.id))) == 2


def test_an_entry_is_reversed_once_however_many_people_try(engine, company):
    item = new_item(engine, company.rep)
    people = [company.manager, company.admin] * 3

    def reverse(number):
        return attempt(
            engine,
            lambda session: decide(
                session,
                decider=make_identity(people[number]),
                activity_id=item.id,
                change="refuse",
                reason=f"No {number}",
                seen=0,
            ),
        )

    assert sorted(at_once(reverse, 6)) == ["decided-meanwhile"] * 5 + ["done"]
    with unit_of_work(engine, writes=False) as session:
        assert balance(session, user_id=company.rep.id) == 0


def test_one_click_on_release_counts_once_if_it_arrives_twice(engine, company):
    item = new_item(engine, company.rep, state="held")

    def release(_number):
        return attempt(
            engine,
            lambda session: decide(
                session, decider=make_identity(company.admin), activity_id=item.id, change="count", terms=STRONG,
                reason="It names the employer.", seen=0,
            ),
        )  # fmt: skip

    assert at_once(release, 5) == ["done"] * 5
    with unit_of_work(engine, writes=False) as session:
        assert balance(session, user_id=company.rep.id) == 20


def test_a_double_click_opens_one_appeal(engine, company):
    item = new_item(engine, company.rep)
    assert len(set(at_once(lambda _number: open_appeal(engine, company, item), 6))) == 1
    assert len(rows(engine, select(Appeal).where(Appeal.activity_id == item.id))) == 1


def test_withdrawing_the_item_and_answering_at_once_leaves_no_points(engine, company):
    for _ in range(4):
        item = new_item(engine, company.rep)
        appeal_id = open_appeal(engine, company, item)

        def work(number, item=item, appeal_id=appeal_id):
            if number % 2:
                return attempt(engine, lambda session: activities.withdraw(session, user_id=company.rep.id, share_id=item.id))
            return attempt(
                engine,
                lambda session: operations.answer(
                    session, answerer=make_identity(company.admin), appeal_id=appeal_id, outcome="new-entry", terms=STRONG,
                    reason="It is strong.",
                ),
            )  # fmt: skip

        outcomes = at_once(work, 4)
        assert outcomes[1] == outcomes[3] == "done"
        assert {outcomes[0], outcomes[2]} <= {"done", "is-closed"}
        with unit_of_work(engine, writes=False) as session:
            assert balance(session, user_id=company.rep.id) == 0
