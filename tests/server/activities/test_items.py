"""Shared items as their author sees them."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from server.activities.items import ITEMS_PER_PAGE, get_own_item, list_own_items
from server.activities.models import Activity
from server.core.problems import Problem
from server.credit import operations as ledger
from server.credit.formula import Quality
from tests.factories import make_user

NOON = datetime(2026, 11, 4, 12, tzinfo=UTC)


@pytest.fixture
def user(session):
    yield make_user(session)
    session.rollback()


def add_item(session, user, *, days_ago=0, kind="linkedin-post", state="counted", **values):
    item = Activity(
        user_id=user.id, kind=kind, source="web", external_id=uuid.uuid4().hex, state=state,
        occurred_at=NOON - timedelta(days=days_ago), **values,
    )  # fmt: skip
    session.add(item)
    session.flush()
    return item


def test_own_items_are_paged_newest_first(session, user):
    items = [add_item(session, user, days_ago=number) for number in range(ITEMS_PER_PAGE + 1)]
    first, second = (list_own_items(session, user_id=user.id, page=page) for page in (1, 2))
    assert [item.id for item in (*first.items, *second.items)] == [item.id for item in items]
    assert (len(first.items), first.has_older, second.has_older) == (ITEMS_PER_PAGE, True, False)


def test_own_item_has_its_points_until_they_are_reversed(session, user):
    item = add_item(session, user)
    entry = ledger.award(
        session, activity_id=item.id, user_id=user.id, kind=item.kind, quality=Quality("blind"),
        scoring_version=None, occurred_at=item.occurred_at, key=f"share:{item.id}", actor_id=user.id,
    )  # fmt: skip
    own_item = get_own_item(session, user_id=user.id, share_id=item.id)
    assert (own_item.points, own_item.entry_id) == (entry.amount, entry.id)
    assert (own_item.day, own_item.week) == (date(2026, 11, 4), date(2026, 11, 2))
    ledger.reverse(session, entry_id=entry.id, reason_code="mistake", actor_id=user.id)
    assert get_own_item(session, user_id=user.id, share_id=item.id).points is None


def test_item_of_somebody_else_is_not_found(session, user):
    item = add_item(session, make_user(session))
    with pytest.raises(Problem) as refused:
        get_own_item(session, user_id=user.id, share_id=item.id)
    assert refused.value.status == 404


def test_item_that_repeats_another_names_the_persons_own_one_only(session, user):
    own, colleagues = add_item(session, user, days_ago=3), add_item(session, make_user(session))
    repeated = {
        code: add_item(session, user, state="duplicate", reason_code=code, reason="Is it a new one?", original_id=original.id)
        for code, original in (
            ("copy", own),
            ("same-address", own),
            ("copy-colleague", colleagues),
            ("same-address-colleague", colleagues),
        )
    }
    named = {code: get_own_item(session, user_id=user.id, share_id=item.id).original_id for code, item in repeated.items()}
    assert named == {"copy": own.id, "same-address": own.id, "copy-colleague": None, "same-address-colleague": None}
