"""Queries of shared items, and of records that name one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from server.activities.models import Activity, TextBand
from server.outcomes.models import Outcome, OutcomeRecord
from server.people.models import User
from server.records.models import Record


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
    """Counted items of all people whose normalised text has one of the hashes."""
    return session.scalars(_counted_between(since, until).where(Activity.text_hash.in_(text_hashes))).all()


def counted_items_with_band(
    session: Session, *, bands: Collection[int], since: datetime, until: datetime
) -> Sequence[Activity]:
    """Counted items of all people that have at least one of the bands."""
    with_band = select(TextBand.activity_id).where(TextBand.hash.in_(bands))
    return session.scalars(_counted_between(since, until).where(Activity.id.in_(with_band))).all()


def _counted_between(since: datetime, until: datetime) -> Select[Activity]:
    return select(Activity).where(Activity.state == "counted", Activity.occurred_at >= since, Activity.occurred_at <= until)


def own_counted_item_with_url(session: Session, *, user_id: int, url: str) -> Activity | None:
    return session.scalar(
        select(Activity).where(Activity.user_id == user_id, Activity.state == "counted", Activity.url == url).limit(1)
    )


def own_items_on_hold_with_url(session: Session, *, user_id: int, url: str) -> Sequence[Activity]:
    held = select(Activity).where(Activity.user_id == user_id, Activity.state == "held", Activity.url == url)
    return session.scalars(held.with_for_update()).all()


def records_naming_items(
    session: Session, *, user_ids: Collection[int] | None, record_id: int | None, not_of: int | None
) -> Iterator[tuple[Record, Activity]]:
    """Records of active people that name a counted item of the same person as their source, with the item, oldest record and
    oldest item first; without records that are an outcome already, and without pairs that a person has decided about."""
    holder = aliased(Outcome)
    is_taken = exists(
        select(OutcomeRecord.record_id)
        .join(holder, holder.id == OutcomeRecord.outcome_id)
        .where(OutcomeRecord.record_id == Record.id, holder.user_id == Record.user_id)
        .correlate(Record)
    )
    is_decided = exists().where(Outcome.record_id == Record.id, Outcome.activity_id == Activity.id, Outcome.origin == "crm")
    query = (
        select(Record, Activity)
        .join(User, User.id == Record.user_id)
        .join(
            Activity,
            (Activity.user_id == Record.user_id) & (Activity.post_link == Record.social_source) & (Activity.state == "counted"),
        )
        .where(Record.social_source.is_not(None), Record.count == 1, User.is_active.is_(True), ~is_taken, ~is_decided)
        .order_by(Record.occurred_at, Record.id, Activity.occurred_at, Activity.id)
    )
    if user_ids is not None:
        query = query.where(Record.user_id.in_(user_ids))
    if record_id is not None:
        query = query.where(Record.id == record_id)
    if not_of is not None:
        query = query.where(Record.user_id != not_of)
    return ((record, item) for record, item in session.execute(query))


def items_by_id(session: Session, *, activity_ids: Collection[int]) -> dict[int, Activity]:
    return {row.id: row for row in session.scalars(select(Activity).where(Activity.id.in_(activity_ids)))}
