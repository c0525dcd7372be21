"""Queries on sessions, links, pairings and tokens. The time is a parameter, so that expiry can be tested."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from server.people.models import Acknowledgement, User
from server.security.models import (
    ExternalIdentity,
    Integration,
    IntegrationToken,
    LoginLink,
    PairingCode,
    PersonalToken,
    RecoveryCode,
    SecondFactor,
    Token,
    TokenFamily,
    WebSession,
)


def session_and_user(session: Session, *, secret_hash: str, at: datetime) -> tuple[WebSession, User] | None:
    """The session, neither ended nor expired, and its active user. Does not check the idle timeout."""
    row = session.execute(
        select(WebSession, User)
        .join(User, User.id == WebSession.user_id)
        .where(
            WebSession.secret_hash == secret_hash,
            WebSession.ended_at.is_(None),
            WebSession.expires_at > at,
            User.is_active.is_(True),
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def never_signed_in(session: Session) -> frozenset[int]:
    """Ids of active users who have no password and left no trace of a sign-in."""
    return frozenset(
        session.scalars(
            select(User.id).where(
                User.is_active.is_(True),
                User.password_hash.is_(None),
                User.id.not_in(select(WebSession.user_id)),
                User.id.not_in(select(Acknowledgement.user_id)),
            )
        )
    )


def token_and_user(session: Session, *, secret_hash: str) -> tuple[Token, TokenFamily, User] | None:
    row = session.execute(
        select(Token, TokenFamily, User)
        .join(TokenFamily, TokenFamily.id == Token.family_id)
        .join(User, User.id == TokenFamily.user_id)
        .where(Token.secret_hash == secret_hash)
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def usable_link(session: Session, *, secret_hash: str, at: datetime) -> tuple[LoginLink, User] | None:
    """A link, neither used nor expired, and its active user."""
    row = session.execute(
        select(LoginLink, User)
        .join(User, User.id == LoginLink.user_id)
        .where(
            LoginLink.secret_hash == secret_hash,
            LoginLink.used_at.is_(None),
            LoginLink.expires_at > at,
            User.is_active.is_(True),
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def user_of_external_identity(session: Session, *, issuer: str, subject: str) -> User | None:
    """Also an inactive one."""
    return session.scalar(
        select(User)
        .join(ExternalIdentity, ExternalIdentity.user_id == User.id)
        .where(ExternalIdentity.issuer == issuer, ExternalIdentity.subject == subject)
    )


def has_external_identity(session: Session, *, issuer: str, user_id: int) -> bool:
    where = (ExternalIdentity.issuer == issuer, ExternalIdentity.user_id == user_id)
    return session.scalar(select(ExternalIdentity.id).where(*where)) is not None


def unused_recovery_code(session: Session, *, user_id: int, secret_hashes: Collection[str]) -> RecoveryCode | None:
    return session.scalar(
        select(RecoveryCode).where(
            RecoveryCode.user_id == user_id, RecoveryCode.secret_hash.in_(secret_hashes), RecoveryCode.used_at.is_(None)
        )
    )


def count_unused_recovery_codes(session: Session, *, user_id: int) -> int:
    return session.scalars(select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))).one()


def emails_of_apps_with_other_key(session: Session, *, key_id: str) -> Sequence[str]:
    """Of active users whose authenticator app may need another secret key than this one."""
    return session.scalars(
        select(User.email)
        .join(SecondFactor, SecondFactor.user_id == User.id)
        .where(User.is_active.is_(True), or_(SecondFactor.key_id.is_(None), SecondFactor.key_id != key_id))
    ).all()


def count_recovery_codes_with_other_key(session: Session, *, key_id: str) -> dict[str, int]:
    """By e-mail address of active users: unused recovery codes that may need another secret key."""
    rows = session.execute(
        select(User.email, func.count())
        .join(RecoveryCode, RecoveryCode.user_id == User.id)
        .where(
            User.is_active.is_(True),
            RecoveryCode.used_at.is_(None),
            or_(RecoveryCode.key_id.is_(None), RecoveryCode.key_id != key_id),
        )
        .group_by(User.email)
    ).all()
    return {row[0]: row[1] for row in rows}


def lock_user(session: Session, *, user_id: int) -> User | None:
    """The user as stored now. Nobody else changes the row before the transaction ends."""
    return session.scalar(select(User).where(User.id == user_id).with_for_update().execution_options(populate_existing=True))


def pairing_candidates(session: Session, *, secret_hashes: Collection[str], challenge: str) -> Sequence[PairingCode]:
    """Unused codes that match the typed code or the extension's challenge."""
    return session.scalars(
        select(PairingCode)
        .join(WebSession, WebSession.id == PairingCode.session_id)
        .where(
            or_(PairingCode.secret_hash.in_(secret_hashes), PairingCode.challenge == challenge),
            PairingCode.used_at.is_(None),
            WebSession.ended_at.is_(None),
        )
    ).all()


