"""What came of the demonstration's shared items: replies, meetings that reps stated or the CRM names, and what waits.

As everywhere in the demonstration, chance decides: nothing here depends on how good an item is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.activities import outcomes
from server.activities.models import Activity
from server.activities.proposals import outcome_kind
from server.core.identity import Identity
from server.demo.company import SEED
from server.outcomes.models import REPLY
from server.outcomes.operations import Statement, decide
from server.people.models import User
from server.people.queries import get_calendar, membership_on
from server.records.models import Record

NOTES = (
    "Head of purchasing at a port asked how we count it.",
    "Plant manager at a brewery wrote that they have the same problem.",
    "Planner at a bakery chain disagreed, and told how they do it.",
    "A maintenance lead at a water utility asked for the checklist.",
)
#: One item in so many has a reply; one record in so many came of an item.
REPLY_ONE_IN, RECORD_ONE_IN = 5, 9
MAX_DAYS = 21
#: What is newer has not been decided yet.
UNDECIDED_DAYS = 10


def create_outcomes(session: Session, reps: Sequence[User], *, today: date) -> None:
    random = Random(SEED)  # noqa: S311 (plausible noise, not a secret)
    for user in reps:
        query = select(Activity).where(Activity.user_id == user.id, Activity.state == "counted", Activity.url.is_not(None))
        items = session.scalars(query.order_by(Activity.occurred_at, Activity.id)).all()
        records = [record for record in _records(session, user) if outcome_kind(record.kind)]
        for number, item in enumerate(items):
            _add_reply(session, random, user, item, number, today)
        for record in random.sample(records, len(records) // RECORD_ONE_IN):
            _add_result(session, random, user, items, record, today)


def _records(session: Session, user: User) -> Sequence[Record]:
    query = select(Record).where(Record.user_id == user.id, Record.count == 1)
    return session.scalars(query.order_by(Record.occurred_at, Record.id)).all()


def _add_reply(session: Session, random: Random, user: User, item: Activity, number: int, today: date) -> None:
    day = get_calendar(session).day_of(item.occurred_at) + timedelta(days=random.randrange(3))
    if random.randrange(REPLY_ONE_IN) or day > today:
        return
    statement = Statement(REPLY, day, url=item.url, note=random.choice(NOTES))
    outcomes.add_outcome(
        session, identity=_identity(user), share_id=item.id, statement=statement, key=f"demonstration-reply-{number}"
    )  # fmt: skip


def _add_result(session: Session, random: Random, user: User, items: Sequence[Activity], record: Record, today: date) -> None:
    """A record after an item: the CRM names it, or the rep says how they know. Managers decided about older ones."""
    calendar = get_calendar(session)
    assert record.occurred_at is not None  # noqa: S101 (it is not deleted)
    day = calendar.day_of(record.occurred_at)
    before = [item for item in items if 0 < (day - calendar.day_of(item.occurred_at)).days <= MAX_DAYS]
    if not before:
        return
    item, is_recent = random.choice(before), (today - day).days < UNDECIDED_DAYS
    if is_recent and random.random() < 0.5:
        record.social_source = item.post_link
        session.flush()
        return
    statement = Statement(
        outcome_kind(record.kind) or "other", day, random.choice(outcomes.REP_GRADES[1:]), None, random.choice(NOTES), record.id
    )
    outcome = outcomes.add_outcome(
        session, identity=_identity(user), share_id=item.id, statement=statement, key=f"demonstration-result-{record.id}"
    )  # fmt: skip
    manager_id = _manager_of(session, user, day)
    if outcome is not None and manager_id is not None and not is_recent:
        is_declined = random.random() < 0.1
        reason = "The buyer had asked for the meeting before." if is_declined else None
        decide(session, outcome, event="declined" if is_declined else "approved", actor_id=manager_id, reason=reason)


def _manager_of(session: Session, user: User, day: date) -> int | None:
    membership = membership_on(session, user_id=user.id, day=day)
    managers = session.scalars(select(User).where(User.role == "manager").order_by(User.id))
    of_day = ((manager.id, membership_on(session, user_id=manager.id, day=day)) for manager in managers)
    return next((one for one, theirs in of_day if theirs and membership and theirs.team_id == membership.team_id), None)


def _identity(user: User) -> Identity:
    return Identity(user.id, user.name, user.email, user.role)
