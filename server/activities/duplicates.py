"""Finds the shared item that a text repeats, by fingerprint: texts themselves are never compared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from server.activities import queries
from server.activities.fingerprint import NEAR_COPY_CONTAINMENT, Fingerprint, compute_fingerprints, containment
from server.activities.models import Activity
from server.core.secret_keys import SecretKeys
from server.credit.queries import current_policy

#: Of the items that have indexed hashes in common with a text, those with the most are compared with it.
MAX_COMPARED = 50


def find_original(
    session: Session, fingerprints: Sequence[Fingerprint], *, user_id: int, since: datetime, until: datetime
) -> Activity | None:
    """The counted item of any person that the text repeats exactly or nearly; ``user_id``'s own items take precedence. A text
    that is put together from several own items repeats the one it has the most of. ``fingerprints``: of the text, under each
    key."""
    exact = queries.counted_items_with_text_hash(
        session, text_hashes=[fingerprint.exact for fingerprint in fingerprints], since=since, until=until
    )
    if exact:
        return min(exact, key=lambda item: (item.user_id != user_id, item.id))
    variants = [variant for fingerprint in fingerprints for variant in fingerprint.variants]
    if variants:
        same = queries.own_counted_item_with_band(session, user_id=user_id, bands=variants, since=since, until=until)
        if same is not None:
            return same
    bands = [band for fingerprint in fingerprints for band in fingerprint.bands]
    if not bands:
        return None
    similar = queries.counted_items_with_bands(session, bands=bands, since=since, until=until, limit=MAX_COMPARED)
    own = [item for item in similar if item.user_id == user_id]
    if own and _containment(fingerprints, *own) >= NEAR_COPY_CONTAINMENT:
        return max(own, key=lambda item: (_containment(fingerprints, item), -item.id))
    copied = (item for item in similar if _containment(fingerprints, item) >= NEAR_COPY_CONTAINMENT)
    return min(copied, key=lambda item: item.id, default=None)


def _containment(fingerprints: Sequence[Fingerprint], *items: Activity) -> float:
    """The items may have been fingerprinted under any of the keys."""
    shingles = [item.shingles or [] for item in items]
    return max(containment(fingerprint.shingles, *shingles) for fingerprint in fingerprints)


def repeats_shared_text(session: Session, text: str, *, user_id: int, until: datetime, secret_keys: SecretKeys) -> bool:
    """Whether a draft repeats, exactly or nearly, an item that anybody shared and that would keep it from earning credit. False
    for short drafts, which are often alike by chance."""
    fingerprints = compute_fingerprints(text, secret_keys=secret_keys)
    if not fingerprints[0].bands:
        return False
    since = until - timedelta(days=current_policy(session).copy_days)
    return find_original(session, fingerprints, user_id=user_id, since=since, until=until) is not None
