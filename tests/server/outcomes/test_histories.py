"""Counts of outcomes equal a recount of what happened, whatever happened, and credit never changes with them."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from server.activities import operations as activities
from server.activities.outcomes import correct_outcome, withdraw_outcome
from server.core.clock import now
from server.core.periods import week_periods
from server.core.problems import Problem
from server.core.weeks import monday_of, weeks_until
from server.credit.models import LedgerEntry
from server.credit.verify import verify as verify_credit
from server.outcomes import queries
from server.outcomes.operations import Statement
from server.outcomes.verify import verify
from server.privacy.operations import erase
from server.records.models import Record
from server.records.operations import apply_records
from server.records.rows import Row
from server.scorecards.approvals import count_waiting, decide_outcome, decide_record
from tests.factories import make_identity, make_team, make_user
from tests.server.outcomes.outcome_helpers import make_item, state, today

PEOPLE, ITEMS, RECORDS = st.integers(0, 1), st.integers(0, 1), st.integers(0, 2)
#: Which of the outcomes so far; counted from the newest.
WHICH = st.integers(0, 2)
#: Records that exist from the start: their owner, and the item that they name.
FIRST_RECORDS = {0: (0, 0), 1: (0, None), 2: (1, 1)}
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("reply"), PEOPLE, ITEMS),
        st.tuples(st.just("meeting"), PEOPLE, ITEMS),
        st.tuples(st.just("of-record"), PEOPLE, ITEMS, RECORDS),
        st.tuples(st.just("of-record"), st.just(0), ITEMS, st.just(1)),
        st.tuples(st.just("approve"), st.just(0)),
        st.tuples(st.just("approve"), WHICH),
        st.tuples(st.just("decline"), WHICH),
        st.tuples(st.just("correct"), WHICH),
        st.tuples(st.just("withdraw"), WHICH),
        st.tuples(st.just("crm"), RECORDS, PEOPLE, st.one_of(st.none(), ITEMS)),
        st.tuples(st.just("crm"), RECORDS, PEOPLE, st.none()),
        st.tuples(st.just("crm-deletes"), RECORDS),
        st.tuples(st.just("decide-record"), RECORDS, st.just("approved")),
        st.tuples(st.just("decide-record"), RECORDS, st.just("declined")),
    ),
    min_size=4,
    max_size=24,
)
#: Rare, because little can happen to an item or a person afterwards.
LAST_EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("withdraw-item"), PEOPLE, ITEMS),
        st.tuples(st.just("erase"), PEOPLE),
        st.tuples(st.just("decide-record"), RECORDS, st.just("approved")),
        st.tuples(st.just("crm"), RECORDS, PEOPLE, ITEMS),
    ),
    max_size=3,
)
WEEKS = weeks_until(monday_of(today()), 3)


@dataclass
class Fact:
    """An outcome as the test remembers it."""

    id: int
    person: int
    item: int
    ledger: str
    record: int | None = None
    approved: bool = False
    ended: bool = False


@dataclass
class World:
    """What happened, in plain Python. ``owners``: of each record, None if it was deleted. ``holders``: which outcome a record
    is. ``names``: which item the record names. ``refused``: pairs of record and item that were decided."""

    session: object
    people: list
    items: dict
    manager: object
    facts: list[Fact] = field(default_factory=list)
    owners: dict[int, int | None] = field(default_factory=dict)
    names: dict[int, int | None] = field(default_factory=dict)
    holders: dict[int, int] = field(default_factory=dict)
    decided: set[tuple[int, int, int]] = field(default_factory=set)
    withdrawn_items: set[tuple[int, int]] = field(default_factory=set)
    erased: set[int] = field(default_factory=set)

    def fact(self, which: int) -> Fact | None:
        return self.facts[-1 - which] if which < len(self.facts) else None

    def is_theirs(self, fact: Fact) -> bool:
        return fact.record is None or (self.holders.get(fact.record) == fact.id and self.owners[fact.record] == fact.person)

    def end(self, fact: Fact) -> None:
        fact.ended = True
        if fact.record is not None and self.holders.get(fact.record) == fact.id:
            del self.holders[fact.record]

    def counted(self, person: int) -> Counter:
        return Counter(
            fact.ledger
            for fact in self.facts
            if fact.person == person
            and not fact.ended
            and (fact.ledger == "response" or fact.approved)
            and self.is_theirs(fact)
        )

    def waiting(self) -> int:
        stated = [
            fact
            for fact in self.facts
            if fact.ledger == "sourced" and not fact.approved and not fact.ended and self.is_theirs(fact)
            and fact.person not in self.erased
        ]  # fmt: skip
        return len(stated) + sum(self.proposed_item(record) is not None for record in self.owners)

    def proposed_item(self, record: int) -> int | None:
        owner, item = self.owners.get(record), self.names.get(record)
        if owner is None or item is None or owner in self.erased or (owner, item) in self.withdrawn_items:
            return None
        holder = next((fact for fact in self.facts if fact.id == self.holders.get(record)), None)
        is_taken = holder is not None and holder.person == owner
        return None if is_taken or (record, owner, item) in self.decided else item


def record_id(world: World, record: int) -> int | None:
    return world.session.scalar(select(Record.id).where(Record.source == "crm", Record.source_id == str(record)))


def apply(world: World, event) -> None:
    kind, *values = event
    if kind in {"reply", "meeting", "of-record"}:
        state_one(world, kind, *values)
    elif kind in {"approve", "decline", "correct", "withdraw"}:
        fact = world.fact(values[0])
        if fact is not None:
            change(world, kind, fact)
    elif kind in {"crm", "crm-deletes", "decide-record"}:
        send(world, kind, *values)
    else:
        remove(world, kind, *values)


def state_one(world: World, kind, person, item, record=None) -> None:
    facts = {"record_id": record_id(world, record)} if record is not None else {}
    if record is not None and facts["record_id"] is None:
        return
    kind = "reply" if kind == "reply" else "meeting"
    outcome = state(world.session, world.people[person], world.items[person, item], kind, **facts)
    world.facts.append(Fact(outcome.id, person, item, outcome.ledger, record))
    if record is not None:
        world.holders[record] = outcome.id


def change(world: World, kind, fact: Fact) -> None:
    session, identity = world.session, make_identity(world.people[fact.person])
    if kind in {"approve", "decline"}:
        word = {"approve": "approved", "decline": "declined"}[kind]
        decide_outcome(session, viewer=world.manager, outcome_id=fact.id, event=word, reason="Not of this.")
        if kind == "approve":
            fact.approved = True
        else:
            world.end(fact)
    elif kind == "withdraw":
        withdraw_outcome(session, identity=identity, outcome_id=fact.id)
        world.end(fact)
    else:
        grade = None if fact.ledger == "response" else "judgement"
        statement = Statement(
            "reply" if grade is None else "meeting", today(), grade, None, f"Corrected {fact.id}.",
            record_id(world, fact.record) if fact.record is not None else None,
        )  # fmt: skip
        outcome = correct_outcome(session, identity=identity, outcome_id=fact.id, statement=statement, key=f"correct {fact.id}")
        if outcome is None:  # the same form again
            return
        world.end(fact)
        world.facts.append(Fact(outcome.id, fact.person, fact.item, outcome.ledger, fact.record))
        if fact.record is not None:
            world.holders[fact.record] = outcome.id


def send(world: World, kind, record, *values) -> None:
    session = world.session
    if kind == "crm":
        person, item = values
        source = None if item is None else world.items[person, item].url
        row = Row(str(record), world.people[person].email, "meeting", now() - timedelta(hours=1), social_source=source)
        (answer,) = apply_records(session, "crm", [row], import_id="history")
        if answer.result != "refused":
            world.owners[record], world.names[record] = person, None if source is None else item
    elif kind == "crm-deletes":
        if record in world.owners:
            list(apply_records(session, "crm", [Row(str(record), is_deleted=True)], import_id="history"))
            world.owners[record] = world.names[record] = None
    elif (item := world.proposed_item(record)) is not None:
        word, person = values[0], world.owners[record]
        activity = world.items[person, item]
        decide_record(
            session, viewer=world.manager, record_id=record_id(world, record), item_id=activity.id, event=word, reason="No."
        )  # fmt: skip
        world.decided.add((record, person, item))
        newest = max(row.id for row in queries.all_of_person(session, user_id=world.people[person].id))
        fact = Fact(newest, person, item, "sourced", record, approved=word == "approved", ended=word == "declined")
        world.facts.append(fact)
        if word == "approved":
            world.holders[record] = newest


def remove(world: World, kind, person, item=None) -> None:
    session = world.session
    if kind == "withdraw-item":
        activities.withdraw(session, user_id=world.people[person].id, share_id=world.items[person, item].id)
        world.withdrawn_items.add((person, item))
        for fact in world.facts:
            if (fact.person, fact.item) == (person, item):
                world.end(fact)
    else:
        erase(session, user_id=world.people[person].id)
        world.erased.add(person)
        # The links that name an item are gone with the other texts.
        for record in [record for record, owner in world.owners.items() if owner == person]:
            world.names[record] = None


def points(session, user) -> int:
    return session.scalar(select(func.coalesce(func.sum(LedgerEntry.amount), 0)).where(LedgerEntry.account_id == user.id))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(events=EVENTS, last_events=LAST_EVENTS)
def test_counts_equal_a_recount_and_credit_stays_the_same(session, events, last_events):
    try:
        team = make_team(session)
        people = [make_user(session, team=team) for _ in range(2)]
        manager = make_identity(make_user(session, role="manager", team=team))
        items = {
            pair: make_item(session, people[pair[0]], at=now() - timedelta(hours=2))
            for pair in itertools.product(range(2), range(2))
        }
        world = World(session, people, items, manager)
        for record, (person, item) in FIRST_RECORDS.items():
            apply(world, ("crm", record, person, item))
        for event in events + last_events:
            before = [points(session, user) for user in people]
            try:
                with session.begin_nested():
                    apply(world, event)
            except Problem as refused:
                assert refused.status in {403, 404, 409, 422}  # noqa: PT017
            if event[0] != "withdraw-item":
                assert [points(session, user) for user in people] == before
        for index, user in enumerate(people):
            counts = queries.counts_of_periods(session, week_periods(WEEKS), user_id=user.id)
            recount = {ledger: sum(map(sum, kinds.values())) for ledger, kinds in counts.items()}
            assert recount == world.counted(index)
        assert count_waiting(session, viewer=manager) == world.waiting()
        of_team = queries.counts_of_periods(session, week_periods(WEEKS), team_ids=[team.id])
        totals = sum((world.counted(index) for index in range(2)), Counter())
        assert {ledger: sum(map(sum, kinds.values())) for ledger, kinds in of_team.items()} == totals
        assert verify(session) == []
        assert verify_credit(session) == []
    finally:
        session.rollback()
