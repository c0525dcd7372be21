"""Finds the shared item that a text duplicates, by fingerprint: texts themselves are never compared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from server.activities import queries
from server.activities.fingerprint import Fingerprint, compute_fingerprint, is_near_copy
from server.activities.models import Activity

#: A text that repeats an item this much earlier or later is a duplicate.
DUPLICATE_WINDOW = timedelta(days=90)


def find_original(
    session: Session, fingerprint: Fingerprint, *, user_id: int, since: datetime, until: datetime
) -> Activity | None:
    """The counted item of any person that the text repeats exactly or nearly; ``user_id``'s own items take precedence."""
    originals: Sequence[Activity] = queries.counted_items_with_text_hash(
        session, text_hash=fingerprint.exact, since=since, until=until
    )
    if not originals and fingerprint.bands:
        candidates = queries.counted_items_with_band(session, bands=fingerprint.bands, since=since, until=until)
        originals = [item for item in candidates if is_near_copy(item.shingles or [], fingerprint.signature)]
    return min(originals, key=lambda item: (item.user_id != user_id, item.id), default=None)


def repeats_shared_text(session: Session, text: str, *, user_id: int, until: datetime, secret: bytes) -> bool:
    """Whether a draft repeats, exactly or nearly, an item shared by anybody within ``DUPLICATE_WINDOW``. False for short
    drafts, which are often alike by chance."""
    fingerprint = compute_fingerprint(text, secret=secret)
    if not fingerprint.bands:
        return False
    since = until - DUPLICATE_WINDOW
    return find_original(session, fingerprint, user_id=user_id, since=since, until=until) is not None
