"""Reads about people, teams and the organisation."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.people.models import Organisation, Team, User


def the_organisation(session: Session) -> Organisation:
    """The one row; a deployment without it was never set up."""
    return session.scalars(select(Organisation)).one()


def is_set_up(session: Session) -> bool:
    return session.scalar(select(Organisation.id).limit(1)) is not None


def user_by_email(session: Session, *, email: str) -> User | None:
    return session.scalar(select(User).where(User.email == email.strip().lower()))


def subtree(session: Session, *, team_id: int) -> frozenset[int]:
    """The team and every team below it, from the tree as it is now."""
    below = select(Team.id).where(Team.id == team_id).cte("below", recursive=True)
    below = below.union(select(Team.id).join(below, Team.parent_id == below.c.id))
    return frozenset(session.scalars(select(below.c.id)))
