"""The notice, exports, erasure and retention."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.activities.models import IdempotencyRecord
from server.activities.redaction import redact
from server.appeals import queries as appeals
from server.audit import operations as audit
from server.audit.models import ProfileView
from server.coaching.models import CoachPreference
from server.connections import operations as connections
from server.core.clock import now
from server.core.database.upsert import insert_if_absent
from server.digests.models import DigestSetting
from server.history import operations as history
from server.imports import operations as imports
from server.jobs import queue as jobs
from server.jobs.queue import enqueue
from server.labels import removal as labels
from server.library import operations as library
from server.mail.models import MailMessage
from server.mail.queries import INVITING
from server.one_to_ones import operations as one_to_ones
from server.outcomes import operations as outcomes
from server.own_week import operations as own_weeks
from server.people import memberships
from server.people.groups.models import GroupGrant, GroupMember
from server.people.models import Acknowledgement, Leave, Organisation, User
from server.people.operations import require_another_admin
from server.people.queries import get_organisation, is_set_up
from server.policies import preview_jobs as previews
from server.policies.operations import forget_previews
from server.privacy import queries
from server.privacy.export import export_document
from server.privacy.models import DataExport
from server.records.queries import forget_texts
from server.security.models import (
    ExternalIdentity,
    IntegrationToken,
    LoginLink,
    PairingCode,
    PersonalToken,
    ProvisionedUser,
    RateHit,
    RecoveryCode,
    SecondFactor,
    Token,
    TokenFamily,
    UsedSignInState,
    WebSession,
)
from server.security.queries import never_signed_in

#: How many texts one run deletes; the next run continues.
MAX_REDACTIONS_PER_RUN = 1_000
MAX_VIEWS_LISTED = 100
ERASED_NAME = "Erased person"


@dataclass(frozen=True, slots=True)
class PageView:
    """``viewer``, by name, opened ``page`` about the person on ``day``."""

    viewer: str
    page: str
    day: date


def list_profile_views(session: Session, *, user_id: int) -> tuple[PageView, ...]:
    """Newest day first."""
    return tuple(PageView(*row) for row in queries.views_of(session, user_id=user_id, limit=MAX_VIEWS_LISTED))


def acknowledge_notice(session: Session, *, user_id: int) -> None:
    """Records that the person has read the current notice. A second call changes nothing."""
    version = get_organisation(session).notice_version
    if insert_if_absent(session, Acknowledgement, user_id=user_id, notice_version=version, at=now()):
        audit.record(session, action="notice.acknowledged", object_type="user", object_id=user_id, reason_code=version)


def request_export(session: Session, *, user_id: int) -> DataExport:
    """Enqueues a job that creates an export. Returns the existing export if one is ready or in progress."""
    existing = queries.latest_export(session, user_id=user_id, at=now())
    if existing is not None:
        return existing
    # A person has at most one export in progress; one that was never finished does not block the next.
    session.execute(delete(DataExport).where(DataExport.user_id == user_id, DataExport.expires_at <= now()))
    lifetime = timedelta(days=get_organisation(session).export_days)
    is_new = insert_if_absent(session, DataExport, user_id=user_id, requested_at=now(), expires_at=now() + lifetime)
    export = queries.latest_export(session, user_id=user_id, at=now())
    assert export is not None  # noqa: S101 (just inserted, here or by a concurrent request)
    if is_new:
        # With the time: SQLite gives the id of a deleted export to the next one, while the job of the first is still kept.
        key = f"privacy.export:{export.id}:{export.requested_at.timestamp():.6f}"
        enqueue(session, "privacy.export", {"export_id": export.id}, key=key)
        audit.record(session, action="export.requested", object_type="user", object_id=user_id)
    return export


def create_export(session: Session, *, export_id: int) -> None:
    """Creates the document of the export; does nothing if the export has been deleted."""
    export = session.get(DataExport, export_id)
    if export is not None:
        export.document = export_document(session, user_id=export.user_id)
        export.ready_at = now()
        session.flush()


def erase(session: Session, *, user_id: int) -> None:
    """Deletes private data, anonymises what remains and closes the account. Ledger entries remain: they contain only numbers
    and ids, and the ledger must still balance. 409 for the last administrator."""
    require_another_admin(session, user_id=user_id)
    user = session.get_one(User, user_id, with_for_update=True)
    audit.record(session, action="person.erased", object_type="user", object_id=user_id)
    for activity in queries.activities_with_text(session, user_id=user_id):
        redact(session, activity)
        activity.score = activity.band = activity.words = None
    own_weeks.forget_person(session, user_id=user_id)
    labels.forget_person(session, user_id=user_id)
    library.forget_person(session, user_id=user_id)
    appeals.delete_texts_of(session, user_id=user_id)
    session.execute(update(Organisation).where(Organisation.overseer_id == user_id).values(overseer_id=None))
    imports.forget_person(session, user_id=user_id)
    forget_previews(session)
    connections.forget_person(session, user_id=user_id, email=user.email)
    forget_texts(session, user_id=user_id)
    outcomes.forget_texts(session, user_id=user_id)
    history.delete_history(session, user_id=user_id)
    one_to_ones.forget_person(session, user_id=user_id)
    families = select(TokenFamily.id).where(TokenFamily.user_id == user_id)
    session.execute(delete(Token).where(Token.family_id.in_(families)))
    memberships.end_all(session, user_id=user_id)
    for table, column in (
        (Leave, Leave.user_id),
        (TokenFamily, TokenFamily.user_id),
        (PairingCode, PairingCode.user_id),
        (PersonalToken, PersonalToken.user_id),
        (WebSession, WebSession.user_id),
        (LoginLink, LoginLink.user_id),
        (SecondFactor, SecondFactor.user_id),
        (ExternalIdentity, ExternalIdentity.user_id),
        (ProvisionedUser, ProvisionedUser.user_id),
        (GroupMember, GroupMember.user_id),
        (GroupGrant, GroupGrant.user_id),
        (RecoveryCode, RecoveryCode.user_id),
        (IdempotencyRecord, IdempotencyRecord.user_id),
        (CoachPreference, CoachPreference.user_id),
        (Acknowledgement, Acknowledgement.user_id),
        (MailMessage, MailMessage.user_id),
        (DigestSetting, DigestSetting.user_id),
        (DataExport, DataExport.user_id),
        (ProfileView, ProfileView.subject_id),
    ):
        session.execute(delete(table).where(column == user_id))
    session.execute(update(MailMessage).where(MailMessage.sender_id == user_id).values(sender_id=None))
    user.name = ERASED_NAME
    user.email = f"erased-{user_id}@invalid"
    user.password_hash = user.started_on = None
    user.is_active = False
    session.flush()


def purge(session: Session, *, at: datetime) -> int:
    """Deletes data past the organisation's retention periods; returns the number of texts deleted."""
    if not is_set_up(session):
        return 0
    organisation = get_organisation(session)
    texts_before = at - _months(organisation.text_retention_months)
    expired = queries.oldest_activities_with_text(session, before=texts_before, limit=MAX_REDACTIONS_PER_RUN)
    for activity in expired:
        redact(session, activity)
    labels.purge(session, words_before=texts_before)
    library.purge(session)
    appeals.delete_texts(session, before=texts_before)
    imports.purge(session, at=at)
    previews.purge(session, at=at)
    connections.purge(session, at=at)
    forget_texts(session, before=texts_before)
    outcomes.forget_texts(session, before=texts_before.date())
    history.purge(session, at=at, imported_before=texts_before)
    one_to_ones.purge(session, at=at, months=_months(organisation.note_retention_months))
    access_before = at - timedelta(days=organisation.access_retention_days)
    views_before = at - _months(organisation.view_retention_months)
    # Who was reminded is known until they sign in, so that nobody is reminded more often than the organisation says.
    may_be_reminded = MailMessage.kind.in_(INVITING) & MailMessage.user_id.in_(never_signed_in(session))
    ended = select(WebSession.id).where(WebSession.expires_at < access_before)
    session.execute(delete(PairingCode).where(PairingCode.session_id.in_(ended)))
    for table, is_expired in (
        (PairingCode, PairingCode.expires_at < access_before),
        (WebSession, WebSession.expires_at < access_before),
        (LoginLink, LoginLink.expires_at < access_before),
        (MailMessage, (MailMessage.created_at < access_before) & ~may_be_reminded),
        (Token, Token.expires_at < access_before),
        (IntegrationToken, IntegrationToken.expires_at < access_before),
        (IntegrationToken, IntegrationToken.revoked_at < access_before),
        (PersonalToken, PersonalToken.expires_at < access_before),
        (PersonalToken, PersonalToken.revoked_at < access_before),
        (RateHit, RateHit.expires_at < at),
        (UsedSignInState, UsedSignInState.expires_at < at),
        (DataExport, DataExport.expires_at < at),
        (ProfileView, ProfileView.day < views_before.date()),
    ):
        session.execute(delete(table).where(is_expired))
    jobs.purge(session, finished_before=access_before)
    session.flush()
    return len(expired)


def _months(count: int) -> timedelta:
    """13 months are 396 days, 12 months 366."""
    return timedelta(days=count * 61 // 2)
