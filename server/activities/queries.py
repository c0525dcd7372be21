"""Queries of shared items, and of records that name one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Exists, Select, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from nlp.model import DRAFT_SURFACES
from server.activities.models import Activity, ItemInputs, TextBand
from server.outcomes.models import Outcome
from server.outcomes.queries import is_outcome_of_owner
from server.people.models import User
from server.records.models import Record

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


def own_shares_between(session: Session, *, user_id: int, start: datetime, end: datetime) -> Sequence[Activity]:
    """From ``start`` to before ``end``, oldest first."""
    within = (Activity.occurred_at >= start, Activity.occurred_at < end)
    return session.scalars(_own_shares(user_id).where(*within).order_by(Activity.occurred_at, Activity.id)).all()


def _own_shares(user_id: int) -> Select[Activity]:
    return select(Activity).where(Activity.user_id == user_id)


def recent_shared_texts(session: Session, *, limit: int) -> Sequence[tuple[int, str, str]]:
    """Person, kind and text of the newest items that people share and that still have their text."""
    rows = session.execute(
        select(Activity.user_id, Activity.kind, Activity.text)
        .where(Activity.state.in_(("counted", "held")), Activity.text.is_not(None))
        .order_by(Activity.occurred_at.desc(), Activity.id.desc())
        .limit(limit)
    )
    return [(user_id, kind, text) for user_id, kind, text in rows if text is not None]


def counted_items_with_text_hash(
    session: Session, *, text_hashes: Collection[str], since: datetime, until: datetime
) -> Sequence[Activity]:
    """Counted and refused items of all people whose normalised text has one of the hashes."""
    return session.scalars(_counted_between(since, until).where(Activity.text_hash.in_(text_hashes))).all()


def counted_items_with_bands(
    session: Session, *, bands: Collection[int], since: datetime, until: datetime, limit: int
) -> Sequence[Activity]:
    """Counted items of all people that have any of the bands; those with the most first, of equal ones the newest."""
    # The index alone says which items are worth reading: a phrase that everybody uses is in thousands.
    most = (
        select(TextBand.activity_id, func.count().label("bands"))
        .where(TextBand.hash.in_(bands))
        .group_by(TextBand.activity_id)
        .order_by(func.count().desc(), TextBand.activity_id.desc())
        .limit(limit * 4)
        .subquery()
    )
    return session.scalars(
        _counted_between(since, until)
        .join(most, most.c.activity_id == Activity.id)
        .order_by(most.c.bands.desc(), Activity.id.desc())
        .limit(limit)
    ).all()


def own_counted_item_with_band(
    session: Session, *, user_id: int, bands: Collection[int], since: datetime, until: datetime
) -> Activity | None:
    """The person's first counted item that has any of the bands."""
    # The limit makes PostgreSQL begin with the bands, of which there are few, and not with all items of the person.
    newest = TextBand.activity_id.desc()
    with_band = select(TextBand.activity_id).where(TextBand.hash.in_(bands)).distinct().order_by(newest).limit(1_000).subquery()
    own = _counted_between(since, until).join(with_band, with_band.c.activity_id == Activity.id)
    return session.scalar(own.where(Activity.user_id == user_id).order_by(Activity.id).limit(1))


def _counted_between(since: datetime, until: datetime) -> Select[Activity]:
    in_between = (Activity.occurred_at >= since, Activity.occurred_at <= until)
    return select(Activity).where(Activity.state.in_(JUDGED_STATES), *in_between)


def judged_item_at(session: Session, *, user_id: int, address: str) -> Activity | None:
    """The item at this address that counts or was refused, of any person; the person's own first, and one that counts first."""
    at_address = select(Activity).where(Activity.address == address, Activity.state.in_(JUDGED_STATES))
    return session.scalar(at_address.order_by(Activity.user_id != user_id, Activity.state, Activity.id).limit(1))


def own_counted_comments(session: Session, *, user_id: int, post_address: str, since: datetime, until: datetime) -> int:
    """How many comments of the person under this post count."""
    own = _counted_between(since, until).where(Activity.user_id == user_id, Activity.post_address == post_address)
    return session.scalars(select(func.count()).select_from(own.subquery())).one()


def is_of_colleague(session: Session, *, user_id: int, address: str) -> bool:
    """Whether somebody else shared the post at this address."""
    return session.scalar(select(_of_colleague(user_id, address))) or False


def own_counted_comments_to_colleagues(session: Session, *, user_id: int, since: datetime, until: datetime) -> int:
    """How many comments of the person under posts that somebody else shared count; ``until`` is exclusive."""
    own = select(Activity.post_address).where(
        Activity.user_id == user_id,
        Activity.state == "counted",
        Activity.post_address.is_not(None),
        Activity.occurred_at >= since,
        Activity.occurred_at < until,
    )
    own_posts = own.subquery()
    to_colleagues = select(func.count()).select_from(own_posts).where(_of_colleague(user_id, own_posts.c.post_address))
    return session.scalars(to_colleagues).one()


