"""Queries of exports, of views of a person's page, and of everything stored about a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.audit.models import AuditEntry, ProfileView
from server.credit.models import LedgerEntry
from server.people.models import Acknowledgement, User
from server.privacy.models import DataExport
from server.security.models import ExternalIdentity, PersonalToken, ProvisionedUser, TokenFamily, WebSession


def latest_export(session: Session, *, user_id: int, at: datetime) -> DataExport | None:
    """The newest export that has not expired."""
    return session.scalar(
        select(DataExport)
        .where(DataExport.user_id == user_id, DataExport.expires_at > at)
        .order_by(DataExport.id.desc())
        .limit(1)
    )


def own_export(session: Session, *, user_id: int, export_id: int, at: datetime) -> DataExport | None:
    return session.scalar(
        select(DataExport).where(DataExport.id == export_id, DataExport.user_id == user_id, DataExport.expires_at > at)
    )


def views_of(session: Session, *, user_id: int, limit: int | None = None) -> Sequence[tuple[str, str, date]]:
    """Name of the viewer, page and day of each view of the person's page, newest first."""
    rows = session.execute(
        select(User.name, ProfileView.page, ProfileView.day)
        .join(User, User.id == ProfileView.viewer_id)
        .where(ProfileView.subject_id == user_id)
        .order_by(ProfileView.day.desc(), ProfileView.id.desc())
        .limit(limit)
    )
    return [(name, page, day) for name, page, day in rows]


def views_by(session: Session, *, user_id: int) -> Sequence[tuple[str, str, date]]:
    """Name of the person viewed, page and day of each view by the person, newest first."""
    rows = session.execute(
        select(User.name, ProfileView.page, ProfileView.day)
        .join(User, User.id == ProfileView.subject_id)
        .where(ProfileView.viewer_id == user_id)
        .order_by(ProfileView.day.desc(), ProfileView.id.desc())
    )
    return [(name, page, day) for name, page, day in rows]


def acknowledgements(session: Session, *, user_id: int) -> Sequence[Acknowledgement]:
    return session.scalars(select(Acknowledgement).where(Acknowledgement.user_id == user_id)).all()


def activities(session: Session, *, user_id: int) -> Sequence[Activity]:
    """Oldest first."""
    return session.scalars(
        select(Activity).where(Activity.user_id == user_id).order_by(Activity.occurred_at, Activity.id)
    ).all()


def activities_with_text(session: Session, *, user_id: int) -> Sequence[Activity]:
    return session.scalars(select(Activity).where(Activity.user_id == user_id, Activity.text_hash.is_not(None))).all()


def oldest_activities_with_text(session: Session, *, before: datetime, limit: int) -> Sequence[Activity]:
    return session.scalars(
        select(Activity)
        .where(Activity.text_hash.is_not(None), Activity.occurred_at < before)
        .order_by(Activity.id)
        .limit(limit)
    ).all()


def ledger_entries(session: Session, *, user_id: int) -> Sequence[LedgerEntry]:
    """Oldest first."""
    return session.scalars(select(LedgerEntry).where(LedgerEntry.account_id == user_id).order_by(LedgerEntry.seq)).all()


def all_sessions(session: Session, *, user_id: int) -> Sequence[WebSession]:
    return session.scalars(select(WebSession).where(WebSession.user_id == user_id)).all()


def external_identities(session: Session, *, user_id: int) -> Sequence[ExternalIdentity]:
    return session.scalars(select(ExternalIdentity).where(ExternalIdentity.user_id == user_id)).all()


def provisioned_user(session: Session, *, user_id: int) -> ProvisionedUser | None:
    return session.get(ProvisionedUser, user_id)


def all_families(session: Session, *, user_id: int) -> Sequence[TokenFamily]:
    return session.scalars(select(TokenFamily).where(TokenFamily.user_id == user_id)).all()


def all_personal_tokens(session: Session, *, user_id: int) -> Sequence[PersonalToken]:
    return session.scalars(select(PersonalToken).where(PersonalToken.user_id == user_id).order_by(PersonalToken.id)).all()


def actions_by(session: Session, *, user_id: int) -> Sequence[AuditEntry]:
    return session.scalars(select(AuditEntry).where(AuditEntry.actor_id == user_id).order_by(AuditEntry.id)).all()
