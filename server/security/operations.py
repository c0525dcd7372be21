"""Signing in and out: one-time links, passwords, sessions. Only digests of secrets are stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core import metrics
from server.core.clock import now
from server.core.identity import Identity
from server.core.logs import log
from server.core.problems import Problem, field_problem, not_found
from server.people.models import User
from server.people.operations import require_another_admin
from server.people.queries import get_organisation, user_by_email
from server.security import passwords, queries
from server.security.models import LoginLink, TokenFamily, WebSession
from server.security.secrets import digest, new_secret
from server.security.single_use import mark_used

LINK_LIFETIME = timedelta(hours=24)
SESSION_LIFETIME = timedelta(hours=12)
#: Idle timeout by role; shorter for admins, whose sessions can do more harm.
IDLE_TIMEOUT = {"rep": timedelta(hours=4), "manager": timedelta(hours=4), "admin": timedelta(minutes=30)}
#: ``seen_at`` is written at most this often, so that not every page view costs a write.
TOUCH_INTERVAL = timedelta(minutes=1)


# --- one-time links ---------------------------------------------------------------------------------------------------


def create_link(session: Session, *, user_id: int, lifetime: timedelta = LINK_LIFETIME) -> str:
    """The path of a link that signs ``user_id`` in once: ``/link/<secret>``."""
    secret = new_secret()
    session.add(LoginLink(secret_hash=digest(secret), user_id=user_id, expires_at=now() + lifetime))
    session.flush()
    return f"/link/{secret}"


def is_link_usable(session: Session, *, secret: str) -> bool:
    return queries.usable_link(session, secret_hash=digest(secret), at=now()) is not None


def use_link(session: Session, *, secret: str) -> str:
    """Marks the link used and returns a new session's id for the cookie; 404 if it is unknown, used or expired."""
    link = queries.usable_link(session, secret_hash=digest(secret), at=now())
    if link is None or not mark_used(session, LoginLink, link.id):
        raise not_found()
    audit.record(session, action="session.started", object_type="user", object_id=link.user_id, reason_code="link")
    return start_session(session, user_id=link.user_id)


# --- passwords --------------------------------------------------------------------------------------------------------


def sign_in(session: Session, *, email: str, password: str) -> str:
    """Returns a new session's id. Every failure raises the same problem, which does not reveal whether the address or the
    password was wrong. The route must rate-limit calls."""
    user = user_by_email(session, email=email)
    is_correct = passwords.verify(password, user.password_hash if user is not None and user.is_active else None)
    metrics.SIGN_INS.labels(outcome="good" if is_correct else "bad").inc()
    if user is None or user.password_hash is None or not is_correct:
        log.warning("sign-in-refused")
        raise Problem(401, "sign-in-refused", "Wrong e-mail or password", detail="Check both and try again.")
    if passwords.needs_rehash(user.password_hash):
        user.password_hash = passwords.hash_password(password)
    audit.record(session, action="session.started", object_type="user", object_id=user.id)
    return start_session(session, user_id=user.id)


def has_password(session: Session, *, user_id: int) -> bool:
    return session.get_one(User, user_id).password_hash is not None


def set_password(session: Session, *, user_id: int, current: str, password: str) -> str:
    """Sets a password, after checking the current one if there is one. Ends every session and pairing, and returns a new
    session's id for the browser that sent the request."""
    user = session.get_one(User, user_id)
    if user.password_hash is not None and not passwords.verify(current, user.password_hash):
        raise field_problem("current", "is not your current password")
    organisation = get_organisation(session)
    passwords.check_strength(password, own_words=(user.name, user.email, organisation.name))
    user.password_hash = passwords.hash_password(password)
    end_all_access(session, user_id=user_id, reason="signed-out")
    audit.record(session, action="password.set", object_type="user", object_id=user_id)
    return start_session(session, user_id=user_id)


# --- sessions ---------------------------------------------------------------------------------------------------------


def start_session(session: Session, *, user_id: int) -> str:
    """Starts a session with a new id for a user who has just been authenticated; returns the id."""
    secret = new_secret()
    session.add(WebSession(secret_hash=digest(secret), user_id=user_id, expires_at=now() + SESSION_LIFETIME))
    session.flush()
    return secret


def identify_session(session: Session, *, secret: str) -> tuple[Identity, datetime] | None:
    """The session's identity and when it was last used; None if it is idle too long, expired or ended, or the user inactive."""
    at = now()
    row = queries.session_and_user(session, secret_hash=digest(secret), at=at)
    if row is None:
        return None
    web_session, user = row
    if at - web_session.seen_at > IDLE_TIMEOUT[user.role]:
        return None
    identity = Identity(user.id, user.name, user.email, user.role, user.team_id, session_id=web_session.id)
    return identity, web_session.seen_at


def touch_session(session: Session, *, session_id: int) -> None:
    session.execute(update(WebSession).where(WebSession.id == session_id).values(seen_at=now()))


def end_session(session: Session, *, user_id: int, session_id: int) -> None:
    """Ends a session of ``user_id``; 404 for anybody else's."""
    web_session = session.get(WebSession, session_id)
    if web_session is None or web_session.user_id != user_id:
        raise not_found()
    web_session.ended_at = web_session.ended_at or now()
    audit.record(session, action="session.ended", object_type="session", object_id=session_id)


def open_sessions(session: Session, *, user_id: int) -> Sequence[WebSession]:
    return queries.open_sessions(session, user_id=user_id, at=now())


# --- ending access ----------------------------------------------------------------------------------------------------


def end_all_access(session: Session, *, user_id: int, reason: str) -> None:
    """Ends every session and pairing of a user: for signing out everywhere, a new password, deactivation."""
    session.execute(
        update(WebSession).where(WebSession.user_id == user_id, WebSession.ended_at.is_(None)).values(ended_at=now())
    )
    session.execute(
        update(TokenFamily)
        .where(TokenFamily.user_id == user_id, TokenFamily.revoked_at.is_(None))
        .values(revoked_at=now(), revoked_because=reason)
    )
    audit.record(session, action="access.ended", object_type="user", object_id=user_id, reason_code=reason)


def deactivate(session: Session, *, user_id: int) -> None:
    """Ends a user's access immediately; their credit stays. 409 for the last administrator."""
    require_another_admin(session, user_id=user_id)
    user = session.get(User, user_id)
    if user is None:
        raise not_found()
    user.is_active = False
    end_all_access(session, user_id=user_id, reason="deactivated")
    audit.record(session, action="user.deactivated", object_type="user", object_id=user_id)
