"""The pages of public holidays and the upload of days off, for administrators."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.problems import Problem, not_found
from server.people import absences, organisation, places, queries
from server.people.csv_import import ImportResult
from server.people.days_off_csv import HOLIDAY_COLUMNS, LEAVE_COLUMNS, import_days_off
from server.people.forms import field_errors, read_date, read_upload
from server.people.holiday_preview import places_in_use, preview_year

pages = Blueprint("calendar", __name__, template_folder="templates")

PATH = "/people/calendar"
Answer = str | Response | tuple[str, int]


@pages.get(PATH)
@page("admin", writes=False)
def index() -> str:
    return _render()


def _render(*, failed: str = "", errors: dict[str, str] | None = None) -> str:
    """``failed``: the form with ``errors``."""
    holidays = queries.all_holidays(db())
    years = _offered_years()
    return render_template(
        "people/calendar.html",
        holidays=[one for one in holidays if not one.is_deleted],
        deleted=[one for one in holidays if one.is_deleted],
        region=queries.organisation_region(db()) or "",
        region_label=places.region_label,
        places=places.all_places().values(),
        previews=[preview_year(db(), place=place, year=year) for place in places_in_use(db()) for year in years],
        form=request.form,
        failed=failed,
        errors=errors or {},
    )


def _offered_years() -> tuple[int, int]:
    """This year and the next."""
    year = queries.get_calendar(db()).today().year
    return year, year + 1


@pages.post(f"{PATH}/region")
@page("admin")
def set_region() -> Answer:
    try:
        organisation.change_region(db(), region=request.form.get("region", ""))
    except Problem as problem:
        return _render(failed="region", errors=field_errors(problem)), problem.status
    flash("Saved. Now add its public holidays, below.", "good")
    return redirect(PATH, code=303)


@pages.post(f"{PATH}/places")
@page("admin")
def add_place() -> Response:
    """Adds the public holidays of a place for one of the offered years."""
    place, year = places.all_places().get(request.form.get("place", "")), request.form.get("year", type=int)
    if place is None or year not in _offered_years():
        raise not_found()
    added = absences.add_place_holidays(db(), place=place, year=year)
    flash(f"Public holidays of {place.label} for {year}: {added} added.", "good")
    return redirect(PATH, code=303)


@pages.post(PATH)
@page("admin")
def add() -> Answer:
    form = request.form
    try:
        absences.add_holiday(
            db(), day=read_date(form, "day"), name=form.get("name", ""), region=form.get("region", "")
        )  # fmt: skip
    except Problem as problem:
        return _render(failed="add", errors=field_errors(problem)), problem.status
    flash("Public holiday saved.", "good")
    return redirect(PATH, code=303)


@pages.post(f"{PATH}/<int:holiday_id>/delete")
@page("admin")
def delete(holiday_id: int) -> Response:
    absences.delete_holiday(db(), holiday_id=holiday_id)
    flash("Public holiday deleted. Adding the holidays of its region again does not bring it back.", "good")
    return redirect(PATH, code=303)


@pages.post(f"{PATH}/<int:holiday_id>/restore")
@page("admin")
def restore(holiday_id: int) -> Response:
    absences.restore_holiday(db(), holiday_id=holiday_id)
    flash("Public holiday restored.", "good")
    return redirect(PATH, code=303)


@pages.get(f"{PATH}/import")
@page("admin", writes=False)
def import_form() -> str:
    return _render_import()


def _render_import(*, text: str = "", result: ImportResult | None = None, error: str = "") -> str:
    return render_template(
        "people/import_days_off.html",
        leave_columns=LEAVE_COLUMNS,
        holiday_columns=HOLIDAY_COLUMNS,
        text=text,
        result=result,
        error=error,
    )


@pages.post(f"{PATH}/import")
@page("admin")
def import_file() -> Answer:
    """First a dry run, whose page carries the text to the second step."""
    is_confirmed = request.form.get("step") == "import"
    try:
        text = request.form.get("text", "") if is_confirmed else read_upload(request.files.get("file"))
        result = import_days_off(db(), text, dry_run=not is_confirmed)
    except Problem as problem:
        return _render_import(error=field_errors(problem).get("file", problem.title)), problem.status
    if not is_confirmed or result.errors:
        return _render_import(text=text, result=result)
    flash(f"Imported: {len(result.added)} added, {len(result.changed)} changed, {result.unchanged} unchanged.", "good")
    return redirect(PATH, code=303)
