"""Who gets the digest of the last week now, and what people choose about it.

A job runs every few minutes and asks for the messages that are due. It keeps no list of messages that wait for the end of
somebody's quiet hours, so that whatever changes meanwhile, such as a person's time zone, applies at once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.problems import field_problem
from server.core.weeks import WEEK, monday_of
from server.digests import queries
from server.digests.models import QUIET_FROM, QUIET_UNTIL, DigestSetting
from server.digests.quiet_hours import QuietHours
from server.mail import operations as mail
from server.mail.queries import recipients_of_digest
from server.people import time_zones
from server.people.models import Organisation, User
from server.people.queries import (
    active_user,
    get_calendar,
    get_organisation,
    leaves_between,
    lock_organisation,
    lock_user,
    team_on,
)
from server.security.queries import never_signed_in

#: After the end of a person's quiet hours. What an outage delays for longer is dropped: it is no news any more.
MAX_DELAY = timedelta(days=2)
#: The longest quiet time from the end of a week, a whole day and the next night, and ``MAX_DELAY``.
LATEST = MAX_DELAY + timedelta(days=2)


def request_due(session: Session, *, at: datetime) -> int:
    """Asks for the digest of the last complete week for everybody who is to get it now. Returns for how many."""
    organisation = lock_organisation(session)
    calendar = get_calendar(session)
    today = calendar.day_of(at)
    week = monday_of(today) - WEEK
    if not organisation.weekly_digest or at >= calendar.end_of(week) + LATEST:
        return 0
    readers = queries.possible_readers(session)
    user_ids = [user.id for user, _ in readers]
    away = {leave.user_id for leave in leaves_between(session, today, today, user_ids=user_ids)}
    skipped = away | recipients_of_digest(session, week=week) | never_signed_in(session)
    due = [
        user
        for user, setting in readers
        if user.id not in skipped
        and _is_due(quiet_hours(setting, organisation), week_end=calendar.end_of(week), at=at)
        and team_on(session, user_id=user.id, day=today) is not None
    ]
    for user in due:
        mail.request_digest(session, user=user, week=week)
    return len(due)


def _is_due(quiet: QuietHours, *, week_end: datetime, at: datetime) -> bool:
    return not quiet.include(at) and at < quiet.end(week_end) + MAX_DELAY


def quiet_hours(setting: DigestSetting | None, organisation: Organisation) -> QuietHours:
    if setting is None:
        return QuietHours(ZoneInfo(organisation.time_zone), QUIET_FROM, QUIET_UNTIL, weekends=True)
    zone = ZoneInfo(setting.time_zone or organisation.time_zone)
    return QuietHours(zone, setting.quiet_from, setting.quiet_until, setting.quiet_weekends)


def may_be_sent(session: Session, *, user: User, week: date, at: datetime) -> bool:
    """Whether a message that was asked for is still wanted now: an attempt may come late, after the mail server was down. If it
    is only quiet now, ``request_due`` asks for it again."""
    setting, organisation = queries.setting_of(session, user_id=user.id), get_organisation(session)
    is_wanted = organisation.weekly_digest and user.role in queries.ROLES and (setting is None or not setting.is_stopped)
    week_end = get_calendar(session).end_of(week)
    return is_wanted and _is_due(quiet_hours(setting, organisation), week_end=week_end, at=at)


def stop(session: Session, *, user_id: int) -> bool:
    """False if there is no such person any more. A second call changes nothing."""
    if active_user(session, user_id=user_id) is None:
        return False
    setting = _lock_setting(session, user_id=user_id)
    if not setting.is_stopped:
        setting.is_stopped = True
        # Whoever has the message can do it: nobody is signed in.
        audit.record(session, action="digest.stopped", object_type="user", object_id=user_id)
    return True


def change_setting(
    session: Session, *, user_id: int, is_sent: bool, time_zone: str, quiet_from: str, quiet_until: str, quiet_weekends: bool
) -> None:
    """Without ``time_zone``, the organisation's. Times as in 18:00. 422 names the field that is wrong."""
    zone = time_zones.validated(time_zone) if time_zone.strip() else None
    starts, ends = _time("quiet_from", quiet_from), _time("quiet_until", quiet_until)
    setting = _lock_setting(session, user_id=user_id)
    before = _as_tuple(setting)
    setting.is_stopped, setting.time_zone = not is_sent, zone
    setting.quiet_from, setting.quiet_until, setting.quiet_weekends = starts, ends, quiet_weekends
    session.flush()
    if _as_tuple(setting) != before:
        audit.record(session, action="digest.changed", object_type="user", object_id=user_id)


def _lock_setting(session: Session, *, user_id: int) -> DigestSetting:
    """A new one with the defaults if the person has none. The person is locked, so that two requests do not make two."""
    lock_user(session, user_id=user_id)
    setting = queries.setting_of(session, user_id=user_id)
    if setting is None:
        setting = DigestSetting(user_id=user_id)
        session.add(setting)
        session.flush()
    return setting


def _as_tuple(setting: DigestSetting) -> tuple[object, ...]:
    return setting.is_stopped, setting.time_zone, setting.quiet_from, setting.quiet_until, setting.quiet_weekends


def _time(field: str, text: str) -> time:
    """As browsers send it, with seconds or without."""
    try:
        return time.fromisoformat(text.strip()).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise field_problem(field, "must be a time such as 18:00") from None
