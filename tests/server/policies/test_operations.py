"""Drafting, proposing, confirming, announcing and withdrawing a credit policy."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select

from server.activities.models import Activity
from server.audit.models import AuditEntry
from server.core.clock import now
from server.core.identity import Identity
from server.core.problems import Problem
from server.core.weeks import DAY, WEEK, Calendar
from server.credit import operations as ledger
from server.credit import publishing
from server.credit.formula import Policy, Quality, packaged_policy
from server.credit.published import list_policies, next_policy
from server.credit.queries import current_policy, policy_in_week
from server.credit.verify import verify
from server.people.queries import get_calendar, get_organisation
from server.policies import operations
from tests.factories import make_user


def identity(session):
    user = make_user(session, role="admin")
    return Identity(user_id=user.id, name=user.name, email=user.email, role="admin")


@pytest.fixture
def admins(session):
    """Two administrators; nothing is committed."""
    return identity(session), identity(session)


@pytest.fixture
def start(session, admins):
    return publishing.earliest_start(get_calendar(session))


def policy(start, **changes):
    document = packaged_policy().document() | {"effective_from": start.isoformat(), "words": "Because."} | changes
    return Policy.model_validate(document)


def announce(session, admins, start, **changes):
    draft = operations.save_draft(session, editor=admins[0], policy=policy(start, **changes))
    operations.propose(session, proposer=admins[0], change_id=draft.id)
    return operations.confirm(session, confirmer=admins[1], change_id=draft.id)


def code(raised):
    return raised.value.code


def test_second_administrator_confirms_and_the_policy_starts_with_its_week(session, admins, start):
    draft = operations.save_draft(session, editor=admins[0], policy=policy(start, week_cap=40))
    operations.propose(session, proposer=admins[0], change_id=draft.id)
    with pytest.raises(Problem) as refused:
        operations.confirm(session, confirmer=admins[0], change_id=draft.id)
    assert code(refused) == "second-person"
    assert next_policy(session) is None
    change = operations.confirm(session, confirmer=admins[1], change_id=draft.id)
    assert change.state == "announced"
    announced = next_policy(session)
    assert (announced.hash, announced.starts_on, announced.name) == (change.policy_hash, start, f"{start.year}-4")
    assert policy_in_week(session, week=start - WEEK).week_cap == packaged_policy().week_cap
    assert policy_in_week(session, week=start).week_cap == 40
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("credit-policy"))).all()
    assert actions == ["credit-policy.drafted", "credit-policy.proposed", "credit-policy.announced"]


def test_one_administrator_announces_alone_where_that_is_allowed(session, admins, start):
    get_organisation(session).two_person = False
    draft = operations.save_draft(session, editor=admins[0], policy=policy(start, week_cap=40))
    assert operations.propose(session, proposer=admins[0], change_id=draft.id).state == "announced"


def test_second_click_on_propose_changes_nothing_and_another_proposal_becomes_a_draft(session, admins, start):
    first, second = (operations.save_draft(session, editor=admins[0], policy=policy(start, week_cap=cap)) for cap in (40, 50))
    assert operations.propose(session, proposer=admins[0], change_id=first.id).state == "proposed"
    assert operations.propose(session, proposer=admins[0], change_id=first.id).state == "proposed"
    operations.propose(session, proposer=admins[1], change_id=second.id)
    assert (first.state, second.state) == ("draft", "proposed")


def test_policy_that_changes_nothing_is_refused(session, admins, start):
    with pytest.raises(Problem) as refused:
        operations.save_draft(session, editor=admins[0], policy=policy(start))
    assert code(refused) == "nothing-changed"


@pytest.mark.parametrize("days", [-7, -14])
def test_policy_cannot_start_in_a_week_that_has_begun_or_begins_within_two_days(session, admins, start, days):
    with pytest.raises(Problem) as refused:
        operations.save_draft(session, editor=admins[0], policy=policy(start + timedelta(days=days), week_cap=40))
    assert refused.value.errors[0]["field"] == "effective_from"


def test_draft_whose_start_has_come_close_is_not_announced(session, admins, start):
    draft = operations.save_draft(session, editor=admins[0], policy=policy(start, week_cap=40))
    draft.document = draft.document | {"effective_from": (start - WEEK).isoformat()}
    with pytest.raises(Problem) as refused:
        operations.propose(session, proposer=admins[0], change_id=draft.id)
    assert refused.value.errors[0]["field"] == "effective_from"


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"])
def test_at_least_two_days_are_left_before_the_earliest_start(session, admins, zone):
    get_organisation(session).time_zone = zone
    calendar = get_calendar(session)
    earliest = publishing.earliest_start(calendar)
    assert earliest.weekday() == 0
    assert 2 * DAY <= earliest - calendar.today() < 9 * DAY


def test_announcement_supersedes_policies_that_would_start_on_the_same_day_or_later(session, admins, start):
    later = announce(session, admins, start + WEEK * 3, week_cap=40)
    same = announce(session, admins, start + WEEK, week_cap=41)
    earlier = announce(session, admins, start, week_cap=42)
    last = announce(session, admins, start, week_cap=43)
    states = {one.hash: one.state for one in list_policies(session)}
    assert [states[change.policy_hash] for change in (later, same, earlier, last)] == ["superseded"] * 3 + ["upcoming"]
    assert policy_in_week(session, week=start + WEEK * 9).week_cap == 43
    names = [one.name for one in list_policies(session)]
    assert len(names) == len(set(names))


def test_later_policy_follows_an_announced_one(session, admins, start):
    announce(session, admins, start, week_cap=40)
    announce(session, admins, start + WEEK, week_cap=30)
    assert [policy_in_week(session, week=start + WEEK * n).week_cap for n in (-1, 0, 1)] == [60, 40, 30]
    described = {one.name: one for one in list_policies(session)}
    first = described[f"{start.year}-4"]
    assert (first.ends_on, first.proposed_by) == (start + WEEK - DAY, "Robin Vale")


def test_withdrawn_policy_never_starts_and_stays_visible(session, admins, start):
    change = announce(session, admins, start, week_cap=40)
    operations.withdraw(session, actor=admins[0], policy_hash=change.policy_hash)
    assert policy_in_week(session, week=start).week_cap == 60
    assert {one.hash: one.state for one in list_policies(session)}[change.policy_hash] == "withdrawn"
    with pytest.raises(Problem) as refused:
        operations.withdraw(session, actor=admins[0], policy_hash=change.policy_hash)
    assert refused.value.status == 404
    again = announce(session, admins, start, week_cap=40)
    assert again.policy_hash != change.policy_hash
    assert policy_in_week(session, week=start).week_cap == 40


def test_policy_in_force_cannot_be_withdrawn(session, admins, start):
    announce(session, admins, start, week_cap=40)
    with pytest.raises(Problem) as refused:
        operations.withdraw(session, actor=admins[0], policy_hash=current_policy(session).hash())
    assert refused.value.status == 404


def test_policy_that_starts_within_two_days_cannot_be_withdrawn(session, admins, start):
    change = announce(session, admins, start, week_cap=40)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Calendar, "today", lambda _self: start - DAY)
        with pytest.raises(Problem) as refused:
            operations.withdraw(session, actor=admins[0], policy_hash=change.policy_hash)
    assert code(refused) == "too-late"


def test_proposal_is_out_of_date_once_it_would_replace_another_policy(session, admins, start):
    draft = operations.save_draft(session, editor=admins[0], policy=policy(start + WEEK, week_cap=40))
    operations.propose(session, proposer=admins[0], change_id=draft.id)
    publishing.announce(
        session, policy(start, week_cap=20, version=9), proposed_by=admins[0].user_id, decided_by=admins[1].user_id
    )
    with pytest.raises(Problem) as refused:
        operations.confirm(session, confirmer=admins[1], change_id=draft.id)
    assert code(refused) == "out-of-date"


def test_announced_change_can_be_neither_edited_nor_discarded(session, admins, start):
    change = announce(session, admins, start, week_cap=40)
    for act in (
        lambda: operations.discard(session, change_id=change.id),
        lambda: operations.reopen(session, change_id=change.id),
        lambda: operations.save_draft(session, editor=admins[0], policy=policy(start, week_cap=41), change_id=change.id),
    ):
        with pytest.raises(Problem) as refused:
            act()
        assert code(refused) == "decided"


def test_items_of_earlier_weeks_keep_the_policy_of_their_week(session, admins, start):
    announce(session, admins, start, week_cap=1)
    rep = make_user(session)
    policies = []
    calendar = get_calendar(session)
    for week in (start - WEEK, start):
        at = datetime.combine(week, time(12), now().tzinfo)
        activity = Activity(user_id=rep.id, kind="linkedin-post", source="web", external_id=str(week), occurred_at=at)
        session.add(activity)
        session.flush()
        entry = ledger.award(
            session, activity_id=activity.id, user_id=rep.id, kind="linkedin-post", quality=Quality("blind"),
            scoring_version=None, occurred_at=at, key=str(week), actor_id=rep.id,
        )  # fmt: skip
        assert calendar.monday_of(at) == week
        policies.append(entry.amount)
    assert policies == [10, 1]
    assert verify(session) == []
