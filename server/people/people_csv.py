"""People as a CSV file: exported, and imported in one go. A file that was imported already changes nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from server.core.problems import Problem, field_problem
from server.core.spreadsheet import without_text_mark, write_csv
from server.people import memberships, queries, teams
from server.people.directory import list_people, team_paths
from server.people.operations import add_user, change_role, change_user, check_email

COLUMNS = ("email", "name", "role", "team", "started_on", "team_since")
REQUIRED = ("email", "name", "role")
MAX_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class RowError:
    """``row``: as a spreadsheet counts them, the header being row 1. ``column``: empty if the whole row is wrong."""

    row: int
    column: str
    message: str


@dataclass(slots=True)
class ImportResult:
    """What the import did or, in a dry run or with ``errors``, would have done: then nothing was changed."""

    added: list[str] = field(default_factory=list)
    #: Paths of the teams that did not exist.
    new_teams: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)


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
    rows = _read(text)
    result = ImportResult()
    known_teams = {team.id for team in queries.all_teams(session)}
    attempt = session.begin_nested()
    seen: dict[str, int] = {}
    for number, row in rows:
        try:
            with session.begin_nested():
                email = check_email(row["email"])
                if email in seen:
                    raise field_problem("email", f"is also in row {seen[email]}")
                seen[email] = number
                outcome = _import_row(session, email, row, add_teams=add_teams)
        except Problem as problem:
            column, message = "", f"{problem.title}. {problem.detail}".strip()
            if problem.errors:
                column, message = problem.errors[0]["field"], problem.errors[0]["message"]
            result.errors.append(RowError(number, column, message))
            continue
        if outcome == "added":
            result.added.append(email)
        elif outcome == "changed":
            result.changed.append(email)
        else:
            result.unchanged += 1
    paths = team_paths(queries.all_teams(session))
    result.new_teams = [path for team_id, path in paths.items() if team_id not in known_teams]
    if dry_run or result.errors:
        attempt.rollback()
    else:
        attempt.commit()
    return result


def _read(text: str) -> list[tuple[int, dict[str, str]]]:
    """Rows with their numbers; empty rows are left out."""
    text = text.removeprefix("\ufeff")
    separator = ";" if ";" in text.partition("\n")[0] else ","
    try:
        table = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error:
        raise field_problem("file", "is not a CSV file") from None
    if not table:
        raise field_problem("file", "is empty")
    header = [name.strip().lower().replace(" ", "_") for name in table[0]]
    for name in REQUIRED:
        if name not in header:
            raise field_problem("file", f"lacks the column {name} in its first row")
    unknown = next((name for name in header if name not in COLUMNS), None)
    if unknown is not None or len(set(header)) < len(header):
        raise field_problem("file", f"must have the columns {', '.join(COLUMNS)}, each once, and no others")
    if len(table) > MAX_ROWS + 1:
        raise field_problem("file", f"has more than {MAX_ROWS} rows", limit=MAX_ROWS)
    rows = []
    for number, cells in enumerate(table[1:], start=2):
        values = [without_text_mark(cell.strip()) for cell in cells] + [""] * len(header)
        if any(values):
            rows.append((number, dict(zip(header, values, strict=False))))
    return rows


def _import_row(session: Session, email: str, row: Mapping[str, str], *, add_teams: bool) -> str:
    started_on, since = _date(row, "started_on"), _date(row, "team_since")
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


def _date(row: Mapping[str, str], column: str) -> date | None:
    if not row.get(column):
        return None
    try:
        return date.fromisoformat(row[column])
    except ValueError:
        raise field_problem(column, "must be a date such as 2026-11-23") from None


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
