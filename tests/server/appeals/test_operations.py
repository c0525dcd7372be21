"""Appeals: who may open, withdraw and answer them, until when, and what each outcome does to the ledger."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from server.activities import operations as activities
from server.activities.models import Activity
from server.appeals import operations, queries
from server.appeals.access import answerers
from server.appeals.deadlines import answer_due
from server.appeals.decisions import MAX_TEXT_LENGTH, decide
from server.appeals.history import describe, item_history
from server.appeals.models import Appeal, AppealText
from server.appeals.queue import count_to_answer, get_queue
from server.appeals.states import contest_state
from server.appeals.verify import verify as verify_appeals
from server.audit.models import AuditEntry
from server.core.clock import now
from server.core.problems import Problem
from server.credit.corrections import Terms
from server.credit.formula import Quality
from server.credit.queries import balance, current_policy, decision_reasons, decisions_of_item, live_entry
from server.credit.statement import get_statement
from server.credit.verify import verify as verify_credit
from server.people import memberships
from server.people import queries as people
from server.people.models import Holiday
from tests.factories import make_identity
from tests.server.appeals.appeal_helpers import make_item, set_organisation

STRONG = Terms("linkedin-post", Quality("bands", band="strong"))


@pytest.fixture(autouse=True)
def _rolled_back(session, company):
    yield
    assert [*verify_credit(session), *verify_appeals(session)] == []
    session.rollback()


def contest(session, company, item, *, question="It is a good post.", kind="credit"):
    return operations.open_appeal(session, user_id=company.rep.id, activity_id=item.id, kind=kind, question=question)


def answer(session, person, appeal, outcome, *, terms=None, reason="I read it again."):
    return operations.answer(
        session, answerer=make_identity(person), appeal_id=appeal.id, outcome=outcome, terms=terms, reason=reason
    )


def refusal(call, *args, **values):
    with pytest.raises(Problem) as refused:
        call(*args, **values)
    return refused.value


def test_a_new_entry_reverses_the_contested_one_and_keeps_its_place_in_the_week(session, company):
    first = make_item(session, company.rep)
    make_item(session, company.rep)
    before = balance(session, user_id=company.rep.id)
    appeal = contest(session, company, first)
    contested = live_entry(session, activity_id=first.id)
    answer(session, company.manager, appeal, "new-entry", terms=STRONG)
    entry = live_entry(session, activity_id=first.id)
    assert (contested.amount, entry.amount) == (10, 20)
    assert (entry.arithmetic["nth"], entry.policy_hash) == (1, contested.policy_hash)
    assert entry.occurred_at == contested.occurred_at
    assert balance(session, user_id=company.rep.id) == before + 10
    assert entry.reason_code == "decided"
    assert entry.actor_id == company.manager.id


def test_a_reversal_takes_the_points_back_and_the_item_no_longer_counts(session, company):
    item = make_item(session, company.rep)
    answer(session, company.admin, contest(session, company, item), "reversed")
    assert balance(session, user_id=company.rep.id) == 0
    assert live_entry(session, activity_id=item.id) is None
    assert item.state == "refused"


def test_an_answer_that_it_stands_changes_no_entry_and_is_final(session, company):
    item = make_item(session, company.rep)
    answer(session, company.manager, contest(session, company, item), "stands")
    assert balance(session, user_id=company.rep.id) == 10
    assert decisions_of_item(session, activity_id=item.id) == []
    problem = refusal(contest, session, company, item, question="Again.")
    assert (problem.status, problem.code) == (409, "not-contestable")
    assert "it stands" in problem.detail


@pytest.mark.parametrize("state", ["held", "duplicate", "refused"])
def test_what_earns_nothing_can_be_contested_and_then_counts(session, company, state):
    item = make_item(session, company.rep, state=state)
    appeal = contest(session, company, item)
    assert refusal(answer, session, company.manager, appeal, "reversed").errors[0]["field"] == "outcome"
    answer(session, company.manager, appeal, "new-entry", terms=STRONG)
    assert item.state == "counted"
    assert balance(session, user_id=company.rep.id) == 20


def test_an_item_that_earned_nothing_can_be_contested(session, company):
    item = make_item(session, company.rep, band=None)
    assert live_entry(session, activity_id=item.id).amount == 0
    answer(session, company.manager, contest(session, company, item), "new-entry", terms=STRONG)
    assert balance(session, user_id=company.rep.id) == 20


def test_a_decision_can_be_contested_and_whoever_made_it_does_not_answer(session, company):
    item = make_item(session, company.rep)
    decide(session, decider=make_identity(company.manager), activity_id=item.id, change="refuse", reason="A mistake.", seen=0)
    appeal = contest(session, company, item)
    assert [user.id for user in answerers(session, appeal=appeal, activity=item)] == [company.admin.id]
    assert refusal(answer, session, company.manager, appeal, "stands").status == 404
    answer(session, company.admin, appeal, "new-entry", terms=STRONG)
    assert balance(session, user_id=company.rep.id) == 20


def test_nobody_answers_about_themself(session, company):
    item = make_item(session, company.manager)
    appeal = operations.open_appeal(session, user_id=company.manager.id, activity_id=item.id, kind="credit", question="Wrong.")
    assert refusal(answer, session, company.manager, appeal, "stands").status == 404
    assert count_to_answer(session, viewer=make_identity(company.manager)) == 0
    assert count_to_answer(session, viewer=make_identity(company.admin)) == 1


def test_only_managers_of_the_day_of_the_item_answer(session, company):
    item = make_item(session, company.rep)
    appeal = contest(session, company, item)
    for stranger in (company.other_manager, company.other_rep, company.rep):
        assert refusal(answer, session, stranger, appeal, "stands").status == 404
    # The rep moves: the manager of that time still answers, the new one does not.
    today = people.get_calendar(session).today()
    other_team = people.team_on(session, user_id=company.other_manager.id, day=today)
    memberships.assign(session, user_id=company.rep.id, team_id=other_team, role="rep", starts_on=today + timedelta(days=1))
    answer(session, company.manager, appeal, "stands")


def test_a_named_overseer_answers_alone_except_about_their_own_decision(session, company):
    set_organisation(session, overseer_id=company.other_rep.id)
    item, second = make_item(session, company.rep), make_item(session, company.rep)
    appeal = contest(session, company, item)
    assert refusal(answer, session, company.admin, appeal, "stands").status == 404
    closing = answer(session, company.other_rep, appeal, "reversed")
    assert (closing.role, decisions_of_item(session, activity_id=item.id)[0].role) == ("overseer", "overseer")
    again = contest(session, company, item)
    assert refusal(answer, session, company.other_rep, again, "stands").status == 404
    answer(session, company.manager, again, "stands")
    company.other_rep.is_active = False
    session.merge(company.other_rep)
    session.flush()
    answer(session, company.admin, contest(session, company, second), "stands")


def test_in_team_only_mode_no_manager_answers(session, company):
    item = make_item(session, company.rep)
    appeal = contest(session, company, item)
    set_organisation(session, team_only=True)
    assert refusal(answer, session, company.manager, appeal, "stands").status == 404
    assert refusal(get_queue, session, viewer=make_identity(company.manager)).status == 404
    answer(session, company.admin, appeal, "stands")


def test_the_published_time_ends_on_its_last_day(session, company):
    at = now() - timedelta(days=current_policy(session).appeal_days)
    last_day, late = (
        make_item(session, company.rep, at=at - timedelta(days=n), recorded_at=at - timedelta(days=n)) for n in (0, 1)
    )
    assert contest(session, company, last_day).number == 1
    problem = refusal(contest, session, company, late)
    assert (problem.status, problem.code) == (409, "not-contestable")
    assert "The time for that ended on" in problem.detail


def test_the_time_runs_anew_from_a_decision(session, company):
    at = now() - timedelta(days=60)
    item = make_item(session, company.rep, at=at, recorded_at=at)
    assert not contest_state(session, item).can_contest
    decide(session, decider=make_identity(company.manager), activity_id=item.id, change="refuse", reason="Late.", seen=0)
    assert contest_state(session, item).can_contest


def test_an_appeal_is_open_once(session, company):
    item = make_item(session, company.rep)
    appeal = contest(session, company, item)
    assert contest(session, company, item).id == appeal.id
    assert refusal(contest, session, company, item, question="Something else.").code == "is-open"


def test_somebody_elses_item_cannot_be_contested(session, company):
    item = make_item(session, company.other_rep)
    assert refusal(contest, session, company, item).status == 404


@pytest.mark.parametrize(
    ("question", "said"), [("  \n ", "empty"), ("x" * (MAX_TEXT_LENGTH + 1), "at most 2,000"), ("a\0b", "NUL")]
)
def test_a_bad_reason_names_the_field(session, company, question, said):
    item = make_item(session, company.rep)
    problem = refusal(contest, session, company, item, question=question)
    assert problem.errors[0]["field"] == "question"
    assert said in problem.errors[0]["message"]
    appeal = contest(session, company, item)
    assert refusal(answer, session, company.manager, appeal, "stands", reason=question).errors[0]["field"] == "reason"


def test_withdrawing_deletes_the_words_and_allows_another_appeal(session, company):
    item = make_item(session, company.rep)
    appeal = contest(session, company, item)
    assert refusal(operations.withdraw_appeal, session, user_id=company.other_rep.id, appeal_id=appeal.id).status == 404
    for _ in range(2):
        operations.withdraw_appeal(session, user_id=company.rep.id, appeal_id=appeal.id)
    assert session.get(AppealText, appeal.id) is None
    assert refusal(answer, session, company.manager, appeal, "stands").code == "is-closed"
    assert contest(session, company, item).number == 2


def test_at_most_five_appeals_about_one_item(session, company):
    item = make_item(session, company.rep)
    for _ in range(operations.MAX_APPEALS_PER_ITEM):
        operations.withdraw_appeal(session, user_id=company.rep.id, appeal_id=contest(session, company, item).id)
    assert refusal(contest, session, company, item).code == "too-many"


def test_an_answered_appeal_cannot_be_withdrawn(session, company):
    appeal = contest(session, company, make_item(session, company.rep))
    answer(session, company.manager, appeal, "stands")
    assert refusal(operations.withdraw_appeal, session, user_id=company.rep.id, appeal_id=appeal.id).code == "is-answered"


def test_withdrawing_the_item_ends_the_appeal_without_saying_so(session, company):
    item = make_item(session, company.rep)
    appeal = contest(session, company, item)
    activities.withdraw(session, user_id=company.rep.id, share_id=item.id)
    assert queries.open_appeals(session) == []
    assert refusal(answer, session, company.manager, appeal, "stands").code == "is-closed"
    assert [one.is_open for one in describe(session, [appeal])] == [False]
    assert refusal(contest, session, company, item).status == 404


def test_a_second_answer_is_refused_and_the_same_answer_twice_is_one(session, company):
    item = make_item(session, company.rep)
    appeal = contest(session, company, item)
    answer(session, company.manager, appeal, "reversed")
    answer(session, company.manager, appeal, "reversed")
    problem = refusal(answer, session, company.admin, appeal, "stands")
    assert (problem.status, problem.code) == (409, "is-answered")
    assert len(decisions_of_item(session, activity_id=item.id)) == 1


def test_nobody_decides_past_an_open_appeal(session, company):
    item = make_item(session, company.rep)
    contest(session, company, item)
    problem = refusal(
        decide, session, decider=make_identity(company.manager), activity_id=item.id, change="refuse", reason="No.", seen=0
    )
    assert (problem.status, problem.code) == (409, "is-contested")


def test_asking_about_a_score_ends_with_an_explanation_and_no_decision(session, company):
    item = make_item(session, company.rep)
    appeal = contest(session, company, item, kind="explanation", question="Why fair?")
    contest(session, company, item)
    assert refusal(answer, session, company.manager, appeal, "reversed").errors[0]["field"] == "outcome"
    closing = answer(session, company.manager, appeal, "explained", reason="It opens with the news.")
    assert closing.decision_id is None
    assert describe(session, [appeal])[0].answer == "It opens with the news."


def test_an_item_without_a_score_has_none_to_explain(session, company):
    item = make_item(session, company.rep, band=None)
    assert refusal(contest, session, company, item, kind="explanation").code == "not-scored"


def test_the_statement_has_who_why_and_when(session, company):
    item, held = make_item(session, company.rep), make_item(session, company.rep, state="held")
    answer(session, company.admin, contest(session, company, item), "new-entry", terms=STRONG, reason="It is strong.")
    decide(session, decider=make_identity(company.manager), activity_id=held.id, change="refuse", reason="Not ours.", seen=0)
    lines = get_statement(session, user_id=company.rep.id).lines
    today = people.get_calendar(session).today()
    assert [(line.points, line.decided and (line.decided.role, line.decided.day, line.decided.reason)) for line in lines] == [
        (0, ("manager", today, "Not ours.")),
        (20, ("admin", today, "It is strong.")),
        (-10, ("admin", today, "It is strong.")),
        (10, None),
    ]
    assert sum(line.points for line in lines) == balance(session, user_id=company.rep.id)
    assert [line.points for line in item_history(session, activity_id=item.id)] == [10, -10, 20]


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
def test_pages_of_the_statement_are_the_whole_of_it(session, company, limit):
    rep, decider = company.rep, make_identity(company.manager)
    for reason in ("Not ours.", "An advertisement.", "Not in English."):
        item, held = make_item(session, rep), make_item(session, rep, state="held")
        decide(session, decider=decider, activity_id=held.id, change="refuse", reason=reason, seen=0)
        answer(session, company.admin, contest(session, company, item), "reversed", reason="Published twice.")
    whole = get_statement(session, user_id=rep.id).lines
    assert len(whole) == 9
    paged, page = [], get_statement(session, user_id=rep.id, limit=limit)
    paged += page.lines
    while page.has_older:
        page = get_statement(session, user_id=rep.id, before=page.oldest, limit=limit)
        paged += page.lines
    assert tuple(paged) == whole
    assert get_statement(session, user_id=rep.id, before=1).lines == ()


def test_the_audit_log_has_codes_and_no_words(session, company):
    item = make_item(session, company.rep)
    appeal = contest(session, company, item, question="Zyxq question")
    answer(session, company.admin, appeal, "reversed", reason="Zyxq answer")
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(4)).all()
    assert [(entry.action, entry.reason_code) for entry in reversed(entries)] == [
        ("appeal.opened", "credit"),
        ("credit.reversed", "appeal"),
        ("credit.decided", "reversed"),
        ("appeal.answered", "reversed"),
    ]
    assert not any("Zyxq" in str(vars(entry)) for entry in entries)


def test_answers_are_due_in_working_days(session, company, monkeypatch):
    monkeypatch.setattr("server.core.clock.now", lambda: now().replace(year=2026, month=12, day=18, hour=12))
    set_organisation(session, answer_days=5, region="DE")
    session.add_all(
        Holiday(day=date(2026, 12, day), name="Christmas", region=region) for day, region in ((25, "DE"), (24, "SE"))
    )
    session.flush()
    # Mon 21, Tue 22, Wed 23, Thu 24, not Fri 25, Mon 28.
    assert answer_due(session) == date(2026, 12, 28)


@pytest.mark.parametrize("table", ["appeal", "appeal_closing", "credit_decision"])
@pytest.mark.parametrize("change", ["UPDATE {} SET role = role", "DELETE FROM {}"])
def test_nothing_is_changed_in_place(session, company, table, change):
    appeal = contest(session, company, make_item(session, company.rep))
    answer(session, company.manager, appeal, "reversed")
    column = {"appeal": "kind = kind"}.get(table, "role = role")
    with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
        session.execute(text(change.format(table).replace("role = role", column)))


def test_appeals_and_reasons_belong_to_the_persons_data(session, company):
    item = make_item(session, company.rep)
    appeal = contest(session, company, item, question="Canary question")
    answer(session, company.manager, appeal, "reversed", reason="Canary answer")
    decision = decisions_of_item(session, activity_id=item.id)[0]
    assert decision_reasons(session, decision_ids=[decision.id]) == {decision.id: "Canary answer"}
    queries.delete_texts_of(session, user_id=company.rep.id)
    assert decision_reasons(session, decision_ids=[decision.id]) == {}
    assert describe(session, [appeal])[0].question is None
    assert session.get(Appeal, appeal.id) is not None
    assert session.get(Activity, item.id) is not None
