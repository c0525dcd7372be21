"""Pairing browsers, rotating their tokens, and tokens for integrations. Only digests of secrets are stored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.access import EXTENSION_SCOPES, INTEGRATION_SCOPES
from server.core.clock import now
from server.core.database.session import keep_changes
from server.core.identity import Identity
from server.core.problems import Problem, field_problem, not_found, unauthorized
from server.people.models import User
from server.security import queries
from server.security.models import PairingCode, Token, TokenFamily
from server.security.secrets import (
    digest,
    keyed_digest,
    looks_like_token,
    new_code,
    new_token,
    normalize_code,
    pkce_challenge,
)
from server.security.single_use import mark_used

CODE_LIFETIME = timedelta(minutes=10)
MAX_WRONG_ATTEMPTS = 5
ACCESS_LIFETIME = timedelta(hours=1)
REFRESH_LIFETIME = timedelta(days=30)
INTEGRATION_LIFETIME = timedelta(days=365)
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class TokenPair:
    """Shown once. Lifetimes are in seconds from now."""

    access_token: str
    access_expires_in: int
    refresh_token: str
    refresh_expires_in: int
    scopes: tuple[str, ...]


def create_pairing_code(session: Session, *, key: bytes, identity: Identity, challenge: str) -> str:
    """Creates a code to type into the extension that has the challenge's verifier."""
    if identity.session_id is None:
        raise not_found()
    if not CHALLENGE.fullmatch(challenge):
        raise field_problem("challenge", "must be base64url(sha256(verifier)): 43 characters")
    code = new_code()
    session.add(
        PairingCode(
            secret_hash=keyed_digest(key, "pairing", normalize_code(code)),
            session_id=identity.session_id,
            user_id=identity.user_id,
            challenge=challenge,
            expires_at=now() + CODE_LIFETIME,
        )
    )
    session.flush()
    return code


def redeem_pairing_code(session: Session, *, key: bytes, code: str, verifier: str, label: str) -> tuple[User, TokenPair]:
    """Pairs the browser that opened the pairing page and returns its tokens. A code and a verifier that do not match count as
    a wrong attempt against both; the count is committed although the response is an error."""
    secret_hash, challenge = keyed_digest(key, "pairing", normalize_code(code)), pkce_challenge(verifier)
    candidates = queries.pairing_candidates(session, secret_hash=secret_hash, challenge=challenge)
    match = next((row for row in candidates if row.secret_hash == secret_hash and row.challenge == challenge), None)
    if match is None or match.wrong_tries >= MAX_WRONG_ATTEMPTS:
        for row in candidates:
            row.wrong_tries += 1
        session.flush()
        keep_changes(session)
        raise Problem(
            422,
            "pairing-refused",
            "Wrong pairing code",
            detail="Check the code, or open the pairing page again for a new one.",
            errors=[{"field": "code", "message": "is wrong"}],
        )
    if match.expires_at <= now():
        raise Problem(
            410, "pairing-expired", "This pairing code has expired", detail="Open the pairing page again for a new one."
        )
    user = session.get(User, match.user_id)
    if user is None or not user.is_active or not mark_used(session, PairingCode, match.id):
        raise not_found()
    family = TokenFamily(
        kind="extension", user_id=user.id, label=label, scopes=list(EXTENSION_SCOPES), expires_at=now() + REFRESH_LIFETIME
    )
    session.add(family)
    session.flush()
    audit.record(session, action="browser.paired", object_type="token-family", object_id=family.id)
    return user, issue_tokens(session, family)


def refresh_tokens(session: Session, *, refresh_token: str) -> TokenPair:
    """Exchanges an unused refresh token for a new pair. A second use means that the token was copied, so it ends the
    pairing."""
    row = queries.token_and_user(session, secret_hash=digest(refresh_token)) if looks_like_token(refresh_token) else None
    if row is None:
        raise unauthorized()
    token, family, user = row
    if token.use != "refresh" or family.revoked_at is not None or family.expires_at <= now() or not user.is_active:
        raise unauthorized()
    if not mark_used(session, Token, token.id):
        family.revoked_at, family.revoked_because = now(), "reused"
        audit.record(session, action="browser.unpaired", object_type="token-family", object_id=family.id, reason_code="reused")
        keep_changes(session)
        raise unauthorized("token-reused", "This token was used before, so the pairing was ended")
    session.execute(delete(Token).where(Token.family_id == family.id, Token.use == "access", Token.expires_at <= now()))
    return issue_tokens(session, family)


def identify_token(session: Session, *, token: str) -> tuple[Identity, bool] | None:
    """The access token's identity, and whether this is its first use today; None if it is unknown, expired or revoked."""
    row = queries.token_and_user(session, secret_hash=digest(token)) if looks_like_token(token) else None
    if row is None:
        return None
    access_token, family, user = row
    at = now()
    has_expired = access_token.expires_at <= at or family.expires_at <= at
    if access_token.use != "access" or has_expired or family.revoked_at is not None or not user.is_active:
        return None
    identity = Identity(
        user.id, user.name, user.email, user.role, user.team_id, family_id=family.id, scopes=frozenset(family.scopes)
    )
    return identity, family.last_used_on != at.date()


def record_use(session: Session, *, family_id: int) -> None:
    session.execute(update(TokenFamily).where(TokenFamily.id == family_id).values(last_used_on=now().date()))


def unpair(session: Session, *, user_id: int, family_id: int, reason: str = "unpaired") -> None:
    """Ends a pairing of ``user_id``; 404 if it belongs to somebody else."""
    family = session.get(TokenFamily, family_id)
    if family is None or family.user_id != user_id:
        raise not_found()
    if family.revoked_at is None:
        family.revoked_at, family.revoked_because = now(), reason
        audit.record(session, action="browser.unpaired", object_type="token-family", object_id=family_id, reason_code=reason)


def active_pairings(session: Session, *, user_id: int) -> Sequence[TokenFamily]:
    """Paired browsers and integrations, newest first."""
    return queries.active_families(session, user_id=user_id, at=now())


def add_integration(session: Session, *, user_id: int, label: str) -> str:
    """Creates a token, shown once, with which a CRM may only report activities. ``user_id`` is the accountable admin."""
    family = TokenFamily(
        kind="integration", user_id=user_id, label=label, scopes=list(INTEGRATION_SCOPES),
        expires_at=now() + INTEGRATION_LIFETIME,
    )  # fmt: skip
    session.add(family)
    session.flush()
    audit.record(session, action="integration.added", object_type="token-family", object_id=family.id)
    return _add_token(session, family, "access", INTEGRATION_LIFETIME)


def issue_tokens(session: Session, family: TokenFamily) -> TokenPair:
    # The family's expiry is absolute: rotating does not extend it.
    remaining = family.expires_at - now()
    access_lifetime = min(ACCESS_LIFETIME, remaining)
    return TokenPair(
        access_token=_add_token(session, family, "access", access_lifetime),
        access_expires_in=int(access_lifetime.total_seconds()),
        refresh_token=_add_token(session, family, "refresh", remaining),
        refresh_expires_in=int(remaining.total_seconds()),
        scopes=tuple(family.scopes),
    )


def _add_token(session: Session, family: TokenFamily, use: str, lifetime: timedelta) -> str:
    token = new_token()
    session.add(Token(secret_hash=digest(token), family_id=family.id, use=use, expires_at=now() + lifetime))
    session.flush()
    return token
