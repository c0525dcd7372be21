"""Who gets an invitation or a reminder, and how often."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from server.audit.models import AuditEntry
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.jobs.models import Job
from server.mail import operations
from server.mail.models import MailMessage
from server.people.models import Leave
from server.people.queries import get_organisation
from server.security import operations as security
from tests.concurrency import at_once
from tests.factories import make_identity, make_user

#: A Wednesday at noon, long after anything that these tests send.
WEDNESDAY = datetime(2027, 6, 2, 12, tzinfo=UTC)


@pytest.fixture
def admin(session):
    user = make_user(session, role="admin")
    session.commit()
    return user


def count(session, user, kind):
    return session.scalar(
        select(func.count()).select_from(MailMessage).where(MailMessage.user_id == user.id, MailMessage.kind == kind)
    )


def invite(session, admin, *people):
    return operations.invite(session, sender=make_identity(admin), user_ids=[user.id for user in people])


def sent(session, user, *, at):
    """The mail server accepted everything for this person, at ``at``."""
    for message in session.scalars(select(MailMessage).where(MailMessage.user_id == user.id, MailMessage.sent_at.is_(None))):
        message.sent_at = at
    session.flush()


def test_only_active_people_who_never_signed_in_are_invited(session, admin):
    new, left, invented, known = (make_user(session, acknowledged=False) for _ in range(4))
    left.is_active, invented.is_demonstration = False, True
    security.start_session(session, user_id=known.id)
    assert invite(session, admin, new, left, invented, known) == operations.Invited(sent=1, signed_in=1)
    (message,) = session.scalars(select(MailMessage).where(MailMessage.sender_id == admin.id))
    assert (message.user_id, message.kind) == (new.id, "invitation")
    assert session.scalar(select(Job.args).where(Job.idempotency_key == f"mail.send:{message.id}")) == {
        "message_id": message.id
    }
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "person.invited")).all()[-1]
    assert entry.object_id == str(new.id)
    session.rollback()


def test_one_invitation_in_an_hour_and_three_in_a_week(session, admin):
    person = make_user(session, acknowledged=False)
    for hours in (0, 1, 2):
        assert invite(session, admin, person).sent == 1, hours
        assert invite(session, admin, person) == operations.Invited(too_often=1)
        for message in session.scalars(select(MailMessage).where(MailMessage.user_id == person.id)):
            message.created_at -= timedelta(hours=1)
        session.flush()
    assert invite(session, admin, person) == operations.Invited(too_often=1)
    for message in session.scalars(select(MailMessage).where(MailMessage.user_id == person.id)):
        message.created_at -= timedelta(days=7)
    session.flush()
    assert invite(session, admin, person).sent == 1
    session.rollback()


def test_invitation_that_could_not_be_sent_does_not_prevent_the_next(session, admin):
    person = make_user(session, acknowledged=False)
    invite(session, admin, person)
    session.scalars(select(MailMessage).where(MailMessage.user_id == person.id)).one().failure = "recipient"
    session.flush()
    assert invite(session, admin, person).sent == 1
    session.rollback()


def test_two_administrators_at_once_send_one_invitation(engine, admin):
    with unit_of_work(engine) as session:
        people = [make_user(session, acknowledged=False) for _ in range(3)]

    def run(_number):
        with unit_of_work(engine) as session:
            return invite(session, admin, *people).sent

    assert sorted(at_once(run, 4)) == [0, 0, 0, 3]


def test_sign_in_link_is_requested_for_active_people_only_and_both_make_a_job(session):
    person, left = make_user(session), make_user(session)
    left.is_active = False
    for email, messages in ((person.email.upper(), 1), (left.email, 0), ("nobody@example.com", 0)):
        before = session.scalar(select(func.count()).select_from(Job))
        total = session.scalar(select(func.count()).select_from(MailMessage))
        operations.request_sign_in_link(session, email=email)
        assert session.scalar(select(func.count()).select_from(Job)) == before + 1
        assert session.scalar(select(func.count()).select_from(MailMessage)) == total + messages
    session.rollback()


@pytest.fixture
def invited(session, admin):
    """Invited a week before ``WEDNESDAY``; in a transaction that is rolled back."""
    organisation = get_organisation(session)
    organisation.reminders, organisation.reminder_days, organisation.time_zone = 2, 4, "UTC"
    person = make_user(session, acknowledged=False)
    invite(session, admin, person)
    sent(session, person, at=WEDNESDAY - timedelta(days=7))
    yield person
    session.rollback()


def test_reminders_stop_after_as_many_as_the_organisation_says(session, invited, admin):
    for days, reminders in ((0, 1), (0, 1), (5, 2), (14, 2)):
        at = WEDNESDAY + timedelta(days=days)
        operations.send_reminders(session, at=at)
        sent(session, invited, at=at)
        assert count(session, invited, "reminder") == reminders, days
    # Another invitation does not start them again.
    for message in session.scalars(select(MailMessage).where(MailMessage.user_id == invited.id)):
        message.created_at -= timedelta(days=7)
    assert invite(session, admin, invited).sent == 1
    sent(session, invited, at=WEDNESDAY + timedelta(days=20))
    assert operations.send_reminders(session, at=WEDNESDAY + timedelta(days=28)) == 0


def test_reminder_comes_from_who_invited_and_knows_whether_it_is_the_last(session, invited, admin):
    assert operations.send_reminders(session, at=WEDNESDAY) == 1
    reminder = session.scalars(
        select(MailMessage).where(MailMessage.user_id == invited.id, MailMessage.kind == "reminder")
    ).one()
    assert reminder.sender_id == admin.id
    assert not operations.is_last_reminder(session, user_id=invited.id)
    get_organisation(session).reminders = 1
    session.flush()
    assert operations.is_last_reminder(session, user_id=invited.id)


@pytest.mark.parametrize(
    "at",
    [
        WEDNESDAY - timedelta(days=4),  # three days after the invitation
        WEDNESDAY + timedelta(days=3),  # a Saturday
        WEDNESDAY.replace(hour=8),
        WEDNESDAY.replace(hour=17),
    ],
)
def test_no_reminder_before_its_days_at_night_or_on_a_weekend(session, invited, at):
    assert operations.send_reminders(session, at=at) == 0


def test_hours_are_those_of_the_organisations_time_zone(session, invited):
    get_organisation(session).time_zone = "America/New_York"
    session.flush()
    assert operations.send_reminders(session, at=WEDNESDAY) == 0
    assert operations.send_reminders(session, at=WEDNESDAY.replace(hour=14)) == 1


def test_no_reminder_to_who_signed_in_left_or_is_away_or_when_they_are_off(session, invited):
    session.add(Leave(user_id=invited.id, starts_on=date(2027, 6, 1), ends_on=date(2027, 6, 4), kind="holiday"))
    session.flush()
    assert operations.send_reminders(session, at=WEDNESDAY) == 0
    back = WEDNESDAY + timedelta(days=5)
    get_organisation(session).reminders = 0
    session.flush()
    assert operations.send_reminders(session, at=back) == 0
    get_organisation(session).reminders = 1
    invited.is_active = False
    session.flush()
    assert operations.send_reminders(session, at=back) == 0
    invited.is_active = True
    security.start_session(session, user_id=invited.id)
    assert operations.send_reminders(session, at=back) == 0


def test_invitation_that_was_never_sent_is_not_reminded_of(session, admin):
    person = make_user(session, acknowledged=False)
    invite(session, admin, person)
    assert operations.send_reminders(session, at=now() + timedelta(days=400)) == 0
    assert count(session, person, "reminder") == 0
    session.rollback()
