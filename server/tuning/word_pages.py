"""The pages of the organisation's words, of the draft that they are part of, and of trying it on a text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from nlp.model import DRAFT_SURFACES
from nlp.quality.document import MAX_WORDS
from nlp.rules.words import EVERYWHERE
from server.core.access import page
from server.core.clock import now
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem
from server.people.csv_import import ImportResult
from server.people.forms import field_errors, read_upload
from server.tuning import draft, operations, queries, trial, words
from server.tuning.models import DraftWord
from server.tuning.words_csv import COLUMNS, export_words, import_words

pages = Blueprint("words", __name__, template_folder="templates")
Answer = Response | tuple[str, int]

#: Rows that somebody can still look through; a search finds the others.
PAGE_SIZE = 50
MAX_SEARCH_LENGTH = 80


@dataclass(frozen=True, slots=True)
class _Rows:
    """One page of the words that match a search. ``number``: of the page, from 1."""

    words: list[DraftWord]
    found: int
    number: int
    pages: int


def _find(search: str, kind: str, number: int) -> _Rows:
    folded = words.fold(search.strip())
    found = [
        word
        for word in queries.all_words(db())
        if (not kind or word.kind == kind)
        and (not folded or folded in word.folded or folded in words.fold(word.use) or folded in words.fold(word.note))
    ]
    count = max(1, -(-len(found) // PAGE_SIZE))
    number = min(max(1, number), count)
    return _Rows(found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], len(found), number, count)


@pages.get("/tuning/words")
@page("admin", writes=False)
def index() -> str:
    return _render()


def _render(
    *,
    errors: Mapping[str, str] | None = None,
    editing: int | None = None,
    note_error: str = "",
    typed: Mapping[str, Any] | None = None,
) -> str:
    """``errors`` are of the form of the word ``editing`` or, without one, of the new word, with what was ``typed``."""
    search, kind = request.args.get("search", "")[:MAX_SEARCH_LENGTH], request.args.get("kind", "")
    return render_template(
        "tuning/words.html",
        rows=_find(search, kind, request.args.get("page", 1, type=int)),
        total=queries.count_words(db()),
        limit=MAX_WORDS,
        search=search,
        kind=kind,
        editing=editing if editing is not None else request.args.get("edit", type=int),
        kinds=words.KIND_LABELS,
        surfaces=EVERYWHERE,
        errors=errors or {},
        typed=typed,
        is_changed=draft.is_changed(db()),
        note=request.form.get("draft_note", ""),
        note_error=note_error,
        draft_surfaces=DRAFT_SURFACES,
    )


def _values() -> words.WordValues:
    form = request.form
    return words.WordValues(
        kind=form.get("kind", ""),
        text=form.get("text", ""),
        use=form.get("use", ""),
        note=form.get("note", ""),
        surfaces=tuple(form.getlist("surfaces")),
    )


@pages.post("/tuning/words")
@page("admin")
def add() -> Answer:
    values = _values()
    try:
        word = words.add_word(db(), editor=current_identity(), values=values)
    except Problem as problem:
        return _render(errors=field_errors(problem), typed={"surfaces": values.surfaces, **request.form}), problem.status
    flash(f"Added “{word.text}” to the draft.", "good")
    return redirect("/tuning/words", code=303)


@pages.post("/tuning/words/<int:word_id>")
@page("admin")
def change(word_id: int) -> Answer:
    values = _values()
    try:
        word = words.change_word(db(), editor=current_identity(), word_id=word_id, values=values)
    except Problem as problem:
        if not problem.errors:
            raise
        typed = {"surfaces": values.surfaces, **request.form}
        return _render(errors=field_errors(problem), editing=word_id, typed=typed), problem.status
    flash(f"Saved “{word.text}” in the draft.", "good")
    return redirect("/tuning/words", code=303)


@pages.post("/tuning/words/<int:word_id>/delete")
@page("admin")
def delete(word_id: int) -> Response:
    words.delete_word(db(), editor=current_identity(), word_id=word_id)
    flash("Deleted from the draft.", "good")
    return redirect("/tuning/words", code=303)


# --- CSV --------------------------------------------------------------------------------------------------------------


@pages.get("/tuning/words/export")
@page("admin", writes=False)
def export() -> Response:
    return Response(
        export_words(db()),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="repute-words-{now():%Y-%m-%d}.csv"'},
    )


@pages.get("/tuning/words/import")
@page("admin", writes=False)
def import_form() -> str:
    return _render_import()


def _render_import(*, text: str = "", result: ImportResult | None = None, error: str = "") -> str:
    return render_template(
        "tuning/words_import.html", columns=COLUMNS, kinds=words.KIND_LABELS, text=text, result=result, error=error
    )


@pages.post("/tuning/words/import")
@page("admin")
def import_file() -> Answer:
    """First a dry run, whose page carries the text to the second step."""
    is_confirmed = request.form.get("step") == "import"
    try:
        text = request.form.get("text", "") if is_confirmed else read_upload(request.files.get("file"))
        result = import_words(db(), text, editor=current_identity(), dry_run=not is_confirmed)
    except Problem as problem:
        return _render_import(error=field_errors(problem).get("file", problem.title)), problem.status
    if not is_confirmed or result.errors:
        return _render_import(text=text, result=result), 422 if result.errors else 200
    flash(f"Imported: {len(result.added)} added, {len(result.changed)} changed, {result.unchanged} unchanged.", "good")
    return redirect("/tuning/words", code=303)


# --- the draft --------------------------------------------------------------------------------------------------------


@pages.post("/tuning/draft/version")
@page("admin")
def create_version() -> Answer:
    note = request.form.get("draft_note", "")
    try:
        version = operations.create_version_of_draft(db(), author=current_identity(), note=note)
    except Problem as problem:
        message = problem.errors[0]["message"] if problem.errors else problem.title
        return _render(note_error=f"{message[:1].upper()}{message[1:]}."), problem.status
    return redirect(f"/tuning/effect/{version.hash}", code=303)


@pages.post("/tuning/draft/discard")
@page("admin")
def discard() -> Response:
    draft.discard(db(), editor=current_identity())
    flash("The draft is the same as the active version again.", "good")
    return redirect("/tuning/words", code=303)


# A text is assessed with the draft and forgotten: nothing is stored or logged.
@pages.post("/tuning/try")
@page("admin", writes=False, scope="assess")
def try_text() -> Answer:
    surface, text = request.form.get("surface", ""), request.form.get("text", "")
    result, error, status = None, "", 200
    try:
        result = trial.try_text(db(), user_id=current_identity().user_id, surface=surface, text=text.replace("\r\n", "\n"))
    except Problem as problem:
        error, status = problem.errors[0]["message"] if problem.errors else problem.title, problem.status
    return (
        render_template(
            "tuning/try.html", result=result, error=error, text=text, surface=surface, draft_surfaces=DRAFT_SURFACES
        ),
        status,
    )
