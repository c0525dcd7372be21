"""Queries of how far the set-up has come."""

from __future__ import annotations

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.mail.models import MailMessage
from server.people.models import Acknowledgement, Organisation, Target, Team, User
from server.records.queries import any_record
from server.security.models import LoginLink, TokenFamily
from server.security.queries import never_signed_in


def count_active_reps(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(User).where(User.role == "rep", User.is_active.is_(True))).one()


def count_reps_who_confirmed(session: Session) -> int:
    """Active reps who acknowledged the current notice."""
    current = select(Organisation.notice_version).scalar_subquery()
    has_confirmed = exists().where(Acknowledgement.user_id == User.id, Acknowledgement.notice_version == current)
    reps = select(func.count()).select_from(User).where(User.role == "rep", User.is_active.is_(True), has_confirmed)
    return session.scalars(reps).one()


def count_reps_invited(session: Session) -> int:
    """Active reps who have signed in, to whom an invitation was sent, or for whom a sign-in link was made."""
    was_sent = exists().where(
        MailMessage.user_id == User.id, MailMessage.kind == "invitation", MailMessage.sent_at.is_not(None)
    )
    got_link = exists().where(LoginLink.user_id == User.id)
    has_signed_in = User.id.not_in(never_signed_in(session))
    reps = select(func.count()).select_from(User).where(User.role == "rep", User.is_active.is_(True))
    return session.scalars(reps.where(or_(has_signed_in, was_sent, got_link))).one()


def has_team(session: Session) -> bool:
    return session.scalars(select(exists().where(Team.id.is_not(None)))).one()


def has_target(session: Session) -> bool:
    return session.scalars(select(exists().where(Target.id.is_not(None)))).one()


def has_crm_record(session: Session) -> bool:
    return any_record(session)


def has_paired_browser(session: Session) -> bool:
    """Also one whose pairing has ended."""
    return session.scalars(select(exists().where(TokenFamily.kind == "extension"))).one()


def has_shared_item(session: Session) -> bool:
    """Also one that was withdrawn."""
    return session.scalars(select(exists().where(Activity.id.is_not(None)))).one()
