"""The ledger compared with a simple model, under concurrency, and after tampering with the database."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.core.database.session import unit_of_work
from server.core.kinds import SOCIAL_KINDS
from server.core.problems import Problem
from server.core.weeks import WEEK
from server.credit import operations, publishing, queries
from server.credit.formula import Policy, Quality, packaged_policies, packaged_policy
from server.credit.models import CreditAccount, CreditPolicy, LedgerEntry, LedgerSeal
from server.credit.verify import verify
from server.people.queries import get_calendar
from tests.factories import make_user

MONDAY = datetime(2026, 6, 1, 12, tzinfo=UTC)
BANDS = ("needs-work", "fair", "good", "strong", None)


def make_activity(session: Session, user_id: int, *, kind: str = "linkedin-post", at: datetime = MONDAY) -> Activity:
    activity = Activity(user_id=user_id, kind=kind, source="web", external_id=uuid.uuid4().hex, occurred_at=at)
    session.add(activity)
    session.flush()
    return activity


def award(session: Session, user_id: int, *, kind: str = "linkedin-post", at: datetime = MONDAY, band: str | None = "good"):
    activity = make_activity(session, user_id, kind=kind, at=at)
    return award_activity(session, activity, band=band, key=f"share:{activity.id}")


def award_activity(session: Session, activity: Activity, *, band: str | None, key: str) -> LedgerEntry:
    return operations.award(
        session,
        activity_id=activity.id,
        user_id=activity.user_id,
        kind=activity.kind,
        quality=Quality("bands", band=band),
        scoring_version=activity.scoring_version,
        occurred_at=activity.occurred_at,
        key=key,
        actor_id=activity.user_id,
    )


class LedgerAgainstDict(RuleBasedStateMachine):
    """Every result is predicted by a model that uses the published numbers and shares no code with the ledger."""

    entries = Bundle("entries")
    engine = None

    @initialize()
    def create_people(self):
        with unit_of_work(self.engine) as session:
            self.people = [make_user(session).id for _ in range(2)]
        self.model = {}
        self.reversed = set()

    @rule(
        target=entries,
        person=st.integers(0, 1),
        kind=st.sampled_from(SOCIAL_KINDS),
        week=st.integers(0, 2),
        band=st.sampled_from(BANDS),
    )
    def share(self, person, kind, week, band):
        policy = packaged_policy()
        at = MONDAY + timedelta(weeks=week)
        user_id = self.people[person]
        with unit_of_work(self.engine) as session:
            awarded = award(session, user_id, kind=kind, at=at, band=band)
        same_week = [entry for entry in self.model.values() if (entry["user"], entry["week"]) == (user_id, week)]
        live = [entry for entry in same_week if entry["kind"] == kind and entry["id"] not in self.reversed]
        factors = dict(zip(BANDS, (50, 100, 150, 200, 0), strict=True))
        percents = (100, 90, 80, 60, 40, 20)
        earning = sum(entry["points"] > 0 for entry in live)
        repetition = percents[earning] if earning < len(percents) else 0
        before_cap = policy.base[kind] * factors[band] * repetition // 10_000
        week_total = sum(entry["points"] for entry in same_week if entry["id"] not in self.reversed)
        kind_total = sum(entry["points"] for entry in live)
        expected = max(0, min(before_cap, policy.week_cap - week_total, policy.kind_cap[kind] - kind_total))
        assert awarded.amount == expected
        self.model[awarded.id] = {"id": awarded.id, "user": user_id, "week": week, "kind": kind, "points": expected}
        return awarded.id

    @rule(entry_id=entries)
    def share_again_under_the_same_key(self, entry_id):
        with unit_of_work(self.engine) as session:
            entry = session.get_one(LedgerEntry, entry_id)
            activity = session.get_one(Activity, entry.activity_id)
            second = award_activity(session, activity, band="strong", key=entry.key)
        assert second.id == entry_id

    @rule(entry_id=entries)
    def reverse(self, entry_id):
        with unit_of_work(self.engine) as session:
            if entry_id in self.reversed:
                with pytest.raises(Problem) as refused:
                    operations.reverse(session, entry_id=entry_id, reason_code="mistake", actor_id=self.people[0])
                assert refused.value.code == "already-reversed"
                return
            reversal = operations.reverse(session, entry_id=entry_id, reason_code="mistake", actor_id=self.people[0])
            with pytest.raises(Problem):
                operations.reverse(session, entry_id=reversal.id, reason_code="mistake", actor_id=self.people[0])
        assert reversal.amount == -self.model[entry_id]["points"]
        self.reversed.add(entry_id)

    @rule()
    def seal(self):
        with unit_of_work(self.engine) as session:
            operations.seal(session)

    @invariant()
    def balances_match_the_model_and_the_ledger_is_valid(self):
        if not hasattr(self, "people"):
            return
        with unit_of_work(self.engine, writes=False) as session:
            for user_id in self.people:
                live = [entry for entry in self.model.values() if entry["user"] == user_id and entry["id"] not in self.reversed]
                assert queries.balance(session, user_id=user_id) == sum(entry["points"] for entry in live)
            assert verify(session) == []


def test_ledger_matches_a_simple_model(engine):
    machine = type("Machine", (LedgerAgainstDict,), {"engine": engine})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
        ),
    )


@pytest.fixture
def person(engine):
    with unit_of_work(engine) as session:
        return make_user(session)


def run_concurrently(number: int, work: Callable[[int], object]) -> list[object]:
    """Runs ``work`` in ``number`` threads that start together; returns errors as values."""
    barrier = threading.Barrier(number)

    def start(index: int) -> object:
        barrier.wait()
        try:
            return work(index)
        except (Problem, IntegrityError) as error:
            return error

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(start, range(number)))


def test_concurrent_reversals_reverse_each_entry_once(engine, person):
    with unit_of_work(engine) as session:
        entries = [award(session, person.id, at=MONDAY + timedelta(weeks=week)).id for week in range(10)]

    def reverse(index):
        with unit_of_work(engine) as session:
            return operations.reverse(
                session, entry_id=entries[index % 10], reason_code="mistake", actor_id=person.id
            ).reverses_id

    results = run_concurrently(20, reverse)
    assert sorted(result for result in results if isinstance(result, int)) == sorted(entries)
    assert {result.code for result in results if isinstance(result, Problem)} == {"already-reversed"}
    with unit_of_work(engine, writes=False) as session:
        assert queries.balance(session, user_id=person.id) == 0
        assert verify(session) == []


def test_concurrent_awards_stay_within_the_weekly_cap(engine, person):
    def share(_index):
        with unit_of_work(engine) as session:
            return award(session, person.id, band="strong").seq

    assert sorted(run_concurrently(20, share)) == list(range(1, 21))
    with unit_of_work(engine, writes=False) as session:
        assert queries.week_total(session, user_id=person.id, week=MONDAY.date()) == packaged_policy().kind_cap["linkedin-post"]
        assert verify(session) == []


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_seal", "credit_policy"])
@pytest.mark.parametrize("change", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_triggers_reject_changes_to_append_only_tables(engine, person, table, change):
    with unit_of_work(engine) as session:
        award(session, person.id)
        operations.seal(session)
    column = {"ledger_entry": "amount", "ledger_seal": "sha256", "credit_policy": "version"}[table]
    with pytest.raises((DBAPIError, OperationalError), match="append-only"), engine.begin() as connection:
        connection.execute(text(change.format(table, column)))


TAMPERING = {
    "I1": "UPDATE ledger_entry SET amount = amount + 1 WHERE id = (SELECT max(id) FROM ledger_entry)",
    "I2": "UPDATE credit_account SET last_seq = last_seq + 1 WHERE user_id = (SELECT max(user_id) FROM credit_account)",
    "I4": "UPDATE ledger_entry SET amount = amount - 1 WHERE reverses_id IS NOT NULL",
    "I7": "UPDATE ledger_entry SET reason_code = 'appeal' WHERE id = (SELECT min(id) FROM ledger_entry)",
    "I5": "UPDATE credit_policy SET document = {document}",
    "C1": "UPDATE ledger_entry SET amount = amount + 1 WHERE id = (SELECT max(id) FROM ledger_entry)",
}


@pytest.mark.parametrize("invariant", sorted(TAMPERING))
def test_verify_reports_each_violated_invariant(engine, person, invariant):
    with unit_of_work(engine) as session:
        reversed_entry = award(session, person.id)
        operations.reverse(session, entry_id=reversed_entry.id, reason_code="mistake", actor_id=person.id)
        operations.seal(session)
        award(session, person.id)
        assert verify(session) == []
    changed = TAMPERING[invariant].format(document='\'{"name": "another"}\'')
    with engine.connect() as connection:
        # What somebody with full access to the database could do: change rows without the triggers. Rolled back afterwards.
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = replica")
        else:
            for table in ("ledger_entry", "credit_policy"):
                connection.exec_driver_sql(f"DROP TRIGGER {table}_no_update")
        connection.execute(text(changed))
        with Session(connection) as session:
            assert invariant in {violation.invariant for violation in verify(session)}
        connection.rollback()
    with unit_of_work(engine, writes=False) as session:
        assert verify(session) == []


def test_award_uses_the_policy_of_its_week_and_earlier_entries_keep_theirs(engine, person):
    with unit_of_work(engine) as session:
        before = award(session, person.id, at=MONDAY)
        raised_cap = packaged_policy().model_copy(
            update={"name": "2026-2", "version": 2, "effective_from": MONDAY.date() + timedelta(weeks=4), "week_cap": 80}
        )
        publishing.publish_policy(session, raised_cap)
        after = award(session, person.id, at=MONDAY + timedelta(weeks=5))
        assert session.get_one(LedgerEntry, before.id).arithmetic["week_cap"] == 60
        assert after.arithmetic["week_cap"] == 80
        assert session.get_one(CreditPolicy, after.policy_hash).document["name"] == "2026-2"
        assert verify(session) == []
        session.rollback()


def test_each_seal_covers_the_previous_one(engine, person):
    with unit_of_work(engine) as session:
        operations.seal(session)
        award(session, person.id)
        award(session, person.id)
        assert operations.seal(session) == 2
        assert operations.seal(session) == 0
        seals = session.scalars(select(LedgerSeal).order_by(LedgerSeal.id)).all()
    assert all(later.previous_sha256 == earlier.sha256 for earlier, later in pairwise(seals))


def test_award_changes_only_the_account_of_its_owner(engine, person):
    with unit_of_work(engine) as session:
        other = make_user(session)
        award(session, other.id)
        award(session, person.id)
    with unit_of_work(engine, writes=False) as session:
        assert session.get_one(CreditAccount, other.id).last_seq == 1


def test_new_release_publishes_its_policy_where_an_earlier_one_is_in_use(engine):
    """Never from the current week on: that has begun under the earlier one."""
    first, *_, last = packaged_policies()
    with unit_of_work(engine) as session:
        publishing.publish_policy(session, first)
        publishing.publish_packaged_policies(session)
        publishing.publish_packaged_policies(session)
        this_week = get_calendar(session).this_monday()
        start = max(last.effective_from, this_week + WEEK)
        assert queries.policy_in_week(session, week=start - WEEK).name != last.name
        assert queries.policy_in_week(session, week=start).name == last.name
        session.rollback()


def test_new_release_leaves_a_policy_of_the_organisation_alone(engine, person):
    first, second, _ = packaged_policies()
    with unit_of_work(engine) as session:
        publishing.publish_policy(session, first)
        start = publishing.earliest_start(get_calendar(session))
        own = first.document() | {"version": 9, "name": "Own", "effective_from": start.isoformat()}
        publishing.announce(session, Policy.model_validate(own), proposed_by=person.id, decided_by=person.id)
        publishing.publish_packaged_policies(session)
        assert second.name not in queries.policy_names(session).values()
        session.rollback()
