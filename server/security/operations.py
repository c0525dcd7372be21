"""Signing in and out: one-time links, passwords, sessions. Only digests of secrets are stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core import metrics
from server.core.clock import now
from server.core.identity import Identity
from server.core.logs import log
from server.core.problems import Problem, field_problem, not_found
from server.core.secret_keys import SecretKeys
from server.people.memberships import leave_organisation
from server.people.models import User
from server.people.operations import require_another_admin
from server.people.queries import get_calendar, get_organisation, user_by_email
from server.security import passwords, personal_tokens, queries, second_factor
from server.security.models import LoginLink, TokenFamily, WebSession
from server.security.secrets import digest, new_secret
from server.security.single_use import mark_used

LINK_LIFETIME = timedelta(hours=24)
SESSION_LIFETIME = timedelta(hours=12)
#: Idle timeout by role; shorter for admins, whose sessions can do more harm.
IDLE_TIMEOUT = {"rep": timedelta(hours=4), "manager": timedelta(hours=4), "admin": timedelta(minutes=30)}
#: Time to enter the second factor, or to set it up, after a right password.
STEP_LIFETIME = timedelta(minutes=10)
#: How long a proof of who one is lasts for what needs a recent one.
CONFIRMATION_LIFETIME = timedelta(minutes=10)
#: Roles for which a password alone is not enough.
NEEDS_SECOND_FACTOR = frozenset({"manager", "admin"})
#: A password that changes this often while it is checked is not worth another try.
MAX_CONCURRENT_CHANGES = 3
#: ``seen_at`` is written at most this often, so that not every page view costs a write.
TOUCH_INTERVAL = timedelta(minutes=1)

#: Opens a transaction: ``unit_of_work`` without its engine.
Transaction = Callable[..., AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class NewSession:
    """``secret`` is for the browser's cookie. ``awaiting``: the step of signing in that is missing."""

    id: int
    secret: str
    awaiting: str | None = None


# --- one-time links ---------------------------------------------------------------------------------------------------


def create_link(session: Session, *, user_id: int, lifetime: timedelta = LINK_LIFETIME, mailed_to: str | None = None) -> str:
    """The path of a link that signs ``user_id`` in once: ``/link/<secret>``. ``mailed_to``: the address to which it is sent."""
    secret = new_secret()
    address_hash = digest(mailed_to) if mailed_to is not None else None
    session.add(LoginLink(secret_hash=digest(secret), user_id=user_id, address_hash=address_hash, expires_at=now() + lifetime))
    session.flush()
    reason = "mail" if mailed_to is not None else None
    audit.record(session, action="link.created", object_type="user", object_id=user_id, reason_code=reason)
    return f"/link/{secret}"


def is_link_usable(session: Session, *, secret: str) -> bool:
    return _usable_link(session, secret=secret) is not None


def _usable_link(session: Session, *, secret: str) -> tuple[LoginLink, User] | None:
    """Not one that was mailed to an address that has another owner since, or always had."""
    found = queries.usable_link(session, secret_hash=digest(secret), at=now())
    if found is not None and found[0].address_hash not in (None, digest(found[1].email)):
        return None
    return found


def use_link(session: Session, *, secret: str) -> NewSession:
    """Marks the link used and starts a session; 404 if it is unknown, used or expired.

    One that was mailed proves no more than a password, so it leads to the second factor for whom a password does. One from an
    administrator does not ask for it: it is how they help somebody who lost theirs. Whoever has a password or a second factor
    must still confirm with it what needs a confirmation."""
    found = _usable_link(session, secret=secret)
    if found is None or not mark_used(session, LoginLink, found[0].id):
        raise not_found()
    link, user = found
    awaiting = _missing_step(session, user) if link.address_hash is not None else None
    audit.record(session, action="session.started", object_type="user", object_id=user.id, reason_code="link")
    # Without a second factor, the link is all that somebody who sets it up can prove.
    is_confirmed = awaiting == "enrolment" or confirmation_method(session, user_id=user.id) == "email"
    return start_session(session, user_id=user.id, awaiting=awaiting, is_confirmed=is_confirmed)


# --- passwords --------------------------------------------------------------------------------------------------------
#
# Hashing a password takes long, so these functions open their own transactions: one to read, closed before the password is
# hashed, and one to write, which checks that what was read still holds. ``transaction`` opens them.


