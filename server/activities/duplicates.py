"""Finds the item that a text repeats, without comparing texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from server.activities import queries
from server.activities.fingerprint import Fingerprint, fingerprint, is_near_copy
from server.activities.models import Activity

#: How far back, and ahead, a repeated text is a duplicate.
DUPLICATE_WINDOW = timedelta(days=90)


def find_original(session: Session, prints: Fingerprint, *, user_id: int, since: datetime, until: datetime) -> Activity | None:
    """A counted item, anybody's, that the text repeats exactly or nearly; one of ``user_id``'s own first."""
    originals: Sequence[Activity] = queries.counted_with_text(session, text_hash=prints.exact, since=since, until=until)
    if not originals and prints.bands:
        candidates = queries.counted_with_band(session, bands=prints.bands, since=since, until=until)
        originals = [item for item in candidates if is_near_copy(item.shingles or [], prints.signature)]
    return min(originals, key=lambda item: (item.user_id != user_id, item.id), default=None)


def repeats_shared_text(session: Session, text: str, *, user_id: int, until: datetime, secret: bytes) -> bool:
    """Whether a draft nearly repeats what somebody shared within ``DUPLICATE_WINDOW``. False for short drafts, which are
    alike by chance."""
    prints = fingerprint(text, secret=secret)
    if not prints.bands:
        return False
    since = until - DUPLICATE_WINDOW
    return find_original(session, prints, user_id=user_id, since=since, until=until) is not None
