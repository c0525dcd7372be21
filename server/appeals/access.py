"""Who may decide about an item's credit, and who may answer an appeal.

The overseer answers if one is named and has an account; otherwise a manager of the person on the day of the item, or an
administrator. Never the person themself, and never whoever made the decision that they contest. In team-only mode managers see
nobody's items, so that only the overseer and administrators answer, and nobody decides without being asked."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.appeals import queries
from server.appeals.models import Appeal
from server.core.identity import Identity
from server.core.problems import not_found
from server.credit.queries import decisions_of_item
from server.people.models import User
from server.people.queries import active_user, get_calendar, get_organisation, team_on
from server.scorecards.access import visible_team_ids


def is_overseer(session: Session, *, viewer: Identity) -> bool:
    return get_organisation(session).overseer_id == viewer.user_id


def manages(session: Session, *, viewer: Identity, activity: Activity, team_ids: Collection[int] | None = None) -> bool:
    """Whether the person was in one of the viewer's teams on the day of the item. ``team_ids``: the viewer's, if known."""
    if viewer.role == "admin":
        return True
    day = get_calendar(session).day_of(activity.occurred_at)
    teams = visible_team_ids(session, viewer=viewer) if team_ids is None else team_ids
    return team_on(session, user_id=activity.user_id, day=day) in teams


def may_decide(session: Session, *, viewer: Identity, activity: Activity, team_ids: Collection[int] | None = None) -> bool:
    if viewer.role not in ("manager", "admin") or viewer.user_id == activity.user_id or activity.state == "withdrawn":
        return False
    return not get_organisation(session).team_only and manages(session, viewer=viewer, activity=activity, team_ids=team_ids)


def require_decidable(session: Session, *, viewer: Identity, activity_id: int) -> Activity:
    """404 unless the viewer may decide about the item."""
    activity = session.get(Activity, activity_id)
    is_here = activity is not None and active_user(session, user_id=activity.user_id) is not None
    if activity is None or not is_here or not may_decide(session, viewer=viewer, activity=activity):
        raise not_found()
    return activity


def answering_role(
    session: Session,
    *,
    viewer: Identity,
    appeal: Appeal,
    activity: Activity,
    team_ids: Collection[int] | None = None,
) -> str | None:
    """As whom the viewer may answer: ``overseer``, ``manager`` or ``admin``; None if they may not."""
    excluded = {appeal.user_id, contested_decider(session, appeal)}
    if viewer.user_id in excluded:
        return None
    organisation = get_organisation(session)
    overseer = organisation.overseer_id
    if overseer not in excluded and overseer is not None and active_user(session, user_id=overseer) is not None:
        return "overseer" if viewer.user_id == overseer else None
    if viewer.role == "admin":
        return "admin"
    if viewer.role != "manager" or organisation.team_only:
        return None
    return "manager" if manages(session, viewer=viewer, activity=activity, team_ids=team_ids) else None


def contested_decider(session: Session, appeal: Appeal) -> int | None:
    """Who made the decision that the rep contests, if a person did."""
    if appeal.kind != "credit":
        return None
    decisions = decisions_of_item(session, activity_id=appeal.activity_id)[: appeal.decisions_before]
    return decisions[-1].actor_id if decisions else None


def answerers(session: Session, *, appeal: Appeal, activity: Activity) -> list[User]:
    """Everybody who may answer the appeal."""
    people = {user.id: user for user in queries.active_staff(session)}
    overseer = get_organisation(session).overseer_id
    named = active_user(session, user_id=overseer) if overseer is not None else None
    if named is not None:
        people[named.id] = named
    return [
        user
        for user in people.values()
        if answering_role(session, viewer=Identity(user.id, user.name, user.email, user.role), appeal=appeal, activity=activity)
    ]
