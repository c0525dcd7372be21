"""What imports of CSV files have in common: reading the rows, a dry run, and errors that name row and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from server.core.problems import Problem, field_problem
from server.core.spreadsheet import without_text_mark

MAX_ROWS = 2_000

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowError:
    """``row``: as a spreadsheet counts them, the header being row 1. ``column``: empty if the whole row is wrong."""

    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """``label``: the row in a few words. ``change``: ``added``, ``changed`` or ``unchanged``."""

    label: str
    change: str


@dataclass(slots=True)
class ImportResult:
    """What the import did or, in a dry run or with ``errors``, would have done: then nothing was changed."""

    added: list[str] = field(default_factory=list)
    #: Paths of the teams that were added for the rows.
    new_teams: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)


def read_table(text: str) -> tuple[list[str], list[list[str]]]:
    """The names of the columns, in lower case with underscores, and the rows below. 422 if it is no such file."""
    text = text.removeprefix("\ufeff")
    separator = ";" if ";" in text.partition("\n")[0] else ","
    try:
        table = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error:
        raise field_problem("file", "is not a CSV file") from None
    if not table:
        raise field_problem("file", "is empty")
    if len(table) > MAX_ROWS + 1:
        raise field_problem("file", f"has more than {MAX_ROWS} rows", limit=MAX_ROWS)
    return [name.strip().lower().replace(" ", "_") for name in table[0]], table[1:]


def check_columns(header: Sequence[str], *, columns: Sequence[str], required: Sequence[str]) -> None:
    for name in required:
        if name not in header:
            raise field_problem("file", f"lacks the column {name} in its first row")
    if set(header) - set(columns) or len(set(header)) < len(header):
        raise field_problem("file", f"must have the columns {', '.join(columns)}, each once, and no others")


def numbered_rows(header: Sequence[str], table: Sequence[Sequence[str]]) -> list[tuple[int, dict[str, str]]]:
    """Rows with their numbers; empty rows are left out."""
    rows = []
    for number, cells in enumerate(table, start=2):
        values = [without_text_mark(cell.strip()) for cell in cells] + [""] * len(header)
        if any(values):
            rows.append((number, dict(zip(header, values, strict=False))))
    return rows


def import_rows(
    session: Session,
    rows: Sequence[tuple[int, Row]],
    import_row: Callable[[int, Row], RowOutcome],
    *,
    dry_run: bool,
    list_new_teams: Callable[[], list[str]] = list,
) -> ImportResult:
    """Imports all rows or, if one is wrong, none. ``import_row`` takes a row and its number, and raises a ``Problem`` with the
    column as its field if it is wrong."""
    result = ImportResult()
    attempt = session.begin_nested()
    for number, row in rows:
        try:
            with session.begin_nested():
                outcome = import_row(number, row)
        except Problem as problem:
            column, message = "", f"{problem.title}. {problem.detail}".strip()
            if problem.errors:
                column, message = problem.errors[0]["field"], problem.errors[0]["message"]
            result.errors.append(RowError(number, column, message))
            continue
        if outcome.change == "added":
            result.added.append(outcome.label)
        elif outcome.change == "changed":
            result.changed.append(outcome.label)
        else:
            result.unchanged += 1
    result.new_teams = list_new_teams()
    if dry_run or result.errors:
        attempt.rollback()
    else:
        attempt.commit()
    return result


def read_day(row: Row, column: str) -> date:
    """422 if it is missing."""
    day = read_optional_day(row, column)
    if day is None:
        raise field_problem(column, "is missing")
    return day


def read_optional_day(row: Row, column: str) -> date | None:
    if not row.get(column):
        return None
    try:
        return date.fromisoformat(row[column])
    except ValueError:
        raise field_problem(column, "must be a date such as 2026-11-23") from None
