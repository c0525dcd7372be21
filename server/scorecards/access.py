"""Which teams and people a viewer may see, in the current tree of teams."""

from __future__ import annotations

from sqlalchemy.orm import Session

from server.core.identity import Identity
from server.core.problems import not_found
from server.people.models import User
from server.people.queries import active_user, all_teams, get_organisation, subtree


def visible_team_ids(session: Session, *, viewer: Identity) -> frozenset[int]:
    """All teams for an administrator, their own team and those below it for a manager, none for a rep."""
    if viewer.role == "admin":
        return frozenset(team.id for team in all_teams(session))
    if viewer.role == "manager" and viewer.team_id is not None:
        return subtree(session, team_id=viewer.team_id)
    return frozenset()


def require_visible_user(session: Session, *, viewer: Identity, user_id: int, team_ids: frozenset[int]) -> User:
    """The person, if it is the viewer, or if the person's team is one of ``team_ids`` and the organisation is not in team-only
    mode; 404 otherwise."""
    user = active_user(session, user_id=user_id)
    if user is None:
        raise not_found()
    if viewer.user_id != user_id and (user.team_id not in team_ids or get_organisation(session).team_only):
        raise not_found()
    return user
