"""Queries of one-to-ones, their actions and their talking points."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.one_to_ones.models import AgreedAction, OneToOne, UsedPoint


def find_one_to_one(session: Session, *, user_id: int, manager_id: int, held_on: date) -> OneToOne | None:
    return session.scalar(
        select(OneToOne).where(
            OneToOne.user_id == user_id, OneToOne.manager_id == manager_id, OneToOne.held_on == held_on
        )
    )  # fmt: skip


def one_to_ones_of(session: Session, *, user_id: int) -> Sequence[OneToOne]:
    """With any manager, newest first."""
    return session.scalars(
        select(OneToOne).where(OneToOne.user_id == user_id).order_by(OneToOne.held_on.desc(), OneToOne.id.desc())
    ).all()


def one_to_ones_by(session: Session, *, manager_id: int) -> Sequence[OneToOne]:
    """With anybody, newest first."""
    return session.scalars(
        select(OneToOne).where(OneToOne.manager_id == manager_id).order_by(OneToOne.held_on.desc(), OneToOne.id.desc())
    ).all()


def actions_of(session: Session, *, one_to_one_ids: Collection[int]) -> Sequence[AgreedAction]:
    """In the order in which they were agreed."""
    return session.scalars(
        select(AgreedAction).where(AgreedAction.one_to_one_id.in_(one_to_one_ids)).order_by(AgreedAction.id)
    ).all()


def points_of(session: Session, *, one_to_one_ids: Collection[int]) -> Sequence[UsedPoint]:
    return session.scalars(select(UsedPoint).where(UsedPoint.one_to_one_id.in_(one_to_one_ids)).order_by(UsedPoint.id)).all()


def used_points(session: Session, *, user_id: int, manager_id: int, since: date) -> Sequence[UsedPoint]:
    """Those that this manager used with the person, about a week from ``since`` on."""
    return session.scalars(
        select(UsedPoint)
        .join(OneToOne)
        .where(OneToOne.user_id == user_id, OneToOne.manager_id == manager_id, UsedPoint.week >= since)
    ).all()


def ids_before(session: Session, *, day: date) -> Sequence[int]:
    return session.scalars(select(OneToOne.id).where(OneToOne.held_on < day)).all()
