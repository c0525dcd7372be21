"""Asking for messages: invitations, reminders, sign-in links and tests. A job sends each (``delivery.py``)."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.clock import now
from server.core.identity import Identity
from server.core.problems import Problem
from server.jobs.queue import enqueue
from server.mail import queries
from server.mail.models import MailMessage
from server.people.models import User
from server.people.queries import get_organisation, leaves_between, lock_organisation, user_by_email
from server.security.queries import never_signed_in

JOB = "mail.send"
#: One person gets at most one invitation in ``INVITATION_INTERVAL``, so that a double click sends one, and at most
#: ``MAX_INVITATIONS`` in ``INVITATION_PERIOD``.
INVITATION_INTERVAL = timedelta(hours=1)
INVITATION_PERIOD = timedelta(days=7)
MAX_INVITATIONS = 3
#: Reminders are sent from Monday to Friday, between these hours in the organisation's time zone.
REMINDER_HOURS = range(9, 17)
#: A second test while the first is on its way is the same one.
TEST_INTERVAL = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Invited:
    """How many people get an invitation, and how many do not because they have signed in, or had one recently."""

    sent: int = 0
    signed_in: int = 0
    too_often: int = 0


def invite(session: Session, *, sender: Identity, user_ids: Collection[int]) -> Invited:
    """The caller checks that ``sender`` may invite these people. Ids of people who are not active, or who are invented for the
    demonstration, have no effect."""
    people = [user for user in queries.lock_people(session, user_ids=user_ids) if not user.is_demonstration]
    newcomers, earlier, at = never_signed_in(session), queries.inviting_messages(session, user_ids=user_ids), now()
    sent = signed_in = too_often = 0
    for user in people:
        if user.id not in newcomers:
            signed_in += 1
        elif not _may_be_invited(earlier.get(user.id, []), at=at):
            too_often += 1
        else:
            _request(session, kind="invitation", user=user, sender_id=sender.user_id)
            audit.record(session, action="person.invited", object_type="user", object_id=user.id)
            sent += 1
    return Invited(sent, signed_in, too_often)


def _may_be_invited(earlier: list[MailMessage], *, at: datetime) -> bool:
    """An invitation that could not be sent does not prevent the next one."""
    times = [one.created_at for one in earlier if one.kind == "invitation" and one.failure is None]
    is_recent = any(at - time < INVITATION_INTERVAL for time in times)
    return not is_recent and sum(at - time < INVITATION_PERIOD for time in times) < MAX_INVITATIONS


def refuse_if_nobody(invited: Invited) -> None:
    """For an invitation of one person: 409 if there was none, with the reason."""
    if invited.sent:
        return
    if invited.signed_in:
        raise Problem(409, "signed-in", "This person has signed in already", detail="They need no invitation.")
    if invited.too_often:
        raise Problem(
            409,
            "invited-recently",
            "This person was invited recently",
            detail=f"One invitation in an hour and {MAX_INVITATIONS} in seven days are possible. Try again later.",
        )
    raise Problem(409, "no-mail", "No mail can be sent to this person", detail="People of the demonstration are invented.")


def request_sign_in_link(session: Session, *, email: str) -> None:
    """Sends a link if the address belongs to somebody who may sign in. For any other address it does as much work, so that the
    answer takes as long. The route must rate-limit calls, and must not say which it was."""
    user = user_by_email(session, email=email)
    if user is None or not user.is_active or user.is_demonstration:
        enqueue(session, JOB, {"message_id": 0}, key=f"{JOB}:nobody:{secrets.token_hex(16)}")
        return
    _request(session, kind="sign-in-link", user=user)


def notify(session: Session, *, kind: str, user: User) -> None:
    """Tells a person that something waits for them in Repute; the message itself says nothing more. The caller checks that mail
    is configured. People who have left, or who are invented for the demonstration, get none."""
    if user.is_active and not user.is_demonstration:
        _request(session, kind=kind, user=user)


def send_test(session: Session, *, user_id: int) -> None:
    """To the person who asks for it, whose account may be one of the demonstration."""
    earlier = queries.latest(session, user_id=user_id, kind="test")
    if earlier is None or now() - earlier.created_at >= TEST_INTERVAL:
        _request(session, kind="test", user=session.get_one(User, user_id))
        audit.record(session, action="mail.tested", object_type="user", object_id=user_id)


def send_reminders(session: Session, *, at: datetime) -> int:
    """To people who were invited some days ago and have not signed in, at most as often as the organisation says, ever. Not to
    those who are away. Returns how many."""
    organisation = lock_organisation(session)
    local = at.astimezone(ZoneInfo(organisation.time_zone))
    if not organisation.reminders or local.weekday() > 4 or local.hour not in REMINDER_HOURS:
        return 0
    newcomers = never_signed_in(session)
    days, today = timedelta(days=organisation.reminder_days), local.date()
    away = {leave.user_id for leave in leaves_between(session, today, today, user_ids=newcomers)}
    messages = queries.inviting_messages(session, user_ids=newcomers)
    due = {
        user_id: earlier[-1].sender_id
        for user_id, earlier in messages.items()
        if user_id not in away and _is_due(earlier, days=days, reminders=organisation.reminders, at=at)
    }
    people = [user for user in queries.lock_people(session, user_ids=due) if not user.is_demonstration]
    for user in people:
        _request(session, kind="reminder", user=user, sender_id=due[user.id])
    return len(people)


def _is_due(earlier: list[MailMessage], *, days: timedelta, reminders: int, at: datetime) -> bool:
    """``earlier``: invitations and reminders, oldest first."""
    reminded = sum(message.kind == "reminder" for message in earlier)
    was_invited = any(message.kind == "invitation" and message.sent_at for message in earlier)
    return was_invited and reminded < reminders and at - max(one.sent_at or one.created_at for one in earlier) >= days


def is_last_reminder(session: Session, *, user_id: int) -> bool:
    earlier = queries.inviting_messages(session, user_ids=[user_id]).get(user_id, [])
    return sum(message.kind == "reminder" for message in earlier) >= get_organisation(session).reminders


def request_digest(session: Session, *, user: User, week: date) -> None:
    """The caller checks that the person has not got one of this week; a second one fails."""
    _request(session, kind="digest", user=user, week=week)


def _request(session: Session, *, kind: str, user: User, sender_id: int | None = None, week: date | None = None) -> None:
    message = MailMessage(kind=kind, user_id=user.id, sender_id=sender_id, week=week)
    session.add(message)
    session.flush()
    enqueue(session, JOB, {"message_id": message.id}, key=f"{JOB}:{message.id}")
