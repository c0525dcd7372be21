"""The pages of the style packages in the draft: their import, their rules and problems, and an editor for their files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from nlp.model import DRAFT_SURFACES
from nlp.rules.packages import PackageProblem
from server.archives.model import MB, ArchiveError
from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem
from server.people.forms import field_errors
from server.tuning import draft, rules, styles
from server.tuning.style_archives import Upload, read_uploads

pages = Blueprint("styles", __name__, template_folder="templates")
Answer = Response | tuple[str, int]

#: A ZIP file of a style, with what a form adds to it.
MAX_UPLOAD_BYTES = 6 * MB
NEW_RULE = """extends: existence
message: "Avoid '%s'."
level: suggestion
ignorecase: true
tokens:
  - circle back
"""


@pages.get("/tuning/styles")
@page("admin", writes=False)
def index() -> str:
    return _render_index()


def _render_index(errors: Mapping[str, str] | None = None) -> str:
    return render_template(
        "tuning/styles.html",
        packages=styles.list_packages(db()),
        errors=errors or {},
        name=request.form.get("name", ""),
        is_changed=draft.is_changed(db()),
    )


@pages.post("/tuning/styles")
@page("admin", confirm="/tuning/styles", upload_bytes=MAX_UPLOAD_BYTES)
def import_package() -> Answer:
    uploads = [
        Upload(file.filename or "", file.read())
        for field in ("file", "folder")
        for file in request.files.getlist(field)
        if file.filename
    ]
    try:
        files = read_uploads(uploads)
        name = request.form.get("name", "").strip() or _name_of(uploads)
        package = styles.import_package(db(), editor=current_identity(), name=name, files=files)
    except ArchiveError as error:
        return _render_index({"file": str(error)}), 422
    except Problem as problem:
        return _render_index(field_errors(problem)), problem.status
    count = len(package.rules)
    flash(f"Imported {package.name} into the draft: {count} {'rule' if count == 1 else 'rules'} can be used.", "good")
    return redirect(url_for("styles.one", name=package.name), code=303)


def _name_of(uploads: list[Upload]) -> str:
    """The name of the folder, or of the file."""
    first = PurePosixPath(uploads[0].path)
    name = first.parts[0] if len(first.parts) > 1 else first.stem
    return re.sub(r"[^A-Za-z0-9 ._-]", "-", name)[:50]


@pages.get("/tuning/styles/<name>")
@page("admin", writes=False)
def one(name: str) -> str:
    package = styles.get_package(db(), name=name)
    return render_template(
        "tuning/style.html",
        package=package,
        rules=[rule for rule in rules.list_rules(db()) if rule.id in package.rules],
        describe=rules.describe,
        is_changed=draft.is_changed(db()),
    )


@pages.post("/tuning/styles/<name>/delete")
@page("admin", confirm="/tuning/styles")
def delete(name: str) -> Response:
    styles.delete_package(db(), editor=current_identity(), name=name)
    flash(f"Deleted {name} from the draft.", "good")
    return redirect("/tuning/styles", code=303)


@pages.get("/tuning/styles/<name>/edit")
@page("admin", writes=False)
def edit(name: str) -> str:
    """The file ``path``, or a new rule without it."""
    path = request.args.get("path", "")
    text = styles.get_file(db(), name=name, path=path) if path else NEW_RULE
    return _render_editor(name, path, text)


def _render_editor(name: str, path: str, text: str, errors: Mapping[str, str] | None = None) -> str:
    package = styles.get_package(db(), name=name)
    folders = sorted({known.rpartition("/")[0] for known in package.paths if known.endswith(".yml")})
    problems: tuple[PackageProblem, ...] = ()
    if path:
        problems = styles.check_file(db(), name=name, path=path, text=text.replace("\r\n", "\n"))
    return render_template(
        "tuning/style_edit.html",
        package=package,
        path=path,
        is_new=path not in package.paths,
        folder=folders[0] if folders else "",
        text=text,
        problems=problems,
        errors=errors or {},
        draft_surfaces=DRAFT_SURFACES,
    )


@pages.post("/tuning/styles/<name>/edit")
@page("admin", confirm="/tuning/styles")
def save(name: str) -> Answer:
    path, text = request.form.get("path", "").strip(), request.form.get("text", "")
    try:
        styles.save_file(db(), editor=current_identity(), name=name, path=path, text=text)
    except Problem as problem:
        if not problem.errors:
            raise
        return _render_editor(name, path, text, field_errors(problem)), problem.status
    flash(f"Saved {path} in the draft.", "good")
    return redirect(url_for("styles.one", name=name), code=303)
