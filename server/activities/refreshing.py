"""Computes the fingerprints and addresses of items again that an earlier release stored otherwise."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import delete
from sqlalchemy.orm import Session

from server.activities import queries
from server.activities.addresses import read_address
from server.activities.fingerprint import VERSION, compute_fingerprint
from server.activities.models import Activity, TextBand
from server.core.secret_keys import SecretKeys

_ITEMS_AT_ONCE = 500


def refresh_items(session: Session, *, secret_keys: Callable[[], SecretKeys]) -> int:
    """Returns how many. Items whose text was deleted have nothing to compute them from, and need none. ``secret_keys`` is
    called only if there are items."""
    refreshed = 0
    while items := queries.items_with_earlier_fingerprint(session, version=VERSION, limit=_ITEMS_AT_ONCE):
        for item in items:
            _refresh(session, item, secret=secret_keys().current)
        session.flush()
        session.expunge_all()
        refreshed += len(items)
    return refreshed


def _refresh(session: Session, item: Activity, *, secret: bytes) -> None:
    fingerprint = compute_fingerprint(item.text or "", secret=secret)
    item.text_hash, item.shingles = fingerprint.exact, list(fingerprint.shingles) or None
    item.fingerprint_version = VERSION
    if item.url:
        address = read_address(item.url, kind=item.kind, at=item.recorded_at)
        item.address, item.post_address = address.item, address.post
    session.execute(delete(TextBand).where(TextBand.activity_id == item.id))
    session.add_all(TextBand(activity_id=item.id, hash=band) for band in fingerprint.indexed)
