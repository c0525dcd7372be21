"""The page of public holidays, for administrators."""

from __future__ import annotations

import csv
import io
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.problems import Problem, field_problem
from server.core.spreadsheet import without_text_mark
from server.people import absences, queries
from server.people.forms import field_errors, read_date

pages = Blueprint("calendar", __name__, template_folder="templates")

MAX_ROWS = 2_000


@pages.get("/people/calendar")
@page("admin", writes=False)
def index() -> str:
    return _render()


def _render(**errors: str) -> str:
    return render_template(
        "people/calendar.html",
        holidays=queries.all_holidays(db()),
        regions=sorted({team.region for team in queries.all_teams(db()) if team.region}),
        form=request.form,
        errors=errors,
    )


@pages.post("/people/calendar")
@page("admin")
def add() -> Response | tuple[str, int]:
    form = request.form
    try:
        absences.add_holiday(
            db(), day=read_date(form, "day"), name=form.get("name", ""), region=form.get("region", "")
        )  # fmt: skip
    except Problem as problem:
        return _render(**field_errors(problem)), problem.status
    flash("Public holiday saved.", "good")
    return redirect("/people/calendar", code=303)


@pages.post("/people/calendar/import")
@page("admin")
def import_file() -> Response | tuple[str, int]:
    try:
        changed = _import_holidays(db(), request.form.get("rows", ""))
    except Problem as problem:
        return _render(rows=field_errors(problem).get("rows", problem.title)), problem.status
    flash(f"{changed} public holidays added or changed.", "good")
    return redirect("/people/calendar", code=303)


def _import_holidays(session: Session, text: str) -> int:
    """Lines of day, name and, if it is not everywhere, region: all of them or, if one is wrong, none. Returns how many were
    new."""
    rows = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    if not rows or len(rows) > MAX_ROWS:
        raise field_problem("rows", f"must have 1 to {MAX_ROWS} lines", limit=MAX_ROWS)
    changed = 0
    for number, row in enumerate(rows, start=1):
        cells = [without_text_mark(cell.strip()) for cell in row]
        try:
            day = date.fromisoformat(cells[0])
        except ValueError:
            raise field_problem("rows", f"must begin line {number} with a date such as 2026-12-25") from None
        if not 2 <= len(cells) <= 3:
            raise field_problem("rows", f"must have a date, a name and at most a region in line {number}")
        try:
            changed += absences.add_holiday(session, day=day, name=cells[1], region=cells[2] if len(cells) > 2 else "")
        except Problem as problem:
            raise field_problem("rows", f"{problem.errors[0]['message']} (line {number})") from None
    return changed


@pages.post("/people/calendar/<int:holiday_id>/delete")
@page("admin")
def delete(holiday_id: int) -> Response:
    absences.delete_holiday(db(), holiday_id=holiday_id)
    flash("Public holiday deleted.", "good")
    return redirect("/people/calendar", code=303)
