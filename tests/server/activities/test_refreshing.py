"""Items of earlier releases are found as copies again after an upgrade."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from server.activities.duplicates import find_original
from server.activities.fingerprint import VERSION, compute_fingerprints
from server.activities.models import Activity, TextBand
from server.activities.refreshing import refresh_items
from tests.databases import SECRET_KEYS
from tests.factories import make_user
from tests.server.activities.gaming.texts import POST, SWAPPED_POST

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


def add_earlier_item(session, **values):
    item = Activity(
        user_id=make_user(session).id, kind="linkedin-post", source="web", external_id=uuid.uuid4().hex, state="counted",
        occurred_at=NOW, recorded_at=NOW, text_hash="0" * 64, fingerprint_version=1, **values,
    )  # fmt: skip
    session.add(item)
    session.flush()
    return item.id


def test_refreshed_item_is_found_by_near_copy_and_address(session):
    url = "https://www.linkedin.com/feed/update/urn:li:activity:7051?utm_source=share"
    item_id = add_earlier_item(session, text=POST, url=url)
    without_text = add_earlier_item(session, text=None)
    assert refresh_items(session, secret_keys=lambda: SECRET_KEYS) == 1
    fingerprints = compute_fingerprints(SWAPPED_POST, secret_keys=SECRET_KEYS)
    original = find_original(session, fingerprints, user_id=0, since=NOW - timedelta(days=1), until=NOW)
    assert (original.id, original.fingerprint_version) == (item_id, VERSION)
    assert original.address == "linkedin:7051" or original.address.startswith("web:")
    assert session.get_one(Activity, without_text).fingerprint_version == 1
    bands = session.scalar(select(func.count()).select_from(TextBand).where(TextBand.activity_id == item_id))
    # A second upgrade finds nothing to do, and does not need the secret key.
    assert refresh_items(session, secret_keys=lambda: pytest.fail("needs no key")) == 0
    assert session.scalar(select(func.count()).select_from(TextBand).where(TextBand.activity_id == item_id)) == bands
    session.rollback()
