"""Signing in and out, pairing a browser, rotating its tokens. Nothing here commits, and no secret is kept: only digests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.orm import Session

from server.core.access import EXTENSION_SCOPES, INTEGRATION_SCOPES
from server.core.clock import now
from server.core.database.session import keep_changes
from server.core.identity import Identity
from server.core.problems import Problem, field_problem, not_found
from server.people.models import User
from server.privacy.operations import audit
from server.security import queries
from server.security.models import LoginLink, PairingCode, Token, TokenFamily, WebSession
from server.security.secrets import (
    challenge_of,
    digest,
    keyed_digest,
    looks_like_token,
    new_code,
    new_secret,
    new_token,
    plain_code,
)

LINK_LIFE = timedelta(hours=24)
SESSION_LIFE = timedelta(hours=12)
#: After this long without a request a session is over; an admin's sooner, because it can do more harm.
IDLE = {"rep": timedelta(hours=4), "manager": timedelta(hours=4), "admin": timedelta(minutes=30)}
#: ``seen_at`` is written at most this often, so that reading a page does not cost a write.
TOUCH_EVERY = timedelta(minutes=1)
CODE_LIFE = timedelta(minutes=10)
MAX_WRONG_TRIES = 5
ACCESS_LIFE = timedelta(hours=1)
REFRESH_LIFE = timedelta(days=30)
INTEGRATION_LIFE = timedelta(days=365)
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Shown once. Lives are in whole seconds from now."""

    access_token: str
    access_expires_in: int
    refresh_token: str
    refresh_expires_in: int
    scopes: tuple[str, ...]


# --- links and sessions -----------------------------------------------------------------------------------------------


def make_link(session: Session, *, user_id: int, life: timedelta = LINK_LIFE) -> str:
    """The path of a link that signs ``user_id`` in once: ``/link/<secret>``."""
    secret = new_secret()
    session.add(LoginLink(secret_hash=digest(secret), user_id=user_id, expires_at=now() + life))
    session.flush()
    return f"/link/{secret}"


def link_is_usable(session: Session, *, secret: str) -> bool:
    return queries.usable_link(session, secret_hash=digest(secret), at=now()) is not None


def use_link(session: Session, *, secret: str) -> str:
    """Uses the link up and gives the id of a new session for the cookie; 404 when it is unknown, used or expired."""
    link = queries.usable_link(session, secret_hash=digest(secret), at=now())
    if link is None or not _only_once(session, LoginLink, link.id):
        raise not_found()
    audit(session, action="session.started", object_type="user", object_id=link.user_id, reason_code="link")
    return start_session(session, user_id=link.user_id)


def start_session(session: Session, *, user_id: int) -> str:
    """A new session, always with a new id, for somebody who has just proved who they are."""
    secret = new_secret()
    session.add(WebSession(secret_hash=digest(secret), user_id=user_id, expires_at=now() + SESSION_LIFE))
    session.flush()
    return secret


def identify_session(session: Session, *, secret: str) -> tuple[Identity, datetime] | None:
    """Who a cookie stands for and when they were last seen; None once idle, expired, ended or deactivated."""
    at = now()
    found = queries.session_and_user(session, secret_hash=digest(secret), at=at)
    if found is None:
        return None
    row, user = found
    if at - row.seen_at > IDLE[user.role]:
        return None
    return Identity(user.id, user.name, user.email, user.role, user.team_id, session_id=row.id), row.seen_at


def touch_session(session: Session, *, session_id: int) -> None:
    session.execute(update(WebSession).where(WebSession.id == session_id).values(seen_at=now()))


def end_session(session: Session, *, user_id: int, session_id: int) -> None:
    """Ends one's own session; 404 for another's."""
    row = session.get(WebSession, session_id)
    if row is None or row.user_id != user_id:
        raise not_found()
    row.ended_at = row.ended_at or now()
    audit(session, action="session.ended", object_type="session", object_id=session_id)


def end_everything(session: Session, *, user_id: int, because: str) -> None:
    """Every session and every paired browser of a person: sign-out everywhere, a new password, deactivation."""
    session.execute(
        update(WebSession).where(WebSession.user_id == user_id, WebSession.ended_at.is_(None)).values(ended_at=now())
    )
    session.execute(
        update(TokenFamily)
        .where(TokenFamily.user_id == user_id, TokenFamily.revoked_at.is_(None))
        .values(revoked_at=now(), revoked_because=because)
    )
    audit(session, action="access.ended", object_type="user", object_id=user_id, reason_code=because)


def sessions_of(session: Session, *, user_id: int) -> Sequence[WebSession]:
    return queries.open_sessions(session, user_id=user_id, at=now())


# --- pairing ----------------------------------------------------------------------------------------------------------


def make_pairing_code(session: Session, *, key: bytes, identity: Identity, challenge: str) -> str:
    """A code to type into the extension that knows the challenge's verifier."""
    if identity.session_id is None:
        raise not_found()
    if not CHALLENGE.fullmatch(challenge):
        raise field_problem("challenge", "must be base64url(sha256(verifier)): 43 characters")
    code = new_code()
    session.add(
        PairingCode(
            secret_hash=keyed_digest(key, "pairing", plain_code(code)),
            session_id=identity.session_id,
            user_id=identity.user_id,
            challenge=challenge,
            expires_at=now() + CODE_LIFE,
        )
    )
    session.flush()
    return code


