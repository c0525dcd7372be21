"""The administrators' page that lists the other sites on which the extension may coach."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.problems import Problem, as_sentence
from server.people import queries, sites
from server.security.guard import settings

pages = Blueprint("sites", __name__, template_folder="templates")

PATH = "/settings/sites"


@pages.get(PATH)
@page("admin", writes=False)
def show() -> str:
    return _render()


# Confirmed first: this decides on which other sites people's drafts may be read.
@pages.post(PATH)
@page("admin", confirm=PATH)
def add() -> Response | tuple[str, int]:
    form = request.form
    try:
        site = sites.add_site(db(), origin=form.get("origin", ""), place=form.get("place", ""), own_origin=settings().origin)
    except Problem as problem:
        if not problem.errors:
            raise
        return _render(field=problem.errors[0]["field"], error=as_sentence(problem)), problem.status
    flash(f"Added {site['origin']}. People can now allow it in the extension's settings.", "good")
    return redirect(PATH, code=303)


@pages.post(f"{PATH}/remove")
@page("admin")
def remove() -> Response:
    origin = request.form.get("origin", "")
    sites.remove_site(db(), origin=origin)
    flash(f"Removed {origin}. The extension leaves it alone from now on.", "good")
    return redirect(PATH, code=303)


def _render(*, field: str = "", error: str = "") -> str:
    """After a refusal, with the error at its field and what was typed."""
    return render_template(
        "account/sites.html",
        listed=queries.get_organisation(db()).coached_sites,
        places=sites.PLACES,
        limit=sites.MAX_SITES,
        typed=request.form,
        errors={field: error} if field else {},
    )
