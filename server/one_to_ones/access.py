"""Who may keep and read one-to-ones. Administrators may not, whatever else they see.

Only a present manager opens the pages: one who sees the team that the person is in today. Of these, each reads the notes that
they wrote; the others see open actions of shared one-to-ones, so that a new manager knows what was agreed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from server.core.identity import Identity
from server.core.problems import Problem, not_found
from server.people.models import User
from server.people.queries import get_calendar, membership_on, memberships_between, users_by_id
from server.scorecards.access import require_visible_user, visible_team_ids


def require_present_manager(session: Session, *, viewer: Identity, user_id: int) -> User:
    """The person, if the viewer is their manager today; 404 otherwise, and in team-only mode."""
    if viewer.role != "manager" or viewer.user_id == user_id:
        raise not_found()
    visible = visible_team_ids(session, viewer=viewer)
    user = require_visible_user(session, viewer=viewer, user_id=user_id, team_ids=visible)
    today = get_calendar(session).today()
    own, theirs = (membership_on(session, user_id=one, day=today) for one in (viewer.user_id, user_id))
    is_peer = own is not None and theirs is not None and own.team_id == theirs.team_id and theirs.role != "rep"
    if theirs is None or theirs.team_id not in visible or is_peer:
        raise not_found()
    return user


def is_present_manager(session: Session, *, viewer: Identity, user_id: int) -> bool:
    try:
        require_present_manager(session, viewer=viewer, user_id=user_id)
    except Problem:
        return False
    return True


def people_of(session: Session, *, viewer: Identity, team_ids: frozenset[int]) -> list[User]:
    """The reps who are in one of the teams today and still have access, by name: those whose page comes before and after."""
    today = get_calendar(session).today()
    memberships = memberships_between(session, today, today, team_ids=team_ids & visible_team_ids(session, viewer=viewer))
    reps = {one.user_id for one in memberships if one.role == "rep"} - {viewer.user_id}
    users = users_by_id(session, user_ids=reps).values()
    return sorted((user for user in users if user.is_active), key=lambda user: (user.name.lower(), user.id))
