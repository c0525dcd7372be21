"""Queries of messages: to whom, when, and what became of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from server.mail.models import MailMessage
from server.people.models import User

INVITING = ("invitation", "reminder")


def lock_people(session: Session, *, user_ids: Collection[int]) -> Sequence[User]:
    """Active people in the order of their ids, locked until the transaction ends."""
    query = select(User).where(User.id.in_(user_ids), User.is_active.is_(True)).order_by(User.id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()


def inviting_messages(session: Session, *, user_ids: Collection[int] | None = None) -> dict[int, list[MailMessage]]:
    """By person, invitations and reminders, oldest first; of everybody without ``user_ids``."""
    query = select(MailMessage).where(MailMessage.kind.in_(INVITING)).order_by(MailMessage.id)
    if user_ids is not None:
        query = query.where(MailMessage.user_id.in_(user_ids))
    messages: dict[int, list[MailMessage]] = {}
    for message in session.scalars(query):
        messages.setdefault(message.user_id, []).append(message)
    return messages


def recipients_of_digest(session: Session, *, week: date) -> frozenset[int]:
    """Ids of those for whom there is a message about the week, sent or not."""
    return frozenset(session.scalars(select(MailMessage.user_id).where(MailMessage.week == week)))


def latest(session: Session, *, user_id: int, kind: str) -> MailMessage | None:
    query = select(MailMessage).where(MailMessage.user_id == user_id, MailMessage.kind == kind)
    return session.scalar(query.order_by(MailMessage.id.desc()).limit(1))


def latest_failure(session: Session) -> MailMessage | None:
    """The message whose attempt failed last, among those that were not sent since."""
    query = select(MailMessage).where(MailMessage.failure.is_not(None))
    return session.scalar(query.order_by(MailMessage.failed_at.desc(), MailMessage.id.desc()).limit(1))


def last_sent_at(session: Session) -> datetime | None:
    return session.scalar(select(func.max(MailMessage.sent_at)))


def count_unsent(session: Session) -> tuple[int, int]:
    """How many messages wait for their first attempt, and how many failed so far."""

    def count(*conditions: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(MailMessage).where(MailMessage.sent_at.is_(None), *conditions)
        return session.scalars(query).one()

    return count(MailMessage.failure.is_(None)), count(MailMessage.failure.is_not(None))


def of_person(session: Session, *, user_id: int) -> Sequence[MailMessage]:
    """Oldest first."""
    return session.scalars(select(MailMessage).where(MailMessage.user_id == user_id).order_by(MailMessage.id)).all()