def redeem_pairing_code(session: Session, *, key: bytes, code: str, verifier: str, label: str) -> tuple[User, Tokens]:
    """Tokens for the browser that opened the pairing page. A wrong pair of code and verifier counts against both, and that
    count stays although the answer is a refusal."""
    secret_hash, challenge = keyed_digest(key, "pairing", plain_code(code)), challenge_of(verifier)
    tried = queries.codes_tried(session, secret_hash=secret_hash, challenge=challenge)
    right = [row for row in tried if row.secret_hash == secret_hash and row.challenge == challenge]
    if not right or right[0].wrong_tries >= MAX_WRONG_TRIES:
        for row in tried:
            row.wrong_tries += 1
        session.flush()
        keep_changes()
        raise Problem(
            422,
            "pairing-refused",
            "This pairing code does not fit",
            detail="Check the code, or open the pairing page again for a new one.",
            errors=[{"field": "code", "message": "does not fit"}],
        )
    if right[0].expires_at <= now():
        raise Problem(
            410, "pairing-expired", "This pairing code has expired", detail="Open the pairing page again for a new one."
        )
    user = session.get(User, right[0].user_id)
    if user is None or not user.is_active or not _only_once(session, PairingCode, right[0].id):
        raise not_found()
    family = TokenFamily(
        kind="extension", user_id=user.id, label=label, scopes=list(EXTENSION_SCOPES), expires_at=now() + REFRESH_LIFE
    )
    session.add(family)
    session.flush()
    audit(session, action="browser.paired", object_type="token-family", object_id=family.id)
    return user, _issue(session, family)


def rotate(session: Session, *, refresh_token: str) -> Tokens:
    """A fresh pair for a refresh token not used before. A second use means that somebody copied it: the family ends."""
    found = queries.token_and_user(session, secret_hash=digest(refresh_token)) if looks_like_token(refresh_token) else None
    if found is None:
        raise unauthorised()
    token, family, user = found
    if token.use != "refresh" or family.revoked_at is not None or family.expires_at <= now() or not user.is_active:
        raise unauthorised()
    if not _only_once(session, Token, token.id):
        family.revoked_at, family.revoked_because = now(), "reused"
        audit(session, action="browser.unpaired", object_type="token-family", object_id=family.id, reason_code="reused")
        keep_changes()
        raise unauthorised("token-reused", "This token was used before, so the pairing has been ended")
    session.execute(delete(Token).where(Token.family_id == family.id, Token.use == "access", Token.expires_at <= now()))
    return _issue(session, family)


def identify_token(session: Session, *, token: str) -> tuple[Identity, bool] | None:
    """Who a bearer token stands for, and whether today's use is still to be noted; None when it opens nothing (any more)."""
    found = queries.token_and_user(session, secret_hash=digest(token)) if looks_like_token(token) else None
    if found is None:
        return None
    row, family, user = found
    at = now()
    dead = row.use != "access" or row.expires_at <= at or family.revoked_at is not None or family.expires_at <= at
    if dead or not user.is_active:
        return None
    identity = Identity(
        user.id, user.name, user.email, user.role, user.team_id, family_id=family.id, scopes=frozenset(family.scopes)
    )
    return identity, family.last_used_on != at.date()


def note_use(session: Session, *, family_id: int) -> None:
    session.execute(update(TokenFamily).where(TokenFamily.id == family_id).values(last_used_on=now().date()))


def unpair(session: Session, *, user_id: int, family_id: int, because: str = "unpaired") -> None:
    """Ends one's own pairing; 404 for another's."""
    family = session.get(TokenFamily, family_id)
    if family is None or family.user_id != user_id:
        raise not_found()
    if family.revoked_at is None:
        family.revoked_at, family.revoked_because = now(), because
        audit(session, action="browser.unpaired", object_type="token-family", object_id=family_id, reason_code=because)


def browsers_of(session: Session, *, user_id: int) -> Sequence[TokenFamily]:
    return queries.live_families(session, user_id=user_id, at=now())


def add_integration(session: Session, *, user_id: int, label: str) -> str:
    """A token for a CRM, shown once; it may only report activities. ``user_id`` is the admin who answers for it."""
    family = TokenFamily(
        kind="integration", user_id=user_id, label=label, scopes=list(INTEGRATION_SCOPES),
        expires_at=now() + INTEGRATION_LIFE,
    )  # fmt: skip
    session.add(family)
    session.flush()
    audit(session, action="integration.added", object_type="token-family", object_id=family.id)
    return _new_token(session, family, "access", INTEGRATION_LIFE)


def unauthorised(code: str = "no-token", title: str = "A valid token is needed") -> Problem:
    return Problem(401, code, title, headers={"WWW-Authenticate": 'Bearer realm="Repute"'})


def _issue(session: Session, family: TokenFamily) -> Tokens:
    # The family's end is absolute: rotating does not extend it.
    left = family.expires_at - now()
    access_life = min(ACCESS_LIFE, left)
    return Tokens(
        access_token=_new_token(session, family, "access", access_life),
        access_expires_in=int(access_life.total_seconds()),
        refresh_token=_new_token(session, family, "refresh", left),
        refresh_expires_in=int(left.total_seconds()),
        scopes=tuple(family.scopes),
    )


def _new_token(session: Session, family: TokenFamily, use: str, life: timedelta) -> str:
    token = new_token()
    session.add(Token(secret_hash=digest(token), family_id=family.id, use=use, expires_at=now() + life))
    session.flush()
    return token


def _only_once(session: Session, table: type[LoginLink | PairingCode | Token], row_id: int) -> bool:
    """Marks a row used; False when somebody was faster. The condition is in the UPDATE, so two cannot both win."""
    result: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(table).where(table.id == row_id, table.used_at.is_(None)).values(used_at=now())
    )
    return result.rowcount == 1
