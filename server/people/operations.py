"""Creating the organisation, adding and changing people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.characters import is_storable
from server.core.problems import Problem, field_problem, not_found
from server.people import memberships, queries, time_zones
from server.people.models import ROLES, Organisation, Team, User

#: Deliberately loose: one @, something before it, a dot after it. Only sending mail proves that an address works.
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")
MAX_EMAIL_LENGTH = 254
MAX_NAME_LENGTH = 200
#: Stands in the audit log for a name or an address, which could not be erased from it.
NOT_KEPT = "not kept"
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


def add_user(
    session: Session, *, email: str, name: str, role: str, team_id: int | None = None, started_on: date | None = None
) -> User:
    """Adds a user without a password; the first sign-in is by one-time link. Their membership begins on ``started_on``, or
    today. 409 if the e-mail address is in use."""
    email = check_email(email)
    name = check_name(name)
    if role not in ROLES:
        raise field_problem("role", f"must be one of {', '.join(ROLES)}")
    if team_id is not None and session.get(Team, team_id) is None:
        raise field_problem("team", "does not exist")
    existing = queries.user_by_email(session, email=email)
    if existing is not None:
        message = "is already in use" if existing.is_active else "belongs to a deactivated person, who can be rehired"
        raise field_problem("email", message, status=409, code="taken")
    user = User(email=email, name=name, role=role, started_on=started_on)
    session.add(user)
    session.flush()
    audit.record(session, action="user.added", object_type="user", object_id=user.id)
    if team_id is not None:
        starts_on = started_on or queries.get_calendar(session).today()
        memberships.assign(session, user_id=user.id, team_id=team_id, role=role, starts_on=starts_on)
    return user


def change_user(
    session: Session,
    *,
    user_id: int,
    email: str,
    name: str,
    started_on: date | None,
    may_be_inactive: bool = False,
) -> None:
    """Changes what is recorded about an active person. The audit entry names the fields, without names and addresses."""
    user = queries.lock_user(session, user_id=user_id)
    if user is None or not (user.is_active or may_be_inactive):
        raise not_found()
    email, name = check_email(email), check_name(name)
    owner = queries.user_by_email(session, email=email)
    if owner is not None and owner.id != user_id:
        raise field_problem("email", "is already in use", status=409, code="taken")
    changes: dict[str, tuple[str | None, str | None]] = {}
    for field, before, after in (("email", user.email, email), ("name", user.name, name)):
        if before != after:
            changes[field] = (NOT_KEPT, NOT_KEPT)
    if user.started_on != started_on:
        changes["started_on"] = (_iso(user.started_on), _iso(started_on))
    if changes:
        user.email, user.name, user.started_on = email, name, started_on
        session.flush()
        audit.record(session, action="user.changed", object_type="user", object_id=user_id, changes=changes)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def change_role(session: Session, *, user_id: int, role: str) -> None:
    """What the person may do, from now on; their membership has the new role from today. 409 for the last administrator."""
    if role not in ROLES:
        raise field_problem("role", f"must be one of {', '.join(ROLES)}")
    if role != "admin":
        require_another_admin(session, user_id=user_id)
    user = queries.lock_user(session, user_id=user_id)
    if user is None or not user.is_active:
        raise not_found()
    if user.role != role:
        audit.record(
            session, action="user.role-changed", object_type="user", object_id=user_id, changes={"role": (user.role, role)}
        )  # fmt: skip
        user.role = role
        session.flush()
    today = queries.get_calendar(session).today()
    team_id = queries.team_on(session, user_id=user_id, day=today)
    if team_id is not None:
        memberships.assign(session, user_id=user_id, team_id=team_id, role=role, starts_on=today)


def check_email(email: str) -> str:
    """In lower case; 422 if it is not an address."""
    email = email.strip().lower()
    if len(email) > MAX_EMAIL_LENGTH or not EMAIL.fullmatch(email):
        raise field_problem("email", "is not an e-mail address", limit=MAX_EMAIL_LENGTH)
    return email


def check_name(name: str, *, field: str = "name") -> str:
    """Without spaces around it; 422 if it is empty or too long."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= MAX_NAME_LENGTH or not is_storable(name):
        raise field_problem(field, f"must have 1 to {MAX_NAME_LENGTH} characters", limit=MAX_NAME_LENGTH)
    return name


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
