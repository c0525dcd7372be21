"""People: adding them, signing in by password, ending their access."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from server.core import metrics
from server.core.logs import log
from server.core.problems import Problem, field_problem, not_found
from server.people import queries
from server.people.models import ROLES, Organisation, Team, User
from server.privacy.operations import audit
from server.security import operations as security
from server.security import passwords
from server.security.guard import caller_address, limits
from server.security.limits import SIGN_IN_ACCOUNT, SIGN_IN_ADDRESS
from server.security.secrets import digest

#: Deliberately loose: one @, something before it, a dot after it. Mail itself is the only real test.
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")
MAX_EMAIL = 254
MAX_NAME = 200


def set_up(session: Session, *, name: str) -> Organisation:
    """The organisation's one row, with the cautious defaults of the model; the row that is there when there is one."""
    if queries.is_set_up(session):
        return queries.the_organisation(session)
    organisation = Organisation(name=name)
    session.add(organisation)
    session.flush()
    audit(session, action="organisation.made", object_type="organisation", object_id=organisation.id)
    return organisation


def add_user(session: Session, *, email: str, name: str, role: str, team_id: int | None = None) -> User:
    """A new person without a password: a one-time link is their first way in."""
    email = email.strip().lower()
    if len(email) > MAX_EMAIL or not EMAIL.fullmatch(email):
        raise field_problem("email", "is not an e-mail address", limit=MAX_EMAIL)
    if not 1 <= len(name.strip()) <= MAX_NAME:
        raise field_problem("name", f"must have 1 to {MAX_NAME} characters", limit=MAX_NAME)
    if role not in ROLES:
        raise field_problem("role", f"must be one of {', '.join(ROLES)}")
    if team_id is not None and session.get(Team, team_id) is None:
        raise field_problem("team", "does not exist")
    if queries.user_by_email(session, email=email) is not None:
        raise field_problem("email", "is taken", status=409, code="taken")
    user = User(email=email, name=name.strip(), role=role, team_id=team_id)
    session.add(user)
    session.flush()
    audit(session, action="user.added", object_type="user", object_id=user.id)
    return user


def sign_in(session: Session, *, email: str, password: str) -> str:
    """The id of a new session. One answer for every failure: it does not say which of the two was wrong. Counted by account
    and by address; nobody is locked out for longer than the window."""
    email = email.strip().lower()
    limits().spend(SIGN_IN_ADDRESS, caller_address())
    limits().spend(SIGN_IN_ACCOUNT, digest(email))
    user = queries.user_by_email(session, email=email)
    right = passwords.fits(password, user.password_hash if user is not None and user.is_active else None)
    metrics.SIGN_INS.labels(outcome="good" if right else "bad").inc()
    if user is None or user.password_hash is None or not right:
        log.warning("sign-in-refused")
        raise Problem(401, "sign-in-refused", "E-mail and password do not fit", detail="Check both and try again.")
    if passwords.outdated(user.password_hash):
        user.password_hash = passwords.hash_of(password)
    audit(session, action="session.started", object_type="user", object_id=user.id)
    return security.start_session(session, user_id=user.id)


def has_password(session: Session, *, user_id: int) -> bool:
    return session.get_one(User, user_id).password_hash is not None


def set_password(session: Session, *, user_id: int, current: str, password: str) -> str:
    """Sets a password; asks for the old one where there is one. Every session and pairing ends; gives a new session's id for
    the browser that asked."""
    user = session.get_one(User, user_id)
    if user.password_hash is not None and not passwords.fits(current, user.password_hash):
        raise field_problem("current", "is not your current password")
    organisation = queries.the_organisation(session)
    passwords.check_new(password, own_words=(user.name, user.email, organisation.name))
    user.password_hash = passwords.hash_of(password)
    security.end_everything(session, user_id=user_id, because="signed-out")
    audit(session, action="password.set", object_type="user", object_id=user_id)
    return security.start_session(session, user_id=user_id)


def deactivate(session: Session, *, user_id: int) -> None:
    """Ends a person's access at once; what they earned stays."""
    user = session.get(User, user_id)
    if user is None:
        raise not_found()
    user.is_active = False
    security.end_everything(session, user_id=user_id, because="deactivated")
    audit(session, action="user.deactivated", object_type="user", object_id=user_id)


def require_quiet(session: Session, *, required: bool) -> None:
    """Whether the extension must keep every element of its own out of the sites' pages, whatever a rep chose."""
    organisation = queries.the_organisation(session)
    if organisation.quiet_required != required:
        organisation.quiet_required = required
        action = "quiet-mode.required" if required else "quiet-mode.left-to-reps"
        audit(session, action=action, object_type="organisation", object_id=organisation.id)
