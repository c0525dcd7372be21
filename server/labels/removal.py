"""Deletes texts from the queue with everything that was asked and answered about them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.labels.models import (
    LabelAnswer,
    LabelComment,
    LabelConsent,
    LabelExpert,
    LabelItem,
    LabelReader,
    LabelSettlement,
    LabelText,
)


def remove_texts(session: Session, *, text_ids: Collection[int]) -> int:
    """Returns how many items were deleted with them."""
    if not text_ids:
        return 0
    items = select(LabelItem.id).where(or_(LabelItem.first_id.in_(text_ids), LabelItem.second_id.in_(text_ids)))
    # Locked, in the order of their ids, so that nobody answers an item while it is deleted.
    item_ids = session.scalars(items.order_by(LabelItem.id).with_for_update()).all()
    for table in (LabelComment, LabelSettlement, LabelAnswer):
        session.execute(delete(table).where(table.item_id.in_(item_ids)))
    session.execute(delete(LabelItem).where(LabelItem.id.in_(item_ids)))
    session.execute(delete(LabelText).where(LabelText.id.in_(text_ids)))
    return len(item_ids)


def remove_shared(session: Session, *, user_id: int | None = None, activity_ids: Collection[int] = ()) -> int:
    """All shared items of a person, or these. Returns how many items of the queue were deleted."""
    is_meant = LabelText.activity_id.in_(activity_ids) if user_id is None else LabelText.author_id == user_id
    shared = session.scalars(select(LabelText.id).where(LabelText.source == "shared", is_meant)).all()
    return remove_texts(session, text_ids=shared)


def forget_person(session: Session, *, user_id: int) -> None:
    """Erasure: the person's texts with all answers about them, what they wrote in notes and discussions, and their consent.
    Their own answers stay as those of a former reader, whom nothing links to them."""
    remove_shared(session, user_id=user_id)
    session.execute(update(LabelText).where(LabelText.author_id == user_id).values(author_id=None))
    own = select(LabelReader.id).where(LabelReader.user_id == user_id)
    session.execute(update(LabelAnswer).where(LabelAnswer.reader_id.in_(own)).values(note=""))
    session.execute(update(LabelReader).where(LabelReader.user_id == user_id).values(user_id=None))
    for table in (LabelComment, LabelConsent, LabelExpert):
        session.execute(delete(table).where(table.user_id == user_id))


def purge(session: Session, *, words_before: datetime) -> None:
    """Deletes notes and comments of before ``words_before``; the answers stay. Also shared items whose text is gone or whose
    person no longer consents, if something added them at the moment at which that happened."""
    session.execute(update(LabelAnswer).where(LabelAnswer.at < words_before, LabelAnswer.note != "").values(note=""))
    session.execute(delete(LabelComment).where(LabelComment.at < words_before))
    gone = select(Activity.id).where(Activity.text.is_(None))
    consents = select(LabelConsent.user_id)
    stale = or_(LabelText.activity_id.in_(gone), LabelText.author_id.not_in(consents))
    remove_texts(session, text_ids=session.scalars(select(LabelText.id).where(LabelText.source == "shared", stale)).all())
