"""The page of the presets."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.tuning import draft, presets
from server.tuning.words import KIND_LABELS

pages = Blueprint("presets", __name__, template_folder="templates")


@pages.get("/tuning/presets")
@page("admin", writes=False)
def index() -> str:
    return render_template(
        "tuning/presets.html",
        presets=[(preset, presets.changes(db(), preset)) for preset in presets.presets()],
        kinds=KIND_LABELS,
        is_changed=draft.is_changed(db()),
    )


@pages.post("/tuning/presets/<preset_id>")
@page("admin")
def apply(preset_id: str) -> Response:
    applied = presets.apply(db(), editor=current_identity(), preset_id=preset_id)
    told = f"In the draft: {applied.rules} rules changed, {applied.words} words added."
    if applied.words_kept:
        told += f" Left out, because your list says something else: {', '.join(applied.words_kept)}."
    flash(told, "good")
    return redirect("/tuning/presets", code=303)
