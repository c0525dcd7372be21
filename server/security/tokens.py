"""Pairing browsers and rotating their tokens. Only digests of secrets are stored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, func, update
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.access import EXTENSION_SCOPES
from server.core.clock import now
from server.core.database.session import keep_changes
from server.core.identity import Identity
from server.core.problems import Problem, field_problem, not_found, unauthorized
from server.core.secret_keys import SecretKeys
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
#: How long a refresh may be repeated whose response was lost.
REPEAT_WINDOW = timedelta(seconds=60)
#: A person needs one code at a time; the oldest gives way to a new one.
MAX_LIVE_CODES = 10
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
CHALLENGE_HELP = "must be base64url(sha256(verifier)): 43 characters"


@dataclass(frozen=True, slots=True)
class TokenPair:
    """Shown once. Lifetimes are in seconds from now."""

    access_token: str
    access_expires_in: int
    refresh_token: str
    refresh_expires_in: int
    scopes: tuple[str, ...]


def create_pairing_code(session: Session, *, secret_keys: SecretKeys, identity: Identity, challenge: str) -> str:
    """Creates a code to type into the extension that has the challenge's verifier."""
    if identity.session_id is None:
        raise not_found()
    if not CHALLENGE.fullmatch(challenge):
        raise field_problem("challenge", CHALLENGE_HELP)
    at = now()
    live = queries.lock_live_codes(session, user_id=identity.user_id, at=at)
    for oldest in live[MAX_LIVE_CODES - 1 :]:
        oldest.expires_at = at
    code = new_code()
    session.add(
        PairingCode(
            secret_hash=keyed_digest(secret_keys.current, "pairing", normalize_code(code)),
            session_id=identity.session_id,
            user_id=identity.user_id,
            challenge=challenge,
            expires_at=now() + CODE_LIFETIME,
        )
    )
    session.flush()
    return code


def redeem_pairing_code(
    session: Session, *, secret_keys: SecretKeys, code: str, verifier: str, label: str
) -> tuple[User, TokenPair]:
    """Pairs the browser that opened the pairing page and returns its tokens. A code and a verifier that do not match count as
    a wrong attempt against both; the count is committed although the response is an error."""
    digests = {keyed_digest(key, "pairing", normalize_code(code)) for key in secret_keys}
    challenge = pkce_challenge(verifier)
    candidates = queries.pairing_candidates(session, secret_hashes=digests, challenge=challenge)
    match = next((row for row in candidates if row.secret_hash in digests and row.challenge == challenge), None)
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


def find_pairing(session: Session, *, refresh_token: str) -> int | None:
    """The id of the pairing to which a refresh token belongs, whether it is still valid or not; None if it is unknown."""
    row = queries.token_and_user(session, secret_hash=digest(refresh_token)) if looks_like_token(refresh_token) else None
    return row[1].id if row is not None and row[0].use == "refresh" else None


def refresh_tokens(session: Session, *, refresh_token: str) -> TokenPair:
    """Exchanges a refresh token for a new pair. Its use may be repeated for a short time while the new pair is unused, because
    the response may have been lost. Any other second use means that the token was copied, so it ends the pairing."""
    family_id = find_pairing(session, refresh_token=refresh_token)
    if family_id is None:
        raise unauthorized()
    # All refreshes of a pairing wait for each other here; the rows are read after the lock is held.
    queries.lock_family(session, family_id=family_id)
    row = queries.token_and_user(session, secret_hash=digest(refresh_token))
    if row is None:
        raise unauthorized()
    token, family, user = row
    if family.revoked_at is not None or family.expires_at <= now() or not user.is_active:
        raise unauthorized()
    if not mark_used(session, Token, token.id) and not _revoke_unused_successors(session, token):
        family.revoked_at, family.revoked_because = now(), "reused"
        audit.record(session, action="browser.unpaired", object_type="token-family", object_id=family.id, reason_code="reused")
        keep_changes(session)
        raise unauthorized("token-reused", "This token was used before, so the pairing was ended")
    session.execute(delete(Token).where(Token.family_id == family.id, Token.use == "access", Token.expires_at <= now()))
    return issue_tokens(session, family, predecessor=token)


