"""Queries of channels and of the messages to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.channels.models import Channel, ChannelMessage


def channel_of(session: Session, *, service: str) -> Channel | None:
    return session.get(Channel, service)


def all_channels(session: Session) -> Sequence[Channel]:
    return session.scalars(select(Channel).order_by(Channel.service)).all()


def lock_channels(session: Session) -> Sequence[Channel]:
    return session.scalars(select(Channel).order_by(Channel.service).with_for_update()).all()


def lock_message(session: Session, *, message_id: int) -> ChannelMessage | None:
    return session.scalar(select(ChannelMessage).where(ChannelMessage.id == message_id).with_for_update())


def services_with_message(session: Session, *, week: date) -> set[str]:
    return set(session.scalars(select(ChannelMessage.service).where(ChannelMessage.week == week)))


def latest(session: Session, *, service: str, is_test: bool) -> ChannelMessage | None:
    of_kind = ChannelMessage.week.is_(None) if is_test else ChannelMessage.week.is_not(None)
    query = select(ChannelMessage).where(ChannelMessage.service == service, of_kind)
    return session.scalar(query.order_by(ChannelMessage.id.desc()).limit(1))
