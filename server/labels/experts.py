"""Experts: people whom an administrator lets label."""

from __future__ import annotations

from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.clock import now
from server.core.database.upsert import insert_if_absent
from server.core.identity import Identity
from server.core.problems import field_problem
from server.labels.models import LabelExpert
from server.people.queries import active_user, user_by_email


def name_expert(session: Session, *, admin: Identity, email: str) -> str:
    """Names the active person with this e-mail address, and returns their name. A second call changes nothing. 422 if there is
    nobody, or the person may label already as an administrator."""
    user = user_by_email(session, email=email.strip())
    if user is None or active_user(session, user_id=user.id) is None:
        raise field_problem("email", "is of no active person here")
    if user.role == "admin":
        raise field_problem("email", "is of an administrator, who may label already")
    if insert_if_absent(session, LabelExpert, user_id=user.id, named_by=admin.user_id, at=now()):
        audit.record(session, action="labels.expert-named", object_type="user", object_id=user.id)
    return user.name


def remove_expert(session: Session, *, user_id: int) -> None:
    """The person's answers stay. A second call changes nothing."""
    expert = session.get(LabelExpert, user_id)
    if expert is not None:
        session.delete(expert)
        audit.record(session, action="labels.expert-removed", object_type="user", object_id=user_id)
