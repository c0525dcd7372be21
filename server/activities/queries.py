"""Queries of shared items."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.activities.models import Activity, TextBand

#: Items that others repeat: sharing again what somebody refused does not make it count.
JUDGED_STATES = ("counted", "refused")


def own_share_for_update(session: Session, *, user_id: int, share_id: int) -> Activity | None:
    """The person's share, locked until the transaction ends."""
    return session.scalar(_own_shares(user_id).where(Activity.id == share_id).with_for_update())


def own_share(session: Session, *, user_id: int, share_id: int) -> Activity | None:
    return session.scalar(_own_shares(user_id).where(Activity.id == share_id))


def own_shares(session: Session, *, user_id: int, offset: int, limit: int) -> Sequence[Activity]:
    """Newest first."""
    return session.scalars(
        _own_shares(user_id).order_by(Activity.occurred_at.desc(), Activity.id.desc()).offset(offset).limit(limit)
    ).all()


def _own_shares(user_id: int) -> Select[Activity]:
    return select(Activity).where(Activity.user_id == user_id)


def counted_items_with_text_hash(
    session: Session, *, text_hashes: Collection[str], since: datetime, until: datetime
) -> Sequence[Activity]:
    """Counted and refused items of all people whose normalised text has one of the hashes."""
    return session.scalars(_counted_between(since, until).where(Activity.text_hash.in_(text_hashes))).all()


def counted_items_with_band(
    session: Session, *, bands: Collection[int], since: datetime, until: datetime
) -> Sequence[Activity]:
    """Counted and refused items of all people that have at least one of the bands."""
    with_band = select(TextBand.activity_id).where(TextBand.hash.in_(bands))
    return session.scalars(_counted_between(since, until).where(Activity.id.in_(with_band))).all()


def _counted_between(since: datetime, until: datetime) -> Select[Activity]:
    in_between = (Activity.occurred_at >= since, Activity.occurred_at <= until)
    return select(Activity).where(Activity.state.in_(JUDGED_STATES), *in_between)


def own_judged_item_with_url(session: Session, *, user_id: int, url: str) -> Activity | None:
    """The person's item at this address that counts or was refused; one that counts first."""
    query = select(Activity).where(Activity.user_id == user_id, Activity.state.in_(JUDGED_STATES), Activity.url == url)
    return session.scalar(query.order_by(Activity.state, Activity.id).limit(1))


def own_items_on_hold_with_url(session: Session, *, user_id: int, url: str) -> Sequence[Activity]:
    held = select(Activity).where(Activity.user_id == user_id, Activity.state == "held", Activity.url == url)
    return session.scalars(held.with_for_update()).all()
