"""The replay compared with the ledger itself: what it calculates is what would have been credited."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from server.activities.models import Activity
from server.core.database.session import unit_of_work
from server.core.kinds import SOCIAL_KINDS
from server.core.weeks import UTC_CALENDAR, WEEK
from server.credit import operations as ledger
from server.credit import publishing
from server.credit.formula import Policy, Quality, packaged_policies
from server.credit.models import CreditAccount, LedgerEntry
from server.credit.verify import verify
from server.policies import queries
from server.policies.preview import measure, total
from server.policies.replay import replay
from tests.factories import make_user

#: Under the first policy and under the second.
WEEK_A, WEEK_B = date(2026, 5, 4), date(2026, 6, 1)
POLICY_A = packaged_policies()[0]
POLICY_B = Policy.model_validate(
    POLICY_A.document()
    | {
        "version": 7,
        "effective_from": WEEK_B.isoformat(),
        "base": {"linkedin-post": 7, "linkedin-comment": 6, "x-post": 6, "x-reply": 3},
        "kind_cap": {"linkedin-post": 20, "linkedin-comment": 25, "x-post": 9, "x-reply": 3},
        "band_percent": {"needs-work": 0, "fair": 75, "good": 125, "strong": 300},
        "checks_percent": {"passed": 90, "remarks": 10},
        "not_judged_percent": 0,
        "blind_percent": 130,
        "repetition_percent": [100, 50, 25],
        "week_cap": 33,
        "minimum_words": {"linkedin-comment": 8},
        "appeal_days": 14,
    }
)
QUALITIES = (
    *(Quality("bands", band=band) for band in ("needs-work", "fair", "good", "strong")),
    Quality("checks", checks_passed=True),
    Quality("checks", checks_passed=False),
    Quality("blind"),
    Quality("not-judged"),
)
items = st.tuples(
    st.sampled_from(SOCIAL_KINDS), st.sampled_from(QUALITIES), st.sampled_from((None, 3, 8, 40)), st.integers(0, 1)
)
#: An item, or the position of an earlier one that is withdrawn.
events = st.lists(st.one_of(items, st.integers(0, 20)), max_size=14)


@pytest.fixture(scope="module")
def policies(engine):
    with unit_of_work(engine) as session:
        for policy in (POLICY_A, POLICY_B):
            publishing.publish_policy(session, policy)


def credit(session, history, first_week):
    """Records a history of one new person in two weeks; returns their account."""
    user_id, entries = make_user(session).id, []
    for event in history:
        if isinstance(event, int):
            if event < len(entries) and entries[event] is not None:
                ledger.reverse(session, entry_id=entries[event], reason_code="withdrawn", actor_id=user_id)
                entries[event] = None
            continue
        kind, quality, words, weeks_later = event
        at = datetime.combine(first_week + WEEK * weeks_later, datetime.min.time(), UTC) + timedelta(days=2)
        activity = Activity(user_id=user_id, kind=kind, source="web", external_id=uuid.uuid4().hex, occurred_at=at, words=words)
        session.add(activity)
        session.flush()
        entry = ledger.award(
            session, activity_id=activity.id, user_id=user_id, kind=kind, quality=quality, scoring_version=None,
            occurred_at=at, key=f"share:{activity.id}", actor_id=user_id, words=words,
        )  # fmt: skip
        entries.append(entry.id)
    return user_id


def load(session, user_id, first_week):
    return queries.load_entries(session, UTC_CALENDAR, (first_week, first_week + WEEK), accounts=(user_id, user_id))


STRONG = Quality("bands", band="strong")


@settings(max_examples=30)
@given(history=events)
# The weekly limit stops an item of another kind; a withdrawal makes room, and frees a place.
@example(history=[("linkedin-post", STRONG, 40, 0)] * 3 + [("linkedin-comment", STRONG, 40, 0)] * 3)
@example(history=[("x-post", STRONG, 40, 1)] * 2 + [0, ("x-post", STRONG, 40, 1), ("linkedin-post", STRONG, None, 1)])
def test_replay_under_a_policy_is_what_the_ledger_would_have_credited_from_the_start(engine, policies, history):
    with unit_of_work(engine) as session:
        under_a, under_b = credit(session, history, WEEK_A), credit(session, history, WEEK_B)
        entries_a, entries_b = load(session, under_a, WEEK_A), load(session, under_b, WEEK_B)
        again = replay(entries_a, lambda _entry: POLICY_A)
        changed = replay(entries_a, lambda _entry: POLICY_B)
        assert [again[entry.id] for entry in entries_a] == [entry.amount for entry in entries_a]
        assert [changed[entry.id] for entry in entries_a] == [entry.amount for entry in entries_b]
        assert {entry.policy_hash for entry in entries_b} <= {POLICY_B.hash()}


def test_preview_of_the_policy_that_applied_changes_nothing_and_writes_nothing(engine, policies):
    history = [("linkedin-post", Quality("bands", band="good"), 40, 0)] * 5 + [2, ("x-reply", Quality("not-judged"), 3, 1)]
    weeks = (WEEK_A, WEEK_A + WEEK)
    with unit_of_work(engine) as session:
        user_id = credit(session, history, WEEK_A)
    with unit_of_work(engine, writes=False) as session:
        before = session.scalar(select(func.count()).select_from(LedgerEntry))
        effects = measure(session, weeks, before=POLICY_A, after=POLICY_A)
        effect = effects[user_id]
        assert effect.credited == effect.before == effect.after == session.get_one(CreditAccount, user_id).credited_total - 12
        assert effect.items == 5
        assert sum(before for before, _ in effect.weeks) == effect.before
        assert sum(kind[1] for kind in effect.kinds.values()) == effect.before
        assert effect.modes == {"bands": 5, "not-judged": 1}
        changed = measure(session, weeks, before=POLICY_A, after=POLICY_B)
        assert changed[user_id].before == effect.before != changed[user_id].after
        assert total(changed)["credited"] == total(effects)["credited"]
        assert not session.new
        assert not session.dirty
        assert session.scalar(select(func.count()).select_from(LedgerEntry)) == before
        assert verify(session) == []


def test_amount_that_a_person_decided_is_kept_under_every_policy(engine, policies):
    """Such an entry has no formula; it still counts toward the limits, as in the ledger."""
    with unit_of_work(engine, writes=False) as session:
        entry = queries.Entry(1, 1, WEEK_A, "linkedin-post", 17, "x")
        item = queries.Entry(2, 1, WEEK_A, "linkedin-post", 0, "x", quality=Quality("bands", band="strong"))
        assert replay([entry, item], lambda _entry: POLICY_B) == {1: 17, 2: 3}
        session.rollback()


def test_correction_keeps_the_place_of_the_item_that_it_is_about():
    def post(id_, activity_id, **values):
        return queries.Entry(
            id_, 1, WEEK_A, "linkedin-post", 0, "x", quality=Quality("blind"), activity_id=activity_id, **values
        )

    reversal = queries.Entry(3, 1, WEEK_A, "linkedin-post", 0, "x", reverses_id=1)
    entries = [post(1, 7), post(2, 8), reversal, post(4, 7, keeps_place=True), post(5, 9)]
    # The third post of the week is the third, whether the first one was corrected or not.
    assert replay(entries, lambda _entry: POLICY_A) == {1: 10, 2: 9, 3: -10, 4: 10, 5: 8}
