"""The channels that get the totals of each week: set, tested and removed by administrators."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.channels import addresses, queries
from server.channels.failures import DID_NOT_ARRIVE
from server.channels.models import SERVICES, Channel, ChannelMessage
from server.core import encryption
from server.core.clock import now
from server.core.problems import field_problem, not_found
from server.core.settings import Settings
from server.core.weeks import WEEK, monday_of
from server.jobs.queue import enqueue
from server.people.queries import get_calendar, lock_organisation

JOB = "channels.send"
#: On Mondays, in the organisation's time zone. Quiet hours are people's, and a channel has none.
SEND_AT = time(8)
#: After that. What an outage delays for longer is dropped: it is no news any more.
MAX_DELAY = timedelta(days=2)
#: A second test while the first is on its way is the same one.
TEST_INTERVAL = timedelta(seconds=10)


def set_channel(session: Session, settings: Settings, *, service: str, address: str) -> None:
    """Replaces an earlier address; what certainly did not arrive there is then sent to the new one. 422 for an address that is
    not accepted (``addresses.py``), or if there is no key to encrypt it with; 404 for another service."""
    if service not in SERVICES:
        raise not_found()
    parts = addresses.parse(service, address)
    try:
        encrypted = encryption.encrypt(settings, parts)
    except encryption.KeyMissing:
        raise field_problem("address", "cannot be stored: set REPUTE_CONNECTION_KEYS on the server first") from None
    # Two requests at once do not make two rows.
    lock_organisation(session)
    channel = queries.channel_of(session, service=service)
    if channel is None:
        session.add(Channel(service=service, address=encrypted, ending=addresses.ending(parts)))
    else:
        channel.address, channel.ending, channel.set_at = encrypted, addresses.ending(parts), now()
    # ``request_due`` asks for them again.
    did_not_arrive = ChannelMessage.sent_at.is_(None) & ChannelMessage.failure.in_(DID_NOT_ARRIVE)
    session.execute(delete(ChannelMessage).where(ChannelMessage.service == service, did_not_arrive))
    session.flush()
    audit.record(session, action="channel.set", object_type="channel", object_id=service)


def remove_channel(session: Session, *, service: str) -> None:
    """Deletes the address, and what is to be sent. A second call changes nothing."""
    lock_organisation(session)
    channel = queries.channel_of(session, service=service)
    if channel is None:
        return
    session.delete(channel)
    session.execute(delete(ChannelMessage).where(ChannelMessage.service == service, ChannelMessage.started_at.is_(None)))
    session.flush()
    audit.record(session, action="channel.removed", object_type="channel", object_id=service)


def send_test(session: Session, *, service: str) -> None:
    """404 without a channel of the service."""
    lock_organisation(session)
    if queries.channel_of(session, service=service) is None:
        raise not_found()
    earlier = queries.latest(session, service=service, is_test=True)
    if earlier is None or now() - earlier.created_at >= TEST_INTERVAL:
        _request(session, ChannelMessage(service=service))
        audit.record(session, action="channel.tested", object_type="channel", object_id=service)


def request_due(session: Session, *, at: datetime) -> int:
    """Asks for the message about the last complete week to each channel that has none. Returns for how many."""
    lock_organisation(session)
    zone = get_calendar(session).zone
    monday = monday_of(at.astimezone(zone).date())
    due_at = datetime.combine(monday, SEND_AT, ZoneInfo(zone.key))
    if not due_at <= at < due_at + MAX_DELAY:
        return 0
    week = monday - WEEK
    known = queries.services_with_message(session, week=week)
    due = [channel for channel in queries.all_channels(session) if channel.service not in known]
    for channel in due:
        _request(session, ChannelMessage(service=channel.service, week=week))
    return len(due)


def _request(session: Session, message: ChannelMessage) -> None:
    session.add(message)
    session.flush()
    enqueue(session, JOB, {"message_id": message.id}, key=f"{JOB}:{message.id}")


def rotate(session: Session, settings: Settings) -> tuple[int, int]:
    """Encrypts all addresses again, with a new key. Returns how many, and how many no key opens, which stay as they are."""
    rotated = unreadable = 0
    for channel in queries.lock_channels(session):
        encrypted = encryption.encrypt_again(settings, channel.address)
        if encrypted is None:
            unreadable += 1
        else:
            channel.address = encrypted
            rotated += 1
    return rotated, unreadable
