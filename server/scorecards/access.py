"""Which teams and people a viewer may see, in the current tree of teams. Of a person who moved, the managers of both teams keep
what happened in their time."""

from __future__ import annotations

from sqlalchemy.orm import Session

from server.core.identity import Identity
from server.core.problems import not_found
from server.people.models import User
from server.people.queries import (
    active_user,
    all_teams,
    get_calendar,
    get_organisation,
    memberships_of,
    subtree,
    team_on,
)


def visible_team_ids(session: Session, *, viewer: Identity) -> frozenset[int]:
    """All teams for an administrator, the team that they are in today and those below it for a manager, none for a rep."""
    if viewer.role == "admin":
        return frozenset(team.id for team in all_teams(session))
    if viewer.role == "manager":
        team_id = team_on(session, user_id=viewer.user_id, day=get_calendar(session).today())
        return frozenset() if team_id is None else subtree(session, team_id=team_id)
    return frozenset()


def require_visible_user(session: Session, *, viewer: Identity, user_id: int, team_ids: frozenset[int]) -> User:
    """The person, if it is the viewer, or if the person is or was in one of ``team_ids`` and the organisation is not in
    team-only mode; 404 otherwise."""
    user = active_user(session, user_id=user_id)
    if user is None:
        raise not_found()
    if viewer.user_id == user_id:
        return user
    today = get_calendar(session).today()
    memberships = memberships_of(session, user_id=user_id)
    is_known = any(one.team_id in team_ids and one.starts_on <= today for one in memberships)
    if not is_known or get_organisation(session).team_only:
        raise not_found()
    return user
