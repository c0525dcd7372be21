"""The job that sends one message, at most once: what may have arrived is not sent again, for a channel would show it twice."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from server.channels import queries, sender
from server.channels.addresses import Parts
from server.channels.content import Message, message_of_test, week_message
from server.channels.failures import TEMPORARY, ChannelFailure, ChannelMessageNotSentYet
from server.channels.models import ChannelMessage
from server.core import encryption
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.logs import log
from server.core.settings import Settings
from server.jobs.queue import Delivery


def prepare(session: Session, *, message_id: int, settings: Settings) -> Delivery | None:
    """The delivery of the message; None if there is nothing to send: it was sent or removed, or its channel was."""
    message = queries.lock_message(session, message_id=message_id)
    if message is None or message.sent_at is not None:
        return None
    channel = queries.channel_of(session, service=message.service)
    if channel is None:
        session.delete(message)
        return None
    if message.started_at is not None:
        _record_failure(message, "interrupted")
        return None
    text = (
        message_of_test(session) if message.week is None else week_message(session, week=message.week, origin=settings.origin)
    )
    if text is None:
        _record_failure(message, "nothing")
        return None
    try:
        parts = encryption.decrypt(settings, channel.address)
    except encryption.KeyMissing:
        _record_failure(message, "key")
        return None
    message.started_at = now()
    return _Delivery(message.id, message.service, parts, text, settings.origin, is_test=message.week is None)


@dataclass(frozen=True, slots=True)
class _Delivery:
    message_id: int
    service: str
    parts: Parts
    text: Message
    origin: str
    is_test: bool

    def __call__(self, engine: Engine) -> None:
        code = None
        try:
            sender.send(self.service, self.parts, title=self.text.title, body=self.text.body, origin=self.origin)
        except ChannelFailure as failure:
            code = failure.code
        with unit_of_work(engine) as session:
            message = queries.lock_message(session, message_id=self.message_id)
            if message is not None:
                _record(message, code)
        # Whoever tests looks at the result and tests again.
        if code in TEMPORARY and not self.is_test:
            raise ChannelMessageNotSentYet


def _record(message: ChannelMessage, code: str | None) -> None:
    if code is not None:
        _record_failure(message, code)
        if code in TEMPORARY:
            message.started_at = None
        return
    message.sent_at, message.failure, message.failed_at = now(), None, None
    log.info("channel-message-sent", service=message.service, message=message.id)


def _record_failure(message: ChannelMessage, code: str) -> None:
    message.failure, message.failed_at = code, now()
    log.warning("channel-message-not-sent", service=message.service, message=message.id, reason=code)
