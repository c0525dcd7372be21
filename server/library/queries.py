"""Queries of a person's own shared items, and of the examples of a team."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from nlp.model import DRAFT_SURFACES
from server.activities.models import Activity
from server.library.models import TeamExample
from server.people.models import User
from server.people.queries import memberships_between, team_on

#: Withdrawn items have no text; one that repeats another would be there twice.
OWN_STATES = ("counted", "held", "refused")


def own_items(
    session: Session, *, user_id: int, surface: str | None, by_score: bool, offset: int, limit: int
) -> Sequence[Activity]:
    """Shared posts, comments and replies that still have their text: the highest score first, or the newest."""
    query = select(Activity).where(
        Activity.user_id == user_id,
        Activity.kind.in_(DRAFT_SURFACES if surface is None else (surface,)),
        Activity.state.in_(OWN_STATES),
        Activity.text.is_not(None),
    )
    newest = (Activity.occurred_at.desc(), Activity.id.desc())
    order = (Activity.score.is_(None), Activity.score.desc(), *newest) if by_score else newest
    return session.scalars(query.order_by(*order).offset(offset).limit(limit)).all()


def offered_by(session: Session, *, user_id: int) -> Sequence[TeamExample]:
    """The person's consents, oldest first."""
    own = select(TeamExample).where(TeamExample.user_id == user_id)
    return session.scalars(own.order_by(TeamExample.given_at, TeamExample.activity_id)).all()


def colleagues_on(session: Session, *, user_id: int, day: date) -> frozenset[int]:
    """Ids of the others who are in the person's team on that day; none for somebody without a team."""
    team = team_on(session, user_id=user_id, day=day)
    if team is None:
        return frozenset()
    members = memberships_between(session, day, day, team_ids=[team])
    return frozenset(member.user_id for member in members) - {user_id}


def examples_of(
    session: Session, *, author_ids: Collection[int], surface: str | None, offset: int, limit: int
) -> Sequence[tuple[Activity, str]]:
    """Counted items that these active people let their team read, with the author's name, newest first."""
    query = _examples().where(Activity.user_id.in_(author_ids))
    if surface is not None:
        query = query.where(Activity.kind == surface)
    rows = session.execute(query.order_by(Activity.occurred_at.desc(), Activity.id.desc()).offset(offset).limit(limit))
    return [(activity, name) for activity, name in rows]


def _examples() -> Select[Activity, str]:
    return (
        select(Activity, User.name)
        .join(TeamExample, TeamExample.activity_id == Activity.id)
        .join(User, User.id == Activity.user_id)
        .where(User.is_active.is_(True), Activity.state == "counted", Activity.text.is_not(None))
    )
