"""The tree of teams."""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.problems import Problem, field_problem, not_found
from server.people import queries
from server.people.groups import queries as group_queries
from server.people.groups.models import GroupGrant
from server.people.models import Target, Team, TimeAllowance
from server.people.operations import check_name
from server.people.places import find_place

MAX_REGION_LENGTH = 100
#: Deeper trees are a mistake, and pages indent by depth.
MAX_DEPTH = 12


def add_team(session: Session, *, name: str, parent_id: int | None = None, region: str = "") -> Team:
    """409 if the parent has a team with this name already."""
    queries.lock_teams(session)
    name, region = check_name(name), check_region(region)
    _check_parent(session, None, parent_id)
    _check_is_new(session, None, name, parent_id)
    team = Team(name=name, parent_id=parent_id, region=region or None)
    session.add(team)
    session.flush()
    audit.record(
        session, action="team.added", object_type="team", object_id=team.id,
        changes={"name": (None, name), "parent": (None, parent_id), "region": (None, region or None)},
    )  # fmt: skip
    return team


def change_team(session: Session, *, team_id: int, name: str, parent_id: int | None, region: str = "") -> None:
    """Renames the team, moves it with all teams below it, or changes its region."""
    queries.lock_teams(session)
    team = session.get(Team, team_id)
    if team is None:
        raise not_found()
    name, region = check_name(name), check_region(region)
    _check_parent(session, team_id, parent_id)
    _check_is_new(session, team_id, name, parent_id)
    fields = (("name", team.name, name), ("parent", team.parent_id, parent_id), ("region", team.region, region or None))
    changes = {field: (before, after) for field, before, after in fields if before != after}
    if changes:
        team.name, team.parent_id, team.region = name, parent_id, region or None
        session.flush()
        audit.record(session, action="team.changed", object_type="team", object_id=team_id, changes=changes)


def delete_team(session: Session, *, team_id: int) -> None:
    """409 if there are teams below it or anybody was ever in it: past weeks are counted by team."""
    queries.lock_teams(session)
    team = session.get(Team, team_id)
    if team is None:
        raise not_found()
    if queries.child_teams(session, team_id=team_id):
        raise Problem(409, "has-teams", "There are teams below this one", detail="Move or delete them first.")
    if queries.has_memberships(session, team_id=team_id):
        raise Problem(
            409, "has-history", "People were in this team", detail="Its past weeks are kept. You can rename it instead."
        )
    if group_queries.gives_team(session, team_id=team_id):
        raise Problem(
            409, "has-groups", "Groups of the identity provider lead into this team", detail="Change them under Groups first."
        )
    for table in (Target, TimeAllowance):
        session.execute(delete(table).where(table.team_id == team_id))
    session.execute(update(GroupGrant).where(GroupGrant.team_id == team_id).values(team_id=None))
    session.delete(team)
    session.flush()
    audit.record(session, action="team.deleted", object_type="team", object_id=team_id, changes={"name": (team.name, None)})


def check_region(region: str) -> str:
    """The code of the place if it is one (``places.py``), otherwise the name as it is. 422 if it is too long."""
    region = " ".join(region.split())
    place = find_place(region)
    if place is not None:
        return place.code
    if len(region) > MAX_REGION_LENGTH:
        raise field_problem("region", f"must have at most {MAX_REGION_LENGTH} characters", limit=MAX_REGION_LENGTH)
    return region


def _check_parent(session: Session, team_id: int | None, parent_id: int | None) -> None:
    parents = {team.id: team.parent_id for team in queries.all_teams(session)}
    if parent_id is not None and parent_id not in parents:
        raise field_problem("parent", "does not exist")
    depth, ancestor = 0, parent_id
    while ancestor is not None:
        if ancestor == team_id:
            raise field_problem("parent", "is the team itself or below it")
        depth, ancestor = depth + 1, parents[ancestor]
    if depth >= MAX_DEPTH:
        raise field_problem("parent", f"is {MAX_DEPTH} levels deep", limit=MAX_DEPTH)


def _check_is_new(session: Session, team_id: int | None, name: str, parent_id: int | None) -> None:
    for team in queries.all_teams(session):
        if team.id != team_id and team.parent_id == parent_id and team.name.casefold() == name.casefold():
            raise field_problem("name", "is already used by a team beside it", status=409, code="taken")
