"""The administrators' pages of labels: which texts are asked about, files, and experts."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Redirect

from server.core.access import page
from server.core.clock import now
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem, field_problem
from server.labels import experts, filling, queries
from server.labels.exchange.exporting import ENDINGS, export_labels
from server.labels.exchange.importing import MAX_FILE_BYTES, MAX_ITEMS, ImportReport, import_labels, parse_file
from server.labels.project_texts import project_texts
from server.people.forms import field_errors

pages = Blueprint("label_admin", __name__, template_folder="templates")
Answer = str | Redirect | tuple[str, int]

PATH = "/tuning/labels"
MIME_TYPES = {"jsonl": "application/x-ndjson", "json": "application/json"}
#: The largest file, and the rest of the form around it.
MAX_UPLOAD_BYTES = MAX_FILE_BYTES + 64 * 1024


@pages.get(f"{PATH}/texts")
@page("admin", writes=False)
def texts() -> str:
    return _render_texts()


def _render_texts(*, report: ImportReport | None = None, errors: dict[str, str] | None = None) -> str:
    total, complete = queries.count_items(db())
    return render_template(
        "labels/texts.html",
        counts=queries.count_texts(db()),
        shipped=len(project_texts()),
        consenting=len(queries.consenting_people(db())),
        total=total,
        complete=complete,
        max_megabytes=MAX_FILE_BYTES // 1_000_000,
        max_items=MAX_ITEMS,
        report=report,
        errors=errors or {},
    )


@pages.post(f"{PATH}/fill")
@page("admin")
def fill() -> Redirect:
    added = filling.fill(db())
    flash(f"Added {added} items to the queue." if added else "Nothing new to add.", "good" if added else "info")
    return redirect(f"{PATH}/texts", code=303)


@pages.post(f"{PATH}/import")
@page("admin", upload_bytes=MAX_UPLOAD_BYTES)
def import_file() -> Answer:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _render_texts(errors={"file": "Choose a file first."}), 422
    if request.form.get("may_use") != "yes":
        return _render_texts(errors={"may_use": "Tick this first: only texts that your organisation may use can be read."}), 422
    # Before the first query: reading a large file takes long, and must not block other writers.
    parsed = parse_file(upload.stream)
    report = import_labels(db(), parsed)
    return _render_texts(report=report)


@pages.post(f"{PATH}/export")
@page("admin", confirm=f"{PATH}/texts")
def export() -> Response:
    """A POST, because an export is recorded."""
    shape = request.form.get("format", "repute")
    if shape not in ENDINGS:
        raise field_problem("format", f"must be one of {', '.join(ENDINGS)}")
    name = f"repute-labels-{now():%Y-%m-%d}" + ("" if shape == "repute" else f"-{shape}")
    return Response(
        export_labels(db(), shape=shape),
        mimetype=MIME_TYPES[ENDINGS[shape]],
        headers={"Content-Disposition": f'attachment; filename="{name}.{ENDINGS[shape]}"'},
    )


@pages.get(f"{PATH}/experts")
@page("admin", writes=False)
def list_experts() -> str:
    return _render_experts()


def _render_experts(*, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "labels/experts.html", experts=queries.experts(db()), email=request.form.get("email", ""), errors=errors or {}
    )


@pages.post(f"{PATH}/experts")
@page("admin", confirm=f"{PATH}/experts")
def name_expert() -> Answer:
    try:
        name = experts.name_expert(db(), admin=current_identity(), email=request.form.get("email", ""))
    except Problem as problem:
        return _render_experts(errors=field_errors(problem)), problem.status
    flash(f"{name} may label now.", "good")
    return redirect(f"{PATH}/experts", code=303)


@pages.post(f"{PATH}/experts/<int:user_id>/remove")
@page("admin")
def remove_expert(user_id: int) -> Redirect:
    experts.remove_expert(db(), user_id=user_id)
    flash("Removed. Their answers stay.", "good")
    return redirect(f"{PATH}/experts", code=303)
