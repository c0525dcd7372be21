"""Setting up the organisation, its settings, and adding people."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.problems import field_problem
from server.people import queries
from server.people.models import ROLES, Organisation, Team, User

#: Deliberately loose: one @, something before it, a dot after it. Only sending mail shows whether an address works.
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")
MAX_EMAIL_LENGTH = 254
MAX_NAME_LENGTH = 200


def set_up(session: Session, *, name: str) -> Organisation:
    """The organisation's one row, with the cautious defaults of the model; the existing row where there is one."""
    if queries.is_set_up(session):
        return queries.get_organisation(session)
    organisation = Organisation(name=name)
    session.add(organisation)
    session.flush()
    audit.record(session, action="organisation.made", object_type="organisation", object_id=organisation.id)
    return organisation


def add_user(session: Session, *, email: str, name: str, role: str, team_id: int | None = None) -> User:
    """A new person without a password, who signs in with a one-time link first. 409 when the address is taken."""
    email = email.strip().lower()
    if len(email) > MAX_EMAIL_LENGTH or not EMAIL.fullmatch(email):
        raise field_problem("email", "is not an e-mail address", limit=MAX_EMAIL_LENGTH)
    if not 1 <= len(name.strip()) <= MAX_NAME_LENGTH:
        raise field_problem("name", f"must have 1 to {MAX_NAME_LENGTH} characters", limit=MAX_NAME_LENGTH)
    if role not in ROLES:
        raise field_problem("role", f"must be one of {', '.join(ROLES)}")
    if team_id is not None and session.get(Team, team_id) is None:
        raise field_problem("team", "does not exist")
    if queries.user_by_email(session, email=email) is not None:
        raise field_problem("email", "is taken", status=409, code="taken")
    user = User(email=email, name=name.strip(), role=role, team_id=team_id)
    session.add(user)
    session.flush()
    audit.record(session, action="user.added", object_type="user", object_id=user.id)
    return user


def require_quiet_mode(session: Session, *, required: bool) -> None:
    """Whether the extension must not add elements to the sites' pages, whatever a rep chose."""
    organisation = queries.get_organisation(session)
    if organisation.quiet_required != required:
        organisation.quiet_required = required
        action = "quiet-mode.required" if required else "quiet-mode.left-to-reps"
        audit.record(session, action=action, object_type="organisation", object_id=organisation.id)
