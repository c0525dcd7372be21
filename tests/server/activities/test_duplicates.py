"""Finding the item that a text duplicates."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from server.activities.duplicates import find_original, repeats_shared_text
from server.activities.fingerprint import compute_fingerprint, compute_fingerprints
from server.activities.models import Activity, TextBand
from tests.databases import SECRET_KEYS
from tests.factories import make_user

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
LONG = " ".join(f"word{number}" for number in range(60))


@pytest.fixture(autouse=True)
def rolled_back(session):
    yield
    session.rollback()


def add_item(session, user, text, *, state="counted", occurred_at=NOW):
    fingerprint = compute_fingerprint(text, secret=SECRET_KEYS.current)
    item = Activity(
        user_id=user.id, kind="linkedin-post", source="web", external_id=uuid.uuid4().hex, state=state,
        occurred_at=occurred_at, text=text, text_hash=fingerprint.exact, shingles=list(fingerprint.signature) or None,
    )  # fmt: skip
    session.add(item)
    session.flush()
    session.add_all(TextBand(activity_id=item.id, hash=band) for band in fingerprint.bands)
    session.flush()
    return item


def original_of(session, user, text, *, since=NOW - timedelta(days=1), until=NOW + timedelta(days=1)):
    fingerprints = compute_fingerprints(text, secret_keys=SECRET_KEYS)
    return find_original(session, fingerprints, user_id=user.id, since=since, until=until)


def test_find_original_prefers_the_persons_own_item(session):
    author, colleague = make_user(session), make_user(session)
    add_item(session, colleague, LONG)
    own = add_item(session, author, LONG)
    assert original_of(session, author, LONG) is own


def test_find_original_detects_a_near_copy_of_a_colleagues_item(session):
    item = add_item(session, make_user(session), LONG)
    assert original_of(session, make_user(session), f"{LONG} and one more thing") is item
    assert original_of(session, make_user(session), " ".join(reversed(LONG.split()))) is None


@pytest.mark.parametrize(
    "changes", [{"state": "withdrawn"}, {"state": "held"}, {"occurred_at": NOW - timedelta(days=2)}], ids=str
)
def test_find_original_ignores_items_that_do_not_count_or_are_out_of_range(session, changes):
    user = make_user(session)
    add_item(session, user, LONG, **changes)
    assert original_of(session, user, LONG) is None


def test_short_drafts_are_never_reported_as_repeated(session):
    user = make_user(session)
    for text in (LONG, "Thanks for the numbers"):
        add_item(session, user, text)
    assert repeats_shared_text(session, LONG, user_id=user.id, until=NOW, secret_keys=SECRET_KEYS)
    assert not repeats_shared_text(session, "Thanks for the numbers", user_id=user.id, until=NOW, secret_keys=SECRET_KEYS)