def _of_colleague(user_id: int, address: str | ColumnElement[str | None]) -> Exists:
    post = aliased(Activity)
    return exists().where(post.address == address, post.user_id != user_id, post.state == "counted")


def own_items_on_hold_at(session: Session, *, user_id: int, address: str) -> Sequence[Activity]:
    held = select(Activity).where(Activity.user_id == user_id, Activity.state == "held", Activity.address == address)
    return session.scalars(held.with_for_update()).all()


def records_naming_items(
    session: Session, *, user_ids: Collection[int] | None, record_id: int | None, not_of: int | None
) -> Iterator[tuple[Record, Activity]]:
    """Records of active people that name a counted item of the same person as their source, with the item, oldest record and
    oldest item first; without records that are an outcome already, and without pairs that a person has decided about."""
    is_decided = exists().where(Outcome.record_id == Record.id, Outcome.activity_id == Activity.id, Outcome.origin == "crm")
    query = (
        select(Record, Activity)
        .join(User, User.id == Record.user_id)
        .join(
            Activity,
            (Activity.user_id == Record.user_id) & (Activity.post_link == Record.social_source) & (Activity.state == "counted"),
        )
        .where(
            Record.social_source.is_not(None), Record.count == 1, User.is_active.is_(True), ~is_outcome_of_owner(), ~is_decided
        )
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


def items_with_earlier_fingerprint(session: Session, *, version: int, limit: int) -> Sequence[Activity]:
    """Items that still have their text, oldest first."""
    earlier = select(Activity).where(Activity.fingerprint_version < version, Activity.text.is_not(None))
    return session.scalars(earlier.order_by(Activity.id).limit(limit)).all()


# --- trying another rubric on items -----------------------------------------------------------------------------------


def _newest(since: datetime, limit: int) -> Select[Activity]:
    """Items that people share, newest first."""
    return (
        select(Activity)
        .where(Activity.state.in_(("counted", "held")), Activity.occurred_at >= since)
        .order_by(Activity.occurred_at.desc(), Activity.id.desc())
        .limit(limit)
    )


def _is_measurable() -> ColumnElement[bool]:
    """Of a profile only a text without its sections is stored, which cannot be assessed again."""
    return Activity.text.is_not(None) & Activity.kind.in_(DRAFT_SURFACES)


def measured_items(
    session: Session, *, measured_by: str, since: datetime, limit: int
) -> Sequence[tuple[int, int, bool, bool, bool]]:
    """Of each of the newest items: its id and person, and whether it was measured by that version, can be, and has a score if
    it was."""
    is_measured = func.coalesce(ItemInputs.measured_by == measured_by, false())
    rows = session.execute(
        _newest(since, limit)
        .outerjoin(ItemInputs, ItemInputs.activity_id == Activity.id)
        .with_only_columns(Activity.id, Activity.user_id, is_measured, _is_measurable(), ItemInputs.inputs.is_not(None))
    )
    return [(id_, user_id, bool(measured), bool(can_be), bool(scored)) for id_, user_id, measured, can_be, scored in rows]


def last_measured_at(session: Session) -> datetime | None:
    return session.scalar(select(func.max(ItemInputs.measured_at)))


def inputs_of_items(session: Session, *, activity_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Of the items that were measured and have a score."""
    rows = session.execute(
        select(ItemInputs.activity_id, ItemInputs.inputs).where(
            ItemInputs.activity_id.in_(activity_ids), ItemInputs.inputs.is_not(None)
        )
    )
    return {activity_id: inputs for activity_id, inputs in rows if inputs is not None}


def ids_to_measure(session: Session, *, measured_by: str, since: datetime, newest: int) -> Sequence[int]:
    """Those of the ``newest`` items that the version has not measured and can, newest first."""
    of_newest = select(_newest(since, newest).with_only_columns(Activity.id).subquery().c.id)
    return session.scalars(
        select(Activity.id)
        .outerjoin(ItemInputs, ItemInputs.activity_id == Activity.id)
        .where(
            Activity.id.in_(of_newest),
            _is_measurable(),
            or_(ItemInputs.activity_id.is_(None), ItemInputs.measured_by != measured_by),
        )
        .order_by(Activity.occurred_at.desc(), Activity.id.desc())
    ).all()


def items_for_update(session: Session, *, activity_ids: Collection[int]) -> Sequence[Activity]:
    """Those that nobody else is changing, newest first, locked until the transaction ends."""
    items = select(Activity).where(Activity.id.in_(activity_ids)).order_by(Activity.occurred_at.desc(), Activity.id.desc())
    return session.scalars(items.with_for_update(skip_locked=True).execution_options(populate_existing=True)).all()


def inputs_of_person(session: Session, *, user_id: int) -> Sequence[ItemInputs]:
    own = select(ItemInputs).join(Activity, Activity.id == ItemInputs.activity_id).where(Activity.user_id == user_id)
    return session.scalars(own.order_by(ItemInputs.activity_id)).all()
