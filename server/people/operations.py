"""Creating the organisation and adding people."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.problems import Problem, field_problem
from server.people import queries, time_zones
from server.people.models import ROLES, Organisation, Team, User

#: Deliberately loose: one @, something before it, a dot after it. Only sending mail proves that an address works.
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")
MAX_EMAIL_LENGTH = 254
MAX_NAME_LENGTH = 200
MAX_TRADE_WORDS, MAX_TRADE_WORD_LENGTH = 100, 50


def create_organisation(session: Session, *, name: str, time_zone: str = "UTC") -> Organisation:
    """Creates the organisation with the model's cautious defaults. 409 if there is one."""
    if queries.is_set_up(session):
        raise already_set_up()
    name = " ".join(name.split())
    if not 1 <= len(name) <= MAX_NAME_LENGTH:
        raise field_problem("name", f"must have 1 to {MAX_NAME_LENGTH} characters", limit=MAX_NAME_LENGTH)
    organisation = Organisation(name=name, time_zone=time_zones.validated(time_zone))
    session.add(organisation)
    session.flush()
    audit.record(session, action="organisation.made", object_type="organisation", object_id=organisation.id)
    return organisation


def already_set_up() -> Problem:
    return Problem(
        409,
        "already-set-up",
        "This database already contains an organisation",
        detail="Add people with `python -m server user add`. Change the organisation in the browser, under Organisation.",
    )


def add_user(session: Session, *, email: str, name: str, role: str, team_id: int | None = None) -> User:
    """Adds a user without a password; the first sign-in is by one-time link. 409 if the e-mail address is in use."""
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
        raise field_problem("email", "is already in use", status=409, code="taken")
    user = User(email=email, name=name.strip(), role=role, team_id=team_id)
    session.add(user)
    session.flush()
    audit.record(session, action="user.added", object_type="user", object_id=user.id)
    return user


def set_role(session: Session, *, user_id: int, role: str) -> None:
    """Gives a person another role, which holds for their open sessions too. 409 if they are the last administrator and ``role``
    is another one."""
    if role not in ROLES:
        raise field_problem("role", f"must be one of {', '.join(ROLES)}")
    if role != "admin":
        require_another_admin(session, user_id=user_id)
    user = session.get_one(User, user_id, with_for_update=True, populate_existing=True)
    if user.role != role:
        audit.record(
            session, action="user.role-changed", object_type="user", object_id=user_id, reason_code=f"{user.role}-to-{role}"
        )
        user.role = role
        session.flush()


def require_another_admin(session: Session, *, user_id: int) -> None:
    """409 if ``user_id`` is the last active administrator. Call it in the transaction that ends the user's access: it locks all
    administrators, so that two who leave at the same moment do not count on each other."""
    admins = queries.active_admins_for_update(session)
    if user_id in admins and len(admins) == 1:
        raise Problem(409, "last-admin", "You are the last administrator", detail="Add another administrator first.")


def set_trade_words(session: Session, *, words: Iterable[str]) -> None:
    """Sets the words of the organisation's business that never count as protected talk. 422 for too many or too long ones."""
    cleaned = sorted({" ".join(word.lower().split()) for word in words} - {""})
    if len(cleaned) > MAX_TRADE_WORDS:
        raise field_problem("trade_words", f"must be at most {MAX_TRADE_WORDS} words", limit=MAX_TRADE_WORDS)
    if any(len(word) > MAX_TRADE_WORD_LENGTH for word in cleaned):
        raise field_problem(
            "trade_words", f"must have at most {MAX_TRADE_WORD_LENGTH} characters each", limit=MAX_TRADE_WORD_LENGTH
        )
    organisation = queries.get_organisation(session)
    if organisation.trade_words != cleaned:
        changes = {"trade_words": (", ".join(organisation.trade_words) or None, ", ".join(cleaned) or None)}
        organisation.trade_words = cleaned
        audit.record(
            session, action="trade-words.changed", object_type="organisation", object_id=organisation.id, changes=changes
        )
