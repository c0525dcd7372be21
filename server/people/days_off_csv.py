"""Days off as a CSV file: leave of people, or public holidays, as its columns say. A file that was imported already changes
nothing."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from server.core.problems import Problem, field_problem
from server.people import queries
from server.people.absences import add_holiday, add_leave
from server.people.csv_import import (
    ImportResult,
    Row,
    RowOutcome,
    check_columns,
    import_rows,
    numbered_rows,
    read_day,
    read_table,
)
from server.people.operations import check_email
from server.people.places import region_label
from server.people.teams import check_region

LEAVE_COLUMNS = ("email", "first_day", "last_day", "kind")
HOLIDAY_COLUMNS = ("day", "name", "region")
#: Columns of a file of leave by the names of the operation's fields.
LEAVE_FIELDS = {"starts_on": "first_day", "ends_on": "last_day"}


def import_days_off(session: Session, text: str, *, dry_run: bool) -> ImportResult:
    """Adds all rows or, if one is wrong, none. 422 if it is no such file.

    Leave: ``email``, ``first_day``, ``last_day`` and optionally ``kind``. Public holidays: ``day``, ``name`` and optionally
    ``region``."""
    header, table = read_table(text)
    columns: tuple[str, ...] = LEAVE_COLUMNS if "email" in header else HOLIDAY_COLUMNS
    import_row: Callable[[Session, Row], RowOutcome] = _import_leave if "email" in header else _import_holiday
    check_columns(header, columns=columns, required=columns[:-1])
    return import_rows(session, numbered_rows(header, table), lambda _, row: import_row(session, row), dry_run=dry_run)


def _import_leave(session: Session, row: Row) -> RowOutcome:
    email = check_email(row["email"])
    user = queries.user_by_email(session, email=email)
    if user is None or not user.is_active:
        raise field_problem("email", "belongs to no active person")
    first, last = read_day(row, "first_day"), read_day(row, "last_day")
    if last < first:
        raise field_problem("last_day", "must not be before the first day")
    kind = row.get("kind", "").lower() or "holiday"
    try:
        is_new = add_leave(session, user_id=user.id, starts_on=first, ends_on=last, kind=kind)
    except Problem as problem:
        error = problem.errors[0]
        raise field_problem(LEAVE_FIELDS.get(error["field"], error["field"]), error["message"]) from None
    return RowOutcome(f"{email}, {first} to {last}", "added" if is_new else "unchanged")


def _import_holiday(session: Session, row: Row) -> RowOutcome:
    day, region = read_day(row, "day"), check_region(row.get("region", ""))
    existing = queries.holidays_of_region(session, region=region, year=day.year).get(day)
    is_known = existing is not None and not existing.is_deleted
    is_changed = add_holiday(session, day=day, name=row["name"], region=region)
    label = ", ".join(filter(None, (f"{day} {' '.join(row['name'].split())}", region_label(region))))
    return RowOutcome(label, ("changed" if is_known else "added") if is_changed else "unchanged")
