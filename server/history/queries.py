"""Queries of a rep's own archive and history. Every query is about one person's rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from nlp.model import DRAFT_SURFACES
from server.activities.models import Activity
from server.history.models import ArchiveEntry, ArchiveImport, HistoryItem


def own_import(session: Session, *, user_id: int) -> ArchiveImport | None:
    return session.scalar(select(ArchiveImport).where(ArchiveImport.user_id == user_id))


def own_import_for_update(session: Session, *, user_id: int) -> ArchiveImport | None:
    return session.scalar(select(ArchiveImport).where(ArchiveImport.user_id == user_id).with_for_update())


def import_for_update(session: Session, *, token: str) -> ArchiveImport | None:
    return session.scalar(select(ArchiveImport).where(ArchiveImport.token == token).with_for_update())


def next_entries(session: Session, *, import_id: int, limit: int) -> Sequence[ArchiveEntry]:
    """Newest first: entries were stored in this order."""
    return session.scalars(
        select(ArchiveEntry).where(ArchiveEntry.import_id == import_id).order_by(ArchiveEntry.id).limit(limit)
    ).all()


def newest_entries_of_kind(session: Session, *, import_id: int, kind: str, limit: int) -> Sequence[ArchiveEntry]:
    of_kind = select(ArchiveEntry).where(ArchiveEntry.import_id == import_id, ArchiveEntry.kind == kind)
    return session.scalars(of_kind.order_by(ArchiveEntry.id).limit(limit)).all()


def expired_imports(session: Session, *, at: datetime) -> Sequence[ArchiveImport]:
    return session.scalars(
        select(ArchiveImport).where(ArchiveImport.state != "done", ArchiveImport.expires_at <= at).with_for_update()
    ).all()


def imports_finished_before(session: Session, *, at: datetime) -> Sequence[ArchiveImport]:
    return session.scalars(
        select(ArchiveImport).where(ArchiveImport.state == "done", ArchiveImport.finished_at < at).with_for_update()
    ).all()


def items_by_key(session: Session, *, user_id: int, keys: Collection[str]) -> dict[str, HistoryItem]:
    rows = session.scalars(select(HistoryItem).where(HistoryItem.user_id == user_id, HistoryItem.key.in_(keys)))
    return {row.key: row for row in rows}


def own_item(session: Session, *, user_id: int, item_id: int) -> HistoryItem | None:
    return session.scalar(select(HistoryItem).where(HistoryItem.user_id == user_id, HistoryItem.id == item_id))


def all_items(session: Session, *, user_id: int) -> Sequence[HistoryItem]:
    """Oldest first."""
    return session.scalars(_newest_first(user_id).order_by(None).order_by(HistoryItem.published_at, HistoryItem.id)).all()


def list_items(session: Session, *, user_id: int, words: str, offset: int, limit: int) -> Sequence[HistoryItem]:
    """Newest first. ``words``: only items whose kept text contains them, in any letter case; empty for all items."""
    items = _newest_first(user_id)
    if words:
        items = items.where(HistoryItem.text.icontains(words, autoescape=True))
    return session.scalars(items.offset(offset).limit(limit)).all()


class ScoredItem(NamedTuple):
    """A scored item that is no profile. ``has_text``: whether its text was kept."""

    id: int
    published_at: datetime
    score: int
    dimensions: dict[str, int]
    has_text: bool


def scored_items(session: Session, *, user_id: int) -> Sequence[ScoredItem]:
    rows = session.execute(
        select(
            HistoryItem.id,
            HistoryItem.published_at,
            HistoryItem.score,
            HistoryItem.dimensions,
            HistoryItem.text.is_not(None),
        ).where(HistoryItem.user_id == user_id, HistoryItem.score.is_not(None), HistoryItem.kind.in_(DRAFT_SURFACES))
    )
    return [
        ScoredItem(item_id, published_at, score, dimensions, has_text)
        for item_id, published_at, score, dimensions, has_text in rows
        if score is not None
    ]


def items_by_id(session: Session, *, user_id: int, ids: Collection[int]) -> dict[int, HistoryItem]:
    rows = session.scalars(select(HistoryItem).where(HistoryItem.user_id == user_id, HistoryItem.id.in_(ids)))
    return {row.id: row for row in rows}


def newest_profile(session: Session, *, user_id: int) -> HistoryItem | None:
    return session.scalar(_newest_first(user_id).where(HistoryItem.kind == "linkedin-profile").limit(1))


def items_since(session: Session, *, user_id: int, since: datetime) -> Sequence[HistoryItem]:
    """Newest first, without profiles."""
    recent = HistoryItem.published_at >= since
    return session.scalars(_newest_first(user_id).where(recent, HistoryItem.kind.in_(DRAFT_SURFACES))).all()


def counts(session: Session, *, user_id: int) -> tuple[int, int]:
    """The number of items, and of those with a text."""
    counted = select(func.count(), func.count(HistoryItem.text)).where(HistoryItem.user_id == user_id)
    total, with_text = session.execute(counted).one()
    return total, with_text


def scoring_versions(session: Session, *, user_id: int) -> int:
    """By how many versions the items were scored."""
    versions = select(func.count(HistoryItem.scoring_version.distinct())).where(HistoryItem.user_id == user_id)
    return session.scalar(versions) or 0


def own_shares(session: Session, *, user_id: int, keys: Collection[str], text_hashes: Collection[str]) -> Sequence[Activity]:
    """The person's shares that were made from items of their history, or that have one of the texts."""
    return session.scalars(
        select(Activity).where(
            Activity.user_id == user_id,
            Activity.kind.in_(DRAFT_SURFACES),
            Activity.external_id.in_(keys) | Activity.text_hash.in_(text_hashes),
        )
    ).all()


def _newest_first(user_id: int) -> Select[HistoryItem]:
    return (
        select(HistoryItem)
        .where(HistoryItem.user_id == user_id)
        .order_by(HistoryItem.published_at.desc(), HistoryItem.id.desc())
    )
