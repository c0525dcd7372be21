"""Everybody in the organisation, with where they are today: what the list of people and its CSV file show."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from server.people import queries
from server.people.models import Team, User

ERASED_ADDRESS = "@invalid"


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """``team_id`` and ``team_path``, such as ``Company / North``: today, or None and empty. ``since``: the first day there in
    the present role. ``planned_on``: the first day of the next change that is recorded already."""

    user: User
    team_id: int | None
    team_path: str
    since: date | None
    planned_on: date | None


def list_people(
    session: Session,
    *,
    search: str = "",
    team_ids: Collection[int] | None = None,
    include_inactive: bool = False,
) -> list[DirectoryEntry]:
    """By name, without erased people. ``search``: in name and address. ``team_ids``: only who is in one of them today."""
    today = queries.get_calendar(session).today()
    current = {one.user_id: one for one in queries.memberships_between(session, today, today)}
    planned: dict[int, date] = {}
    for one in queries.memberships_between(session, today, date.max):
        if one.starts_on > today:
            planned.setdefault(one.user_id, one.starts_on)
    paths = team_paths(queries.all_teams(session))
    wanted = search.strip().casefold()
    entries = []
    for user in queries.all_users(session):
        membership = current.get(user.id)
        team_id = membership.team_id if membership else None
        is_hidden = user.email.endswith(ERASED_ADDRESS) or not (user.is_active or include_inactive)
        is_elsewhere = team_ids is not None and team_id not in team_ids
        if is_hidden or is_elsewhere or (wanted not in user.name.casefold() and wanted not in user.email):
            continue
        entries.append(
            DirectoryEntry(
                user, team_id, paths.get(team_id or 0, ""), membership.starts_on if membership else None, planned.get(user.id)
            )
        )
    return entries


def team_paths(teams: Collection[Team]) -> dict[int, str]:
    """By team id, the names from the top of the tree to the team, separated by `` / ``; in the order of the tree."""
    by_id: Mapping[int, Team] = {team.id: team for team in teams}
    paths: dict[int, str] = {}
    for team in teams:
        names, ancestor = [team.name], team.parent_id
        while ancestor is not None:
            names.append(by_id[ancestor].name)
            ancestor = by_id[ancestor].parent_id
        paths[team.id] = " / ".join(reversed(names))
    return dict(sorted(paths.items(), key=lambda item: item[1].casefold().split(" / ")))
