"""The page for everybody of what changed in the scoring."""

from __future__ import annotations

from flask import Blueprint, render_template

from server.core.access import page
from server.core.database.session import db
from server.tuning.what_changed import list_changes

pages = Blueprint("scoring_changes", __name__, template_folder="templates")


@pages.get("/scoring/changes")
@page(writes=False)
def index() -> str:
    return render_template("tuning/what_changed.html", changes=list_changes(db()))
