"""Queries of appeals and of the items that people decide about."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.appeals.models import Appeal, AppealClosing, AppealText
from server.credit.models import CreditDecision, DecisionReason
from server.people.models import User

MAX_ON_HOLD, MAX_ANSWERED = 200, 20


def _open_appeals() -> Select[Appeal]:
    """Also closed, without a row for it: appeals about withdrawn items and of people who left."""
    return (
        select(Appeal)
        .join(Activity, Activity.id == Appeal.activity_id)
        .join(User, User.id == Appeal.user_id)
        .outerjoin(AppealClosing, AppealClosing.appeal_id == Appeal.id)
        .where(AppealClosing.appeal_id.is_(None), Activity.state != "withdrawn", User.is_active.is_(True))
    )


def open_appeals(session: Session) -> Sequence[Appeal]:
    """Of everybody, oldest first."""
    return session.scalars(_open_appeals().order_by(Appeal.id)).all()


def open_appeal_about(session: Session, *, activity_id: int, kind: str) -> Appeal | None:
    return session.scalar(_open_appeals().where(Appeal.activity_id == activity_id, Appeal.kind == kind))


def is_open(session: Session, *, appeal_id: int) -> bool:
    return session.scalar(_open_appeals().where(Appeal.id == appeal_id)) is not None


def appeals_of_person(session: Session, *, user_id: int) -> Sequence[Appeal]:
    """Newest first."""
    return session.scalars(select(Appeal).where(Appeal.user_id == user_id).order_by(Appeal.id.desc())).all()


def appeals_about(session: Session, *, activity_ids: Collection[int]) -> Sequence[Appeal]:
    """Oldest first."""
    return session.scalars(select(Appeal).where(Appeal.activity_id.in_(activity_ids)).order_by(Appeal.id)).all()


def appeals_answered_by(session: Session, *, user_id: int) -> Sequence[Appeal]:
    """Newest answers first."""
    return session.scalars(
        select(Appeal)
        .join(AppealClosing, AppealClosing.appeal_id == Appeal.id)
        .where(AppealClosing.actor_id == user_id, AppealClosing.outcome != "withdrawn")
        .order_by(AppealClosing.at.desc())
        .limit(MAX_ANSWERED)
    ).all()


def items_decided_by(session: Session, *, user_id: int) -> Sequence[tuple[CreditDecision, Activity]]:
    """Newest decisions first, without those about withdrawn items and people who left."""
    rows = session.execute(
        select(CreditDecision, Activity)
        .join(Activity, Activity.id == CreditDecision.activity_id)
        .join(User, User.id == Activity.user_id)
        .where(CreditDecision.actor_id == user_id, Activity.state != "withdrawn", User.is_active.is_(True))
        .order_by(CreditDecision.id.desc())
        .limit(MAX_ANSWERED)
    )
    return [(decision, activity) for decision, activity in rows]


def closings(session: Session, *, appeal_ids: Collection[int]) -> dict[int, AppealClosing]:
    """By appeal; none of open ones."""
    rows = session.scalars(select(AppealClosing).where(AppealClosing.appeal_id.in_(appeal_ids)))
    return {row.appeal_id: row for row in rows}


def closing_of(session: Session, *, appeal_id: int) -> AppealClosing | None:
    return session.scalar(select(AppealClosing).where(AppealClosing.appeal_id == appeal_id))


def texts(session: Session, *, appeal_ids: Collection[int]) -> dict[int, AppealText]:
    """By appeal; none where they were deleted."""
    return {row.appeal_id: row for row in session.scalars(select(AppealText).where(AppealText.appeal_id.in_(appeal_ids)))}


def delete_texts_of(session: Session, *, user_id: int) -> None:
    """What the person wrote and was answered, and the reasons of decisions about their credit."""
    own = select(Appeal.id).where(Appeal.user_id == user_id)
    session.execute(delete(AppealText).where(AppealText.appeal_id.in_(own)))
    about = select(CreditDecision.id).where(CreditDecision.user_id == user_id)
    session.execute(delete(DecisionReason).where(DecisionReason.decision_id.in_(about)))


def delete_texts(session: Session, *, before: datetime) -> None:
    """Of appeals that ended, and of decisions made, before that moment."""
    ended = select(AppealClosing.appeal_id).where(AppealClosing.at < before)
    session.execute(delete(AppealText).where(AppealText.appeal_id.in_(ended)))
    # Of those that ended with their items, without a row for it.
    unclosed = select(Appeal.id).where(Appeal.opened_at < before, Appeal.id.not_in(select(AppealClosing.appeal_id)))
    open_ids = [appeal.id for appeal in open_appeals(session)]
    session.execute(delete(AppealText).where(AppealText.appeal_id.in_(unclosed), AppealText.appeal_id.not_in(open_ids)))
    made = select(CreditDecision.id).where(CreditDecision.at < before)
    session.execute(delete(DecisionReason).where(DecisionReason.decision_id.in_(made)))


def decisions_about(session: Session, *, activity_ids: Collection[int]) -> dict[int, list[CreditDecision]]:
    """By item, oldest first."""
    found: dict[int, list[CreditDecision]] = {}
    query = select(CreditDecision).where(CreditDecision.activity_id.in_(activity_ids)).order_by(CreditDecision.number)
    for decision in session.scalars(query):
        found.setdefault(decision.activity_id, []).append(decision)
    return found


def lock_item(session: Session, *, activity_id: int) -> Activity:
    """The item as it is now, locked until the transaction ends."""
    return session.scalars(
        select(Activity).where(Activity.id == activity_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def items_on_hold(session: Session) -> Sequence[Activity]:
    """Of all active people, oldest first, at most ``MAX_ON_HOLD``."""
    return session.scalars(
        select(Activity)
        .join(User, User.id == Activity.user_id)
        .where(Activity.state == "held", User.is_active.is_(True))
        .order_by(Activity.occurred_at, Activity.id)
        .limit(MAX_ON_HOLD)
    ).all()


def has_other_counted_item_at(session: Session, *, activity: Activity) -> bool:
    """Whether another item of the person at the same address counts."""
    same = (Activity.user_id == activity.user_id, Activity.address == activity.address, Activity.state == "counted")
    return activity.address is not None and bool(
        session.scalar(select(func.count()).select_from(Activity).where(*same, Activity.id != activity.id))
    )


def active_staff(session: Session) -> Sequence[User]:
    """Active managers and administrators."""
    query = select(User).where(User.role.in_(("manager", "admin")), User.is_active.is_(True))
    return session.scalars(query.order_by(User.id)).all()
