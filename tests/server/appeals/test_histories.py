"""Random histories of shares, holds, decisions, appeals and withdrawals, compared with a recount that shares no code with the
ledger."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule, run_state_machine_as_test
from sqlalchemy import select, text

from server.activities import operations as activities
from server.activities.models import Activity
from server.appeals import operations
from server.appeals.decisions import decide
from server.appeals.models import Appeal, AppealClosing
from server.appeals.verify import verify as verify_appeals
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.problems import Problem
from server.credit.corrections import Terms
from server.credit.formula import Quality, packaged_policy
from server.credit.models import CreditDecision, DecisionReason, LedgerEntry
from server.credit.queries import balance, decisions_of_item
from server.credit.verify import verify as verify_credit
from server.people.models import User
from tests.factories import make_identity, make_team, make_user
from tests.server.appeals.appeal_helpers import make_item

KINDS = ("linkedin-post", "linkedin-comment", "x-reply")
BANDS = ("needs-work", "fair", "good", "strong")
#: What people can be refused for; anything else is a fault.
EXPECTED = {
    "decided-meanwhile", "earns-nothing", "invalid-field", "is-answered", "is-closed", "is-contested", "is-open",
    "not-contestable", "not-found", "too-many",
}  # fmt: skip

terms = st.builds(
    lambda kind, band, points: Terms(kind, Quality("bands", band=band), points),
    st.sampled_from(KINDS), st.sampled_from(BANDS), st.one_of(st.none(), st.integers(0, 25)),
)  # fmt: skip


class Histories(RuleBasedStateMachine):
    items = Bundle("items")
    appeals = Bundle("appeals")
    engine = None

    @initialize()
    def create_people(self):
        with unit_of_work(self.engine) as session:
            team = make_team(session)
            self.rep = make_user(session, team=team)
            self.staff = [make_user(session, team=team, role=role) for role in ("manager", "admin")]
        self.at = now() - timedelta(hours=1)
        self.reasons = 0

    def attempt(self, work):
        """None if it was refused, which must leave no trace: the transaction is rolled back."""
        try:
            with unit_of_work(self.engine) as session:
                return work(session)
        except Problem as problem:
            if problem.code not in EXPECTED:
                raise
            return None

    def reason(self):
        self.reasons += 1
        return f"Reason {self.reasons}"

    @rule(target=items, kind=st.sampled_from(KINDS), band=st.sampled_from(BANDS), state=st.sampled_from(
        ("counted", "counted", "counted", "held", "duplicate")
    ))  # fmt: skip
    def share(self, kind, band, state):
        with unit_of_work(self.engine) as session:
            return make_item(session, session.get_one(User, self.rep.id), state=state, kind=kind, band=band, at=self.at).id

    @rule(item=items)
    def withdraw(self, item):
        self.attempt(lambda session: activities.withdraw(session, user_id=self.rep.id, share_id=item))

    @rule(item=items, who=st.integers(0, 1), change=st.sampled_from(("count", "refuse")), terms=terms, stale=st.booleans())
    def decide(self, item, who, change, terms, stale):
        def work(session):
            seen = len(decisions_of_item(session, activity_id=item)) - stale
            return decide(
                session, decider=make_identity(self.staff[who]), activity_id=item, change=change,
                terms=terms if change == "count" else None, reason=self.reason(), seen=seen,
            )  # fmt: skip

        assert self.attempt(work) is None or not stale

    @rule(target=appeals, item=items)
    def contest(self, item):
        appeal = self.attempt(
            lambda session: (
                operations.open_appeal(session, user_id=self.rep.id, activity_id=item, kind="credit", question=self.reason()).id
            )
        )
        return multiple() if appeal is None else appeal

    @rule(appeal=appeals)
    def withdraw_appeal(self, appeal):
        self.attempt(lambda session: operations.withdraw_appeal(session, user_id=self.rep.id, appeal_id=appeal))

    @rule(appeal=appeals, who=st.integers(0, 1), outcome=st.sampled_from(("stands", "reversed", "new-entry")), terms=terms)
    def answer(self, appeal, who, outcome, terms):
        self.attempt(
            lambda session: operations.answer(
                session,
                answerer=make_identity(self.staff[who]),
                appeal_id=appeal,
                outcome=outcome,
                terms=terms if outcome == "new-entry" else None,
                reason=self.reason(),
            )
        )

    @invariant()
    def totals_are_a_recount_and_every_change_has_a_person_and_a_reason(self):
        if not hasattr(self, "rep"):
            return
        with unit_of_work(self.engine, writes=False) as session:
            entries = session.scalars(select(LedgerEntry).where(LedgerEntry.account_id == self.rep.id)).all()
            reversed_twice = session.execute(
                text("SELECT reverses_id FROM ledger_entry WHERE reverses_id > 0 GROUP BY reverses_id HAVING COUNT(*) > 1")
            ).all()
            assert reversed_twice == []
            reversed_ids = {entry.reverses_id for entry in entries}
            live = [entry for entry in entries if entry.reverses_id is None and entry.id not in reversed_ids]
            assert balance(session, user_id=self.rep.id) == sum(entry.amount for entry in live)
            self._check_items(session, live)
            self._check_limits(live)
            self._check_people(session, entries)
            assert [*verify_credit(session), *verify_appeals(session)] == []

    def _check_items(self, session, live):
        counted = session.scalars(select(Activity.id).where(Activity.user_id == self.rep.id, Activity.state == "counted"))
        assert sorted(counted) == sorted(entry.activity_id for entry in live)

    def _check_limits(self, live):
        policy, by_kind = packaged_policy(), Counter()
        for entry in live:
            by_kind[entry.kind] += entry.amount
        assert by_kind.total() <= policy.week_cap
        assert all(total <= policy.kind_cap[kind] for kind, total in by_kind.items())

    def _check_people(self, session, entries):
        rows = session.execute(
            select(CreditDecision, DecisionReason.text)
            .outerjoin(DecisionReason, DecisionReason.decision_id == CreditDecision.id)
            .where(CreditDecision.user_id == self.rep.id)
        ).all()
        made_by = {}
        for decision, reason in rows:
            assert reason.startswith("Reason ")
            assert decision.actor_id in {person.id for person in self.staff}
            made_by |= {decision.reversal_id: decision, decision.entry_id: decision}
        for entry in entries:
            if entry.reason_code not in ("earned", "withdrawn"):
                assert made_by[entry.id].actor_id == entry.actor_id
        closings = session.execute(
            select(AppealClosing, CreditDecision)
            .join(Appeal, Appeal.id == AppealClosing.appeal_id)
            .outerjoin(CreditDecision, CreditDecision.id == AppealClosing.decision_id)
            .where(Appeal.user_id == self.rep.id)
        )
        for closing, decision in closings:
            assert (decision is not None) == (closing.outcome in ("reversed", "new-entry"))


def test_totals_equal_a_recount_in_every_history(engine):
    machine = type("Machine", (Histories,), {"engine": engine})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
        ),
    )
