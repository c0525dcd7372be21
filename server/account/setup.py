"""The setup checklist: the administrators' home page until it is complete and hidden."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, render_template
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from server.account import checklist
from server.core.access import page
from server.core.database.session import db
from server.core.problems import Problem
from server.people import organisation

pages = Blueprint("setup", __name__, template_folder="templates")


@pages.get("/setup")
@page("admin", writes=False)
def show() -> str:
    steps = checklist.steps(db())
    return render_template("account/setup.html", steps=steps, done=sum(step.is_done for step in steps), has_page=_has_page)


def _has_page(path: str) -> bool:
    """Whether this release serves the page."""
    try:
        current_app.url_map.bind("").match(urlsplit(path).path, method="GET")
    except HTTPException:
        return False
    return True


@pages.post("/setup/hide")
@page("admin")
def hide() -> Response:
    if not checklist.is_complete(db()):
        raise Problem(409, "setup-incomplete", "The setup is not complete", detail="Finish the steps that are left first.")
    organisation.dismiss_setup(db())
    flash("The checklist is no longer your start page. You find it in your menu.", "good")
    return redirect("/tuning", code=303)
