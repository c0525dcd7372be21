"""Items of a history that are new enough to count toward credit. Each is shared by the rep's own act, through the operation
that shares any item: with the same notice, checks, duplicates and formula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy.orm import Session

from nlp.model import Surface
from server.activities.fingerprint import compute_fingerprints
from server.activities.models import Activity
from server.activities.operations import MAX_AGE, PublishedItem
from server.core.clock import now
from server.core.problems import Problem, not_found
from server.core.secret_keys import SecretKeys
from server.core.weeks import Calendar
from server.history import queries
from server.history.models import HistoryItem
from server.history.view import first_line

#: Far more than anybody counts; somebody who answers many posts has hundreds.
MAX_RECENT = 50


@dataclass(frozen=True, slots=True)
class RecentItem:
    """``share``: the state of the share that has this text, if there is one, and its id."""

    id: int
    kind: str
    day: date
    score: int | None
    band: str | None
    line: str
    share_id: int | None
    share_state: str | None


@dataclass(frozen=True, slots=True)
class Recent:
    """``items``: the newest ``MAX_RECENT``. ``without_text``: how many items are new enough but cannot be shared from here,
    because their texts were not kept."""

    items: tuple[RecentItem, ...]
    has_more: bool
    without_text: int


def list_recent(session: Session, *, user_id: int, calendar: Calendar, secret_keys: SecretKeys) -> Recent:
    rows = queries.items_since(session, user_id=user_id, since=now() - MAX_AGE)
    all_with_text = [row for row in rows if row.text]
    with_text = all_with_text[:MAX_RECENT]
    hashes = {row.id: {one.exact for one in compute_fingerprints(row.text or "", secret_keys=secret_keys)} for row in with_text}
    shares = queries.own_shares(
        session,
        user_id=user_id,
        keys=[idempotency_key(row) for row in with_text],
        text_hashes={one for values in hashes.values() for one in values},
    )
    return Recent(
        tuple(_recent_item(row, _find_share(row, hashes[row.id], shares), calendar) for row in with_text),
        len(all_with_text) > MAX_RECENT,
        len(rows) - len(all_with_text),
    )


def _find_share(row: HistoryItem, hashes: set[str], shares: Sequence[Activity]) -> Activity | None:
    """The share made from this item; otherwise one of the same text, one that counts first."""
    matching = [share for share in shares if share.external_id == idempotency_key(row) or (share.text_hash or "") in hashes]
    return min(matching, key=lambda share: (share.external_id != idempotency_key(row), share.state != "counted"), default=None)


def _recent_item(row: HistoryItem, share: Activity | None, calendar: Calendar) -> RecentItem:
    return RecentItem(
        row.id,
        row.kind,
        calendar.day_of(row.published_at),
        row.score,
        row.band,
        first_line(row.text or ""),
        share.id if share else None,
        share.state if share else None,
    )


def idempotency_key(row: HistoryItem) -> str:
    """Sharing an item twice from here is one share."""
    return f"archive:{row.key}"


@dataclass(frozen=True, slots=True)
class ShareableItem:
    key: str
    item: PublishedItem


def item_to_share(session: Session, *, user_id: int, item_id: int) -> ShareableItem:
    """404 for somebody else's item; 422 if its text was not kept. Whether it is too old is decided where it is shared."""
    row = queries.own_item(session, user_id=user_id, item_id=item_id)
    if row is None or row.kind == "linkedin-profile":
        raise not_found()
    if not row.text:
        raise Problem(
            422, "text-not-kept", "The text of this item was not kept",
            detail="Choose your archive again under Archive and keep the texts of recent items.",
        )  # fmt: skip
    item = PublishedItem(cast("Surface", row.kind), row.text, None, row.url, row.published_at, is_dated=True)
    return ShareableItem(idempotency_key(row), item)