def sign_in(transaction: Transaction, *, email: str, password: str, caller: str = "") -> NewSession:
    """Starts a session. Every failure raises the same problem, which does not reveal whether the address or the password was
    wrong. The route must rate-limit calls. ``caller`` identifies the network address in the log."""
    for _ in range(MAX_CONCURRENT_CHANGES):
        with transaction(writes=False) as session:
            user = user_by_email(session, email=email)
        stored = user.password_hash if user is not None and user.is_active else None
        is_correct = passwords.verify(password, stored)
        if user is None or stored is None or not is_correct:
            metrics.SIGN_INS.labels(outcome="bad").inc()
            # Many lines with one account or one caller are an attack; a few of each are typing errors.
            log.warning("sign-in-refused", account=user.id if user is not None else None, caller=caller)
            break
        rehashed = passwords.hash_password(password) if passwords.needs_rehash(stored) else stored
        with transaction(writes=True) as session:
            current = queries.lock_user(session, user_id=user.id)
            if current is not None and current.is_active and current.password_hash == stored:
                metrics.SIGN_INS.labels(outcome="good").inc()
                current.password_hash = rehashed
                audit.record(session, action="session.started", object_type="user", object_id=user.id)
                return start_session(session, user_id=user.id, awaiting=_missing_step(session, current))
        # The password was changed or rehashed meanwhile: check again.
    raise Problem(401, "sign-in-refused", "Wrong e-mail or password", detail="Check both and try again.")


def _missing_step(session: Session, user: User) -> str | None:
    """What a right password is not enough for."""
    if second_factor.is_enrolled(session, user_id=user.id):
        return "code"
    return "enrolment" if user.role in NEEDS_SECOND_FACTOR else None


def has_password(session: Session, *, user_id: int) -> bool:
    return session.get_one(User, user_id).password_hash is not None


def verify_password(transaction: Transaction, *, user_id: int, password: str) -> bool:
    with transaction(writes=False) as session:
        stored = session.get_one(User, user_id).password_hash
    return passwords.verify(password, stored)


def set_password(
    transaction: Transaction, *, user_id: int, current: str, password: str, session_id: int | None = None
) -> NewSession:
    """Sets a password, after checking the current one if there is one. Ends every session and pairing, and starts a new
    session for the browser that sent the request, whose present one is ``session_id``."""
    with transaction(writes=False) as session:
        user = session.get_one(User, user_id)
        stored, own_words = user.password_hash, (user.name, user.email, get_organisation(session).name)
    if stored is not None and not passwords.verify(current, stored):
        log.warning("password-refused", account=user_id)
        raise field_problem("current", "is not your current password")
    passwords.check_strength(password, own_words=own_words)
    hashed = passwords.hash_password(password)
    with transaction(writes=True) as session:
        row = queries.lock_user(session, user_id=user_id)
        if row is None or not row.is_active or row.password_hash != stored:
            raise Problem(
                409, "changed-meanwhile", "Your password was changed meanwhile", detail="Reload the page and try again."
            )
        row.password_hash = hashed
        previous = session.get(WebSession, session_id) if session_id is not None else None
        end_all_access(session, user_id=user_id, reason="signed-out")
        audit.record(session, action="password.set", object_type="user", object_id=user_id)
        started = start_session(session, user_id=user_id, is_confirmed=stored is not None)
        if previous is not None:
            web_session = session.get_one(WebSession, started.id)
            web_session.confirmed_at = web_session.confirmed_at or previous.confirmed_at
            web_session.second_factor_at = previous.second_factor_at
        return started


# --- sessions ---------------------------------------------------------------------------------------------------------


def start_session(
    session: Session,
    *,
    user_id: int,
    awaiting: str | None = None,
    is_confirmed: bool = True,
    has_second_factor: bool = False,
) -> NewSession:
    """Starts a session with a new secret for a user who has just been authenticated. With ``awaiting``, it can only be used to
    complete that step."""
    secret, at = new_secret(), now()
    row = WebSession(
        secret_hash=digest(secret),
        user_id=user_id,
        expires_at=at + (STEP_LIFETIME if awaiting else SESSION_LIFETIME),
        awaiting=awaiting,
        confirmed_at=at if is_confirmed and awaiting != "code" else None,
        second_factor_at=at if has_second_factor else None,
        # The guard puts it there, because operations do not read the request.
        label=session.info.get("browser"),
    )
    session.add(row)
    session.flush()
    return NewSession(row.id, secret, awaiting)