def _revoke_unused_successors(session: Session, token: Token) -> bool:
    """Revokes the pair that the use of ``token`` issued; False if it may not be repeated."""
    if token.used_at is None or now() - token.used_at > REPEAT_WINDOW:
        return False
    successors = queries.lock_successors(session, token_id=token.id)
    if not successors or any(successor.used_at is not None for successor in successors):
        return False
    for successor in successors:
        if successor.use == "access":
            session.delete(successor)
        else:
            # Kept as used and without a predecessor: whoever uses it has a copy, which ends the pairing.
            successor.used_at, successor.predecessor_id = now(), None
    session.flush()
    return True


@dataclass(frozen=True, slots=True)
class IdentifiedToken:
    """``must_record_use``: whether ``record_use`` has to be called before the request is answered. ``repeatable_id``: the
    token's id while its use decides whether the refresh that issued it may be repeated."""

    identity: Identity
    must_record_use: bool
    repeatable_id: int | None


def identify_token(session: Session, *, token: str) -> IdentifiedToken | None:
    """The access token's identity; None if it is unknown, expired or revoked."""
    row = queries.token_and_user(session, secret_hash=digest(token)) if looks_like_token(token) else None
    if row is None:
        return None
    access_token, family, user = row
    at = now()
    has_expired = access_token.expires_at <= at or family.expires_at <= at
    if access_token.use != "access" or has_expired or family.revoked_at is not None or not user.is_active:
        return None
    identity = Identity(user.id, user.name, user.email, user.role, family_id=family.id, scopes=frozenset(family.scopes))
    # Later nothing depends on whether the token was used, and a draft need not wait for the write.
    is_repeatable = access_token.predecessor_id is not None and at - access_token.created_at <= REPEAT_WINDOW
    repeatable_id = access_token.id if is_repeatable and access_token.used_at is None else None
    return IdentifiedToken(identity, repeatable_id is not None or family.last_used_on != at.date(), repeatable_id)


def record_use(session: Session, *, family_id: int, repeatable_id: int | None) -> bool:
    """False if the token was revoked meanwhile by a repeated refresh."""
    session.execute(update(TokenFamily).where(TokenFamily.id == family_id).values(last_used_on=now().date()))
    if repeatable_id is None:
        return True
    used_at = func.coalesce(Token.used_at, now())
    result: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(Token).where(Token.id == repeatable_id).values(used_at=used_at)
    )
    return result.rowcount == 1


def unpair(session: Session, *, user_id: int, family_id: int, reason: str = "unpaired") -> None:
    """Ends a pairing of ``user_id``; 404 if it belongs to somebody else."""
    family = session.get(TokenFamily, family_id)
    if family is None or family.user_id != user_id:
        raise not_found()
    if family.revoked_at is None:
        family.revoked_at, family.revoked_because = now(), reason
        audit.record(session, action="browser.unpaired", object_type="token-family", object_id=family_id, reason_code=reason)


def active_pairings(session: Session, *, user_id: int) -> Sequence[TokenFamily]:
    """Paired browsers, newest first."""
    return queries.active_families(session, user_id=user_id, at=now())


def issue_tokens(session: Session, family: TokenFamily, *, predecessor: Token | None = None) -> TokenPair:
    # The family's expiry is absolute: rotating does not extend it.
    remaining = family.expires_at - now()
    access_lifetime = min(ACCESS_LIFETIME, remaining)
    return TokenPair(
        access_token=_add_token(session, family, "access", access_lifetime, predecessor),
        access_expires_in=int(access_lifetime.total_seconds()),
        refresh_token=_add_token(session, family, "refresh", remaining, predecessor),
        refresh_expires_in=int(remaining.total_seconds()),
        scopes=tuple(family.scopes),
    )


def _add_token(session: Session, family: TokenFamily, use: str, lifetime: timedelta, predecessor: Token | None) -> str:
    token = new_token()
    session.add(
        Token(
            secret_hash=digest(token),
            family_id=family.id,
            use=use,
            expires_at=now() + lifetime,
            predecessor_id=predecessor.id if predecessor is not None else None,
        )
    )
    session.flush()
    return token
