"""What is kept about a person, in that person's hands: the notice, who looked, a copy of everything, the end of it."""

from __future__ import annotations

import json

from flask import Blueprint, Response, flash, redirect, render_template
from werkzeug.wrappers import Response as Redirect

from server.core.access import page
from server.core.clock import now
from server.core.database.session import db
from server.core.identity import current
from server.core.problems import not_found
from server.privacy import operations, queries
from server.scorecards.queries import who_looked
from server.security import guard

pages = Blueprint("privacy", __name__, template_folder="templates")


@pages.get("/me/data")
@page(writes=False)
def data() -> str:
    user_id = current().user_id
    return render_template(
        "privacy/data.html",
        acknowledged_at=queries.acknowledged_at(db(), user_id=user_id),
        looks=who_looked(db(), user_id=user_id),
        export=queries.latest_export(db(), user_id=user_id, at=now()),
    )


@pages.post("/me/notice")
@page()
def acknowledge() -> Redirect:
    operations.acknowledge(db(), user_id=current().user_id)
    flash("Noted. What you share counts from now on.", "good")
    return redirect("/me/data", code=303)


@pages.post("/me/export")
@page()
def export() -> Redirect:
    operations.request_export(db(), user_id=current().user_id)
    flash("Your file is being made.")
    return redirect("/me/data", code=303)


@pages.get("/me/export/<int:export_id>")
@page(writes=False)
def download(export_id: int) -> Response:
    found = queries.own_export(db(), user_id=current().user_id, export_id=export_id, at=now())
    if found is None or found.document is None:
        raise not_found()
    return Response(
        json.dumps(found.document, ensure_ascii=False, indent=2),
        mimetype="application/json",
        headers={"Content-Disposition": 'attachment; filename="repute-my-data.json"'},
    )


@pages.post("/me/erase")
@page()
def erase() -> Redirect:
    operations.erase(db(), user_id=current().user_id)
    response = redirect("/sign-in", code=303)
    guard.forget(response)
    return response
