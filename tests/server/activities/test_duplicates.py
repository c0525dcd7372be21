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
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = [f"{first}{second}" for first in LETTERS for second in LETTERS]
LONG, OTHER = " ".join(WORDS[:60]), " ".join(WORDS[100:160])


@pytest.fixture(autouse=True)
def rolled_back(session):
    yield
    session.rollback()


def add_item(session, user, text, *, state="counted", occurred_at=NOW):
    fingerprint = compute_fingerprint(text, secret=SECRET_KEYS.current)
    item = Activity(
        user_id=user.id, kind="linkedin-post", source="web", external_id=uuid.uuid4().hex, state=state,
        occurred_at=occurred_at, text=text, text_hash=fingerprint.exact, shingles=list(fingerprint.shingles) or None,
    )  # fmt: skip
    session.add(item)
    session.flush()
    session.add_all(TextBand(activity_id=item.id, hash=band) for band in fingerprint.indexed)
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


def test_find_original_detects_a_part_of_a_colleagues_item(session):
    item = add_item(session, make_user(session), LONG)
    assert original_of(session, make_user(session), " ".join(WORDS[20:40])) is item


def test_find_original_detects_a_text_put_together_from_own_items(session):
    user = make_user(session)
    items = [add_item(session, user, " ".join(WORDS[start : start + 20])) for start in (0, 20, 40)]
    together = " ".join(WORDS[:60])
    assert original_of(session, user, together) in items
    # Of a colleague's items only one at a time is compared: phrases of many people are in every text.
    assert original_of(session, make_user(session), together) is None


def test_find_original_leaves_a_quotation_of_less_than_half_alone(session):
    add_item(session, make_user(session), LONG)
    assert original_of(session, make_user(session), f"{OTHER} {' '.join(WORDS[:30])}") is None


def test_short_comment_with_another_name_repeats_only_an_own_one(session):
    user = make_user(session)
    item = add_item(session, user, "Congratulations Anna on the new role!")
    assert original_of(session, user, "Congratulations Ben on the new role!") is item
    assert original_of(session, make_user(session), "Congratulations Ben on the new role!") is None


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
