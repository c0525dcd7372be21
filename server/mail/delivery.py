"""The job that sends one message. Its text and its link are made now, and the link is stored before the message leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.logs import log
from server.core.mail_settings import MailSettings
from server.core.settings import Settings
from server.jobs.queue import Delivery
from server.mail import operations, queries, smtp
from server.mail.composition import Action, Envelope, compose
from server.mail.failures import PERMANENT, MailFailure, MailNotSentYet
from server.mail.models import MailMessage
from server.people.models import Organisation, User
from server.people.queries import get_organisation
from server.security import operations as security
from server.security.queries import never_signed_in

#: A link that somebody asked for is used at once; an invitation may wait over a weekend.
LINK_LIFETIMES = {
    "sign-in-link": timedelta(minutes=30),
    "invitation": timedelta(days=3),
    "reminder": timedelta(days=3),
}
#: Writes a message of a kind that another package knows; None if it is not to be sent, or not now.
Composer = Callable[[Session, MailMessage, User, Envelope, Settings], EmailMessage | None]

#: Messages that only lead to a page, with the action's label and path.
NOTICES = {"appeal-opened": ("Open the appeals", "/appeals"), "appeal-answered": ("Read the answer", "/me/appeals")}


def prepare(
    session: Session, *, message_id: int, settings: Settings, composers: Mapping[str, Composer] | None = None
) -> Delivery | None:
    """The delivery of the message; None if there is nothing to send: it was sent before, or the person has left, was erased, or
    has signed in meanwhile. ``composers``: by kind, for messages whose text comes from other packages."""
    message = session.get(MailMessage, message_id)
    if message is None or message.sent_at is not None:
        return None
    user = session.get_one(User, message.user_id)
    has_signed_in = message.kind in queries.INVITING and user.id not in never_signed_in(session)
    if not user.is_active or has_signed_in:
        session.delete(message)
        return None
    mail = settings.mail
    if mail is None:
        _record_failure(message, MailFailure("off"))
        return None
    try:
        envelope = _envelope(session, message, user, sender=mail.sender)
        composer = (composers or {}).get(message.kind)
        text = (
            _compose(session, message, user, envelope, settings)
            if composer is None
            else composer(session, message, user, envelope, settings)
        )
    except MailFailure as failure:
        _record_failure(message, failure)
        return None
    if text is None:
        session.delete(message)
        return None
    return _Delivery(message.id, mail, text, is_test=message.kind == "test")


@dataclass(frozen=True, slots=True)
class _Delivery:
    message_id: int
    mail: MailSettings
    text: EmailMessage
    is_test: bool

    def __call__(self, engine: Engine) -> None:
        try:
            smtp.send(self.mail, self.text, insist=self.is_test)
        except MailFailure as failure:
            self._record(engine, failure)
            # Whoever tests looks at the result and tests again.
            if not self.is_test and failure.code not in PERMANENT:
                raise MailNotSentYet from None
        else:
            self._record(engine, None)

    def _record(self, engine: Engine, failure: MailFailure | None) -> None:
        with unit_of_work(engine) as session:
            message = session.get(MailMessage, self.message_id)
            if message is None:  # erased meanwhile
                return
            if failure is not None:
                _record_failure(message, failure)
                return
            message.sent_at, message.failure, message.failed_at, message.reply = now(), None, None, None
            log.info("mail-sent", kind=message.kind, message=message.id)


def _record_failure(message: MailMessage, failure: MailFailure) -> None:
    message.failure, message.failed_at, message.reply = failure.code, now(), failure.reply or None
    log.warning("mail-not-sent", kind=message.kind, message=message.id, reason=failure.code, reply=failure.reply)


def _envelope(session: Session, message: MailMessage, user: User, *, sender: str) -> Envelope:
    inviter = _inviter(session, message)
    return Envelope(
        sender_name=f"Repute at {get_organisation(session).name}",
        sender=sender,
        recipient_name=user.name,
        recipient=user.email,
        # A server that gets the message twice, because it was not recorded that it had accepted it, may drop the copy.
        message_id=f"repute.{message.id}.{message.created_at.timestamp():.6f}",
        at=now(),
        reply_to=(inviter.name, inviter.email) if inviter is not None and inviter.is_active else None,
    )


def _inviter(session: Session, message: MailMessage) -> User | None:
    return session.get(User, message.sender_id) if message.sender_id is not None else None


def _compose(session: Session, message: MailMessage, user: User, envelope: Envelope, settings: Settings) -> EmailMessage:
    organisation, inviter = get_organisation(session), _inviter(session, message)
    values: dict[str, Any] = {"name": user.name, "organisation": organisation, "origin": settings.origin}
    if message.kind == "test":
        return compose("test", envelope, action=Action("Settings of mail", f"{settings.origin}/settings/mail"), **values)
    if message.kind in NOTICES:
        label, path = NOTICES[message.kind]
        return compose(message.kind, envelope, action=Action(label, f"{settings.origin}{path}"), **values)
    oidc = settings.oidc
    if message.kind in queries.INVITING:
        earlier = queries.inviting_messages(session, user_ids=[user.id])[user.id]
        values |= {
            "inviter": inviter.name if inviter is not None else "",
            "uses_bands": organisation.credit_mode == "bands" and bool(organisation.overseer),
            "provider": oidc.name if oidc is not None else "",
            "needs_second_factor": user.role in security.NEEDS_SECOND_FACTOR,
            "invited_on": _day(earlier[0].sent_at or earlier[0].created_at, organisation),
            "is_last": operations.is_last_reminder(session, user_id=user.id),
        }
    if oidc is not None and message.kind in queries.INVITING:
        return compose(
            message.kind, envelope, action=Action(f"Sign in with {oidc.name}", f"{settings.origin}/sign-in"), **values
        )
    lifetime = LINK_LIFETIMES[message.kind]
    path = security.create_link(session, user_id=user.id, lifetime=lifetime, mailed_to=user.email)
    values["expires"] = _moment(now() + lifetime, organisation)
    return compose(message.kind, envelope, action=Action("Sign in", settings.origin + path), **values)


def _day(moment: datetime, organisation: Organisation) -> str:
    local = moment.astimezone(ZoneInfo(organisation.time_zone))
    return f"{local.day} {local:%b %Y}"


def _moment(moment: datetime, organisation: Organisation) -> str:
    """In the organisation's time zone, which is named because the reader may be in another one."""
    local = moment.astimezone(ZoneInfo(organisation.time_zone))
    return f"{local.day} {local:%b %Y, %H:%M} ({organisation.time_zone})"