def lock_live_codes(session: Session, *, user_id: int, at: datetime) -> Sequence[PairingCode]:
    """A person's usable codes, newest first. Whoever creates a code for the same person waits until this transaction ends."""
    session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))
    return session.scalars(
        select(PairingCode)
        .where(PairingCode.user_id == user_id, PairingCode.used_at.is_(None), PairingCode.expires_at > at)
        .order_by(PairingCode.id.desc())
    ).all()


def lock_family(session: Session, *, family_id: int) -> None:
    """Makes other transactions that lock the family wait, and the next queries read its current state."""
    session.execute(select(TokenFamily.id).where(TokenFamily.id == family_id).with_for_update(key_share=True))
    session.expire_all()


def lock_successors(session: Session, *, token_id: int) -> Sequence[Token]:
    """The tokens that the use of a refresh token issued."""
    return session.scalars(
        select(Token)
        .where(Token.predecessor_id == token_id)
        .order_by(Token.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def integration_token(session: Session, *, secret_hash: str, at: datetime) -> tuple[IntegrationToken, str] | None:
    """The token and its integration's scope, unless it has expired or was revoked."""
    row = session.execute(
        select(IntegrationToken, Integration.scope)
        .join(Integration, Integration.id == IntegrationToken.integration_id)
        .where(
            IntegrationToken.secret_hash == secret_hash,
            IntegrationToken.expires_at > at,
            IntegrationToken.revoked_at.is_(None),
            Integration.revoked_at.is_(None),
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def integrations(session: Session) -> Sequence[tuple[Integration, User]]:
    """Those that were not revoked, by label, each with the admin who created it."""
    rows = session.execute(
        select(Integration, User)
        .join(User, User.id == Integration.created_by)
        .where(Integration.revoked_at.is_(None))
        .order_by(func.lower(Integration.label), Integration.id)
    ).all()
    return [(row[0], row[1]) for row in rows]


def integration_tokens(session: Session, *, integration_ids: Sequence[int]) -> Sequence[tuple[IntegrationToken, User]]:
    """Those that were not revoked, newest first, each with the admin who created it."""
    rows = session.execute(
        select(IntegrationToken, User)
        .join(User, User.id == IntegrationToken.created_by)
        .where(IntegrationToken.integration_id.in_(integration_ids), IntegrationToken.revoked_at.is_(None))
        .order_by(IntegrationToken.id.desc())
    ).all()
    return [(row[0], row[1]) for row in rows]


def personal_token_and_user(session: Session, *, secret_hash: str, at: datetime) -> tuple[PersonalToken, User] | None:
    """The token, unless it has expired or was revoked, and its active user."""
    row = session.execute(
        select(PersonalToken, User)
        .join(User, User.id == PersonalToken.user_id)
        .where(PersonalToken.secret_hash == secret_hash, *_is_valid(at), User.is_active.is_(True))
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def valid_personal_tokens(session: Session, *, user_id: int, at: datetime) -> Sequence[PersonalToken]:
    """Newest first."""
    return session.scalars(
        select(PersonalToken).where(PersonalToken.user_id == user_id, *_is_valid(at)).order_by(PersonalToken.id.desc())
    ).all()


def _is_valid(at: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return PersonalToken.expires_at > at, PersonalToken.revoked_at.is_(None)


def lock_integration(session: Session, *, integration_id: int) -> Integration | None:
    return session.get(Integration, integration_id, with_for_update=True, populate_existing=True)


def open_sessions(session: Session, *, user_id: int, at: datetime) -> Sequence[WebSession]:
    """Newest first."""
    return session.scalars(
        select(WebSession)
        .where(
            WebSession.user_id == user_id,
            WebSession.ended_at.is_(None),
            WebSession.awaiting.is_(None),
            WebSession.expires_at > at,
        )
        .order_by(WebSession.id.desc())
    ).all()


def active_families(session: Session, *, user_id: int, at: datetime) -> Sequence[TokenFamily]:
    """Paired browsers of a person, newest first."""
    return session.scalars(
        select(TokenFamily)
        .where(TokenFamily.user_id == user_id, TokenFamily.revoked_at.is_(None), TokenFamily.expires_at > at)
        .order_by(TokenFamily.id.desc())
    ).all()
