"""People as a CSV file: exported, and imported in one go. A file that was imported already changes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from server.core.problems import Problem, field_problem
from server.core.spreadsheet import write_csv
from server.people import memberships, queries, teams
from server.people.csv_import import (
    ImportResult,
    Row,
    RowOutcome,
    check_columns,
    import_rows,
    numbered_rows,
    read_optional_day,
    read_table,
)
from server.people.directory import list_people, team_paths
from server.people.operations import add_user, change_role, change_user, check_email

COLUMNS = ("email", "name", "role", "team", "started_on", "team_since")
REQUIRED = ("email", "name", "role")


def export_people(session: Session) -> str:
    """Active people, in the format of the import."""
    return write_csv(
        COLUMNS,
        (
            (
                entry.user.email,
                entry.user.name,
                entry.user.role,
                entry.team_path,
                entry.user.started_on.isoformat() if entry.user.started_on else "",
                entry.since.isoformat() if entry.since else "",
            )
            for entry in list_people(session)
        ),
    )


def import_people(session: Session, text: str, *, dry_run: bool, add_teams: bool = False) -> ImportResult:
    """Adds people and changes those whose address is known: all rows or, if one is wrong, none. 422 if it is no such file.

    ``team`` is a name, or a path such as ``Company / North`` if several teams have that name; empty for no team. ``add_teams``:
    one that does not exist is added, with the teams above it in its path; otherwise its row is wrong. ``team_since`` is the day
    from which team and role apply: without it the day on which a new person started, and today for a move."""
    header, table = read_table(text)
    check_columns(header, columns=COLUMNS, required=REQUIRED)
    known_teams = {team.id for team in queries.all_teams(session)}
    seen: dict[str, int] = {}

    def import_row(number: int, row: Row) -> RowOutcome:
        email = check_email(row["email"])
        if email in seen:
            raise field_problem("email", f"is also in row {seen[email]}")
        seen[email] = number
        return RowOutcome(email, _import_row(session, email, row, add_teams=add_teams))

    def list_new_teams() -> list[str]:
        paths = team_paths(queries.all_teams(session))
        return [path for team_id, path in paths.items() if team_id not in known_teams]

    return import_rows(session, numbered_rows(header, table), import_row, dry_run=dry_run, list_new_teams=list_new_teams)


def _import_row(session: Session, email: str, row: Row, *, add_teams: bool) -> str:
    started_on, since = read_optional_day(row, "started_on"), read_optional_day(row, "team_since")
    role = row["role"].lower()
    team_id = _team(session, row.get("team", ""), add=add_teams)
    user = queries.user_by_email(session, email=email)
    if user is None:
        user = add_user(session, email=email, name=row["name"], role=role, started_on=started_on)
        if team_id is not None:
            starts_on = since or started_on or queries.get_calendar(session).today()
            memberships.assign(session, user_id=user.id, team_id=team_id, role=role, starts_on=starts_on)
        return "added"
    if not user.is_active:
        raise field_problem("email", "belongs to a deactivated person: rehire them on their page")
    before = (user.name, user.role, user.started_on)
    change_user(session, user_id=user.id, email=email, name=row["name"], started_on=started_on or user.started_on)
    day = since or queries.get_calendar(session).today()
    # A file without the column says nothing about teams.
    is_moved = "team" in row and queries.team_on(session, user_id=user.id, day=day) != team_id
    if is_moved:
        memberships.assign(session, user_id=user.id, team_id=team_id, role=role, starts_on=day)
    change_role(session, user_id=user.id, role=role)
    return "changed" if is_moved or before != (user.name, user.role, user.started_on) else "unchanged"


def _team(session: Session, name: str, *, add: bool) -> int | None:
    if not name:
        return None
    names = [part.strip() for part in name.split("/")]
    wanted = " / ".join(names).casefold()
    paths = {team_id: path.casefold() for team_id, path in team_paths(queries.all_teams(session)).items()}
    found = [team_id for team_id, path in paths.items() if path == wanted]
    found = found or [team_id for team_id, path in paths.items() if path.rpartition(" / ")[2] == wanted]
    if not found and add:
        return _add_team(session, names)
    if not found:
        raise field_problem("team", f"“{name}” does not exist: add it under Teams, or let the import add missing teams")
    if len(found) > 1:
        raise field_problem("team", "is the name of several teams: write its path, such as Company / North")
    return found[0]


def _add_team(session: Session, names: Sequence[str]) -> int | None:
    """Adds the last team of a path, and those above it that do not exist either."""
    parent_id: int | None = None
    for name in names:
        siblings = [team for team in queries.all_teams(session) if team.parent_id == parent_id]
        known = next((team for team in siblings if team.name.casefold() == name.casefold()), None)
        try:
            parent_id = (known or teams.add_team(session, name=name, parent_id=parent_id)).id
        except Problem as problem:
            raise field_problem("team", problem.errors[0]["message"] if problem.errors else problem.title) from None
    return parent_id
