"""The administrators' pages of imported files: choosing one, what its columns mean, what it would do, and progress."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from pydantic import ValidationError
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem, field_problem, not_found
from server.imports import operations, queries, view
from server.imports.cells import SheetError
from server.imports.forms import read_mapping
from server.people.forms import field_errors

pages = Blueprint("imports", __name__, template_folder="templates")

MAX_FILE_BYTES = 200_000_000
#: The largest file, and the rest of the form around it.
MAX_UPLOAD_BYTES = MAX_FILE_BYTES + 64 * 1024
FILES_SHOWN = 20
#: Names to be matched with people at once: each has a list of all people.
NAMES_SHOWN = 25
Answer = str | Response | tuple[str, int]


@pages.get("/imports")
@page("admin", writes=False)
def index() -> str:
    return _render_index()


def _render_index(*, error: str = "") -> str:
    return render_template(
        "imports/index.html",
        error=error,
        files=view.list_files(db(), limit=FILES_SHOWN),
        max_megabytes=MAX_FILE_BYTES // 1_000_000,
        days=operations.LIFETIME.days,
        report_days=operations.REPORT_LIFETIME.days,
    )


@pages.post("/imports")
@page("admin", upload_bytes=MAX_UPLOAD_BYTES)
def upload() -> Answer:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _render_index(error="Choose a file first."), 422
    try:
        # Before the first query: reading a large file takes long, and must not block other writers.
        contents = operations.read_file(upload.stream, upload.filename)
        file = operations.receive(db(), contents, user_id=current_identity().user_id)
    except SheetError as error:
        return _render_index(error=str(error)), 422
    except Problem as problem:
        return _render_index(error=f"The file {field_errors(problem).get('file', problem.title)}."), problem.status
    return redirect(f"/imports/{file.id}", code=303)


@pages.get("/imports/<int:file_id>")
@page("admin", writes=False)
def show(file_id: int) -> str:
    return _render_file(file_id)


def _render_file(file_id: int, *, form: dict[str, str] | None = None, errors: dict[str, str] | None = None) -> str:
    file = queries.get_file(db(), file_id=file_id)
    if file is None:
        raise not_found()
    return render_template(
        "imports/file.html",
        file=file,
        page=view.file_view(db(), file),
        names_shown=NAMES_SHOWN,
        form=form if form is not None else view.form_values(db(), file),
        is_edited=form is not None,
        errors=errors or {},
    )


@pages.post("/imports/<int:file_id>/check")
@page("admin")
def check(file_id: int) -> Response:
    operations.start_check(db(), file_id=file_id)
    return redirect(f"/imports/{file_id}", code=303)


@pages.post("/imports/<int:file_id>/columns")
@page("admin")
def columns(file_id: int) -> Answer:
    try:
        operations.start_check(db(), file_id=file_id, mapping=read_mapping(request.form))
    except ValidationError as error:
        errors = {str(part["loc"][0] if part["loc"] else "columns"): "is missing or too long" for part in error.errors()}
        return _render_file(file_id, form=request.form.to_dict(), errors=errors), 422
    except Problem as problem:
        if problem.status != 422:
            raise
        return _render_file(file_id, form=request.form.to_dict(), errors=field_errors(problem)), 422
    return redirect(f"/imports/{file_id}", code=303)


@pages.post("/imports/<int:file_id>/people")
@page("admin")
def people(file_id: int) -> Response:
    operations.match_people(db(), file_id=file_id, matches=_matches())
    return redirect(f"/imports/{file_id}", code=303)


def _matches() -> dict[str, int | None]:
    """Fields come in pairs: ``name`` of the file, and ``person``: an id, ``skip``, or empty to decide later."""
    names, people = request.form.getlist("name"), request.form.getlist("person")
    found: dict[str, int | None] = {}
    for name, person in zip(names, people, strict=False):
        if person == "skip":
            found[name] = None
        elif person.isdigit() and len(person) < 19:
            found[name] = int(person)
        elif person:
            raise field_problem("person", "is not in the organisation")
    return found


@pages.post("/imports/<int:file_id>/import")
@page("admin")
def start(file_id: int) -> Response:
    operations.start_import(db(), file_id=file_id)
    return redirect(f"/imports/{file_id}", code=303)


@pages.post("/imports/<int:file_id>/resume")
@page("admin")
def resume(file_id: int) -> Response:
    operations.resume(db(), file_id=file_id)
    return redirect(f"/imports/{file_id}", code=303)


@pages.post("/imports/<int:file_id>/discard")
@page("admin")
def discard(file_id: int) -> Response:
    is_stopped = operations.discard(db(), file_id=file_id)
    flash("Stopped. What was imported so far stays." if is_stopped else "The file is deleted. Nothing was imported.", "good")
    return redirect("/imports", code=303)