def complete_sign_in(session: Session, *, identity: Identity) -> NewSession:
    """Replaces a session that awaited the second factor by one that can be used."""
    if identity.session_id is None:
        raise not_found()
    session.get_one(WebSession, identity.session_id).ended_at = now()
    return start_session(session, user_id=identity.user_id, has_second_factor=True)


def enter_code(session: Session, *, secret_keys: SecretKeys, identity: Identity, code: str) -> NewSession:
    """Completes signing in with a code of the second factor. The route must rate-limit calls."""
    if not second_factor.accept_code(session, secret_keys=secret_keys, user_id=identity.user_id, code=code):
        log.warning("code-refused", account=identity.user_id)
        raise field_problem("code", "is wrong or was used before")
    audit.record(session, action="session.confirmed", object_type="user", object_id=identity.user_id, reason_code="code")
    return complete_sign_in(session, identity=identity)


def is_recently_confirmed(identity: Identity) -> bool:
    return identity.confirmed_at is not None and now() - identity.confirmed_at < CONFIRMATION_LIFETIME


def confirmation_method(session: Session, *, user_id: int) -> str:
    """How a user proves who they are: the strongest of ``code``, ``password`` and ``email`` that they have."""
    if second_factor.is_enrolled(session, user_id=user_id):
        return "code"
    return "password" if has_password(session, user_id=user_id) else "email"


def record_confirmation(session: Session, *, identity: Identity, method: str) -> None:
    if identity.session_id is None:
        raise not_found()
    web_session = session.get_one(WebSession, identity.session_id)
    web_session.confirmed_at = now()
    if method == "code":
        web_session.second_factor_at = web_session.confirmed_at
    audit.record(session, action="session.confirmed", object_type="user", object_id=identity.user_id, reason_code=method)


def identify_session(session: Session, *, secret: str) -> tuple[Identity, datetime] | None:
    """The session's identity and when it was last used; None if it is idle too long, expired or ended, or the user inactive."""
    at = now()
    row = queries.session_and_user(session, secret_hash=digest(secret), at=at)
    if row is None:
        return None
    web_session, user = row
    if at - web_session.seen_at > IDLE_TIMEOUT[user.role]:
        return None
    identity = Identity(
        user.id, user.name, user.email, user.role,
        session_id=web_session.id, confirmed_at=web_session.confirmed_at, awaiting=web_session.awaiting,
    )  # fmt: skip
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
    """Ends every session, pairing and personal token of a user: for signing out everywhere, a new password, deactivation."""
    _end_sessions(session, user_id)
    _end_pairings(session, user_id, reason)
    personal_tokens.revoke_all(session, user_id=user_id, reason=reason)
    audit.record(session, action="access.ended", object_type="user", object_id=user_id, reason_code=reason)


def end_sessions(session: Session, *, user_id: int) -> None:
    """For an administrator: signs the user out of every browser, for instance after a laptop was lost."""
    _end_sessions(session, user_id)
    audit.record(session, action="sessions.ended", object_type="user", object_id=user_id, reason_code="admin")


def end_pairings(session: Session, *, user_id: int) -> None:
    """For an administrator: disconnects every paired extension of the user."""
    _end_pairings(session, user_id, "admin")
    audit.record(session, action="pairings.ended", object_type="user", object_id=user_id, reason_code="admin")


def _end_sessions(session: Session, user_id: int) -> None:
    session.execute(
        update(WebSession).where(WebSession.user_id == user_id, WebSession.ended_at.is_(None)).values(ended_at=now())
    )


def _end_pairings(session: Session, user_id: int, reason: str) -> None:
    session.execute(
        update(TokenFamily)
        .where(TokenFamily.user_id == user_id, TokenFamily.revoked_at.is_(None))
        .values(revoked_at=now(), revoked_because=reason)
    )


def deactivate(session: Session, *, user_id: int, last_day: date | None = None) -> None:
    """Ends a user's access immediately, and their membership with ``last_day``, by default today; their credit stays. 409 for
    the last administrator."""
    today = get_calendar(session).today()
    if last_day is not None and last_day > today:
        raise field_problem("last_day", "must not be in the future: deactivating ends access at once")
    require_another_admin(session, user_id=user_id)
    user = session.get(User, user_id)
    if user is None:
        raise not_found()
    user.is_active = False
    leave_organisation(session, user_id=user_id, last_day=last_day or today)
    end_all_access(session, user_id=user_id, reason="deactivated")
    audit.record(session, action="user.deactivated", object_type="user", object_id=user_id)
