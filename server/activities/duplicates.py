"""Finds the shared item that a text duplicates, by fingerprint: texts themselves are never compared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from server.activities import queries
from server.activities.fingerprint import Fingerprint, compute_fingerprints, is_near_copy
from server.activities.models import Activity
from server.core.secret_keys import SecretKeys

#: A text that repeats an item this much earlier or later is a duplicate.
DUPLICATE_WINDOW = timedelta(days=90)


def find_original(
    session: Session, fingerprints: Sequence[Fingerprint], *, user_id: int, since: datetime, until: datetime
) -> Activity | None:
    """The counted item of any person that the text repeats exactly or nearly; ``user_id``'s own items take precedence.
    ``fingerprints``: of the text, under each key."""
    originals: Sequence[Activity] = queries.counted_items_with_text_hash(
        session, text_hashes=[fingerprint.exact for fingerprint in fingerprints], since=since, until=until
    )
    bands = [band for fingerprint in fingerprints for band in fingerprint.bands]
    if not originals and bands:
        candidates = queries.counted_items_with_band(session, bands=bands, since=since, until=until)
        signatures = [fingerprint.signature for fingerprint in fingerprints]
        originals = [item for item in candidates if any(is_near_copy(item.shingles or [], one) for one in signatures)]
    return min(originals, key=lambda item: (item.user_id != user_id, item.id), default=None)


def repeats_shared_text(session: Session, text: str, *, user_id: int, until: datetime, secret_keys: SecretKeys) -> bool:
    """Whether a draft repeats, exactly or nearly, an item shared by anybody within ``DUPLICATE_WINDOW``. False for short
    drafts, which are often alike by chance."""
    fingerprints = compute_fingerprints(text, secret_keys=secret_keys)
    if not fingerprints[0].bands:
        return False
    since = until - DUPLICATE_WINDOW
    return find_original(session, fingerprints, user_id=user_id, since=since, until=until) is not None
